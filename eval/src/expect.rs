//! What Medicare's rules must say of a packet's facts, decided here once more and on its own from the published
//! policies; never from the program's rule files. Only what is beyond doubt is expected; where a policy leaves two
//! outcomes open, both are allowed, but never "met".

use crate::facts::{Kind, Value};
use crate::packet::Packet;
use jiff::Span;
use jiff::civil::{Date, date};

/// What one rule may say.
pub(crate) struct Expectation {
    pub(crate) rule: &'static str,
    pub(crate) allowed: Vec<&'static str>,
    /// The facts behind it, in a few words.
    pub(crate) why: String,
}

const MET: &[&str] = &["met"];
/// The record is silent: some call it contradicted, none call it shown.
const SHORT: &[&str] = &["insufficient", "unmet"];
const UNMET: &[&str] = &["unmet"];
const SILENT: &[&str] = &["insufficient"];
const NOT: &[&str] = &["not_applicable", "unmet", "insufficient"];

struct Says<'a> {
    packet: &'a Packet,
    out: Vec<Expectation>,
}

/// The expectations of a packet for fee-for-service Medicare; none for other payers, whose rules advise only.
pub(crate) fn expected(packet: &Packet) -> Vec<Expectation> {
    let mut says = Says { packet, out: Vec::new() };
    // The rules bind where the papers say whose coverage it is.
    if !packet.facts().is("medicare")
        || !says.prints("cov.payer")
        || packet.case.kind == Kind::NotDme
        || packet.facts().is("cancelled")
    {
        return Vec::new();
    }
    says.order();
    match packet.case.kind {
        Kind::Pap | Kind::Bilevel => says.sleep(),
        Kind::BilevelRate => {
            says.put("PAP-10", UNMET, "backup rate with obstructive apnea as the main diagnosis")
        }
        Kind::Rad => says.hypercapnia(),
        Kind::Oxygen => says.oxygen(),
        Kind::Supplies | Kind::NotDme => {}
    }
    says.out
}

impl Says<'_> {
    fn put(&mut self, rule: &'static str, allowed: &[&'static str], why: impl Into<String>) {
        self.out.push(Expectation { rule, allowed: allowed.to_vec(), why: why.into() });
    }

    fn has(&self, class: &str) -> bool {
        self.packet.documents.iter().any(|paper| paper.class == class)
    }

    /// Whether any document prints a fact as a value.
    fn prints(&self, fact: &str) -> bool {
        self.packet
            .documents
            .iter()
            .flat_map(|paper| &paper.said)
            .any(|on| on.said.field == fact && !on.said.trap)
    }

    /// Whether a note affirms a symptom or a disease.
    fn affirms(&self, field: &str) -> bool {
        let notes = self.packet.documents.iter().filter(|paper| paper.class.ends_with("note"));
        notes
            .flat_map(|paper| &paper.said)
            .any(|on| on.said.field == field && on.said.value == Value::Flag(true))
    }

    /// ORD-1, ORD-3, SIG-1, ID-1, ID-2.
    fn order(&mut self) {
        let facts = self.packet.facts();
        let (dated, signed) = (facts.get("order.date").is_some(), facts.is("signed"));
        self.put(
            "ORD-1",
            if dated { MET } else { SHORT },
            if dated { "all elements" } else { "no order date" },
        );
        self.put("ORD-3", MET, "every item by itself");
        self.put("SIG-1", if signed { MET } else { SHORT }, if signed { "signed" } else { "not signed" });
        match facts.get("rx.npi") {
            Some(Value::Text(npi)) if understanding::npi_is_valid(npi) => self.put("ID-1", MET, "valid NPI"),
            Some(_) => self.put("ID-1", UNMET, "NPI with a wrong check digit"),
            None => self.put("ID-1", &["insufficient", "not_applicable"], "no NPI"),
        }
        if self.prints("cov.id") || self.prints("cov.mbi") {
            self.put("ID-2", MET, "a Medicare number of the right form");
        }
    }

    /// PAP-1 to PAP-5, PAP-9, PAP-17.
    fn sleep(&mut self) {
        self.evaluation();
        let facts = self.packet.facts();
        let diagnostic = self.has("sleep_study");
        if self.packet.case.kind == Kind::Bilevel {
            let failed = facts.is("tit.failed");
            self.put(
                "PAP-9",
                if failed { MET } else { SHORT },
                format!("CPAP shown to have failed: {failed}"),
            );
        }
        if !diagnostic {
            for rule in ["PAP-2", "PAP-3"] {
                self.put(rule, SHORT, "no diagnostic study, a titration only");
            }
            self.put("PAP-17", &["insufficient", "unmet", "not_applicable"], "no diagnostic study");
            return;
        }
        self.put("PAP-17", MET, "a diagnostic recording is there");
        let (Some(index), Some(events), Some(minutes)) =
            (facts.num("study.index"), facts.num("study.total"), facts.num("study.tst"))
        else {
            return;
        };
        let why = format!("index {index}, {events} events, {minutes} min");
        if facts.get("study.ahi").is_none() {
            let three = format!("{why}, by 3 % only");
            self.put("PAP-2", SHORT, three.clone());
            self.put("PAP-5", SHORT, three);
            return;
        }
        self.put("PAP-2", if index >= 15.0 && events >= 30.0 { MET } else { NOT }, why.clone());
        self.mild(index, events, &why);
        let four = self.packet.documents.iter().flat_map(|paper| &paper.said);
        if four.clone().any(|on| {
            matches!(on.said.field.as_str(), "ahi_4pct" | "rei") || on.said.field == "hypopnea_rule"
        }) {
            self.put("PAP-5", MET, "hypopneas by 4 %");
        }
        if minutes < 120.0 {
            let needed = if index >= 15.0 { 30.0 } else { 10.0 };
            self.put("PAP-4", if events >= needed { MET } else { UNMET }, why);
        } else {
            self.put("PAP-4", &["not_applicable"], why);
        }
    }

    fn mild(&mut self, index: f64, events: f64, why: &str) {
        let qualifier = ["symptom.sleepiness", "symptom.cognition", "symptom.mood", "symptom.insomnia"]
            .into_iter()
            .chain(["comorbid.hypertension", "comorbid.ischemic_heart_disease", "comorbid.stroke"])
            .find(|field| self.affirms(field));
        let allowed = match (index, qualifier) {
            (index, _) if !(5.0..15.0).contains(&index) => NOT,
            (index, _) if index > 14.0 => SILENT,
            (_, Some(_)) if events >= 10.0 => MET,
            // A diagnosis on the order can name the disease too.
            (_, None) if self.prints_diagnosis("I10") => return,
            _ => SHORT,
        };
        self.put(
            "PAP-3",
            allowed,
            format!("{why}, {}", qualifier.unwrap_or("no symptom or disease that counts")),
        );
    }

    fn prints_diagnosis(&self, code: &str) -> bool {
        let said = self.packet.documents.iter().flat_map(|paper| &paper.said);
        said.into_iter().any(|on| on.said.field == "it.code" && on.said.printed == code)
    }

    fn evaluation(&mut self) {
        let facts = self.packet.facts();
        let visit = facts.day("visit.date");
        let tested = if self.has("sleep_study") { facts.day("study.start") } else { None };
        let in_person = self.has("office_note");
        if self.has("telehealth_note") {
            self.put("PAP-1", SHORT, "by video only: a person decides");
            return;
        }
        if !in_person {
            self.put("PAP-1", SHORT, "no note");
            self.put("PAP-1b", NOT, "no note");
            return;
        }
        if !facts.is("visit.osa") {
            self.put("PAP-1", SHORT, "the visit was about something else");
            return;
        }
        let (Some(visit), Some(tested)) = (visit, tested) else {
            self.put("PAP-1b", NOT, "no diagnostic recording to compare with");
            return;
        };
        if visit <= tested {
            self.put("PAP-1", MET, "evaluated in person");
        }
        let allowed = match visit.cmp(&tested) {
            std::cmp::Ordering::Less => MET,
            std::cmp::Ordering::Equal => SILENT,
            std::cmp::Ordering::Greater => UNMET,
        };
        self.put("PAP-1b", allowed, format!("visit {visit}, recording {tested}"));
    }

    /// RAD-1 for chronic lung disease.
    fn hypercapnia(&mut self) {
        let Some(pco2) = self.packet.facts().num("abg.pco2") else { return };
        // 45 to 51: the older policy on assist devices and the newer one on lung disease differ.
        if pco2 >= 52.0 && self.affirms("symptom.morning_headache") {
            self.put("RAD-1", MET, format!("PaCO2 {pco2}"));
        } else if pco2 < 45.0 {
            self.put("RAD-1", SHORT, format!("PaCO2 {pco2}"));
        }
    }

    /// OXY-1, OXY-3, F2F-1.
    fn oxygen(&mut self) {
        let facts = self.packet.facts();
        let (rest, exercise) = (facts.num("sat.rest"), facts.num("sat.ex"));
        let gas = if self.prints("abg.po2") { facts.num("abg.po2") } else { None };
        let why = format!("rest {rest:?}, exercise {exercise:?}, PaO2 {gas:?}");
        let at_rest = rest.is_some_and(|sat| sat <= 88.0) || gas.is_some_and(|po2| po2 <= 55.0);
        let noted = self.has("office_note") || self.has("encounter_summary");
        match (at_rest, exercise) {
            (true, _) => self.put("OXY-1", MET, why.clone()),
            (false, Some(sat)) if sat <= 88.0 => {}
            (false, _) if gas.is_none_or(|po2| po2 >= 60.0) => self.put("OXY-1", SHORT, why.clone()),
            _ => {}
        }
        if noted && exercise.is_some() && !at_rest {
            let all = facts.num("sat.exo2").is_some() && rest.is_some();
            self.put("OXY-3", if all { MET } else { SHORT }, why);
        }
        self.face_to_face();
    }

    fn face_to_face(&mut self) {
        let facts = self.packet.facts();
        let Some(ordered) = facts.day("order.date") else { return };
        if ordered < date(2026, 4, 13) {
            self.put("F2F-1", &["not_applicable"], "oxygen was not on the list yet");
            return;
        }
        let within = |visit: Date| visit <= ordered && visit >= ordered.saturating_sub(Span::new().months(6));
        if self.has("office_note") && facts.day("visit.date").is_some_and(within) {
            self.put("F2F-1", MET, "seen within six months before the order");
        }
    }
}

//! Lists the documents of a chart that its story needs.

use jiff::civil::{Date, DateTime};

use super::days::{at, before, office_day};
use super::serial::Serial;
use super::story::Story;
use crate::chart::{
    Appears, Chart, Content, DocumentClass, DocumentEntry, Family, Format, Order, Section, Standing, Topic,
};
use crate::dice::Dice;

/// Share of orders that were scanned.
const SCANNED_ORDERS: f64 = 0.25;
/// Share of studies that were scanned.
const SCANNED_STUDIES: f64 = 0.4;
/// Share of scans that are picture files, where the hospital serves them.
const PICTURES: f64 = 0.5;
/// Share of studies with a technician's log, which are served in parts where the hospital does that.
const DETAILED_STUDIES: f64 = 0.25;

/// What decides a chart's documents besides its facts.
#[derive(Clone, Copy)]
pub(super) struct Filing {
    pub(super) story: Story,
    /// Number of the chart in its hospital.
    pub(super) number: usize,
    pub(super) today: Date,
    /// When late documents appear, and the day they were filed.
    pub(super) late: Option<(Appears, Date)>,
}

/// The chart's document list; newest first within each section, as the portal shows them.
pub(super) fn documents(
    dice: &mut Dice,
    ids: &mut Serial,
    chart: &mut Chart,
    filing: &Filing,
) -> Vec<DocumentEntry> {
    if let Some(study) = &mut chart.study {
        study.detailed = dice.chance(DETAILED_STUDIES);
    }
    let mut list = Lister { dice, ids, chart, filing: *filing, out: Vec::new() };
    list.facesheet();
    list.orders();
    list.visits();
    list.nights();
    list.of_the_story();
    list.distractors();
    let mut out = list.out;
    out.sort_by_key(|entry| (entry.section as u8, std::cmp::Reverse(entry.edited)));
    out
}

/// Collects entries for one chart.
pub(super) struct Lister<'a> {
    pub(super) dice: &'a mut Dice,
    ids: &'a mut Serial,
    pub(super) chart: &'a Chart,
    pub(super) filing: Filing,
    pub(super) out: Vec<DocumentEntry>,
}

impl Lister<'_> {
    fn facesheet(&mut self) {
        let title = self.dice.pick(&["Patient Facesheet", "Face Sheet", "Registration Facesheet"]);
        let edited = Some(at(office_day(before(self.filing.today, 4)), self.dice, 8, 16));
        let entry = self.entry(Section::Snapshot, DocumentClass::Facesheet, Content::Facesheet, title);
        let in_plan = self.filing.story != Story::NonDme;
        self.out.push(DocumentEntry { kind: "Facesheet", edited, in_plan, ..entry });
    }

    fn orders(&mut self) {
        let chart = self.chart;
        for (index, order) in chart.orders.iter().enumerate() {
            self.order(index, order);
        }
    }

    fn order(&mut self, index: usize, order: &Order) {
        let title = order_title(self.dice, order.family);
        let scanned = self.dice.chance(SCANNED_ORDERS);
        let format = self.paper(scanned, true);
        let status = match (&order.standing, order.signed_at) {
            (Standing::Superseded { .. }, _) => "Superseded",
            (Standing::Cancelled { .. }, _) => "Canceled",
            (_, Some(_)) => "Signed",
            (_, None) => "Pending signature",
        };
        let edited = match &order.standing {
            Standing::Superseded { on, .. } | Standing::Cancelled { on, .. } => at(*on, self.dice, 8, 9),
            _ => order.signed_at.unwrap_or_else(|| at(order.date, self.dice, 9, 17)),
        };
        let entry = self.entry(Section::Orders, DocumentClass::Order, Content::Order(index), title);
        self.out.push(DocumentEntry {
            kind: "DME Order",
            service_date: Some(order.date),
            author: self.chart.prescriber.listed_name(),
            status,
            edited: Some(edited),
            format,
            in_plan: order.in_force(),
            ..entry
        });
    }

    fn visits(&mut self) {
        let chart = self.chart;
        if let Some(visit) = &chart.visit {
            let title = match visit.topic {
                Topic::Lungs => self.dice.pick(&[
                    "Office Visit",
                    "Progress Note",
                    "Pulmonary Clinic Visit",
                    "Lung Clinic Note",
                ]),
                Topic::Nerves => self.dice.pick(&[
                    "Office Visit",
                    "Progress Note",
                    "Neurology Clinic Visit",
                    "ALS Clinic Note",
                ]),
                Topic::Mobility | Topic::OnTherapy => {
                    self.dice.pick(&["Office Visit", "Progress Note", "Follow-up Visit", "Clinic Note"])
                }
                _ => self.dice.pick(&[
                    "Office Visit",
                    "Progress Note",
                    "Sleep Medicine Consult",
                    "New Patient Visit",
                ]),
            };
            self.note(title, Content::Visit, visit.date, visit.signed_at, visit.author.listed_name());
            self.summary(visit.date, visit.author.listed_name());
        }
        if let Some(visit) = &chart.follow_up {
            let title =
                self.dice.pick(&["Office Visit", "Follow-up Visit", "Progress Note - Sleep Follow-up"]);
            self.note(title, Content::FollowUp, visit.date, visit.signed_at, visit.author.listed_name());
            if chart.visit.is_none() {
                self.summary(visit.date, visit.author.listed_name());
            }
        }
    }

    fn note(&mut self, title: &str, content: Content, date: Date, signed_at: DateTime, author: String) {
        let format = self.dice.pick(&[Format::Html, Format::Pdf]);
        let entry = self.entry(Section::Notes, DocumentClass::OfficeNote, content, title);
        self.out.push(DocumentEntry {
            kind: "Progress Notes",
            service_date: Some(date),
            author,
            edited: Some(signed_at),
            format,
            in_plan: true,
            ..entry
        });
    }

    fn summary(&mut self, date: Date, author: String) {
        let title = self.dice.pick(&["After Visit Summary", "Encounter Summary"]);
        let edited = Some(at(date, self.dice, 15, 18));
        let format = if self.dice.chance(0.3) { Format::Html } else { Format::Pdf };
        let (class, content) = (DocumentClass::EncounterSummary, Content::EncounterSummary);
        let entry = self.entry(Section::Encounters, class, content, title);
        self.out.push(DocumentEntry {
            kind: "After Visit Summary",
            service_date: Some(date),
            author,
            edited,
            format,
            in_plan: true,
            ..entry
        });
    }

    fn nights(&mut self) {
        let chart = self.chart;
        // Sleep studies often arrive without a proper type; only their content tells.
        if let Some(study) = &chart.study {
            let named = self.dice.pick(&[
                ("Sleep Study Report", "Study Attachment"),
                ("Clinical Unknown", "Clinical Unknown"),
                ("Scan - outside records", "Clinical Unknown"),
                ("Diagnostic Sleep Test", "Study Attachment"),
            ]);
            let named = if study.treated.is_some() && named.0 == "Diagnostic Sleep Test" {
                ("Split Night Sleep Study", "Study Attachment")
            } else {
                named
            };
            let late = self.filing.late.filter(|_| self.filing.story == Story::LateStudy);
            let class = (DocumentClass::SleepStudy, Content::Study);
            self.night(class, named, study.date(), study.interpreted_at, late, study.detailed);
        }
        if let Some(night) = &chart.titration {
            let named = self.dice.pick(&[
                ("CPAP Titration Study", "Study Attachment"),
                ("Titration Report", "Study Attachment"),
                ("Clinical Unknown", "Clinical Unknown"),
            ]);
            let class = (DocumentClass::Titration, Content::Titration);
            self.night(class, named, night.recording_start.date(), night.interpreted_at, None, false);
        }
    }

    fn night(
        &mut self,
        (class, content): (DocumentClass, Content),
        (title, kind): (&str, &'static str),
        night: Date,
        interpreted_at: DateTime,
        late: Option<(Appears, Date)>,
        detailed: bool,
    ) {
        let scanned = self.dice.chance(SCANNED_STUDIES);
        // A foreign page would get lost in a picture of one page.
        let format = self.paper(scanned, !detailed && self.chart.stranger.is_none());
        // Scanned papers seldom carry a service date in the list.
        let service_date = (kind == "Study Attachment" || self.dice.chance(0.4)).then_some(night);
        let parts = if detailed && self.chart.hospital.serves_pictures() { 3 } else { 1 };
        let edited = late.map_or(interpreted_at, |(_, day)| at(day, self.dice, 6, 6));
        let entry = self.entry(Section::Media, class, content, title);
        self.out.push(DocumentEntry {
            kind,
            service_date,
            author: self.chart.sleep_physician.listed_name(),
            status: "Final",
            edited: Some(edited),
            format,
            parts,
            appears: late.map_or(Appears::AtStart, |(appears, _)| appears),
            in_plan: true,
            ..entry
        });
    }

    fn of_the_story(&mut self) {
        match self.filing.story {
            Story::NoteAgain => self.printed_again(),
            Story::SubstanceUse => self.protected_note(),
            Story::Rad if self.dice.chance(0.5) => self.breathing_test(),
            _ => {}
        }
    }

    /// Order and note once more, as they were filed a day later.
    fn printed_again(&mut self) {
        let Some((appears, day)) = self.filing.late else { return };
        let again: Vec<DocumentEntry> = self
            .out
            .iter()
            .filter(|entry| matches!(entry.content, Content::Order(_) | Content::Visit))
            .cloned()
            .collect();
        for first in again {
            let edited = Some(at(day, self.dice, 6, 6));
            let id = self.ids.take();
            self.out.push(DocumentEntry { id, edited, printed: Some(day), appears, ..first });
        }
    }

    fn protected_note(&mut self) {
        let day = office_day(before(self.filing.today, self.dice.between(20, 45)));
        let title = self.dice.pick(&["Progress Note", "Office Visit", "Behavioral Health Progress Note"]);
        let entry = self.entry(Section::Notes, DocumentClass::OtherNote, Content::SubstanceUse, title);
        self.out.push(DocumentEntry {
            kind: "Progress Notes",
            service_date: Some(day),
            edited: Some(at(day, self.dice, 13, 17)),
            ..entry
        });
    }

    fn breathing_test(&mut self) {
        let Some(visit) = &self.chart.visit else { return };
        let title = if visit.fvc.is_some() { "Pulmonary Function Test" } else { "Arterial Blood Gas" };
        let entry = self.entry(Section::Media, DocumentClass::Lab, Content::Breathing, title);
        self.out.push(DocumentEntry {
            kind: "Procedure Report",
            service_date: Some(visit.date),
            edited: Some(at(visit.date, self.dice, 10, 12)),
            in_plan: true,
            ..entry
        });
    }

    /// Digital, or scanned into a PDF or (where the hospital serves them) a picture file.
    fn paper(&mut self, scanned: bool, one_page_possible: bool) -> Format {
        let picture = self.dice.chance(PICTURES);
        let jpeg = self.dice.chance(0.4) && one_page_possible;
        match (scanned, picture && self.chart.hospital.serves_pictures(), jpeg) {
            (false, ..) => Format::Pdf,
            (true, false, _) => Format::Scan,
            (true, true, false) => Format::Tiff,
            // Becomes a TIFF where the document has more than one page.
            (true, true, true) => Format::Jpeg,
        }
    }

    /// A row with everything a row has to have.
    pub(super) fn entry(
        &mut self,
        section: Section,
        class: DocumentClass,
        content: Content,
        title: &str,
    ) -> DocumentEntry {
        DocumentEntry {
            id: self.ids.take(),
            section,
            class,
            content,
            title: title.to_owned(),
            kind: "Document",
            service_date: None,
            author: self.chart.patient.pcp.listed_name(),
            status: "Signed",
            edited: None,
            printed: None,
            format: Format::Pdf,
            layout: u8::try_from(self.dice.between(1, 3)).unwrap_or(1),
            in_plan: false,
            pages: 1,
            parts: 1,
            appears: Appears::AtStart,
        }
    }
}

/// What a list calls an order.
fn order_title(dice: &mut Dice, family: Family) -> &'static str {
    match family {
        Family::Pap => dice.pick(&[
            "DME Order - CPAP",
            "Standard Written Order",
            "DME Referral: PAP Device and Supplies",
        ]),
        Family::Bilevel => dice.pick(&[
            "DME Order - BiPAP",
            "Standard Written Order",
            "DME Referral: Bilevel Device and Supplies",
        ]),
        Family::PapSupplies => {
            dice.pick(&["DME Order - PAP Supplies", "Standard Written Order", "DME Referral: CPAP Supplies"])
        }
        Family::Oxygen => {
            dice.pick(&["DME Order - Oxygen", "Standard Written Order", "DME Referral: Home Oxygen"])
        }
        Family::Wheelchair => dice.pick(&[
            "DME Order - Wheelchair",
            "Standard Written Order",
            "DME Referral: Manual Wheelchair",
        ]),
        Family::Bed => {
            dice.pick(&["DME Order - Hospital Bed", "Standard Written Order", "DME Referral: Hospital Bed"])
        }
    }
}

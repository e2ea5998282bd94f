//! Lists the documents of a chart: those the order needs, and those that are just there.

use jiff::civil::{Date, DateTime};

use super::days::{at, before, office_day};
use super::serial::Serial;
use super::story::Story;
use crate::chart::{Appears, Chart, Content, DocumentClass, DocumentEntry, Format, Section};
use crate::dice::Dice;

/// One chart in this many has more notes than fit on one page of a list.
const CHATTY_EVERY: usize = 6;
/// Notes such a chart has on top; with ten rows a page, two pages.
const CHATTY_NOTES: i64 = 11;

/// Fills a chart's document list; newest first within each section, as the portal shows them.
pub(crate) fn documents(
    dice: &mut Dice,
    ids: &mut Serial,
    chart: &Chart,
    story: Story,
    number: usize,
    today: Date,
) -> Vec<DocumentEntry> {
    let mut list = Lister { dice, ids, chart, out: Vec::new() };
    list.facesheet(today, story != Story::NonDme);
    list.needed();
    list.distractors(story, today);
    if number % CHATTY_EVERY == 2 && story != Story::NoteAfterStudy {
        list.chatter(today);
    }
    let mut out = list.out;
    out.sort_by_key(|entry| (entry.section as u8, std::cmp::Reverse(entry.edited)));
    out
}

struct Lister<'a> {
    dice: &'a mut Dice,
    ids: &'a mut Serial,
    chart: &'a Chart,
    out: Vec<DocumentEntry>,
}

impl Lister<'_> {
    fn facesheet(&mut self, today: Date, in_plan: bool) {
        let title = self.dice.pick(&["Patient Facesheet", "Face Sheet", "Registration Facesheet"]);
        let edited = Some(at(office_day(before(today, 4)), self.dice, 8, 16));
        let entry = self.entry(Section::Snapshot, DocumentClass::Facesheet, Content::Facesheet, title);
        self.out.push(DocumentEntry { kind: "Facesheet", edited, in_plan, ..entry });
    }

    fn needed(&mut self) {
        let chart = self.chart;
        if let Some(order) = &chart.order {
            self.order(order.date, order.signed_at);
        }
        if let Some(visit) = &chart.visit {
            let title = ["Office Visit", "Progress Note", "Sleep Medicine Consult", "New Patient Visit"];
            self.note(&title, Content::Visit, visit.date, visit.signed_at, visit.author.listed_name());
            self.summary(visit.date, visit.author.listed_name());
        }
        if let Some(visit) = &chart.follow_up {
            let title = ["Office Visit", "Follow-up Visit", "Progress Note - Sleep Follow-up"];
            self.note(&title, Content::FollowUp, visit.date, visit.signed_at, visit.author.listed_name());
            if chart.visit.is_none() {
                self.summary(visit.date, visit.author.listed_name());
            }
        }
        if let Some(study) = &chart.study {
            self.study(study.date(), study.interpreted_at);
        }
    }

    fn order(&mut self, date: Date, signed_at: Option<DateTime>) {
        let title = self.dice.pick(&[
            "DME Order - CPAP",
            "Standard Written Order",
            "DME Referral: PAP Device and Supplies",
        ]);
        let format = if self.dice.chance(0.3) { Format::Scan } else { Format::Pdf };
        let status = if signed_at.is_some() { "Signed" } else { "Pending signature" };
        let edited = signed_at.unwrap_or_else(|| at(date, self.dice, 9, 17));
        let entry = self.entry(Section::Orders, DocumentClass::Order, Content::Order, title);
        self.out.push(DocumentEntry {
            kind: "DME Order",
            service_date: Some(date),
            author: self.chart.prescriber.listed_name(),
            status,
            edited: Some(edited),
            format,
            in_plan: true,
            ..entry
        });
    }

    fn note<const N: usize>(
        &mut self,
        titles: &[&str; N],
        content: Content,
        date: Date,
        signed_at: DateTime,
        author: String,
    ) {
        let title = self.dice.pick(titles);
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
        let entry = self.entry(
            Section::Encounters,
            DocumentClass::EncounterSummary,
            Content::EncounterSummary,
            title,
        );
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

    fn study(&mut self, night: Date, interpreted_at: DateTime) {
        // Sleep studies often arrive without a proper type; only their content tells.
        let (title, kind) = self.dice.pick(&[
            ("Sleep Study Report", "Study Attachment"),
            ("Clinical Unknown", "Clinical Unknown"),
            ("Scan - outside records", "Clinical Unknown"),
            ("Diagnostic Sleep Test", "Study Attachment"),
        ]);
        let format = if self.dice.chance(0.65) { Format::Scan } else { Format::Pdf };
        // Scanned papers seldom carry a service date in the list.
        let service_date = (kind == "Study Attachment" || self.dice.chance(0.4)).then_some(night);
        let entry = self.entry(Section::Media, DocumentClass::SleepStudy, Content::Study, title);
        self.out.push(DocumentEntry {
            kind,
            service_date,
            author: self.chart.sleep_physician.listed_name(),
            status: "Final",
            edited: Some(interpreted_at),
            format,
            in_plan: true,
            ..entry
        });
    }

    fn distractors(&mut self, story: Story, today: Date) {
        let lab = ["Lipid Panel", "Comprehensive Metabolic Panel", "CBC with Differential", "Hemoglobin A1c"];
        for _ in 0..self.dice.between(1, 2) {
            let title = self.dice.pick(&lab);
            let days = self.dice.between(120, 1100);
            self.other(Section::Media, DocumentClass::Lab, Content::Lab, (title, "Lab"), before(today, days));
        }
        let imaging = ["XR Chest 2 Views", "CT Lumbar Spine", "US Abdomen Limited"];
        if self.dice.chance(0.6) {
            let title = self.dice.pick(&imaging);
            let days = self.dice.between(200, 1400);
            let kind = (title, "Imaging");
            self.other(Section::Media, DocumentClass::Imaging, Content::Imaging, kind, before(today, days));
        }
        let orders =
            ["Lab order - CBC", "Medication order - lisinopril", "Ambulatory referral to Physical Therapy"];
        if self.dice.chance(0.7) {
            let title = self.dice.pick(&orders);
            let days = self.dice.between(60, 900);
            let kind = (title, "Order");
            self.other(
                Section::Orders,
                DocumentClass::OtherOrder,
                Content::OtherOrder,
                kind,
                before(today, days),
            );
        }
        if self.dice.chance(0.5) {
            let days = self.dice.between(30, 700);
            let kind = ("Consent for Treatment", "Consent");
            self.other(Section::Media, DocumentClass::Form, Content::Consent, kind, before(today, days));
        }
        // A chart whose evaluation came too late must not look as if an earlier visit had been one.
        let notes = match story {
            Story::NoteAfterStudy => 0,
            Story::NonDme => self.dice.between(2, 3),
            _ => self.dice.between(1, 2),
        };
        let titles = [
            "Orthopedics Office Visit",
            "Dermatology Consult",
            "Annual Wellness Visit",
            "Physical Therapy Note",
        ];
        for _ in 0..notes {
            let title = self.dice.pick(&titles);
            let days = self.dice.between(240, 1200);
            let kind = (title, "Progress Notes");
            self.other(
                Section::Notes,
                DocumentClass::OtherNote,
                Content::OtherNote,
                kind,
                before(today, days),
            );
        }
    }

    /// Telephone notes: they push older visits to the second page of the list.
    fn chatter(&mut self, today: Date) {
        for i in 0..CHATTY_NOTES {
            let day = before(today, 12 + i * 21 + self.dice.between(0, 9));
            let kind = ("Telephone Encounter", "Telephone Encounter");
            self.other(Section::Notes, DocumentClass::OtherNote, Content::OtherNote, kind, day);
        }
    }

    fn other(
        &mut self,
        section: Section,
        class: DocumentClass,
        content: Content,
        (title, kind): (&str, &'static str),
        day: Date,
    ) {
        let day = office_day(day);
        let edited = Some(at(day, self.dice, 8, 17));
        let html = section == Section::Notes && self.dice.chance(0.7);
        let entry = self.entry(section, class, content, title);
        let format = if html { Format::Html } else { Format::Pdf };
        self.out.push(DocumentEntry { kind, service_date: Some(day), edited, format, ..entry });
    }

    fn entry(
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
            format: Format::Pdf,
            layout: u8::try_from(self.dice.between(1, 3)).unwrap_or(1),
            in_plan: false,
            pages: 1,
            parts: 1,
            appears: Appears::AtStart,
        }
    }
}

//! Lists the documents of a chart that are just there: laboratory, imaging, visits about something else.

use jiff::civil::Date;

use super::days::{at, before, office_day};
use super::documents::Lister;
use super::story::Story;
use crate::chart::{Content, DocumentClass, DocumentEntry, Format, Section};

/// One chart in this many has more notes than fit on one page of a list, one more media, one more orders.
const CHATTY_EVERY: usize = 6;
/// Rows such a chart has on top; with eight or ten rows a page, two pages.
const CHATTY_ROWS: i64 = 11;

impl Lister<'_> {
    /// Everything that has nothing to do with the order.
    pub(super) fn distractors(&mut self) {
        self.papers();
        self.visits_about_something_else();
        // Calls are no visits, but a chart whose only visit came late or long ago must not look otherwise.
        let quiet = matches!(self.filing.story, Story::NoteAfterStudy | Story::OxygenOldVisit);
        match self.filing.number % CHATTY_EVERY {
            2 if !quiet => self.calls(),
            4 => self.laboratory_series(),
            5 => self.order_series(),
            _ => {}
        }
    }

    fn papers(&mut self) {
        let today = self.filing.today;
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
            let (class, content) = (DocumentClass::OtherOrder, Content::OtherOrder);
            self.other(Section::Orders, class, content, (title, "Order"), before(today, days));
        }
        if self.dice.chance(0.5) {
            let days = self.dice.between(30, 700);
            let kind = ("Consent for Treatment", "Consent");
            self.other(Section::Media, DocumentClass::Form, Content::Consent, kind, before(today, days));
        }
    }

    fn visits_about_something_else(&mut self) {
        // A chart whose evaluation came too late must not look as if an earlier visit had been one.
        let notes = match self.filing.story {
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
            let day = before(self.filing.today, self.dice.between(240, 1200));
            let (class, content) = (DocumentClass::OtherNote, Content::OtherNote);
            self.other(Section::Notes, class, content, (title, "Progress Notes"), day);
        }
    }

    /// Telephone notes: they push older visits to the second page of the list.
    fn calls(&mut self) {
        for i in 0..CHATTY_ROWS {
            let day = before(self.filing.today, 12 + i * 21 + self.dice.between(0, 9));
            let kind = ("Telephone Encounter", "Telephone Encounter");
            self.other(Section::Notes, DocumentClass::OtherNote, Content::OtherNote, kind, day);
        }
    }

    /// Results of every few weeks: they push studies to the second page of the list.
    fn laboratory_series(&mut self) {
        for i in 0..CHATTY_ROWS {
            let day = before(self.filing.today, 9 + i * 14 + self.dice.between(0, 6));
            let kind = (self.dice.pick(&["CBC with Differential", "Comprehensive Metabolic Panel"]), "Lab");
            self.other(Section::Media, DocumentClass::Lab, Content::Lab, kind, day);
        }
    }

    /// Laboratory orders newer than the order for equipment.
    fn order_series(&mut self) {
        for i in 0..CHATTY_ROWS {
            let day = before(self.filing.today, 3 + i * 2);
            let kind = ("Lab order - CBC", "Order");
            self.other(Section::Orders, DocumentClass::OtherOrder, Content::OtherOrder, kind, day);
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
}

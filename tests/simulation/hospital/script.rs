//! What the hospital holds, as plain data: people, the files of their charts, the messages about them.

use domain::patient::PatientIdentity;
use domain::patient_scraper::{ContentKind, ListedDocument, Section};
use domain::redacted::Redacted;
use jiff::civil::{Date, DateTime};

/// A patient of the hospital.
#[derive(Clone)]
pub(crate) struct Person {
    /// `Family, Given`.
    pub(crate) name: String,
    /// Medical record number.
    pub(crate) mrn: String,
    /// Date of birth.
    pub(crate) dob: Date,
}

impl Person {
    /// As a screen shows the patient.
    pub(crate) fn identity(&self) -> PatientIdentity {
        PatientIdentity {
            name: Redacted::new(self.name.clone()),
            mrn: Redacted::new(self.mrn.clone()),
            dob: Some(Redacted::new(self.dob)),
        }
    }
}

/// Whom a screen shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shows {
    /// Whom it should.
    #[default]
    Patient,
    /// Somebody else, the first time it is looked at.
    AnotherOnce,
    /// Somebody else, always.
    Another,
}

/// What the portal says when a chart is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Access {
    /// The chart.
    #[default]
    Open,
    /// It asks for a reason.
    BreakTheGlass,
    /// It is over.
    Ended,
}

/// One file of a chart; pages are separated by form feeds.
#[derive(Clone)]
pub(crate) struct ChartFile {
    /// Epic's id.
    pub(crate) epic_id: String,
    /// Where it is listed.
    pub(crate) section: Section,
    /// Epic's title.
    pub(crate) title: String,
    /// Date of service.
    pub(crate) service_date: Option<Date>,
    /// Names its version; none: the portal shows none.
    pub(crate) edited: Option<DateTime>,
    /// What its bytes are.
    pub(crate) kind: ContentKind,
    /// What it says.
    pub(crate) text: String,
    /// Whose record number its viewer shows.
    pub(crate) viewer: Shows,
    /// It comes in as many parts as it has pages.
    pub(crate) in_parts: bool,
    /// It is larger than anybody would download.
    pub(crate) huge: bool,
    /// It never arrives.
    pub(crate) broken: bool,
    /// It is in its list from the second reading on.
    pub(crate) late: bool,
}

impl ChartFile {
    /// Its row in the section's list.
    pub(crate) fn listed(&self) -> ListedDocument {
        ListedDocument {
            epic_id: self.epic_id.clone(),
            section: self.section,
            title: Redacted::new(self.title.clone()),
            epic_type: "Document".to_owned(),
            service_date: self.service_date,
            author: None,
            status: None,
            edited: self.edited,
        }
    }
}

/// A patient and the files about her.
#[derive(Clone)]
pub(crate) struct Chart {
    /// Whose.
    pub(crate) person: Person,
    /// In the portal's order.
    pub(crate) files: Vec<ChartFile>,
    /// What the portal says when it is asked for.
    pub(crate) access: Access,
    /// Whom the banner over its media shows.
    pub(crate) banner: Shows,
}

/// One In Basket message.
#[derive(Clone)]
pub(crate) struct Message {
    /// Epic's id.
    pub(crate) id: String,
    /// The folder it lies in.
    pub(crate) folder: String,
    /// When it arrived, local time.
    pub(crate) received: DateTime,
    /// Its text.
    pub(crate) body: String,
    /// Place of its chart in the script.
    pub(crate) chart: usize,
}

/// Everything the hospital holds.
#[derive(Clone, Default)]
pub(crate) struct Script {
    /// The charts.
    pub(crate) charts: Vec<Chart>,
    /// The messages.
    pub(crate) messages: Vec<Message>,
}

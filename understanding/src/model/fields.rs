//! What a model may be asked for, by class, and how a quote's value is read.
//!
//! Whose document it is, what is ordered, coverages and the standing of an order are not here, and nothing that is not
//! here counts: no document can talk its way into them. Facesheets, cards, letters and unknown papers have no fields, so
//! they are never sent.

use domain::parser::DocumentClass;

/// How a value is read from a quote.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// The one calendar date.
    Date,
    /// The one number that is no percentage, within bounds.
    Number(f64, f64),
    /// The one number, percentage or not, within bounds.
    Share(f64, f64),
    /// A duration in minutes.
    Minutes,
    /// The one NPI with a valid check digit.
    Npi,
    /// The one ICD-10-CM code.
    Diagnosis,
    /// One person's name.
    Person,
}

/// One thing a model may locate.
#[derive(Debug)]
pub(crate) struct Locatable {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) unit: Option<&'static str>,
    /// Whether a document is sent because of it; what is not needed is asked along with what is.
    pub(crate) needed: bool,
    /// Where the rules found one of these, it is not missing.
    pub(crate) or: &'static [&'static str],
    /// Every one of these must be in the quote: a number alone says nothing.
    pub(crate) says: &'static [&'static str],
    /// None of these may be in the quote, or in the words just before it on its line.
    pub(crate) never: &'static [&'static str],
}

const fn date(
    name: &'static str,
    says: &'static [&'static str],
    never: &'static [&'static str],
) -> Locatable {
    Locatable { name, kind: Kind::Date, unit: None, needed: true, or: &[], says, never }
}

/// The same, asked along with others.
const fn date_along(
    name: &'static str,
    says: &'static [&'static str],
    never: &'static [&'static str],
) -> Locatable {
    Locatable { needed: false, ..date(name, says, never) }
}

/// What makes a date one of another kind.
const OTHER_DATES: &str = r"birth|\bdob\b|\bborn\b|print|\bfax|receiv|expir|valid until|effective|dictat|transcri|copyright|revis|prior|previous|next|return|follow|schedul";
const SIGNS: &str = r"sign";
/// An apnea index that is another one than the study's.
const OTHER_INDEX: &str = r"arousal|supine|\brem\b|nrem|lateral|prone|residual|central|cpap|\bpap\b|bipap|therap|titrat|prior|previous|goal|normal|mild|moderate|severe|criteri|\brdi\b|\brei\b";
const APNEA_INDEX: &str = r"\bahi\b|apnea.{0,4}(?:and|/|-|\s).{0,3}hypopnea|apnea.?hypopnea";

const ORDER: &[Locatable] = &[
    date("order_date", &[], &[OTHER_DATES, SIGNS, r"start|stud|visit|need|end date"]),
    Locatable {
        name: "prescriber.npi",
        kind: Kind::Npi,
        unit: None,
        needed: true,
        or: &[],
        says: &[r"\bn\.?p\.?i\b|national provider"],
        never: &[
            r"facility|supplier|\bpcp\b|primary care|referring|group|organi[sz]ation|clinic npi|fax|phone",
        ],
    },
    Locatable {
        name: "prescriber.name",
        kind: Kind::Person,
        unit: None,
        needed: true,
        or: &[],
        says: &[r"order|prescri|authori[sz]|practitioner|physician|provider|treating"],
        never: &[r"patient|primary care|\bpcp\b|referring|guarantor|contact|beneficiary|member"],
    },
    date_along("signature_date", &[SIGNS], &[r"birth|\bdob\b|print|\bfax"]),
    Locatable {
        name: "dx.icd10",
        kind: Kind::Diagnosis,
        unit: None,
        needed: true,
        or: &[],
        says: &[],
        never: &[r"rule out|r/o\b|history of|denies|family"],
    },
];

const NOTE: &[Locatable] = &[
    date("encounter_date", &[], &[OTHER_DATES, SIGNS, r"stud|sleep test|order"]),
    Locatable {
        name: "ess",
        kind: Kind::Number(0.0, 24.0),
        unit: Some("points"),
        needed: false,
        or: &[],
        says: &[r"epworth|\bess\b|sleepiness"],
        never: &[r"prior|previous|last|was \d+ (?:before|in)|goal"],
    },
    Locatable {
        name: "bmi",
        kind: Kind::Number(10.0, 100.0),
        unit: Some("kg/m2"),
        needed: false,
        or: &[],
        says: &[r"\bbmi\b|body mass"],
        never: &[r"prior|previous|last|goal|target|percentile"],
    },
    date_along("signature_date", &[SIGNS], &[r"birth|\bdob\b|print|\bfax"]),
];

const SUMMARY: &[Locatable] = &[
    date("encounter_date", &[], &[OTHER_DATES, SIGNS, r"stud|sleep test|order"]),
    date_along("admit_date", &[r"admi"], &[r"birth|\bdob\b|print|\bfax|prior|previous"]),
    date_along("discharge_date", &[r"discharg"], &[r"birth|\bdob\b|print|\bfax|prior|previous"]),
];

const STUDY: &[Locatable] = &[
    date(
        "recording_start",
        &[],
        &[OTHER_DATES, SIGNS, r"interpret|scored|read on|read by|report|order|referr|visit"],
    ),
    Locatable {
        name: "ahi_4pct",
        kind: Kind::Number(0.0, 200.0),
        unit: Some("/h"),
        needed: true,
        or: &["ahi", "ahi_3pct", "rei", "pahi"],
        says: &[APNEA_INDEX, r"4\s*%|\bcms\b|medicare|\b1b\b|four percent"],
        never: &[OTHER_INDEX],
    },
    Locatable {
        name: "ahi_3pct",
        kind: Kind::Number(0.0, 200.0),
        unit: Some("/h"),
        needed: false,
        or: &["ahi", "ahi_4pct", "rei", "pahi"],
        says: &[APNEA_INDEX, r"3\s*%|\b1a\b|three percent"],
        never: &[OTHER_INDEX],
    },
    Locatable {
        name: "rei",
        kind: Kind::Number(0.0, 200.0),
        unit: Some("/h"),
        needed: false,
        or: &["ahi", "ahi_4pct", "ahi_3pct", "pahi"],
        says: &[r"\brei\b|respiratory event index"],
        never: &[r"supine|residual|cpap|therap|titrat|prior|previous|goal|normal|criteri"],
    },
    Locatable {
        name: "tst",
        kind: Kind::Minutes,
        unit: Some("min"),
        needed: true,
        or: &["trt"],
        says: &[r"\btst\b|sleep time|time asleep|slept"],
        never: &[r"cpap|therap|titrat|supine|\brem\b|recording"],
    },
    Locatable {
        name: "trt",
        kind: Kind::Minutes,
        unit: Some("min"),
        needed: false,
        or: &["tst"],
        says: &[r"\btrt\b|recording|monitoring|time in bed"],
        never: &[r"cpap|therap|titrat|supine|sleep time"],
    },
    Locatable {
        name: "nadir_spo2",
        kind: Kind::Share(10.0, 100.0),
        unit: Some("%"),
        needed: false,
        or: &[],
        says: &[r"nadir|lowest|minimum|\bmin\b|\blow\b|fell to|dropped to|down to"],
        never: &[r"mean|average|baseline|cpap|therap|titrat|minutes"],
    },
];

const TITRATION: &[Locatable] = &[
    date(
        "recording_start",
        &[],
        &[OTHER_DATES, SIGNS, r"interpret|scored|read on|read by|report|order|referr|visit"],
    ),
    Locatable {
        name: "residual_ahi",
        kind: Kind::Number(0.0, 200.0),
        unit: Some("/h"),
        needed: true,
        or: &[],
        says: &[r"\bahi\b|apnea.?hypopnea"],
        never: &[r"diagnostic|baseline|prior|previous|untreated|goal|criteri|arousal"],
    },
    Locatable {
        name: "final_pressure",
        kind: Kind::Number(3.0, 30.0),
        unit: Some("cmH2O"),
        needed: true,
        or: &[],
        says: &[r"pressure|cm\s?h|cwp"],
        never: &[r"initial|start|minimum|maximum|range|blood"],
    },
];

const LAB: &[Locatable] = &[
    date("test_date", &[], &[OTHER_DATES, SIGNS, r"report|order|result(?:ed)? on"]),
    Locatable {
        name: "paco2",
        kind: Kind::Number(15.0, 150.0),
        unit: Some("mmHg"),
        needed: false,
        or: &[],
        says: &[r"co\s?[2z]|carbon dioxide"],
        never: &[r"venous|vbg|end.?tidal|transcutaneous|capillary|reference|normal|range"],
    },
];

/// What may be asked of a class; nothing of those that say whose or who pays.
pub(crate) fn locatable(class: DocumentClass) -> &'static [Locatable] {
    match class {
        DocumentClass::Order => ORDER,
        DocumentClass::OfficeNote | DocumentClass::TelehealthNote => NOTE,
        DocumentClass::EncounterSummary => SUMMARY,
        DocumentClass::SleepStudy => STUDY,
        DocumentClass::Titration => TITRATION,
        DocumentClass::Lab => LAB,
        _ => &[],
    }
}

/// All there are.
pub(crate) fn every_locatable() -> impl Iterator<Item = &'static Locatable> {
    [ORDER, NOTE, SUMMARY, STUDY, TITRATION, LAB].into_iter().flatten()
}

/// The names that a prompt of a class may ask for.
pub(crate) fn known_fields(class: DocumentClass) -> impl Iterator<Item = &'static str> {
    locatable(class).iter().map(|locatable| locatable.name)
}

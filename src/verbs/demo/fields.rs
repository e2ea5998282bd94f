//! Holds the values read of a request against those the simulator planted. Pure.

use domain::parser::{DocumentClass, Field, FieldValue, OrderSet};
use domain::patient::names_compatible;
use serde::Serialize;
use std::collections::BTreeMap;

/// How one planted value fared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum FieldVerdict {
    /// It was read as planted.
    Right,
    /// Something else was read in its place.
    Wrong {
        /// The values read.
        got: Vec<String>,
    },
    /// Nothing was read.
    Missing,
}

/// Where a planted value is read: the kind of document, and our name of the field.
struct Place {
    class: DocumentClass,
    name: &'static str,
}

const ORDER: DocumentClass = DocumentClass::Order;
const FACESHEET: DocumentClass = DocumentClass::Facesheet;
const NOTE: DocumentClass = DocumentClass::OfficeNote;
const STUDY: DocumentClass = DocumentClass::SleepStudy;

/// Fields an order is decided or identified by: a wrong one is worse than a missing one, and is a disagreement.
const DECISIVE: [&str; 9] =
    ["ahi", "dob", "dx", "encounter_date", "mbi", "mrn", "order_date", "prescriber_npi", "recording_start"];

fn place(planted: &str) -> Option<Place> {
    let (class, name) = match planted {
        "order_date" => (ORDER, "order_date"),
        "dx" => (ORDER, "dx.icd10"),
        "prescriber_name" => (ORDER, "prescriber.name"),
        "prescriber_npi" => (ORDER, "prescriber.npi"),
        "pressure_cmh2o" => (ORDER, "pap.pressure"),
        "pressure_min_cmh2o" => (ORDER, "pap.pressure_min"),
        "pressure_max_cmh2o" => (ORDER, "pap.pressure_max"),
        "ipap_cmh2o" => (ORDER, "pap.ipap"),
        "epap_cmh2o" => (ORDER, "pap.epap"),
        "o2_flow_lpm" => (ORDER, "o2.flow"),
        "length_of_need_months" => (ORDER, "length_of_need"),
        "order_signed" => (ORDER, "signature"),
        "patient_name" => (FACESHEET, "patient_name"),
        "mrn" => (FACESHEET, "mrn"),
        "dob" => (FACESHEET, "dob"),
        "sex" => (FACESHEET, "sex"),
        "mbi" => (FACESHEET, "mbi"),
        "payer" => (FACESHEET, "coverage.1.payer"),
        "member_id" => (FACESHEET, "coverage.1.member_id"),
        "encounter_date" => (NOTE, "encounter_date"),
        "ess" => (NOTE, "ess"),
        "bmi" => (NOTE, "bmi"),
        "neck_in" => (NOTE, "neck"),
        "test_kind" => (STUDY, "test_kind"),
        "recording_start" => (STUDY, "recording_start"),
        "ahi" => (STUDY, "ahi_4pct"),
        "ahi_3pct" => (STUDY, "ahi_3pct"),
        "events_total" => (STUDY, "events_total"),
        "tst_min" => (STUDY, "tst"),
        "trt_min" => (STUDY, "trt"),
        "nadir_spo2" => (STUDY, "nadir_spo2"),
        _ => return None,
    };
    Some(Place { class, name })
}

/// Every planted value we know a place for, with its verdict.
pub(super) fn verdicts(planted: &BTreeMap<String, String>, set: &OrderSet) -> BTreeMap<String, FieldVerdict> {
    planted
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), verdict(name, value, &place(name)?, set))))
        .collect()
}

/// Planted values that were read wrong and on which an order depends.
pub(super) fn decisive_mistakes(verdicts: &BTreeMap<String, FieldVerdict>) -> Vec<String> {
    verdicts
        .iter()
        .filter(|(name, _)| DECISIVE.contains(&name.as_str()))
        .filter_map(|(name, verdict)| match verdict {
            FieldVerdict::Wrong { got } => Some(format!("{name} read as {}", got.join(", "))),
            FieldVerdict::Right | FieldVerdict::Missing => None,
        })
        .collect()
}

fn verdict(name: &str, planted: &str, place: &Place, set: &OrderSet) -> FieldVerdict {
    let read: Vec<&Field> = set
        .documents
        .iter()
        .filter(|document| document.class == place.class)
        .flat_map(|document| &document.fields)
        // The one index of a report that names no scoring is the index all the same; home tests call it REI.
        .filter(|field| {
            field.name == place.name || (name == "ahi" && matches!(field.name.as_str(), "ahi" | "rei"))
        })
        .collect();
    if read.is_empty() {
        // An order without a signature is one on which none was read.
        return if (name, planted) == ("order_signed", "false") {
            FieldVerdict::Right
        } else {
            FieldVerdict::Missing
        };
    }
    if read.iter().any(|field| same(name, planted, &field.value)) {
        return FieldVerdict::Right;
    }
    FieldVerdict::Wrong { got: read.iter().map(|field| field.value.to_string()).collect() }
}

fn same(name: &str, planted: &str, read: &FieldValue) -> bool {
    let text = read.to_string();
    match read {
        FieldValue::Number(number) if name == "neck_in" => {
            planted.parse::<f64>().is_ok_and(|inches| (inches * 2.54 - number).abs() < 0.6)
        }
        FieldValue::Number(number) => {
            planted.parse::<f64>().is_ok_and(|planted| (planted - number).abs() < 0.051)
        }
        FieldValue::Count(count) => {
            planted.parse::<f64>().is_ok_and(|planted| (planted - *count as f64).abs() < 0.051)
        }
        FieldValue::Flag(flag) => planted == flag.to_string(),
        FieldValue::Date(_) => planted.starts_with(&text),
        FieldValue::DateTime(_) => {
            text.starts_with(planted.get(..16).unwrap_or(planted)) || planted.starts_with(&text)
        }
        FieldValue::Text(_) if name.ends_with("name") => names_compatible(planted, &text),
        FieldValue::Text(_) if name == "payer" => text.to_lowercase().contains(&planted.to_lowercase()),
        FieldValue::Text(_) => {
            let leading = |text: &str| text.split([' ', '.']).next().unwrap_or_default().to_lowercase();
            planted.eq_ignore_ascii_case(text.trim())
                || (name.ends_with("months") && leading(&text) == planted)
        }
    }
}

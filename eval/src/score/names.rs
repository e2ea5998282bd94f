//! What a fact of ours is called as a field, and by which names the field may be given.

/// What a field counts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    /// Names, dates and numbers that say who and when and what.
    Identifier,
    /// Measured in a study.
    Study,
    /// All else that documents say.
    Other,
    /// What the order as a whole hands on.
    Order,
}

/// Facts whose name differs from the field's.
const FIELD_OF: [(&str, &str); 63] = [
    ("pt.name", "patient_name"),
    ("pt.dob", "dob"),
    ("pt.mrn", "mrn"),
    ("pt.sex", "sex"),
    ("pt.phone", "phone"),
    ("pt.mobile", "phone"),
    ("cov.payer", "payer"),
    ("cov2.payer", "payer"),
    ("cov.id", "member_id"),
    ("cov2.id", "member_id"),
    ("cov.mbi", "mbi"),
    ("ec.name", "emergency_contact.name"),
    ("pcp.name", "pcp.name"),
    ("rx.name", "prescriber.name"),
    ("rx.npi", "prescriber.npi"),
    ("order.date", "order_date"),
    ("order.signed", "signature_date"),
    ("order.lon", "length_of_need"),
    ("order.id", "order_id"),
    ("it.hcpcs", "items.hcpcs"),
    ("it.desc", "items.description"),
    ("it.qty", "items.quantity"),
    ("it.code", "dx.icd10"),
    ("pap.min", "pap.pressure_min"),
    ("pap.max", "pap.pressure_max"),
    ("visit.date", "encounter_date"),
    ("study.start", "recording_start"),
    ("study.trt", "trt"),
    ("study.tst", "tst"),
    ("study.eff", "efficiency"),
    ("study.ahi", "ahi"),
    ("study.ahi3", "ahi_3pct"),
    ("study.rdi", "rdi"),
    ("study.oa", "obstructive"),
    ("study.ca", "central"),
    ("study.ma", "mixed"),
    ("study.hyp", "hypopneas"),
    ("study.total", "events_total"),
    ("study.cai", "central_index"),
    ("study.supine", "supine_ahi"),
    ("study.rem", "rem_ahi"),
    ("study.odi", "odi"),
    ("study.nadir", "nadir_spo2"),
    ("study.mean", "mean_spo2"),
    ("study.t88", "t88"),
    ("study.signed", "interpreted_at"),
    ("slp.name", "interpreting.name"),
    ("tit.start", "recording_start"),
    ("tit.tst", "tst"),
    ("tit.trt", "trt"),
    ("tit.cpap", "final.cpap"),
    ("tit.ipap", "final.ipap"),
    ("tit.epap", "final.epap"),
    ("tit.residual", "residual_ahi"),
    ("adh.start", "period_start"),
    ("adh.end", "period_end"),
    ("adh.used", "days_used"),
    ("adh.ge4", "days_ge_4h"),
    ("adh.pct", "pct_ge_4h"),
    ("adh.ahi", "residual_ahi"),
    ("abg.date", "test_date"),
    ("abg.pco2", "paco2"),
    ("abg.po2", "po2"),
];
const MORE: [(&str, &str); 6] = [
    ("adm.in", "admit_date"),
    ("adm.out", "discharge_date"),
    ("sat.rest", "sat"),
    ("sat.ex", "sat"),
    ("sat.exo2", "sat"),
    ("study.end", "recording_end"),
];

/// Names under which a field of ours may come; `#` stands for a number.
const ALSO: [(&str, &[&str]); 22] = [
    // Neither sleep time nor recording time: a home recorder's report states those beside it.
    ("monitoring_time", &["monitoring_time", "evaluation_time"]),
    ("ahi_3pct", &["ahi_3pct", "pahi_3pct"]),
    ("ahi", &["ahi", "ahi_4pct"]),
    ("rei", &["rei", "ahi", "rdi", "ahi_4pct", "pahi"]),
    ("pahi", &["pahi", "pahi_4pct", "ahi", "ahi_4pct"]),
    ("rei_3pct", &["rei_3pct", "ahi_3pct"]),
    ("mbi", &["mbi", "member_id", "coverage.#.member_id"]),
    ("member_id", &["member_id", "mbi", "coverage.#.member_id"]),
    ("payer", &["payer", "coverage.#.payer"]),
    ("t88", &["t88", "minutes_at_88"]),
    ("recording_start", &["recording_start", "recording_date", "service_date"]),
    ("interpreted_at", &["interpreted_at", "interpreted_date", "signature_date"]),
    ("final.cpap", &["final.cpap", "final_pressure", "optimal_pressure", "pap.pressure"]),
    ("final.ipap", &["final.ipap", "optimal_pressure", "pap.ipap"]),
    ("final.epap", &["final.epap", "optimal_pressure", "pap.epap"]),
    ("test_date", &["test_date", "service_date", "collected"]),
    ("signature_date", &["signature_date", "signed_at"]),
    ("author.name", &["author.name", "signed_by", "provider.name"]),
    ("prescriber.name", &["prescriber.name", "provider.name"]),
    ("paco2", &["paco2", "pco2", "paco2.*", "pco2.*"]),
    ("po2", &["po2", "pao2", "po2.*", "pao2.*"]),
    ("sat", &["sat", "sat.*", "spo2", "spo2.*"]),
];

/// Identifiers as the goals name them.
const IDENTIFIERS: [&str; 11] = [
    "patient_name",
    "dob",
    "mrn",
    "prescriber.npi",
    "mbi",
    "member_id",
    "items.hcpcs",
    "dx.icd10",
    "order_date",
    "encounter_date",
    "recording_start",
];

/// Values of studies as the goals name them.
const STUDY: [&str; 23] = [
    "monitoring_time",
    "ahi",
    "ahi_4pct",
    "ahi_3pct",
    "rdi",
    "rei",
    "rei_3pct",
    "pahi",
    "trt",
    "tst",
    "efficiency",
    "obstructive",
    "central",
    "mixed",
    "hypopneas",
    "events_total",
    "central_index",
    "supine_ahi",
    "rem_ahi",
    "odi",
    "nadir_spo2",
    "mean_spo2",
    "t88",
];

/// The field that a fact or a name in a template stands for.
pub(crate) fn field_of(fact: &str) -> &str {
    FIELD_OF.iter().chain(&MORE).find(|(name, _)| *name == fact).map_or(fact, |(_, field)| field)
}

/// Whether a field may be given under a name.
pub(crate) fn given_as(field: &str, given: &str) -> bool {
    let also = ALSO.iter().find(|(name, _)| *name == field);
    also.map_or_else(|| field == given, |(_, names)| names.iter().any(|name| like(name, given)))
}

fn like(name: &str, given: &str) -> bool {
    if let Some(start) = name.strip_suffix('*') {
        return given.starts_with(start);
    }
    let Some((before, after)) = name.split_once('#') else { return name == given };
    given
        .strip_prefix(before)
        .and_then(|rest| rest.strip_suffix(after))
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

impl Group {
    /// All of them, as they are reported.
    pub(crate) const ALL: [Self; 4] = [Self::Order, Self::Identifier, Self::Study, Self::Other];

    /// The group of a field.
    pub(crate) fn of(field: &str) -> Self {
        if field.starts_with(super::orders::HANDED_ON) {
            Self::Order
        } else if IDENTIFIERS.contains(&field) {
            Self::Identifier
        } else if STUDY.contains(&field) {
            Self::Study
        } else {
            Self::Other
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Identifier => "identifiers",
            Self::Study => "study values",
            Self::Other => "other fields",
            Self::Order => "handed on",
        }
    }
}

//! From stories and facts to the truth file.

use std::collections::BTreeMap;

use super::hospital::Hospital;
use super::messages::Message;
use super::story::Story;
use crate::chart::{Chart, PapMode, PayerKind, StudyKind};
use crate::truth::{DocumentTruth, Expectation, ExpectedOutcome, MessageTruth, PatientTruth, Truth};

/// The truth about a generated hospital.
pub(crate) fn truth(hospital: &Hospital) -> Truth {
    let messages = hospital.messages.iter().map(|message| message_truth(hospital, message)).collect();
    Truth { seed: hospital.run_seed, portals: vec![hospital.kind.portal().to_owned()], messages }
}

fn message_truth(hospital: &Hospital, message: &Message) -> MessageTruth {
    let (chart, story) = (&hospital.charts[message.chart], hospital.stories[message.chart]);
    MessageTruth {
        n: message.n,
        portal: hospital.kind.portal().to_owned(),
        message_id: message.id.clone(),
        folder: message.folder.to_owned(),
        patient: PatientTruth {
            name: chart.patient.name.last_first(),
            mrn: chart.patient.mrn.clone(),
            dob: chart.patient.dob.to_string(),
        },
        story,
        received: message.received.to_string(),
        expect: expectation(chart, story, message.duplicate_of),
        documents: chart
            .documents
            .iter()
            .map(|entry| DocumentTruth {
                id: entry.id.clone(),
                section: entry.section,
                class: entry.class,
                title: entry.title.clone(),
                format: entry.format,
                layout: entry.layout,
                pages: entry.pages,
                parts: entry.parts,
                in_plan: entry.in_plan,
            })
            .collect(),
    }
}

fn expectation(chart: &Chart, story: Story, duplicate_of: Option<usize>) -> Expectation {
    let (outcome, reason) = match duplicate_of {
        Some(_) => (ExpectedOutcome::Duplicate, None),
        None => story.outcome(),
    };
    let items = chart.order.iter().flat_map(|o| &o.items).map(|i| i.hcpcs.to_owned()).collect();
    Expectation {
        outcome,
        reason: reason.map(str::to_owned),
        duplicate_of,
        superseded_by: None,
        deliveries: usize::from(outcome == ExpectedOutcome::Delivered),
        items,
        fields: fields(chart),
    }
}

fn fields(chart: &Chart) -> BTreeMap<String, String> {
    let mut fields = Fields(BTreeMap::new());
    identity(&mut fields, chart);
    if let Some(order) = &chart.order {
        fields.put("order_id", &order.order_id);
        fields.put("order_date", order.date);
        fields.put("length_of_need_months", order.length_of_need);
        fields.put("order_signed", order.signed_at.is_some());
        fields.put("dx", "G47.33");
        fields.put("prescriber_name", chart.prescriber.name.first_last());
        fields.put("prescriber_npi", &chart.prescriber.npi);
        match order.mode {
            PapMode::Fixed(pressure) => fields.put("pressure_cmh2o", pressure),
            PapMode::Auto(low, high) => {
                fields.put("pressure_min_cmh2o", low);
                fields.put("pressure_max_cmh2o", high);
            }
        }
    }
    if let Some(visit) = chart.visit.as_ref().or(chart.follow_up.as_ref()) {
        fields.put("encounter_date", visit.date);
        fields.put("ess", visit.epworth);
        fields.put("bmi", format!("{:.1}", visit.bmi));
        fields.put("neck_in", format!("{:.1}", visit.neck_in));
    }
    if let Some(study) = &chart.study {
        let kind = if study.kind == StudyKind::Polysomnography { "psg" } else { "hsat" };
        fields.put("test_kind", kind);
        fields.put("recording_start", study.recording_start);
        fields.put("ahi", format!("{:.1}", study.ahi));
        fields.put("events_total", study.events_total);
        fields.put("tst_min", format!("{:.1}", study.tst_min));
        fields.put("trt_min", format!("{:.1}", study.trt_min));
        fields.put("nadir_spo2", study.nadir_spo2);
    }
    fields.0
}

fn identity(fields: &mut Fields, chart: &Chart) {
    let patient = &chart.patient;
    fields.put("patient_name", patient.name.last_first());
    fields.put("mrn", &patient.mrn);
    fields.put("dob", patient.dob);
    fields.put("sex", patient.sex.letter());
    if let Some(primary) = patient.coverages.first() {
        fields.put("payer", primary.payer);
        fields.put("member_id", &primary.member_id);
        if primary.kind == PayerKind::Medicare {
            fields.put("mbi", &primary.member_id);
        }
    }
}

struct Fields(BTreeMap<String, String>);

impl Fields {
    fn put(&mut self, name: &str, value: impl std::fmt::Display) {
        self.0.insert(name.to_owned(), value.to_string());
    }
}

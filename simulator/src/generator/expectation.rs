//! From stories and facts to the truth file.

use std::collections::BTreeMap;

use super::hospital::Hospital;
use super::messages::Message;
use super::story::{Second, Story};
use crate::chart::{
    Access, Appears, Chart, Content, DocumentEntry, Order, PayerKind, Settings, Study, StudyKind,
};
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
        chart_type: message.chart_type.to_owned(),
        patient: PatientTruth {
            name: chart.patient.name.last_first(),
            mrn: chart.patient.mrn.clone(),
            dob: chart.patient.dob.to_string(),
        },
        story,
        received: message.received.to_string(),
        appears_after: after(message.appears),
        expect: expectation(chart, story, message),
        documents: chart.documents.iter().map(document_truth).collect(),
    }
}

fn document_truth(entry: &DocumentEntry) -> DocumentTruth {
    DocumentTruth {
        id: entry.id.clone(),
        section: entry.section,
        class: entry.class,
        title: entry.title.clone(),
        format: entry.format,
        layout: entry.layout,
        pages: entry.pages,
        parts: entry.parts,
        in_plan: entry.in_plan,
        appears_after: after(entry.appears),
    }
}

fn after(appears: Appears) -> Option<usize> {
    match appears {
        Appears::AtStart => None,
        Appears::AfterChartRead { message } => Some(message),
    }
}

fn expectation(chart: &Chart, story: Story, message: &Message) -> Expectation {
    let (outcome, reason) = match (message.second_to, story.second()) {
        (Some(_), Some(Second::Completes)) => (ExpectedOutcome::Delivered, None),
        (Some(_), _) => (ExpectedOutcome::Duplicate, None),
        (None, _) => story.outcome(),
    };
    // A whole request waits where nobody may look at the chart, or at all of it: no order comes of it.
    let whole = matches!(
        story,
        Story::ForeignPage | Story::SubstanceUse | Story::BreakTheGlass | Story::AccessEnded | Story::NoOrder
    );
    let readable = chart.access == Access::Open;
    let in_force = chart.in_force().count();
    Expectation {
        outcome,
        reason: reason.map(str::to_owned),
        duplicate_of: message.second_to.filter(|_| outcome == ExpectedOutcome::Duplicate),
        superseded_by: message.followed_by.filter(|_| outcome == ExpectedOutcome::Superseded),
        deliveries: if outcome == ExpectedOutcome::Delivered { in_force } else { 0 },
        items: if whole { Vec::new() } else { items(chart) },
        fields: if readable { fields(chart, message) } else { BTreeMap::new() },
    }
}

fn items(chart: &Chart) -> Vec<String> {
    chart.in_force().flat_map(|order| &order.items).map(|item| item.hcpcs.to_owned()).collect()
}

fn fields(chart: &Chart, message: &Message) -> BTreeMap<String, String> {
    let mut fields = Fields(BTreeMap::new());
    identity(&mut fields, chart);
    // Of several orders the first is the one for the device.
    if let Some(order) = chart.in_force().next() {
        order_fields(&mut fields, order);
        fields.put("prescriber_name", chart.prescriber.name.first_last());
        fields.put("prescriber_npi", &chart.prescriber.npi);
    }
    if let Some(visit) = chart.visit.as_ref().or(chart.follow_up.as_ref()) {
        fields.put("encounter_date", visit.date);
        fields.put("bmi", format!("{:.1}", visit.bmi));
        if visit.topic.measures_sleep() {
            fields.put("ess", visit.epworth);
            fields.put("neck_in", format!("{:.1}", visit.neck_in));
        }
        let measured =
            [("rest_saturation", visit.saturation), ("fvc_percent", visit.fvc), ("paco2_mmhg", visit.paco2)];
        for (name, value) in measured {
            if let Some(value) = value {
                fields.put(name, value);
            }
        }
    }
    // What arrives late is not in the chart yet when the first message comes.
    let late = message.followed_by.is_some()
        && chart.documents.iter().any(|d| d.content == Content::Study && d.appears != Appears::AtStart);
    if let Some(study) = chart.study.as_ref().filter(|_| !late) {
        study_fields(&mut fields, study);
    }
    fields.0
}

fn order_fields(fields: &mut Fields, order: &Order) {
    fields.put("order_id", &order.order_id);
    fields.put("order_date", order.date);
    fields.put("length_of_need_months", order.length_of_need);
    fields.put("order_signed", order.signed_at.is_some());
    fields.put("dx", order.diagnosis.code);
    match order.settings {
        Settings::Fixed(pressure) => fields.put("pressure_cmh2o", pressure),
        Settings::Auto(low, high) => {
            fields.put("pressure_min_cmh2o", low);
            fields.put("pressure_max_cmh2o", high);
        }
        Settings::Bilevel(ipap, epap) => {
            fields.put("ipap_cmh2o", ipap);
            fields.put("epap_cmh2o", epap);
        }
        Settings::Oxygen(flow) => fields.put("o2_flow_lpm", flow),
        Settings::Nothing => {}
    }
}

fn study_fields(fields: &mut Fields, study: &Study) {
    let kind = match study.kind {
        StudyKind::Polysomnography => "psg",
        StudyKind::HomeTest => "hsat",
        StudyKind::SplitNight => "split",
    };
    fields.put("test_kind", kind);
    fields.put("recording_start", study.recording_start);
    fields.put("ahi", format!("{:.1}", study.ahi));
    fields.put("events_total", study.events_total);
    fields.put("tst_min", format!("{:.1}", study.tst_min));
    fields.put("trt_min", format!("{:.1}", study.trt_min));
    fields.put("nadir_spo2", study.nadir_spo2);
    if study.both_scorings {
        fields.put("ahi_3pct", format!("{:.1}", study.ahi_3pct));
    }
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

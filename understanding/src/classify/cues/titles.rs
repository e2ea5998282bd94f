//! Further titles of each class, as records, laboratories, payers and suppliers print them.

use super::Cue;
use domain::parser::DocumentClass::{self, *};

/// Titles that weigh the same: their weight in a title, and in the body.
type Titles = (DocumentClass, f32, f32, &'static [&'static str]);

#[rustfmt::skip]
const TITLES: &[Titles] = &[
    (Lab, 6.0, 1.0, &[
        "specimen inquiry", "specimen report", "laboratory summary", "lab summary", "cumulative summary", "cumulative report", 
        "chemistry profile", "cbc with differential", 
        "final laboratory report", "arterial blood gas analysis", "blood gas analysis",
        "blood gas report", "pathology report", "surgical pathology", "blood test results", "results of blood tests", "clinical chemistry", 
        "respiratory blood gas", "arterial blood gas report", "hematology report", "lab flowsheet", "laboratory flowsheet", "arterial blood gas results",
    ]),
    (Imaging, 6.0, 1.0, &[
        "radiology results", "department of radiology", "x ray report", "chest 2 views", "chest pa and lateral", "echocardiography report", "echocardiography",
        "transthoracic echocardiogram", "ultrasound report", "mri report", "ct report", "radiologic examination", "roentgenogram", "chest two views", "chest xray", "diagnostic radiology", "radiography report",
        "medical imaging", "radiology consultation", "exam xr", "radiographic report",
    ]),
    (RawStudyData, 8.0, 3.0, &[
        "event listing", "event table", "events list", "list of events", "respiratory event list", "epoch listing", "epoch list", "stage listing", "sample listing", "data listing",
        "recording log", "acquisition log", "raw recording data",
        "annotation list", "event export", "data export", "acquisition setup", "overnight recording log", "observation log", "unscored recording",
        "sleep technologist log", "monitoring log", "raw data export", "signal printout", "epoch data",
    ]),
    (Titration, 12.0, 2.0, &[
        "cpap polysomnogram", "cpap polysomnography", "pap polysomnogram", "treatment polysomnogram", "treatment polysomnography", "therapeutic polysomnogram", "therapeutic polysomnography",
        "pap therapy study", "positive airway pressure titration", "positive airway pressure study", "positive pressure study", "positive pressure titration", "polysomnogram with positive airway pressure",
        "polysomnography with positive airway pressure", "polysomnogram with positive pressure", "polysomnography with cpap", "polysomnogram with cpap", "sleep study with cpap", "asv titration", "bpap titration", "titration psg", "titration polysomnography",
        "titration sleep study", "titration night", "night of pressure adjustment", "pressure titration", "treatment night", "cpap night", "therapeutic sleep study", "treatment sleep study", "in laboratory titration", "full night titration", "cpap treatment study", "pap treatment study",
        "pap titration polysomnogram", "titration summary", "titration results", "vpap titration", "all night titration", "cpap bilevel titration", "cpap bipap titration", "attended titration", "titration of positive airway pressure", "cpap trial study", "psg with cpap", "psg with pap", "psg titration",
    ]),
    (CoverSheet, 8.0, 2.0, &[
        "cover page", "fax sheet", "fax memo", "fax memorandum", "efax", "telefax", "facsimile cover", "facsimile message", "facsimile transmission", "transmission sheet", "transmittal form", "document transmittal",
        "fax coversheet", "coversheet", "routing slip", "routing sheet", "fax communication", "records transmittal", "fax correspondence", "fax cover letter", "transmission cover",
    ]),
    (Facesheet, 7.0, 1.5, &[
        "patient face sheet", "admission face sheet", "registration record", "registration sheet", "admission registration", "patient registration form", "demographic sheet", "demographics sheet", 
        "demographic overview", "demographics report", "patient demographic report", "patient information form", "registration data", "admission form", "admission sheet", "patient master record",
        "patient registration record", "registration report", "patient identification sheet", "patient information summary", "intake from patient portal", "patient at a glance", "patient card", "inpatient face sheet", "outpatient registration",
    ]),
    (InsuranceCard, 7.0, 1.5, &[
        "insurance cards", "identification card", "member id card", "medicare card", "medicaid card", "insurance id card", "health insurance card", "member identification card", "benefit identification card", "membership card",
        "insurance card front", "insurance card image", "scanned insurance card", "insurance card copy", "card scan", "health plan id card", "copy of insurance card", "id card",
    ]),
    (Letter, 4.0, 2.5, &["yours truly", "best regards", "yours sincerely", "respectfully", "warm regards", "with kind regards", "thank you for sending", "thank you for allowing", "thank you for your referral", "sincerely yours", "with best wishes", "to whom this concerns"]),
    (Consent, 8.0, 2.0, &[
        "patient consent", "authorization and consent", "consent for services", "treatment agreement", "acknowledgement of receipt", "acknowledgment of receipt", "hipaa acknowledgement", "hipaa authorization",
        "financial agreement", "financial policy", "advance beneficiary notice", "beneficiary agreement", "consent and authorization", "authorization for treatment", "consent to telehealth", "permission to treat",
    ]),
    (PriorAuthorization, 9.0, 2.5, &[
        "prior approval request", "prior approval", "precertification request", "request for prior authorization", "authorization determination", "notice of authorization", "notice of approval", "coverage determination", "utilization review", "dme authorization", "preservice review", "pre service review", "medical necessity review", "notice of determination", "approval notice", "pre certification",
    ]),
    (AdherenceReport, 8.0, 2.0, &[
        "pap therapy report", "cpap therapy report", "device usage report", "compliance statistics", "compliance and therapy", "adherence and usage", "therapy usage", "patient compliance", "trilogy usage",
        "smart card download", "sd card download", "sleep therapy report", "therapy statistics", 
    ]),
    (EncounterSummary, 7.0, 1.0, &["hospital discharge summary", "discharge report", "patient visit summary", "clinical summary", "summary of visit", "summary of hospitalization", "continuity of care document", "summary of care", "transfer summary", "patient discharge summary", "summary of stay", "hospital summary"]),
    (Order, 6.0, 2.0, &["order cancellation", "cancellation of order", "cancel the following order", "discontinue order", "order discontinued", "cancel order", "discontinuation order", "order to discontinue", "cancelled order"]),
    (Order, 0.5, 1.5, &["no longer valid", "please cancel", "disp", "length of need months", "substitution"]),
    (PriorAuthorization, 4.0, 1.5, &["authorization form", "service authorization", "authorization notice", "who is the member", "out of network"]),
    (Consent, 8.0, 2.0, &[
        "authorization to use", "authorization to share", "authorization for use", "use and disclose", "use and disclosure", "permission to release", "hipaa consent", "disclosure authorization", "permission to share",
        "assignment of benefits form", "authorization of benefits", "patient acknowledgement", "patient acknowledgment", "supplier standards", "rights and responsibilities", "consent for release", "consent to release", "consent to care",
    ]),
    (Consent, 0.5, 1.5, &[
        "i give permission", "i have read", "i have received", "signature of patient", "patient or representative", "witness", "i may revoke", "revoke", "my health information", "my insurance", "on my behalf", "i request that payment",
        "patient signature", "legal representative", "i certify that i have", "my signature", "i permit", "i am responsible", "i agree to pay", "i release",
    ]),
    (EncounterSummary, 7.0, 1.5, &["dc summary", "d c summary", "disch summary", "discharge note", "discharge abstract"]),
    (EncounterSummary, 0.5, 2.0, &["dc dx", "dc meds", "dispo", "discharge disposition", "attg", "d c dx", "d c meds", "condition at discharge", "course in hospital", "reason for admission", "admitted on", "discharged on"]),
    (MedicalNecessityForm, 10.0, 4.0, &["statement of medical need", "certificate of need", "certificate of medical need", "certification of medical necessity", "statement of need", "medical necessity form", "medical need form", "physician certification statement"]),
    (AdherenceReport, 7.0, 1.5, &["usage and therapy", "therapy and usage", "adherence and compliance", "machine usage", "compliance 30 days", "nightly usage"]),
    (AdherenceReport, 0.5, 1.5, &["4 hours or more", "at least 4 hours", "greater than 4 hours", "less than 4 hours", "airsense", "dreamstation", "luna g3", "device settings", "how much leak", "average hours", "hours per night", "cheyne stokes", "machine used", "median leak", "4 hrs"]),
    (PriorAuthorization, 7.0, 2.0, &["pa request", "pa req", "pa form", "prior auth", "prior auth request", "auth request", "preauth", "preauth request", "precert request", "prior approval form", "authorization for dme"]),
    (PriorAuthorization, 0.5, 1.5, &[
        "req prov", "svc prov", "auth no", "auth number", "units requested", "units approved", "place of service", "review type", "type of request", "standard review", "urgent review", "clinical information", "denial reason",
        "requesting facility", "servicing facility", "in network", "reference number for this request", "decision", "turnaround", "clin info", "appr d units", "rendering facility", "service requested", "services requested", "peer to peer",
    ]),
    (Order, 7.0, 2.0, &["written order prior to delivery", "wopd", "dwo", "swo", "dme rx", "order for dme", "dme referral order", "referral for dme", "durable medical equipment prescription"]),
    (Order, 0.5, 1.5, &["ord dt", "ord prov", "hcpc"]),
    (AdherenceReport, 0.5, 1.5, &[
        "days with usage", "days with use", "days with device", "percent of days", "days 4 hours", "nights with", "average daily use", "avg usage", "avg use", "mean daily use", "therapy days", "nights of use", "average time", "blower time", "blower on", "time in large leak",
        "time at pressure", "device mode", "90 pressure", "95 pressure", "leak rate", "myair", "dreammapper", "encore", "resmed", "philips respironics", "respironics", "react health", "infosmart", "days in range", "sessions", "hours of use", "days over 4 hours", "days under 4 hours", "average leak",
        "usage 4 hours", "percent days", "total usage", "not used", "compliance met", "compliance status", "best 30 days", "longest streak", "average ahi", "events per hour on therapy", "usage by day",
    ]),
    // Headings inside other papers as well
    (Lab, 3.5, 0.7, &["test results", "result report", "results report", "patient results", "results review", "laboratory data", "urinalysis", "microbiology", "lipid panel", "comprehensive metabolic panel", "basic metabolic panel", "clinical laboratory", "component results", "laboratory findings", "result detail", "laboratory services", "thyroid panel"]),
    (Imaging, 3.5, 0.5, &["imaging study", "xr", "cxr", "imaging services", "imaging results", "plain film", "ct scan"]),
    (RawStudyData, 4.5, 2.0, &["technician notes", "technician s notes", "technologist notes", "technologist s notes", "tech notes", "sleep histogram", "overnight trend", "all night trend", "graphic summary", "recording data"]),
    (Facesheet, 2.5, 0.5, &["patient data", "patient details", "client information", "demographic information", "patient overview", "about the patient", "account summary", "patient record summary", "person summary", "patient facts"]),
    (Consent, 3.5, 1.5, &["terms and conditions", "patient rights", "privacy practices"]),
    (AdherenceReport, 4.0, 1.0, &["therapy compliance", "therapy adherence", "cpap usage", "pap usage", "usage statistics", "treatment usage"]),
    (EncounterSummary, 4.0, 1.0, &["discharge instructions"]),
];

/// Every further title as a cue.
pub(super) fn cues() -> Vec<Cue> {
    let each = |(class, title, body, words): &Titles| {
        let (class, title, body) = (*class, *title, *body);
        words.iter().map(move |words| Cue { class, words, title, body })
    };
    TITLES.iter().flat_map(each).collect()
}

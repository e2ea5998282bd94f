//! Entries of records: heads of laboratory reports, recordings, nights on pressure, notes, interpretations.

use super::Group::{Lab, Meaning, Narrative, Pressure, Raw, Visit};
use super::Place::{Any, Entry, Head};
use super::{Facet, facet};

#[rustfmt::skip]
pub(super) const FACETS: &[Facet] = &[
    facet(Lab, "specimen", Head, &[
        "specimen", "sample", "specimen id", "specimen type", "sample type", "spec", "source", "specimen source", "sample no",
        "specimen number", "sample id", "specimen no", "type of specimen",
    ]),
    facet(Lab, "collected", Head, &[
        "collected", "date collected", "collection date", "collection time", "coll", "drawn", "date drawn", "collect date",
        "collected on", "specimen collected", "specimen collection date", "time drawn", "draw date", "draw time", "coll date",
        "date of collection", "collection date time", "sampled", "drawn at", "drawn on",
    ]),
    facet(Lab, "received", Head, &["received", "date received", "recd", "rec d", "received in lab", "received date"]),
    facet(Lab, "reported", Head, &[
        "reported", "date reported", "resulted", "last resulted", "result date", "report released", "released", "verified",
        "verified by", "final report", "date entered", "resulting agency", "validated", "report status", "resulted on",
    ]),
    facet(Lab, "accession", Head, &["accession", "accession number", "accession no", "requisition", "req", "lab no", "lab number", "lab ref no", "acc", "control id"]),
    facet(Lab, "place", Any, &[
        "performing lab", "performing laboratory", "performed at", "clia", "laboratory director", "lab director", "medical director",
        "mt ascp", "reference laboratory", "performed by lab", "quest diagnostics", "labcorp", "laboratory corporation",
        "clinical laboratory", "core laboratory", "lab specimen inquiry", "department of pathology", "blood gas laboratory",
    ]),
    facet(Lab, "fasting", Head, &["fasting", "fasting status", "non fasting"]),
    facet(Lab, "range", Any, &[
        "reference range", "reference ranges", "reference interval", "ref range", "reference values", "ref interval", "ref ranges",
        "normal range", "normal values", "expected values", "biological reference", "reference limits", "expected range",
    ]),
    facet(Lab, "range", Entry, &["reference", "normal", "normals", "limits", "ref", "expected"]),
    facet(Lab, "result", Entry, &["result", "results", "value", "your value", "your result", "in range", "out of range", "observed", "observed value", "current result", "your results"]),
    facet(Lab, "units", Entry, &["units", "unit", "uom"]),
    facet(Lab, "flag", Entry, &["flag", "flags", "abnormal", "abn", "h l", "abnormal flag", "status"]),
    facet(Lab, "test", Entry, &["test", "tests", "test name", "component", "analyte", "assay", "procedure", "determination", "test description", "parameter", "examination"]),
    facet(Lab, "gas", Any, &[
        "arterial blood gas", "arterial blood gases", "blood gas", "blood gases", "arterial puncture", "radial artery", "left radial", "right radial",
        "allen test", "allens test", "allen s test", "arterial sample", "arterial stick", "abg", "venous blood gas", "capillary blood gas",
    ]),
    facet(Lab, "culture", Any, &[
        "gram stain", "no growth", "not detected", "susceptibility", "culture", "organisms seen", "acid fast", "non reactive",
        "nonreactive", "antibody screen", "normal flora",
    ]),
    // Recordings
    facet(Raw, "name", Any, &[
        "event log", "event list", "event listing", "event table", "event report", "events list", "list of events", "scored events",
        "respiratory event list", "epoch listing", "epoch list", "epoch by epoch", "stage listing", "sample listing", "data listing",
        "technician log", "technologist log", "tech log", "night log", "technician notes", "technician s notes", "technologist notes",
        "technologist s notes", "tech notes", "technologist comments", "raw data", "raw study data", "raw recording", "unedited",
        "hypnogram", "histogram", "sleep histogram", "autoscored", "auto scored", "automatically scored", "unscored", "not interpreted",
        "uninterpreted", "for review by", "awaiting interpretation", "all night recording", "data export", "signal export", "raw export",
        "recording log", "study log", "acquisition log", "acquisition notes", "annotation", "annotations", "event export", "event detail",
        "all respiratory events", "trend graph", "trend report", "trend data", "data printout", "tracing", "tracings", "second by second",
        "minute by minute", "event history", "annotation list", "study notes", "acquisition setup", "sleep stage scoring",
        "stage scoring", "epoch data", "epoch report", "scoring log", "scored epochs", "event markers", "event summary list", "events of the night",
        "observation log", "observations of the night", "overnight log", "overnight notes", "monitoring log", "marker list",
    ]),
    facet(Raw, "channels", Any, &[
        "sampling rate", "sample rate", "montage", "low filter", "high filter", "impedance", "impedances", "calibration", "calibrations",
        "biocal", "biocals", "bio calibration", "bio cals", "biocalibration", "sampling interval", "sampling frequency", "edf",
        "channel list", "signal list", "channels recorded", "time base", "epoch length", "filter settings", "uv mm", "sensitivity",
    ]),
    facet(Raw, "acts", Any, &[
        "lights out", "lights off", "lights on", "eyes open", "eyes closed", "look left", "blink", "hook up", "hookup", "back in bed",
        "bathroom break", "bathroom", "sensors removed", "electrode", "out of bed", "patient arrived", "unhooked", "electrodes",
        "tech in room", "tech out", "restroom", "patient asleep",
    ]),
    facet(Raw, "epoch", Head, &["epoch", "epochs", "ep", "epoch no", "epoch number"]),
    // Nights on pressure
    facet(Pressure, "title", Head, &[
        "titration", "cpap titration", "titration study", "retitration", "re titration", "cpap polysomnogram", "cpap polysomnography", "pap polysomnogram",
        "treatment polysomnogram", "treatment polysomnography", "treatment study", "therapeutic polysomnogram", "therapeutic study", "pap therapy study",
        "therapy study", "positive airway pressure study", "positive pressure study", "cpap study", "pap study", "bipap study", "bilevel study",
        "asv study", "pressure adjustment", "pressure titration", "pap trial", "cpap trial study", "therapy polysomnogram", "positive pressure titration",
        "manual titration", "auto titration report", "treatment night", "therapy night", "cpap night", "pap night", "positive airway pressure titration",
        "therapeutic cpap", "pap evaluation", "polysomnogram with cpap", "polysomnography with cpap", "polysomnogram with positive",
        "polysomnography with positive", "sleep study with cpap", "sleep study on cpap", "study with positive airway", "polysomnogram on cpap",
        "polysomnogram with pap", "polysomnography with pap", "bipap titration", "bilevel titration", "asv titration", "night of pressure",
        "full night titration", "therapeutic polysomnography", "cpap calibration",
    ]),
    facet(Pressure, "found", Any, &[
        "optimal pressure", "optimum pressure", "final pressure", "best pressure", "therapeutic pressure", "ending pressure", "end pressure",
        "starting pressure", "start pressure", "initial pressure", "effective pressure", "optimal setting", "optimum setting", "final setting",
        "optimal cpap", "optimal pap", "optimal level", "pressure of choice", "pressure was raised", "pressure was increased", "pressures were increased",
        "pressures tested", "pressure range tested", "highest pressure", "adequate pressure", "final settings", "best setting", "settings tested",
        "suggested pressure", "working pressure", "target pressure", "pressure achieved", "pressures explored", "levels tested", "pressure levels", "selected pressure", "chosen pressure",
        "pressure reached", "pressure at end", "pressure trials", "pressures tried", 
    ]),
    facet(Pressure, "residual", Any, &[
        "residual ahi", "residual index", "ahi on treatment", "ahi on therapy", "ahi on cpap", "ahi on pap", "ahi at optimal", "ahi at final", "ahi at this pressure",
        "at this pressure", "at this setting", "at the final", "residual events", "at optimal pressure", "on final pressure", "at final pressure", 
        "residual apnea", "events at final", "cm h2o the apnea", "cm h2o the ahi", "cmh2o the ahi", "cmh2o the apnea", 
    ]),
    facet(Pressure, "mask", Head, &["mask", "interface", "mask used", "mask type", "interface used", "mask fitted", "humidification", "mask style", "mask size"]),
    facet(Pressure, "code", Any, &["95811"]),
    facet(Pressure, "remseen", Any, &["supine rem", "rem supine"]),
    // Notes and summaries
    facet(Narrative, "hpi", Head, &["hpi", "history of present illness", "history of presenting illness", "interval history", "history", "present illness", "hx", "clinical history", "subjective", "background"]),
    facet(Narrative, "complaint", Head, &["chief complaint", "reason for visit", "presenting complaint", "reason for consultation", "reason for consult", "presenting problem"]),
    facet(Narrative, "exam", Head, &["physical exam", "physical examination", "exam", "examination", "objective", "on examination"]),
    facet(Narrative, "review", Head, &["review of systems", "ros"]),
    facet(Narrative, "plan", Head, &["assessment", "assessment and plan", "assessment plan", "a p", "impression and plan", "impression plan", "plan of care", "treatment plan", "impression recommendations"]),
    facet(Narrative, "course", Head, &["hospital course", "discharge diagnosis", "discharge diagnoses", "discharge medications", "discharge instructions", "discharge summary"]),
    facet(Narrative, "past", Head, &["past medical history", "pmh", "pmhx", "social history", "family history", "medications", "current medications", "past surgical history", "allergies", "meds"]),
    facet(Visit, "soap", Head, &["s", "o", "s o", "subj", "obj", "a and p", "imp plan"]),
    facet(Visit, "seen", Entry, &["seen", "date seen", "visit date", "date of visit", "dos", "encounter date", "date of service"]),
    facet(Visit, "return", Any, &["rtc", "return to clinic", "follow up in", "return in", "follow up with", "rto", "f u in", "return to office", "recheck in"]),
    facet(Narrative, "exam", Any, &["heart regular", "lungs clear", "no edema", "breath sounds", "mallampati", "well developed", "no acute distress", "rrr", "ctab", "nad", "trace edema", "no wheezes", "oropharynx"]),
    facet(Visit, "bmi", Any, &["body mass index", "bmi", "kg m2"]),
    facet(Visit, "epworth", Any, &["epworth", "ess"]),
    facet(Visit, "symptoms", Any, &["snoring", "snored", "sleepiness", "gasping", "fatigue", "shortness of breath", "dyspnea", "morning headaches", "witnessed apneas"]),
    facet(Visit, "vitals", Head, &["vitals", "vital signs", "vs", "bp", "blood pressure"]),
    facet(Narrative, "prose", Any, &["pt reports", "pt states", "complains", "y o male", "y o female", "symptoms include", "snores", "daytime sleepiness", "pt with", "year old", "yo male", "yo female", "y o", "complains of", "denies", "patient reports", "presents for", "presents with", "he reports", "she reports", "was seen", "follow up in"]),
    // What a reader of a study writes
    facet(Meaning, "impression", Head, &["impression", "interpretation", "conclusion", "conclusions", "diagnosis", "diagnoses", "recommendation", "recommendations", "summary and recommendations", "clinical impression", "final diagnosis", "comments and recommendations", "discussion"]),
    facet(Meaning, "reader", Any, &["interpreted by", "interpreting physician", "electronically signed", "read by", "board certified", "diplomate"]),
];

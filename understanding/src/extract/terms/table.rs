//! The terms looked for in running text: symptoms, conditions, topics. Each begins where a word begins.

/// What a term is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Counts when present now.
    Symptom,
    /// Counts as long as it is the patient's own, past or present.
    Condition,
    /// A topic the note deals with, outside histories.
    Topic,
    /// Counts in a list of medications too.
    Drug,
}

pub(super) const TERMS: [(&str, Kind, &str); 24] = [
    ("symptom.snoring", Kind::Symptom, r"snor(?:ing|es|er|ed|e)\b"),
    (
        "symptom.sleepiness",
        Kind::Symptom,
        r"(?:daytime|excessive(?:ly)?)\s+(?:daytime\s+)?(?:sleep(?:y|iness)|somnolence|hypersomnolence|hypersomnia|drowsiness)|hypersomnolence|\bsomnolen(?:t|ce)\b|fall(?:s|ing)?\s+asleep\s+(?:while|during|at|in|when)|fall(?:s|ing)?\s+asleep\s+(?:easily|unintentionally|inappropriately|involuntarily)|doz(?:ing|es)\s+(?:off|during|while|in)|nods?\s+off|nodding\s+off|\bEDS\b|\bsleepy\b|drowsy\b|drowsiness|sleepiness\b|sleeps\s+through\s+the\s+day|sleep\s+attacks?",
    ),
    (
        "symptom.witnessed_apnea",
        Kind::Symptom,
        r"(?:witness(?:ed)?|observed|nocturnal)\s+(?:apn\w+|pauses|breathing\s+pauses|breath\s+holding|episodes\s+of\s+apnea)|apn\w+\s+(?:episodes?\s+)?(?:witnessed|observed)|apn\w+\s+(?:have|has|had|were|was)\s+(?:\w+\s+)?(?:been\s+)?(?:witnessed|observed|noted|reported)|(?:stops?|stopped|stopping|quits?|ceases?|pauses?|paused)\s+breathing|(?:holds?|holding)\s+(?:his|her|their)\s+breath|breathing\s+(?:pauses|stops|pauses)|pauses\s+in\s+(?:his\s+|her\s+|their\s+)?breathing",
    ),
    ("symptom.gasping", Kind::Symptom, r"gasp(?:ing|s|ed)?\b|chok(?:ing|es|ed)\b|snort(?:ing|s)\b"),
    (
        "symptom.morning_headache",
        Kind::Symptom,
        r"(?:morning|\bA\.?M\.?)\s+headaches?|headaches?\s+(?:in\s+the\s+(?:early\s+)?mornings?|(?:up)?on\s+(?:awakening|waking|arising)|(?:most|every|some|in\s+the|when|after|each)\s+(?:mornings?|waking|awakening))|(?:awakens?|wakes?|waking|awakening|awakes?)(?:\s+up)?\s+with\s+(?:a\s+|an\s+)?(?:dull\s+|frequent\s+)?headaches?",
    ),
    (
        "symptom.insomnia",
        Kind::Symptom,
        r"insomnia|(?:difficulty|trouble|problems?)\s+(?:falling|staying|initiating|maintaining|getting\s+to)\s+(?:a)?sleep",
    ),
    (
        "symptom.mood",
        Kind::Symptom,
        r"depress(?:ion|ed|ive)|mood\s+(?:disorder|disturbance|changes?|swings?)|anxiety|irritab(?:le|ility)",
    ),
    (
        "symptom.cognition",
        Kind::Symptom,
        r"(?:impaired\s+cognition|cognitive\s+(?:impairment|decline|dysfunction|difficult(?:y|ies))|memory\s+(?:loss|problems?|impairment|difficult(?:y|ies)|trouble)|(?:difficulty|trouble)\s+concentrating|(?:poor|impaired|decreased|reduced)\s+(?:concentration|memory|attention)|brain\s+fog|(?:concentration|memory|attention|cognition)\s+(?:is|has\s+been|was|are)\s+(?:impaired|poor|reduced|decreased|worse)|memory\s+(?:lapses?|complaints?|concerns?|issues?)|forgetful(?:ness)?)",
    ),
    ("symptom.fatigue", Kind::Symptom, r"fatigued?\b|tired(?:ness)?\b|unrefresh(?:ed|ing)|non-?restorative"),
    ("comorbid.hypertension", Kind::Condition, r"hypertension|\bHTN\b|high\s+blood\s+pressure|hypertensive"),
    (
        "comorbid.ischemic_heart_disease",
        Kind::Condition,
        r"coronary\s+(?:artery|heart)\s+disease|\bCAD\b|isch(?:a)?emic\s+heart\s+disease|myocardial\s+infarction|\bIHD\b",
    ),
    (
        "comorbid.stroke",
        Kind::Condition,
        r"\bstroke\b|\bCVA\b|cerebrovascular\s+accident|transient\s+isch(?:a)?emic\s+attack|\bTIA\b",
    ),
    (
        "topic.osa",
        Kind::Topic,
        r"sleep[\s-]+apn(?:o)?ea|\bOSA(?:HS)?\b|sleep[\s-]+disordered\s+breathing|sleep[\s-]related\s+breathing",
    ),
    (
        "topic.sleep_test_ordered",
        Kind::Topic,
        r"(?:order|schedul|refer|obtain|recommend|proceed|arrang|plan|needs?|request|set\s+up)\w*\b[^.]{0,60}?(?:sleep\s+(?:study|test|apnea\s+test)|polysomnogra\w+|\bHSAT\b|\bPSG\b|\bHST\b)",
    ),
    (
        "topic.airway_exam",
        Kind::Topic,
        r"mallampati|crowded\s+(?:oro)?pharynx|narrow\w*\s+(?:\w+\s+)?(?:airway|pharynx|oropharynx)|retrognathia|tonsillar\s+hypertrophy|low[\s-]+hanging\s+palate",
    ),
    (
        "symptom.dyspnea",
        Kind::Symptom,
        r"dyspnea|dyspnoea|short(?:ness)?\s+of\s+breath|breathless(?:ness)?|\bSOB\b",
    ),
    ("symptom.orthopnea", Kind::Symptom, r"orthopn(?:o)?ea"),
    (
        "sign.edema",
        Kind::Symptom,
        r"(?:dependent|peripheral|pedal|ankle|leg|lower\s+extremity|pitting)\s+(?:pitting\s+)?(?:o)?edema",
    ),
    (
        "comorbid.copd",
        Kind::Condition,
        r"\bCOPD\b|chronic\s+obstructive\s+(?:pulmonary|lung|airways?)\s+disease|emphysema|pulmonary\s+fibrosis|interstitial\s+lung\s+disease",
    ),
    (
        "comorbid.heart_failure",
        Kind::Condition,
        r"(?:congestive\s+)?heart\s+failure|\bCHF\b|\bHFrEF\b|\bHFpEF\b|cardiomyopathy",
    ),
    (
        "comorbid.cor_pulmonale",
        Kind::Condition,
        r"cor\s+pulmonale|pulmonary\s+(?:arterial\s+)?hypertension|p[\s-]+pulmonale",
    ),
    (
        "comorbid.neuromuscular",
        Kind::Condition,
        r"\bALS\b|amyotrophic\s+lateral\s+sclerosis|muscular\s+dystrophy|neuromuscular\s+(?:disease|disorder|weakness)|spinal\s+muscular\s+atrophy|myasthenia|myopathy|kyphoscoliosis|motor\s+neuron\s+disease",
    ),
    (
        "topic.hypoxemia",
        Kind::Topic,
        r"hypox(?:a)?emi[ac]\w*|hypoxi[ac]\b|chronic\s+(?:hypox\w+\s+)?respiratory\s+failure|home\s+oxygen|supplemental\s+oxygen|oxygen\s+therapy|desaturat\w+",
    ),
    (
        "topic.hypoventilation",
        Kind::Topic,
        r"hypoventilat\w+|hypercapni[ac]|hypercarbi[ac]|(?:co2|carbon\s+dioxide)\s+retention|retain(?:s|ing)\s+(?:co2|carbon\s+dioxide)|nocturnal\s+(?:respiratory\s+)?insufficiency|respiratory\s+insufficiency",
    ),
];

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
        r"(?:daytime|excessive(?:ly)?)\s+(?:daytime\s+)?(?:sleep(?:y|iness)|somnolence|hypersomnolence|hypersomnia|drowsiness)|hypersomnolence|\bsomnolen(?:t|ce)\b|fall(?:s|ing)?\s+asleep\s+(?:while|during|at|in|when)|doz(?:ing|es)\s+off|\bEDS\b|\bsleepy\b",
    ),
    (
        "symptom.witnessed_apnea",
        Kind::Symptom,
        r"(?:witness(?:ed)?|observed|nocturnal)\s+(?:apn\w+|pauses|breathing\s+pauses|breath\s+holding|episodes\s+of\s+apnea)|apn\w+\s+(?:episodes?\s+)?(?:witnessed|observed)|stops?\s+breathing|breathing\s+pauses|pauses\s+in\s+(?:his\s+|her\s+|their\s+)?breathing",
    ),
    ("symptom.gasping", Kind::Symptom, r"gasp(?:ing|s)?\b|chok(?:ing|es)\b"),
    (
        "symptom.morning_headache",
        Kind::Symptom,
        r"morning\s+headaches?|headaches?\s+(?:in\s+the\s+morning|on\s+(?:awakening|waking))",
    ),
    (
        "symptom.insomnia",
        Kind::Symptom,
        r"insomnia|(?:difficulty|trouble)\s+(?:falling|staying|initiating|maintaining)\s+(?:a)?sleep",
    ),
    (
        "symptom.mood",
        Kind::Symptom,
        r"depress(?:ion|ed|ive)|mood\s+(?:disorder|disturbance|changes?|swings?)|anxiety|irritab(?:le|ility)",
    ),
    (
        "symptom.cognition",
        Kind::Symptom,
        r"(?:impaired\s+cognition|cognitive\s+(?:impairment|decline|dysfunction|difficult(?:y|ies))|memory\s+(?:loss|problems?|impairment|difficult(?:y|ies)|trouble)|(?:difficulty|trouble)\s+concentrating|(?:poor|impaired|decreased)\s+(?:concentration|memory)|brain\s+fog)",
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

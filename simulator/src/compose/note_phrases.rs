//! Phrases of office notes, with the noise real notes have: negations, family history, other problems.

use crate::chart::{Chart, Comorbidity, StudyKind, Symptom, Visit};
use crate::dice::Dice;
use crate::generator::date_text;

/// Chief complaint.
pub(super) fn complaint(after_study: bool, dice: &mut Dice) -> String {
    let text = if after_study {
        dice.pick(&[
            "Review of sleep study results.",
            "Follow-up for sleep testing.",
            "Sleep apnea, discuss results.",
        ])
    } else {
        dice.pick(&[
            "Snoring and daytime sleepiness.",
            "Evaluation for sleep apnea.",
            "Poor sleep, tired during the day.",
        ])
    };
    text.to_owned()
}

/// History of present illness, two or three paragraphs.
pub(super) fn history(chart: &Chart, visit: &Visit, after_study: bool, dice: &mut Dice) -> Vec<String> {
    let patient = &chart.patient;
    let (age, noun) = (patient.age_on(visit.date), patient.sex.noun());
    let opening = match dice.index(3) {
        0 => format!(
            "{} is a {age}-year-old {noun} seen for sleep complaints of {} duration.",
            patient.name.first_last(),
            visit.duration
        ),
        1 => format!("This {age} y.o. {noun} reports trouble with sleep for {}.", visit.duration),
        _ => format!("Pleasant {age}-year-old {noun} with a {} history of disturbed sleep.", visit.duration),
    };
    let told: Vec<String> = visit.symptoms.iter().map(|s| symptom(*s, dice).to_owned()).collect();
    let pronoun = patient.sex.pronoun();
    let habits = match dice.index(3) {
        0 => format!(
            "Usual bedtime is 10:30 PM, wake time 6:00 AM; {pronoun} naps most afternoons. One cup of coffee in the morning."
        ),
        1 => format!(
            "Sleeps about {} hours with several awakenings. No shift work. No restless legs.",
            dice.between(5, 7)
        ),
        _ => "Bed partner notes that symptoms are worse on the back. Denies sleepwalking. No cataplexy."
            .to_owned(),
    };
    let mut out = vec![format!("{opening} {}", told.join(" ")), habits];
    if let (true, Some(study)) = (after_study, &chart.study) {
        let test = match study.kind {
            StudyKind::Polysomnography => "Polysomnography",
            StudyKind::SplitNight => "Split-night polysomnography",
            StudyKind::HomeTest => "Home sleep apnea test",
        };
        out.push(format!(
            "{test} on {} showed {} obstructive sleep apnea. Results were reviewed with the patient today.",
            date_text(study.date()),
            study.severity()
        ));
    }
    out
}

fn symptom(symptom: Symptom, dice: &mut Dice) -> &'static str {
    match symptom {
        Symptom::Snoring => dice.pick(&[
            "Loud habitual snoring.",
            "Snores loudly every night.",
            "Snoring is heard in the next room.",
        ]),
        Symptom::Sleepiness => dice.pick(&[
            "Excessive daytime sleepiness, dozes while watching television.",
            "Daytime sleepiness with drowsiness when driving longer distances.",
            "Falls asleep easily during quiet activities.",
        ]),
        Symptom::WitnessedApnea => {
            dice.pick(&["Witnessed apneas by spouse.", "Partner has seen pauses in breathing."])
        }
        Symptom::Gasping => {
            dice.pick(&["Wakes up gasping.", "Awakens choking and short of breath at times."])
        }
        Symptom::MorningHeadache => {
            dice.pick(&["Morning headaches twice a week.", "Wakes with a dull headache."])
        }
        Symptom::Insomnia => dice
            .pick(&["Difficulty staying asleep (insomnia).", "Frequent awakenings, insomnia most nights."]),
        Symptom::Fatigue => dice.pick(&["Fatigue throughout the day.", "Unrefreshing sleep and fatigue."]),
    }
}

/// Review of systems; negations on purpose.
pub(super) fn review(visit: &Visit, dice: &mut Dice) -> Vec<String> {
    let heart = dice.pick(&[
        "Cardiovascular: denies chest pain, no palpitations, no leg swelling.",
        "CV: negative for chest pain and syncope.",
    ]);
    let lungs = dice.pick(&[
        "Respiratory: no cough, no wheezing, denies shortness of breath at rest.",
        "Respiratory: negative for dyspnea, hemoptysis or wheeze.",
    ]);
    let mind = if visit.symptoms.contains(&Symptom::Insomnia) {
        "Psychiatric: no depressed mood, poor sleep as above."
    } else {
        "Psychiatric: denies depression or anxiety."
    };
    let neuro = dice.pick(&[
        "Neurologic: no focal weakness, no seizures.",
        "Neurologic: denies numbness, tremor or memory loss.",
    ]);
    let rest = dice.pick(&["All other systems reviewed and negative.", "GI and GU: no complaints."]);
    [heart, lungs, mind, neuro, rest].map(str::to_owned).to_vec()
}

/// Past medical history.
pub(super) fn past(visit: &Visit) -> Vec<String> {
    let mut out: Vec<String> = visit.comorbidities.iter().map(|c| condition(*c).to_owned()).collect();
    out.push("Seasonal allergies".to_owned());
    out.push("Appendectomy, remote".to_owned());
    out
}

fn condition(condition: Comorbidity) -> &'static str {
    match condition {
        Comorbidity::Hypertension => "Hypertension (I10)",
        Comorbidity::IschaemicHeartDisease => "Coronary artery disease, ischemic heart disease (I25.10)",
        Comorbidity::Stroke => "History of stroke without residual deficit (Z86.73)",
        Comorbidity::Diabetes => "Type 2 diabetes mellitus (E11.9)",
    }
}

/// Medication list that fits the conditions.
pub(super) fn medications(visit: &Visit, dice: &mut Dice) -> Vec<String> {
    let mut out = vec![
        dice.pick(&["lisinopril 20 mg daily", "amlodipine 5 mg daily", "losartan 50 mg daily"]).to_owned(),
    ];
    for condition in &visit.comorbidities {
        match condition {
            Comorbidity::IschaemicHeartDisease => out.push("atorvastatin 40 mg nightly".to_owned()),
            Comorbidity::Stroke => out.push("aspirin 81 mg daily".to_owned()),
            Comorbidity::Diabetes => out.push("metformin 1000 mg twice daily".to_owned()),
            Comorbidity::Hypertension => {}
        }
    }
    out.push("loratadine 10 mg as needed".to_owned());
    out
}

/// Family history: somebody else's diseases.
pub(super) fn family(dice: &mut Dice) -> String {
    let text = dice.pick(&[
        "Father: stroke at age 71. Mother: hypertension.",
        "Brother uses CPAP. Mother had breast cancer.",
        "Father: myocardial infarction at 64. No family history of narcolepsy.",
    ]);
    text.to_owned()
}

/// Social history.
pub(super) fn social(dice: &mut Dice) -> String {
    let text = dice.pick(&[
        "Never smoker. Alcohol rarely. Retired teacher.",
        "Former smoker, quit in 2004. No illicit drugs. Lives with spouse.",
        "No tobacco use. One glass of wine on weekends.",
    ]);
    text.to_owned()
}

/// Examination of airway, heart and lungs.
pub(super) fn exam(visit: &Visit, dice: &mut Dice) -> Vec<String> {
    let airway = format!(
        "{}: Mallampati class {}, {}.",
        dice.pick(&["Oropharynx", "Upper airway", "HEENT"]),
        visit.mallampati,
        dice.pick(&[
            "crowded oropharynx",
            "large tongue with scalloping",
            "narrow airway, no tonsillar enlargement"
        ])
    );
    let heart = dice.pick(&[
        "Heart: regular rate and rhythm, no murmur, no edema.",
        "Cardiovascular: RRR, normal S1 and S2, no peripheral edema.",
    ]);
    let lungs =
        dice.pick(&["Lungs: clear to auscultation bilaterally.", "Chest: clear, no wheezes or crackles."]);
    let rest = dice.pick(&[
        "Neurologic: alert and oriented, gait normal.",
        "General: well appearing, no acute distress.",
    ]);
    vec![airway, heart.to_owned(), lungs.to_owned(), rest.to_owned()]
}

/// Assessment: suspicion before the study, diagnosis after it.
pub(super) fn assessment(visit: &Visit, after_study: bool, dice: &mut Dice) -> Vec<String> {
    let sleep = if after_study {
        dice.pick(&[
            "Obstructive sleep apnea (G47.33), confirmed by testing.",
            "OSA (G47.33). Symptomatic with daytime sleepiness.",
        ])
    } else {
        dice.pick(&[
            "Suspected obstructive sleep apnea: high pretest probability given snoring, sleepiness, BMI and airway exam.",
            "Snoring and excessive daytime sleepiness, concern for obstructive sleep apnea (OSA).",
            "Probable OSA. Clinical evaluation for sleep apnea completed today.",
        ])
    };
    let pressure = dice.pick(&[
        "Hypertension, stable on current therapy.",
        "Essential hypertension: blood pressure near goal.",
    ]);
    vec![
        sleep.to_owned(),
        pressure.to_owned(),
        format!("Elevated BMI ({:.1}): counseled on weight.", visit.bmi),
    ]
}

/// Plan: the test before the study, the device after it.
pub(super) fn plan(chart: &Chart, after_study: bool, dice: &mut Dice) -> Vec<String> {
    let main = if after_study {
        dice.pick(&[
            "Start CPAP at home; order sent to equipment supplier.",
            "Order placed for PAP therapy with mask fitting.",
        ])
    } else {
        match chart.study.as_ref().map(|s| s.kind) {
            Some(StudyKind::HomeTest) => "Home sleep apnea test ordered.",
            Some(StudyKind::Polysomnography | StudyKind::SplitNight) => "Overnight polysomnography ordered.",
            None => "Sleep study ordered, sleep laboratory will call to schedule.",
        }
    };
    let further = dice.pick(&[
        "Avoid driving when drowsy.",
        "Sleep hygiene reviewed. Avoid alcohol before bed.",
        "Positional therapy and weight reduction discussed.",
    ]);
    let again =
        dice.pick(&["Return in 3 months.", "Follow up after testing.", "Continue current medications."]);
    [main, further, again].map(str::to_owned).to_vec()
}

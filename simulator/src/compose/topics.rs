//! What notes say that are not about the first diagnosis of sleep apnea: therapy, lungs, nerves, walking.

use super::note::Words;
use crate::chart::{Chart, Family, Topic, Visit};
use crate::dice::Dice;

/// The words of a visit about anything but the first diagnosis.
pub(super) fn words(chart: &Chart, visit: &Visit, dice: &mut Dice) -> Words {
    let age = visit_age(chart, visit);
    let told = match visit.topic {
        Topic::Lungs => lungs(chart, visit, &age, dice),
        Topic::Nerves => nerves(visit, &age, dice),
        Topic::Mobility => mobility(chart, &age, dice),
        _ => therapy(&age, dice),
    };
    Words {
        complaint: told.complaint,
        history: told.history,
        review: vec![
            "Cardiovascular: denies chest pain.".to_owned(),
            "GI: no abdominal pain. GU: no complaints.".to_owned(),
            "All other systems reviewed and negative.".to_owned(),
        ],
        past: told.past,
        medications: told.medications,
        family: dice
            .pick(&["Father: myocardial infarction at 64.", "Mother: breast cancer.", "Not contributory."])
            .to_owned(),
        social: dice
            .pick(&["Lives with spouse in a house of one floor.", "Lives with daughter.", "Retired teacher."])
            .to_owned(),
        exam: told.exam,
        assessment: told.assessment,
        plan: told.plan,
    }
}

/// Turns the note of a follow-up visit into one of a trial of CPAP that did not work.
pub(super) fn cpap_failed(words: &mut Words, dice: &mut Dice) {
    words.complaint =
        dice.pick(&["CPAP not working.", "Trouble with CPAP.", "Follow-up of CPAP trial."]).to_owned();
    words.history.push(
        dice.pick(&[
            "CPAP (E0601) was tried. Three masks were fitted and the pressure was adjusted several times, up to 16 cmH2O. Despite \
             proper mask fit and pressure changes CPAP was ineffective: breathing pauses and sleepiness persist.",
            "A trial of CPAP failed. Mask fit was checked and changed, leak is low, pressure settings were adjusted. CPAP has been \
             ineffective in controlling the apnea and the patient cannot exhale against the pressure.",
        ])
        .to_owned(),
    );
    words.assessment.insert(
        0,
        dice.pick(&[
            "Obstructive sleep apnea (G47.33): CPAP tried and ineffective despite adequate mask fit and pressure adjustments.",
            "OSA (G47.33) not controlled on CPAP. CPAP was tried and found ineffective.",
        ])
        .to_owned(),
    );
    words.plan = vec![
        "Change to bilevel positive airway pressure; order sent to equipment supplier.".to_owned(),
        "Return in 3 months.".to_owned(),
    ];
}

struct Told {
    complaint: String,
    history: Vec<String>,
    past: Vec<String>,
    medications: Vec<String>,
    exam: Vec<String>,
    assessment: Vec<String>,
    plan: Vec<String>,
}

fn therapy(age: &str, dice: &mut Dice) -> Told {
    let use_of_it = dice.pick(&[
        "Uses CPAP every night, on average 6.8 hours. Download reviewed: residual events are few.",
        "Sleeps with CPAP nightly and feels rested. Adherence download reviewed today, use above 4 hours on 94 % of days.",
        "Continues CPAP with good benefit; no longer sleepy during the day. Device data reviewed.",
    ]);
    Told {
        complaint: dice.pick(&["CPAP follow-up.", "Yearly visit for sleep apnea."]).to_owned(),
        history: vec![
            format!("{age} with obstructive sleep apnea on CPAP. {use_of_it}"),
            "Mask is worn out and leaks.".to_owned(),
        ],
        past: texts(&["Obstructive sleep apnea (G47.33)", "Hypertension (I10)"]),
        medications: texts(&["lisinopril 20 mg daily", "loratadine 10 mg as needed"]),
        exam: texts(&[
            "Well appearing, no acute distress.",
            "No skin breakdown under the mask.",
            "Lungs clear.",
        ]),
        assessment: texts(&[
            "Obstructive sleep apnea (G47.33), controlled on CPAP. Patient uses and benefits from the device.",
        ]),
        plan: texts(&["Continue CPAP. Renew mask, tubing and filters.", "Return in one year."]),
    }
}

fn lungs(chart: &Chart, visit: &Visit, age: &str, dice: &mut Dice) -> Told {
    let assisted = chart.orders.iter().any(|order| order.family == Family::Bilevel);
    let mut history = vec![format!(
        "{age} with chronic obstructive pulmonary disease for {}, short of breath when climbing stairs. Uses inhalers daily.",
        visit.duration
    )];
    let mut assessment = vec!["Chronic obstructive pulmonary disease (J44.9).".to_owned()];
    let mut exam =
        texts(&["Lungs: distant breath sounds, prolonged expiration.", "Heart: regular. No edema."]);
    let plan = if assisted {
        history.push(hypoventilation(dice));
        if let Some(paco2) = visit.paco2 {
            exam.push(format!("Arterial blood gas, awake at rest: PaCO2 {paco2} mmHg."));
            assessment.push(format!("Chronic hypercapnic respiratory failure, PaCO2 {paco2} mmHg."));
        }
        "Start bilevel device (respiratory assist device) at night; order sent to equipment supplier."
    } else {
        if let Some(saturation) = visit.saturation {
            exam.push(match dice.index(3) {
                0 => format!("Oxygen saturation at rest on room air: {saturation} %."),
                1 => format!("Pulse oximetry: {saturation} % at rest, breathing room air, awake."),
                _ => format!("SpO2 {saturation} % on room air at rest, seated 10 minutes."),
            });
            if saturation <= 88 {
                assessment.push(format!("Chronic hypoxemia: saturation {saturation} % at rest on room air."));
            }
        }
        "Oxygen at home; order sent to equipment supplier."
    };
    Told {
        complaint: dice.pick(&["Shortness of breath.", "COPD follow-up."]).to_owned(),
        history,
        past: texts(&["COPD (J44.9)", "Former smoker, 40 pack-years", "Hypertension (I10)"]),
        medications: texts(&[
            "tiotropium 18 mcg daily",
            "albuterol inhaler as needed",
            "amlodipine 5 mg daily",
        ]),
        exam,
        assessment,
        plan: texts(&[plan, "Continue inhalers. Pulmonary rehabilitation. Return in 3 months."]),
    }
}

fn nerves(visit: &Visit, age: &str, dice: &mut Dice) -> Told {
    let mut exam =
        texts(&["Tongue fasciculations, weak grip on both sides.", "Breath sounds clear, weak cough."]);
    let mut assessment = vec!["Amyotrophic lateral sclerosis (G12.21).".to_owned()];
    if let Some(fvc) = visit.fvc {
        exam.push(match dice.index(2) {
            0 => format!("Spirometry, sitting: FVC {fvc} % of predicted."),
            _ => format!("Forced vital capacity (FVC) {fvc} % predicted, sitting."),
        });
        assessment.push(format!("Restrictive respiratory weakness, FVC {fvc} % of predicted."));
    }
    Told {
        complaint: dice.pick(&["ALS follow-up.", "Weakness, poor sleep."]).to_owned(),
        history: vec![
            format!("{age} with amyotrophic lateral sclerosis for {}.", visit.duration),
            hypoventilation(dice),
        ],
        past: texts(&["Amyotrophic lateral sclerosis (G12.21)", "Hypertension (I10)"]),
        medications: texts(&["riluzole 50 mg twice daily", "losartan 50 mg daily"]),
        exam,
        assessment,
        plan: texts(&[
            "Start bilevel device (respiratory assist device) at night; order sent to equipment supplier.",
            "ALS clinic in 3 months.",
        ]),
    }
}

/// Complaints of breathing too little at night.
fn hypoventilation(dice: &mut Dice) -> String {
    dice.pick(&[
        "Symptoms of sleep-associated hypoventilation: morning headaches, daytime sleepiness and fatigue.",
        "Wakes with headaches, is sleepy and tired during the day and short of breath when lying flat, consistent with \
         sleep-associated hypoventilation.",
    ])
    .to_owned()
}

fn mobility(chart: &Chart, age: &str, dice: &mut Dice) -> Told {
    let bed = chart.orders.iter().any(|order| order.family == Family::Bed);
    let (history, finding, diagnosis, plan) = if bed {
        (
            "with Parkinson's disease. Needs to change position often at night, which is not possible in an ordinary bed.",
            "Rigidity of arms and legs, cannot turn in bed without help.",
            "Parkinson's disease without dyskinesia (G20.A1).",
            "Semi-electric hospital bed ordered.",
        )
    } else {
        (
            "with osteoarthritis of both knees. Cannot walk to bathroom and kitchen at home; cane and walker do not suffice.",
            "Both knees swollen, flexion to 80 degrees, gait unsteady over 10 feet.",
            "Bilateral primary osteoarthritis of knee (M17.0).",
            "Standard manual wheelchair ordered; the home has room for it and the patient can propel it.",
        )
    };
    Told {
        complaint: dice
            .pick(&["Trouble getting around at home.", "Visit about equipment at home."])
            .to_owned(),
        history: vec![format!("{age} {history}")],
        past: texts(&["Hypertension (I10)", "Seasonal allergies"]),
        medications: texts(&["amlodipine 5 mg daily", "acetaminophen as needed"]),
        exam: texts(&[finding, "Heart and lungs normal."]),
        assessment: texts(&[diagnosis]),
        plan: texts(&[plan, "Physical therapy. Return in 3 months."]),
    }
}

/// "74-year-old woman".
fn visit_age(chart: &Chart, visit: &Visit) -> String {
    format!("{}-year-old {}", chart.patient.age_on(visit.date), chart.patient.sex.noun())
}

fn texts(of: &[&str]) -> Vec<String> {
    of.iter().map(|text| (*text).to_owned()).collect()
}

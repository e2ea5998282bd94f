//! What the hospital's documents say, in plain wording: one text a kind of document.

use super::script::Person;
use jiff::civil::Date;

/// Facts of one order that stories vary.
#[derive(Clone, Copy)]
pub(super) struct OrderFacts {
    pub(super) date: Date,
    pub(super) signed: bool,
}

fn us(date: Date) -> String {
    date.strftime("%m/%d/%Y").to_string()
}

fn head(person: &Person) -> String {
    format!("Patient Name: {}\nDate of Birth: {}\nMRN: {}\n", person.name, us(person.dob), person.mrn)
}

pub(super) fn facesheet(person: &Person) -> String {
    format!(
        "Riverside Hospital\nPATIENT FACESHEET\n\n{}Sex: Female\nAddress: 12 Elm Street, Albany, NY 12208\n\
         Home Phone: (518) 555-0101\n\nCOVERAGE INFORMATION\nPrimary Insurance: Medicare Part B\n\
         Subscriber ID: 1EG4TE5MK73\n",
        head(person)
    )
}

pub(super) fn order(person: &Person, facts: OrderFacts) -> String {
    let date = us(facts.date);
    let signature = if facts.signed {
        format!("Electronically signed by Martin Oakes, MD on {date} 09:30 AM\n")
    } else {
        "Signature: ______________________________   Date: ______________\n".to_owned()
    };
    format!(
        "Riverside Medical Group\nStandard Written Order - Durable Medical Equipment\n\n{}Order Date: {date}\n\n\
         Diagnosis\nICD-10: G47.33 Obstructive sleep apnea (adult) (pediatric)\n\nItems Ordered\n\
         HCPCS     Description                    Qty\n\
         E0601     CPAP device                    1\n\
         E0562     Heated humidifier              1\n\
         A7034     Nasal mask                     1\n\n\
         Device Settings\nPressure: 10 cmH2O\nLength of need: 99 months\n\n\
         Ordering Provider\nProvider: Martin Oakes, MD\nNPI: 1234567893\n\n{signature}",
        head(person)
    )
}

pub(super) fn office_note(person: &Person, date: Date) -> String {
    let date = us(date);
    format!(
        "Riverside Medical Group\nOffice Visit - Progress Notes\n\n{}Encounter Date: {date}\n\
         Visit Type: Office visit, in person\n\nHistory of Present Illness\n\
         The patient reports loud snoring, witnessed apneas and excessive daytime sleepiness for two years.\n\
         Epworth Sleepiness Scale: 15\n\nPhysical Exam\nBMI: 33.4\nNeck circumference: 17 in\n\n\
         Assessment and Plan\nThe patient was evaluated for obstructive sleep apnea. Suspected obstructive sleep\n\
         apnea; a sleep study is ordered. Hypertension.\n\n\
         Electronically signed by Martin Oakes, MD on {date} 04:10 PM\n",
        head(person)
    )
}

pub(super) fn study(person: &Person, night: Date) -> String {
    let (date, read) = (us(night), us(night.tomorrow().expect("a day")));
    format!(
        "Riverside Sleep Laboratory\nDiagnostic Polysomnography Report\n\n{}Study Date: {date}\n\n\
         Indication\nSuspected obstructive sleep apnea.\n\nSleep Architecture\nRecording start: {date} 10:15 PM\n\
         Total recording time: 440.0 min\nTotal sleep time (TST): 390.0 min\nSleep efficiency: 88.6 %\n\n\
         Respiratory Events\nObstructive apneas: 90\nCentral apneas: 2\nMixed apneas: 1\nHypopneas: 89\n\
         Total events: 182\nApnea-Hypopnea Index (AHI, 4%): 28.0 /h\n\
         Hypopneas scored with a 4 % oxygen desaturation.\n\n\
         Oxygen Saturation\nLowest SpO2: 79 %\nMean SpO2: 93 %\n\nImpression\nSevere obstructive sleep apnea.\n\n\
         Interpreted and electronically signed by Dana Whitlock, MD on {read} 11:00 AM\n",
        head(person)
    )
}

pub(super) fn lab(person: &Person, date: Date) -> String {
    let date = us(date);
    format!(
        "Riverside Laboratory\nLaboratory Report\n\n{}Collected: {date}\n\n\
         Component          Result      Reference\nSodium             139         136-145 mmol/L\n\
         Potassium          4.1         3.5-5.1 mmol/L\nGlucose            98          70-99 mg/dL\n\
         Hemoglobin A1c     5.6         4.0-5.6 %\n\nFinal result {date}\n",
        head(person)
    )
}

//! Draws patients and clinicians.

use jiff::civil::Date;

use super::days::before;
use super::identifiers;
use super::names;
use super::names::Region;
use crate::chart::{Address, Clinician, Coverage, Patient, PayerKind, PersonName, Sex};
use crate::dice::Dice;
use crate::kind::HospitalKind;

/// Share of patients with a commercial payer, where the story allows one.
const COMMERCIAL_SHARE: f64 = 0.25;

/// What decides a patient besides the dice.
pub(crate) struct Wanted {
    pub(crate) kind: HospitalKind,
    /// Keeps family names apart within a hospital.
    pub(crate) number: usize,
    pub(crate) mrn: String,
    /// The portal's hidden key.
    pub(crate) pat_id: String,
    pub(crate) commercial_allowed: bool,
    pub(crate) today: Date,
    /// Name and sex of somebody whose namesake this is.
    pub(crate) namesake: Option<(PersonName, Sex)>,
}

/// A patient.
pub(crate) fn patient(dice: &mut Dice, wanted: Wanted) -> Patient {
    let Wanted { kind, number, mrn, pat_id, commercial_allowed, today, namesake } = wanted;
    let region = names::region(kind);
    let sex = if dice.chance(0.5) { Sex::Female } else { Sex::Male };
    let commercial = commercial_allowed && dice.chance(COMMERCIAL_SHARE);
    let age_days =
        if commercial { dice.between(38 * 365, 62 * 365) } else { dice.between(66 * 365, 86 * 365) };
    let name = patient_name(dice, number, sex);
    let (name, sex) = namesake.unwrap_or((name, sex));
    let emergency = match sex {
        Sex::Female => (dice.pick(&names::MEN), dice.pick(&["Spouse", "Son", "Brother"])),
        Sex::Male => (dice.pick(&names::WOMEN), dice.pick(&["Spouse", "Daughter", "Sister"])),
    };
    let height_in = if sex == Sex::Female { dice.between(60, 68) } else { dice.between(65, 74) };
    let bmi = dice.fraction(28.5, 42.0);
    let height_m = height_in as f64 * 0.0254;
    Patient {
        emergency_name: format!("{}, {}", name.family, emergency.0),
        emergency_relation: emergency.1,
        emergency_phone: phone(dice, region),
        mrn,
        pat_id,
        dob: before(today, age_days),
        sex,
        address: address(dice, region),
        phone: phone(dice, region),
        mobile: dice.chance(0.6).then(|| phone(dice, region)),
        coverages: coverages(dice, region, commercial, today),
        pcp: clinician(dice, kind, false),
        height_in,
        weight_lb: (bmi * height_m * height_m / 0.453_592_37).round() as i64,
        name,
    }
}

fn patient_name(dice: &mut Dice, number: usize, sex: Sex) -> PersonName {
    let given = match sex {
        Sex::Female => dice.pick(&names::WOMEN),
        Sex::Male => dice.pick(&names::MEN),
    };
    let suffix = (sex == Sex::Male && dice.chance(0.25)).then(|| dice.pick(&["Jr.", "Sr.", "III"]));
    PersonName {
        family: names::FAMILIES[number % names::FAMILIES.len()].to_owned(),
        given: given.to_owned(),
        middle: dice.chance(0.65).then(|| initial(dice)),
        suffix,
    }
}

fn coverages(dice: &mut Dice, region: &Region, commercial: bool, today: Date) -> Vec<Coverage> {
    let effective = Date::new(today.year() - 2, 1, 1).unwrap_or(today);
    if commercial {
        return vec![commercial_coverage(dice, region, effective)];
    }
    let (payer, plan) = dice.pick(&names::MEDICARE);
    let mut coverages = vec![Coverage {
        kind: PayerKind::Medicare,
        payer,
        plan,
        member_id: identifiers::mbi(dice),
        group: None,
        effective,
    }];
    if dice.chance(0.4) {
        coverages.push(commercial_coverage(dice, region, effective));
    }
    coverages
}

fn commercial_coverage(dice: &mut Dice, region: &Region, effective: Date) -> Coverage {
    let (payer, plan, prefix) = dice.pick(&region.commercial);
    Coverage {
        kind: PayerKind::Commercial,
        payer,
        plan,
        member_id: format!("{prefix}{}", dice.digits(9)),
        group: Some(dice.digits(6)),
        effective,
    }
}

/// A practitioner of primary care or of sleep medicine.
pub(crate) fn clinician(dice: &mut Dice, kind: HospitalKind, sleep: bool) -> Clinician {
    let region = names::region(kind);
    let woman = dice.chance(0.5);
    let given = if woman { dice.pick(&names::WOMEN) } else { dice.pick(&names::MEN) };
    let (specialty, practice, credential) = if sleep {
        ("Sleep Medicine", dice.pick(&region.sleep_practices), dice.pick(&["MD", "MD", "DO"]))
    } else {
        let specialty = dice.pick(&["Family Medicine", "Internal Medicine"]);
        (specialty, dice.pick(&region.primary_care), dice.pick(&["MD", "MD", "DO", "NP", "PA-C"]))
    };
    Clinician {
        name: PersonName {
            family: dice.pick(&names::CLINICIANS).to_owned(),
            given: given.to_owned(),
            middle: dice.chance(0.5).then(|| initial(dice)),
            suffix: None,
        },
        credential,
        specialty,
        practice,
        npi: identifiers::npi(dice),
        phone: phone(dice, region),
        fax: phone(dice, region),
        address: address(dice, region),
    }
}

fn address(dice: &mut Dice, region: &Region) -> Address {
    let (city, state, zip) = dice.pick(&region.towns);
    Address { street: format!("{} {}", dice.between(3, 980), dice.pick(&names::STREETS)), city, state, zip }
}

/// A number from the range kept free for fiction (555-0100 to 555-0199).
fn phone(dice: &mut Dice, region: &Region) -> String {
    format!("({}) 555-01{}", region.area_code, dice.digits(2))
}

fn initial(dice: &mut Dice) -> char {
    dice.pick(&['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'R', 'S', 'T', 'W'])
}

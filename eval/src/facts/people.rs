//! People who do not exist: names, addresses, identifiers with their check digits.

use super::value::{Facts, Name, Value};
use jiff::civil::{Date, date};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

const WOMEN: [&str; 24] = [
    "Marlene",
    "Dolores",
    "Beatriz",
    "Yolanda",
    "Ingrid",
    "Patrice",
    "Corinne",
    "Rosalind",
    "Thuy",
    "Aisha",
    "Gwendolyn",
    "Lorraine",
    "Hedwig",
    "Priscilla",
    "Noreen",
    "Carmela",
    "Shirley",
    "Winifred",
    "Ottilie",
    "Magdalena",
    "Joyce",
    "Roberta",
    "Fatima",
    "Eun",
];
const MEN: [&str; 24] = [
    "Leopold", "Curtis", "Ramon", "Desmond", "Vaughn", "Terrence", "Anselm", "Wendell", "Kazuo", "Emmett",
    "Gustavo", "Norbert", "Clifford", "Rashid", "Stanley", "Orlando", "Percival", "Duane", "Gerhard",
    "Isaiah", "Bernard", "Tobias", "Alvin", "Dmitri",
];
const LAST: [&str; 48] = [
    "Abernathy",
    "Blankenship",
    "Castellanos",
    "Drummond",
    "Eisenhauer",
    "Fitzgibbon",
    "Grabowski",
    "Hollingsworth",
    "Iverson",
    "Jankowski",
    "Kowalczyk",
    "Lindqvist",
    "McAllister",
    "Nakagawa",
    "O'Rourke",
    "Pemberton",
    "Quintana",
    "Rasmussen",
    "Szymanski",
    "Thibodeaux",
    "Underhill",
    "Villanueva",
    "Whitcomb",
    "Yarborough",
    "Zielinski",
    "Ashworth",
    "Bergstrom",
    "Delacroix",
    "Engstrom",
    "Fontaine",
    "Gallagher",
    "Haverford",
    "Kirkpatrick",
    "Lombardi",
    "Mendenhall",
    "Novak",
    "Oyelaran",
    "Prendergast",
    "Rutherford",
    "Santangelo",
    "Trivedi",
    "Vandermeer",
    "Washburn",
    "St. John",
    "Garcia-Lopez",
    "Nguyen",
    "Park",
    "Lee",
];
const STREETS: [&str; 12] = [
    "Maple Hollow Rd",
    "Quaker Street",
    "Old Mill Lane",
    "N Broadway",
    "Birchwood Ter",
    "Canal St",
    "Sycamore Ave",
    "Prospect Hill Dr",
    "Route 9W",
    "Juniper Ct",
    "W 4th Street",
    "Fairground Blvd",
];
const CITIES: [(&str, &str, &str, &str); 8] = [
    ("Troy", "NY", "12180", "518"),
    ("Dayton", "OH", "45402", "937"),
    ("Erie", "PA", "16501", "814"),
    ("Macon", "GA", "31201", "478"),
    ("Duluth", "MN", "55802", "218"),
    ("Yakima", "WA", "98901", "509"),
    ("Lowell", "MA", "01852", "978"),
    ("Tyler", "TX", "75701", "903"),
];

/// A person with what papers print of one.
pub(crate) struct Person {
    pub(crate) name: Name,
    pub(crate) woman: bool,
}

impl Person {
    pub(crate) fn any(dice: &mut ChaCha8Rng) -> Self {
        let woman = dice.random_bool(0.5);
        let first = if woman { pick(dice, &WOMEN) } else { pick(dice, &MEN) };
        let middle = if dice.random_bool(0.6) {
            char::from(b'A' + dice.random_range(0..26_u8)).to_string()
        } else {
            String::new()
        };
        Self { name: Name { first: first.to_owned(), middle, last: pick(dice, &LAST).to_owned() }, woman }
    }
}

/// One of several.
pub(crate) fn pick<T: Copy>(dice: &mut ChaCha8Rng, of: &[T]) -> T {
    of[dice.random_range(0..of.len())]
}

fn digits(dice: &mut ChaCha8Rng, count: usize) -> String {
    (0..count).map(|_| char::from(b'0' + dice.random_range(0..10_u8))).collect()
}

/// An NPI with its check digit (Luhn after the prefix 80840, which adds 24), or with a wrong one.
pub(crate) fn npi(dice: &mut ChaCha8Rng, valid: bool) -> String {
    let nine = format!("1{}", digits(dice, 8));
    let sum: u32 = nine
        .bytes()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0');
            let doubled = if at % 2 == 0 { digit * 2 } else { digit };
            doubled / 10 + doubled % 10
        })
        .sum();
    let check = (10 - (sum + 24) % 10) % 10;
    format!("{nine}{}", if valid { check } else { (check + 3) % 10 })
}

/// A Medicare number: CMS, Understanding the MBI format.
fn mbi(dice: &mut ChaCha8Rng) -> String {
    let letters: Vec<char> = "ACDEFGHJKMNPQRTUVWXY".chars().collect();
    "1AXNAXNAANN"
        .chars()
        .map(|kind| match kind {
            '1' => char::from(b'1' + dice.random_range(0..9_u8)),
            'A' => pick(dice, &letters),
            'X' if dice.random_bool(0.5) => pick(dice, &letters),
            _ => char::from(b'0' + dice.random_range(0..10_u8)),
        })
        .collect()
}

fn phone(dice: &mut ChaCha8Rng, area: &str) -> String {
    format!("{area}{}{}", dice.random_range(222..990), digits(dice, 4))
}

/// The patient, the coverages and the people around them.
pub(crate) fn people(dice: &mut ChaCha8Rng, facts: &mut Facts, today: Date, payer: Payer) {
    let patient = Person::any(dice);
    let area = patient_facts(dice, facts, &patient, today, payer);
    coverage(dice, facts, payer);
    for role in ["rx", "pcp", "slp", "att"] {
        provider(dice, facts, role, area);
    }
    let contact = Person::any(dice);
    let relation = if contact.woman == patient.woman {
        pick(dice, &["Sibling", "Friend", "Child"])
    } else {
        pick(dice, &["Spouse", "Child", "Parent"])
    };
    let last = patient.name.last.clone();
    facts.set("ec.name", Value::Name(Name { last, ..contact.name }));
    facts.text("ec.rel", relation);
    facts.text("ec.phone", phone(dice, area));
}

fn patient_facts(
    dice: &mut ChaCha8Rng,
    facts: &mut Facts,
    patient: &Person,
    today: Date,
    payer: Payer,
) -> &'static str {
    let oldest = if payer == Payer::Commercial { 30..64 } else { 65..88 };
    let born = date(today.year() - dice.random_range(oldest), 1, 1);
    let born = born.saturating_add(jiff::Span::new().days(dice.random_range(0..365)));
    let (city, state, zip, area) = pick(dice, &CITIES);
    facts.set("pt.name", Value::Name(patient.name.clone()));
    facts.date("pt.dob", born);
    facts.count(
        "pt.age",
        i64::from(today.year() - born.year())
            - i64::from((today.month(), today.day()) < (born.month(), born.day())),
    );
    let words = if patient.woman {
        ["F", "Female", "she", "her", "her", "Ms.", "woman", "She", "Her"]
    } else {
        ["M", "Male", "he", "his", "him", "Mr.", "man", "He", "His"]
    };
    for (key, word) in ["sex", "sexw", "he", "his", "him", "title", "person", "He", "His"].iter().zip(words) {
        facts.text(&format!("pt.{key}"), word);
    }
    let mrn = match dice.random_range(0..3) {
        0 => digits(dice, 7),
        1 => format!("E{}", digits(dice, 7)),
        _ => format!("00{}", digits(dice, 6)),
    };
    facts.text("pt.mrn", mrn);
    facts.text("pt.phone", phone(dice, area));
    facts.text("pt.mobile", phone(dice, area));
    facts.text("pt.street", format!("{} {}", dice.random_range(4..2400), pick(dice, &STREETS)));
    facts.text("pt.city", city);
    facts.text("pt.state", state);
    facts.text("pt.zip", zip);
    facts.text("pt.ssn4", digits(dice, 4));
    facts.text("enc.csn", format!("1{}", digits(dice, 8)));
    facts.text("enc.acct", format!("40{}", digits(dice, 7)));
    facts.text(
        "supplier",
        pick(dice, &["Tri-River Home Medical", "Beacon Respiratory Supply", "Northstar DME LLC"]),
    );
    facts.text("supplier.fax", phone(dice, area));
    facts.text("site.phone", phone(dice, area));
    facts.text("site.fax", phone(dice, area));
    area
}

/// Who pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payer {
    Medicare,
    Advantage,
    Commercial,
    Medicaid,
}

fn coverage(dice: &mut ChaCha8Rng, facts: &mut Facts, payer: Payer) {
    let (name, plan, id) = match payer {
        Payer::Medicare => ("Medicare", "Medicare Part A and B", mbi(dice)),
        Payer::Advantage => (
            pick(dice, &["Humana Medicare Advantage", "Aetna Medicare Advantage"]),
            "Gold Plus HMO",
            format!("H{}", digits(dice, 8)),
        ),
        Payer::Commercial => (
            pick(dice, &["Cigna", "Anthem Blue Cross", "UnitedHealthcare"]),
            "Open Access PPO",
            format!("W{}", digits(dice, 9)),
        ),
        Payer::Medicaid => ("State Medicaid", "Managed Care", format!("ZX{}C", digits(dice, 5))),
    };
    facts.text("cov.payer", name);
    facts.text("cov.plan", plan);
    facts.text("cov.id", id.clone());
    if payer == Payer::Medicare {
        facts.flag("medicare", true);
        facts.text("cov.mbi", id);
        if dice.random_bool(0.5) {
            facts.text("cov2.payer", "Mutual of Omaha Medigap");
            facts.text("cov2.id", format!("{}-{}", digits(dice, 6), digits(dice, 2)));
        }
    } else {
        facts.text("cov.group", digits(dice, 6));
    }
    facts.date("cov.eff", date(dice.random_range(2015..2025), 1, 1));
}

fn provider(dice: &mut ChaCha8Rng, facts: &mut Facts, role: &str, area: &str) {
    let person = Person::any(dice);
    facts.set(&format!("{role}.name"), Value::Name(person.name));
    let cred =
        if role == "slp" { pick(dice, &["MD", "DO"]) } else { pick(dice, &["MD", "DO", "NP", "PA-C", "MD"]) };
    facts.text(&format!("{role}.cred"), cred);
    facts.text(&format!("{role}.npi"), npi(dice, true));
    facts.text(&format!("{role}.phone"), phone(dice, area));
    facts.text(&format!("{role}.fax"), phone(dice, area));
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn identifiers_hold_to_their_check_digits() {
        let mut dice = ChaCha8Rng::seed_from_u64(1);
        for _ in 0..200 {
            assert!(understanding::npi_is_valid(&npi(&mut dice, true)));
            assert!(!understanding::npi_is_valid(&npi(&mut dice, false)));
            assert!(understanding::mbi(&mbi(&mut dice)).is_some());
        }
    }
}

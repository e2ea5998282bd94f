//! Identifiers that pass the checks real ones pass.

use crate::dice::Dice;

/// Letters an MBI may hold: no S, L, O, I, B, Z (CMS, "Understanding the MBI format").
const MBI_LETTERS: [char; 20] =
    ['A', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P', 'Q', 'R', 'T', 'U', 'V', 'W', 'X', 'Y'];

/// An individual's NPI: ten digits, first 1, check digit by Luhn over "80840" and the first nine.
pub(crate) fn npi(dice: &mut Dice) -> String {
    let first_nine = format!("1{}", dice.digits(8));
    let check = luhn_check_digit(&format!("80840{first_nine}"));
    format!("{first_nine}{check}")
}

/// The digit that makes `digits` followed by it pass the Luhn test.
fn luhn_check_digit(digits: &str) -> u32 {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(i, d)| match (i % 2 == 0, d * 2) {
            (true, doubled) if doubled > 9 => doubled - 9,
            (true, doubled) => doubled,
            (false, _) => d,
        })
        .sum();
    (10 - sum % 10) % 10
}

/// A Medicare Beneficiary Identifier, eleven characters without dashes.
///
/// Position 1 is 1 to 9; 4, 7, 10 and 11 are digits; 2, 5, 8 and 9 are letters; 3 and 6 are either.
pub(crate) fn mbi(dice: &mut Dice) -> String {
    (1..=11)
        .map(|position| match position {
            1 => digit(dice, 1),
            2 | 5 | 8 | 9 => dice.pick(&MBI_LETTERS),
            3 | 6 if dice.chance(0.5) => dice.pick(&MBI_LETTERS),
            _ => digit(dice, 0),
        })
        .collect()
}

/// "1EG4TE5MK73" as cards print it: "1EG4-TE5-MK73".
pub(crate) fn dashed_mbi(mbi: &str) -> String {
    match (mbi.get(0..4), mbi.get(4..7), mbi.get(7..)) {
        (Some(a), Some(b), Some(c)) => format!("{a}-{b}-{c}"),
        _ => mbi.to_owned(),
    }
}

fn digit(dice: &mut Dice, low: i64) -> char {
    u32::try_from(dice.between(low, 9)).ok().and_then(|d| char::from_digit(d, 10)).unwrap_or('1')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn luhn_passes(digits: &str) -> bool {
        let sum: u32 = digits
            .bytes()
            .rev()
            .enumerate()
            .map(|(i, b)| {
                let d = u32::from(b - b'0');
                if i % 2 == 1 { d * 2 / 10 + d * 2 % 10 } else { d }
            })
            .sum();
        sum.is_multiple_of(10)
    }

    #[test]
    fn the_published_example_npi_has_check_digit_three() {
        // CMS's own worked example: 1234567893.
        assert_eq!(luhn_check_digit("80840123456789"), 3);
    }

    proptest! {
        #[test]
        fn every_npi_passes_luhn_behind_its_prefix(seed: u64) {
            let npi = npi(&mut Dice::of(seed, "npi"));
            prop_assert_eq!(npi.len(), 10);
            prop_assert!(npi.bytes().all(|b| b.is_ascii_digit()));
            let prefixed = format!("80840{npi}");
            prop_assert!(luhn_passes(&prefixed));
        }

        #[test]
        fn every_mbi_has_the_right_kind_at_each_place(seed: u64) {
            let mbi = mbi(&mut Dice::of(seed, "mbi"));
            prop_assert_eq!(mbi.len(), 11);
            for (i, c) in mbi.chars().enumerate() {
                let letter = c.is_ascii_uppercase() && !"SLOIBZ".contains(c);
                let fits = match i + 1 {
                    1 => ('1'..='9').contains(&c),
                    2 | 5 | 8 | 9 => letter,
                    3 | 6 => letter || c.is_ascii_digit(),
                    _ => c.is_ascii_digit(),
                };
                prop_assert!(fits, "place {} is {}", i + 1, c);
            }
        }
    }
}

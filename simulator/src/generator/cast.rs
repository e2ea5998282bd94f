//! Which stories a hospital of a given size tells.

use super::story::Story;
use crate::dice::Dice;

/// Told in every hospital of six patients and more, in the order small hospitals get them.
const ALWAYS: [Story; 5] =
    [Story::NonDme, Story::NoSleepStudy, Story::DuplicateCc, Story::UnsignedOrder, Story::NoteAfterStudy];

/// From this size on every story is told; twice from twice this size on, and so on.
const WHOLE_CAST: usize = 60;

/// From this size on complete orders are at least two.
const SMALL: usize = 8;

impl Story {
    /// The stories of a hospital with `patients` patients, in random order: from six patients on those
    /// told always, then as many others as fit, by seed; the rest are complete orders, which are never
    /// outnumbered by any other story.
    pub(crate) fn cast(patients: usize, seed: u64) -> Vec<Story> {
        let dice = &mut Dice::of(seed, "stories");
        let mut others: Vec<Story> = Story::ALL
            .into_iter()
            .filter(|story| *story != Story::CompleteCpap && !ALWAYS.contains(story))
            .collect();
        dice.shuffle(&mut others);
        let told_once: Vec<Story> = ALWAYS.into_iter().chain(others).collect();
        let room = match patients {
            0..SMALL => patients.saturating_sub(1),
            _ => patients - 2,
        };
        let mut cast = Vec::new();
        for story in told_once.repeat((patients / WHOLE_CAST).max(1)) {
            if cast.len() + story.patients() <= room {
                cast.extend(std::iter::repeat_n(story, story.patients()));
            }
        }
        cast.resize(patients, Story::CompleteCpap);
        dice.shuffle(&mut cast);
        cast
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(cast: &[Story], story: Story) -> usize {
        cast.iter().filter(|told| **told == story).count()
    }

    #[test]
    fn sixty_patients_tell_every_story_and_complete_orders_are_the_most_frequent() {
        for seed in 0..20 {
            for patients in [60, 61, 119, 120, 200] {
                let cast = Story::cast(patients, seed);
                assert_eq!(cast.len(), patients);
                for story in Story::ALL {
                    assert!(count(&cast, story) >= story.patients(), "{story:?} of {patients}");
                    assert!(count(&cast, story) <= count(&cast, Story::CompleteCpap));
                }
            }
        }
    }

    #[test]
    fn twelve_patients_tell_the_six_first_stories_and_others_by_seed() {
        let mut others = std::collections::BTreeSet::new();
        for seed in 0..60 {
            let cast = Story::cast(12, seed);
            assert_eq!(cast.len(), 12);
            assert!(ALWAYS.iter().all(|story| cast.contains(story)));
            assert!(count(&cast, Story::CompleteCpap) >= 2);
            assert_eq!(count(&cast, Story::SameName) % 2, 0);
            others.extend(cast.into_iter().filter(|story| !ALWAYS.contains(story)));
        }
        assert_eq!(others.len(), Story::ALL.len() - ALWAYS.len());
    }

    #[test]
    fn smaller_hospitals_tell_fewer() {
        let six = Story::cast(6, 7);
        assert!(ALWAYS.iter().all(|story| six.contains(story)) && six.contains(&Story::CompleteCpap));
        assert_eq!(Story::cast(1, 7), [Story::CompleteCpap]);
        assert!(Story::cast(0, 7).is_empty());
    }
}

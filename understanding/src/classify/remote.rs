//! Whether a visit was by video or telephone. A remote visit taken for one in person satisfies a rule it must not, so
//! every wording counts that is not of another visit.

use crate::find::DocView;
use crate::text::{find_phrase, words_of};

/// Words of a visit at a distance.
const REMOTE: [&str; 52] = [
    "video connect",
    "video note",
    "telephone note",
    "telehealth",
    "telemedicine",
    "video visit",
    "virtual visit",
    "phone visit",
    "telephone visit",
    "telephone encounter",
    "via video",
    "by video",
    "video conference",
    "audio only",
    "by telephone",
    "by phone",
    "via telephone",
    "video enabled",
    "via phone",
    "televisit",
    "tele visit",
    "tele health",
    "virtual encounter",
    "virtual appointment",
    "virtual care",
    "virtual consult",
    "virtual consultation",
    "video encounter",
    "video appointment",
    "video consultation",
    "video consult",
    "audio video",
    "audio visual",
    "audiovisual",
    "audio and video",
    "two way video",
    "real time video",
    "live video",
    "interactive video",
    "interactive audio",
    "secure video",
    "video platform",
    "video call",
    "synchronous",
    "remote visit",
    "remote encounter",
    "doximity",
    "doxy me",
    "facetime",
    "via zoom",
    "telephonic",
    "e visit",
];
/// Words by which another visit is meant, or none.
const OTHERS: [&str; 19] = [
    "not",
    "no",
    "declined",
    "offered",
    "declines",
    "follow",
    "next",
    "return",
    "schedule",
    "scheduled",
    "future",
    "prior",
    "previous",
    "previously",
    "last",
    "available",
    "option",
    "called",
    "results",
];
/// Words of a visit in person: where a note has them in its text, a single hint at the telephone is of another visit.
const PRESENT: [&str; 8] = [
    "in person",
    "seen in the office",
    "in office visit",
    "seen in clinic",
    "presents to the office",
    "seen face to face",
    "presents to clinic",
    "here in clinic",
];

/// Whether a note is of a remote visit.
pub(super) fn is_remote(view: &DocView<'_>) -> bool {
    /// Lines that are head and title, where a word says what the paper is.
    const HEAD: usize = 12;
    let (mut head, mut text, mut present) = (false, 0, false);
    for (index, (page, _, line)) in view.lines().enumerate() {
        let words = words_of(line);
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| find_phrase(&words, phrase).is_some());
        present |= says(&PRESENT) && !words.iter().any(|word| word == "not" || word == "unable");
        if !says(&REMOTE) || words.iter().any(|word| OTHERS.contains(&word.as_str())) {
            continue;
        }
        if page == 0 && index < HEAD {
            head = true;
        } else {
            text += 1;
        }
    }
    head || text > usize::from(present)
}

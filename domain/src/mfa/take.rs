//! Which waiting codes a login may use, and whether they agree on one.

use crate::ports::{CodeEntry, CodeWindow, TakeVerdict, WaitingCodes};
use std::collections::BTreeSet;

impl CodeWindow {
    /// Whether a code is for this window's address, arrived inside it and answers this login (clause M-2).
    pub fn admits(&self, entry: &CodeEntry) -> bool {
        entry.address == self.address
            && entry.arrived_at >= self.not_before
            && entry.arrived_at >= self.oldest
            && self.sent_from.is_none_or(|from| entry.sent_at.is_some_and(|sent| sent >= from))
    }
}

/// What taking from these waiting codes gives. One code mailed twice is one candidate, and with `Taken` every
/// entry the window admits is used up; codes that differ are nobody's to choose from (clause M-3).
pub fn take_verdict<'a>(
    waiting: impl IntoIterator<Item = &'a CodeEntry>,
    window: &CodeWindow,
) -> TakeVerdict {
    let codes: BTreeSet<_> =
        waiting.into_iter().filter(|entry| window.admits(entry)).map(|entry| &entry.code).collect();
    match (codes.first(), codes.len()) {
        (None, _) => TakeVerdict::Nothing,
        (Some(code), 1) => TakeVerdict::Taken((*code).clone()),
        (Some(_), candidates) => TakeVerdict::Ambiguous { candidates },
    }
}

/// What waits among these codes for a window.
pub fn waiting_codes<'a>(
    waiting: impl IntoIterator<Item = &'a CodeEntry>,
    window: &CodeWindow,
) -> WaitingCodes {
    let admitted: Vec<_> = waiting.into_iter().filter(|entry| window.admits(entry)).collect();
    let codes: BTreeSet<_> = admitted.iter().map(|entry| &entry.code).collect();
    WaitingCodes { codes: codes.len(), sent_at: admitted.iter().filter_map(|entry| entry.sent_at).max() }
}

#[cfg(test)]
mod tests {
    use super::{CodeEntry, CodeWindow, TakeVerdict, take_verdict};
    use crate::ids::PortalName;
    use crate::ports::CodeAddress;
    use jiff::Timestamp;

    fn address(portal: &str) -> CodeAddress {
        CodeAddress::Person { portal: PortalName::new(portal) }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn what_was_sent_for_an_earlier_login_is_not_ours_however_late_it_comes() {
        let entry = |sent: Option<i64>| CodeEntry {
            id: "m".to_owned(),
            address: address("ours"),
            arrived_at: at(20),
            sent_at: sent.map(at),
            code: "1".into(),
        };
        let window = |sent_from: Option<i64>| CodeWindow {
            address: address("ours"),
            not_before: at(10),
            oldest: at(0),
            sent_from: sent_from.map(at),
        };
        for (from, sent, ours) in [
            (None, None, true),
            (None, Some(1), true),
            (Some(8), Some(8), true),
            (Some(8), Some(7), false),
            (Some(8), None, false),
        ] {
            assert_eq!(window(from).admits(&entry(sent)), ours, "{from:?} {sent:?}");
        }
    }

    #[test]
    fn only_codes_of_the_window_count_and_only_one_is_taken() {
        let ours = |seconds, code: &str| (address("ours"), seconds, code.to_owned());
        let theirs = |seconds, code: &str| (address("theirs"), seconds, code.to_owned());
        let cases = [
            (vec![], TakeVerdict::Nothing),
            (vec![ours(9, "1")], TakeVerdict::Nothing),
            (vec![theirs(10, "1")], TakeVerdict::Nothing),
            (vec![ours(10, "1")], TakeVerdict::Taken("1".into())),
            (vec![ours(9, "1"), theirs(11, "2"), ours(11, "3")], TakeVerdict::Taken("3".into())),
            (vec![ours(10, "1"), ours(11, "1")], TakeVerdict::Taken("1".into())),
            (vec![ours(10, "1"), ours(11, "2")], TakeVerdict::Ambiguous { candidates: 2 }),
            (vec![ours(10, "1"), ours(11, "2"), ours(12, "1")], TakeVerdict::Ambiguous { candidates: 2 }),
        ];
        // Both bounds hold, whichever is the later one.
        for (not_before, oldest) in [(10, 3), (3, 10)] {
            let (address_of, sent_from) = (address("ours"), None);
            let window =
                CodeWindow { address: address_of, not_before: at(not_before), oldest: at(oldest), sent_from };
            for (mails, expected) in &cases {
                let entry =
                    |(id, (address, seconds, code)): (usize, &(CodeAddress, i64, String))| CodeEntry {
                        id: format!("m{id}"),
                        address: address.clone(),
                        arrived_at: at(*seconds),
                        sent_at: None,
                        code: code.as_str().into(),
                    };
                let waiting: Vec<CodeEntry> = mails.iter().enumerate().map(entry).collect();
                assert_eq!(take_verdict(&waiting, &window), *expected, "{mails:?}");
            }
        }
    }
}

//! The mailbox: verification codes as raw mails, the way SES stores what Gmail forwarded.
//!
//! One file per mail, named by the SES message id and put in place by rename, so that a reader never
//! sees half a mail. Ids and codes come from the system's randomness, not from the seed: a second run
//! must not look like a repetition of the first. What goes wrong around a code ([`CodeFaults`]) is
//! decided by its number alone.

mod raw;

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{Timestamp, ToSpan};
use rand::RngExt;

use crate::faults::CodeFaults;
use crate::kind::HospitalKind;
use raw::Letter;

/// Where both hospitals send codes when they share one address.
pub(crate) const SHARED_RECIPIENT: &str = "dme.codes@gmail.com";

/// Age of the mail that an earlier attempt left behind: its code is void by twice its life.
const OLD_MINUTES: i64 = 20;

/// A domain that signs forged mails.
const SPOOFER: &str = "carelink-security.example";

/// Upper case without the look-alikes 0, O, 1 and I.
const ALPHANUMERIC: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A folder that receives mails.
#[derive(Debug, Clone)]
pub(crate) struct Mailbox {
    folder: PathBuf,
}

/// Who mails to whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route {
    pub(crate) hospital: HospitalKind,
    pub(crate) recipient: &'static str,
}

impl Route {
    /// The hospital's own address, or the one both share.
    pub(crate) fn of(hospital: HospitalKind, shared: bool) -> Self {
        Self { hospital, recipient: if shared { SHARED_RECIPIENT } else { hospital.mail_recipient() } }
    }
}

impl Mailbox {
    /// Delivers into `folder`, which must exist.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Mails a code and whatever the faults put around it; a late mail is written later.
    ///
    /// # Errors
    /// What the file system said.
    pub(crate) async fn deliver(
        &self,
        route: Route,
        code: &str,
        now: Timestamp,
        faults: CodeFaults,
    ) -> std::io::Result<()> {
        if faults.old_first {
            let sent = now.saturating_sub(OLD_MINUTES.minutes()).unwrap_or(Timestamp::MIN);
            self.write(&Letter::honest(route, &new_code(), sent, now)).await?;
        }
        if faults.spoofed_first {
            self.write(&Letter::forged(route, &new_code(), SPOOFER, now)).await?;
        }
        let late = i64::try_from(faults.late_secs).unwrap_or(0);
        let received = now.saturating_add(late.seconds()).unwrap_or(now);
        let letter = Letter::honest(route, code, now, received);
        let mut letters = vec![letter.clone()];
        letters.extend(faults.twice.then_some(letter));
        if faults.ambiguous {
            // The portal sent a code, and at once another that makes it void. Mails overtake each other: the
            // valid one comes first, so that whoever is quick is right and whoever waits sees two.
            let sent = now.saturating_sub(1.second()).unwrap_or(Timestamp::MIN);
            letters.push(Letter::honest(route, &new_code(), sent, received));
        }
        if faults.late_secs == 0 {
            return self.write_all(&letters).await;
        }
        let (mailbox, delay) = (self.clone(), Duration::from_secs(faults.late_secs));
        tokio::spawn(async move {
            tokio::time::sleep(delay).await;
            if let Err(cause) = mailbox.write_all(&letters).await {
                tracing::error!(%cause, "cannot write a late code mail");
            }
        });
        Ok(())
    }

    async fn write_all(&self, letters: &[Letter]) -> std::io::Result<()> {
        for letter in letters {
            self.write(letter).await?;
        }
        Ok(())
    }

    /// Under a new id each time: SES gives one to every delivery.
    async fn write(&self, letter: &Letter) -> std::io::Result<()> {
        let id = random_text(b"abcdefghijklmnopqrstuvwxyz0123456789", 40);
        let partial = self.folder.join(format!(".{id}.partial"));
        tokio::fs::write(&partial, letter.raw(&id)).await?;
        tokio::fs::rename(&partial, self.folder.join(&id)).await
    }
}

/// A new code: six digits mostly, letters and digits at times.
pub(crate) fn new_code() -> String {
    if rand::rng().random_bool(0.7) {
        return random_text(b"0123456789", 6);
    }
    // At least one letter and one digit, or it would read as a word or as a number.
    loop {
        let code = random_text(ALPHANUMERIC, 6);
        let digits = code.bytes().filter(u8::is_ascii_digit).count();
        if (1..6).contains(&digits) {
            return code;
        }
    }
}

/// Random text over an alphabet, also for session keys.
pub(crate) fn random_text(alphabet: &[u8], length: usize) -> String {
    let mut rng = rand::rng();
    (0..length).map(|_| char::from(alphabet[rng.random_range(0..alphabet.len())])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_six_characters_and_never_a_look_alike_letter() {
        for _ in 0..500 {
            let code = new_code();
            assert_eq!(code.len(), 6);
            assert!(code.bytes().any(|b| b.is_ascii_digit()));
            assert!(!code.contains(['O', 'I']), "{code}");
        }
    }

    #[tokio::test]
    async fn faults_put_old_forged_and_second_mails_around_the_code() {
        let folder = tempfile::tempdir().unwrap();
        let faults =
            CodeFaults { twice: true, old_first: true, spoofed_first: true, ..CodeFaults::default() };
        let route = Route::of(HospitalKind::A, true);
        let now: Timestamp = "2026-11-20T14:20:00Z".parse().unwrap();
        Mailbox::new(folder.path()).deliver(route, "K7M2QX", now, faults).await.unwrap();
        let mails: Vec<String> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
            .collect();
        assert_eq!(mails.len(), 4);
        assert!(mails.iter().all(|mail| mail.contains("Delivered-To: dme.codes@gmail.com\r\n")));
        assert_eq!(mails.iter().filter(|mail| mail.contains("<b>K7M2QX</b>")).count(), 2);
        assert_eq!(mails.iter().filter(|mail| mail.contains("Fri, 20 Nov 2026 14:00:00 +0000")).count(), 1);
        assert_eq!(mails.iter().filter(|mail| mail.contains("d=carelink-security.example;")).count(), 1);
    }

    #[tokio::test]
    async fn a_late_mail_says_when_it_was_sent_and_comes_later() {
        let folder = tempfile::tempdir().unwrap();
        let faults = CodeFaults { late_secs: 1, ..CodeFaults::default() };
        let route = Route::of(HospitalKind::B, false);
        let now: Timestamp = "2026-11-20T14:20:00Z".parse().unwrap();
        Mailbox::new(folder.path()).deliver(route, "482913", now, faults).await.unwrap();
        let count = || std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(count(), 0);
        let mails = tokio::time::timeout(Duration::from_secs(20), async {
            let whole = || {
                let paths = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
                paths.filter(|path| path.extension().is_none()).collect::<Vec<_>>()
            };
            while whole().is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            whole()
        });
        let mail = std::fs::read_to_string(&mails.await.unwrap()[0]).unwrap();
        assert!(mail.contains("Date: Fri, 20 Nov 2026 14:20:00 +0000") && mail.contains("14:20:01"));
    }
}

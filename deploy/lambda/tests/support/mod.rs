//! What both rings of tests share: a Lambda runtime API of our own, the built function in front of it, and mails as
//! Gmail forwards and SES stores them.

pub(crate) mod function;
pub(crate) mod mails;
pub(crate) mod runtime_api;

use domain::ports::{CodeAddress, CodeMailbox, CodeWindow, TakeVerdict};
use files::{FileKeyWrapper, InstallationSealer};
use function::Function;
use jiff::Timestamp;
use runtime_api::{Outcome, RuntimeApi};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// An installation's keyring with its key file, made in `folder`.
pub(crate) struct Keys {
    pub(crate) sealer: Arc<InstallationSealer>,
    pub(crate) keyring: PathBuf,
    pub(crate) key_file: PathBuf,
}

impl Keys {
    pub(crate) async fn new(folder: &Path) -> Self {
        let (keyring, key_file) = (folder.join("keyring.json"), folder.join("installation.key"));
        let wrapper = FileKeyWrapper::open_or_create(&key_file).expect("a key file");
        let now = Timestamp::UNIX_EPOCH;
        let sealer =
            InstallationSealer::open_or_create(&keyring, &wrapper, true, now).await.expect("a keyring");
        Self { sealer: Arc::new(sealer), keyring, key_file }
    }

    /// The variables that name them.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("EPIC_CONNECTOR__KEYRING", format!("file:{}", self.keyring.display())),
            ("EPIC_CONNECTOR__KEY_FILE", self.key_file.display().to_string()),
            ("EPIC_CONNECTOR__PORTALS__HOSPITAL_B__MFA_RECIPIENT", mails::RECIPIENT.to_owned()),
            ("EPIC_CONNECTOR__PORTALS__HOSPITAL_B__MFA_SENDER_DOMAIN", mails::SENDER_DOMAIN.to_owned()),
        ]
    }
}

/// Hands one event to the function and says what it answered.
pub(crate) async fn invoke(api: &mut RuntimeApi, function: &mut Function, event: &Value) -> Outcome {
    api.hand_over(event.clone());
    tokio::select! {
        outcome = api.outcome() => outcome,
        status = function.ended() => panic!("the function has ended: {status}; its log:\n{}", function.log()),
    }
}

/// Takes the one code that waits.
pub(crate) async fn take(mailbox: &dyn CodeMailbox) -> TakeVerdict {
    let address = CodeAddress::Mail {
        recipient: mails::RECIPIENT.to_owned(),
        sender_domain: mails::SENDER_DOMAIN.to_owned(),
    };
    let window = CodeWindow { address, not_before: Timestamp::UNIX_EPOCH, oldest: Timestamp::UNIX_EPOCH };
    mailbox.take(&window).await.expect("the mailbox answers")
}

/// Puts mails with codes one after the other and says how long each took from its event to the taken code.
pub(crate) async fn times_to_code(
    api: &mut RuntimeApi,
    function: &mut Function,
    mailbox: &dyn CodeMailbox,
    put: impl AsyncFn(&str, &str) -> Value,
) -> Vec<Duration> {
    let mut times = Vec::new();
    for number in 0..20 {
        let code = format!("{:06}", 482_000 + number);
        let event = put(&format!("timed{number}"), &mails::code_mail(&code)).await;
        let began = Instant::now();
        let outcome = invoke(api, function, &event).await;
        assert_eq!(take(mailbox).await, TakeVerdict::Taken(code.as_str().into()), "{outcome:?}");
        times.push(began.elapsed());
    }
    times.sort();
    times
}

/// The first, the middle and the last of times in order.
pub(crate) fn in_words(times: &[Duration]) -> String {
    let ms = |time: Option<&Duration>| time.map_or(0.0, |time| time.as_secs_f64() * 1000.0);
    let middle = times.get(times.len() / 2);
    format!(
        "{:.1} ms at least, {:.1} ms the middle one, {:.1} ms at most",
        ms(times.first()),
        ms(middle),
        ms(times.last())
    )
}

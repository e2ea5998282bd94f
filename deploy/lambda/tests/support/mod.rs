//! What both rings of tests share: a Lambda runtime API of our own, the built function in front of it, and mails as
//! Gmail forwards and SES stores them.

pub(crate) mod function;
pub(crate) mod mails;
pub(crate) mod runtime_api;

use domain::ports::{CodeAddress, CodeMailbox, CodeWindow, KeyWrapper, TakeVerdict};
use files::InstallationSealer;
use function::Function;
use jiff::Timestamp;
use runtime_api::{Outcome, RuntimeApi};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// An installation's keyring, made in `folder`.
pub(crate) struct Keys {
    pub(crate) sealer: Arc<InstallationSealer>,
    keyring: PathBuf,
    /// The variable that names what wraps it.
    wrapped_by: (&'static str, String),
}

impl Keys {
    /// Wrapped by `wrapper`, which a variable names.
    pub(crate) async fn wrapped(
        folder: &Path,
        wrapper: &dyn KeyWrapper,
        wrapped_by: (&'static str, String),
    ) -> Self {
        let keyring = folder.join("keyring.json");
        let now = Timestamp::UNIX_EPOCH;
        let sealer =
            InstallationSealer::open_or_create(&keyring, wrapper, true, now).await.expect("a keyring");
        Self { sealer: Arc::new(sealer), keyring, wrapped_by }
    }

    /// The variables that name the keys, and the account whose codes are taken.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("EPIC_CONNECTOR__KEYRING", format!("file:{}", self.keyring.display())),
            self.wrapped_by.clone(),
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

/// Tells two functions of one mail at the same moment, and says how many of them found its code.
pub(crate) async fn race(runners: [(&mut RuntimeApi, &mut Function); 2], events: [&Value; 2]) -> u64 {
    let [(api, function), (other_api, other_function)] = runners;
    let (one, other) =
        tokio::join!(invoke(api, function, events[0]), invoke(other_api, other_function, events[1]));
    [one, other]
        .into_iter()
        .map(|outcome| match outcome {
            Outcome::Response(summary) => summary["codes"].as_u64().expect("a count"),
            Outcome::Error(error) => panic!("the event failed: {error}"),
        })
        .sum()
}

/// Takes the one code that waits.
pub(crate) async fn take(mailbox: &dyn CodeMailbox) -> TakeVerdict {
    let address = CodeAddress::Mail {
        recipient: mails::RECIPIENT.to_owned(),
        sender_domain: mails::SENDER_DOMAIN.to_owned(),
        subject: None,
    };
    let window = CodeWindow {
        address,
        not_before: Timestamp::UNIX_EPOCH,
        oldest: Timestamp::UNIX_EPOCH,
        sent_from: None,
    };
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

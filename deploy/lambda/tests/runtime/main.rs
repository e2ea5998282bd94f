//! The built function in front of a Lambda runtime API, with a folder of mails and an embedded store: events in,
//! codes out.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

#[path = "../support/mod.rs"]
mod support;

use domain::ports::{Clock, CodeMailbox, NoticeKind, TakeVerdict};
use files::FileKeyWrapper;
use jiff::Timestamp;
use serde_json::{Value, json};
use sqlite::SqliteStore;
use std::path::Path;
use std::sync::Arc;
use support::function::Function;
use support::mails::{BUCKET, code_mail, confirmation, told_by_s3, told_by_ses};
use support::runtime_api::{Outcome, RuntimeApi};
use support::{Keys, in_words, invoke, race, take, times_to_code};
use tempfile::TempDir;

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A keyring that a key file wraps.
async fn keys_in(folder: &Path) -> Keys {
    let key_file = folder.join("installation.key");
    let wrapper = FileKeyWrapper::open_or_create(&key_file).expect("a key file");
    Keys::wrapped(folder, &wrapper, ("EPIC_CONNECTOR__KEY_FILE", key_file.display().to_string())).await
}

/// A service's store, a folder of mails, and the function between them.
struct Setup {
    folder: TempDir,
    mailbox: SqliteStore,
    variables: Vec<(&'static str, String)>,
    api: RuntimeApi,
    function: Function,
}

impl Setup {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("mails")).expect("a folder");
        let keys = keys_in(folder.path()).await;
        let store = folder.path().join("connector.db");
        let mailbox =
            SqliteStore::open(&store, Arc::clone(&keys.sealer) as _, Arc::new(SystemClock)).expect("a store");
        let api = RuntimeApi::start().await;
        let mut variables = keys.variables();
        variables.push(("EPIC_CONNECTOR__STORE", format!("sqlite:{}", store.display())));
        variables.push(("EPIC_CONNECTOR__MAIL", format!("dir:{}", folder.path().join("mails").display())));
        let function = Function::start(folder.path(), api.address, &variables);
        Self { folder, mailbox, variables, api, function }
    }

    fn put(&self, id: &str, mail: impl AsRef<[u8]>) {
        std::fs::write(self.folder.path().join("mails").join(id), mail).expect("written");
    }

    async fn invoke(&mut self, event: &Value) -> Outcome {
        invoke(&mut self.api, &mut self.function, event).await
    }

    /// Asserts that an event was handled and its one mail fared so.
    async fn gives(&mut self, event: &Value, fared: &str) {
        let Outcome::Response(summary) = self.invoke(event).await else { panic!("the event failed") };
        for (name, count) in summary.as_object().expect("a summary") {
            assert_eq!(*count, json!(u8::from(name == fared)), "{name} in {summary}");
        }
    }
}

#[tokio::test]
async fn a_mail_told_of_by_both_and_twice_gives_one_code() {
    let mut setup = Setup::new().await;
    for (id, code, events) in [
        ("m1", "482913", [told_by_ses("m1"), told_by_s3(BUCKET, "m1")]),
        ("m2", "K7M2QX", [told_by_s3(BUCKET, "m2"), told_by_ses("m2")]),
    ] {
        setup.put(id, code_mail(code));
        setup.gives(&events[0], "codes").await;
        setup.gives(&events[0], "seen_before").await;
        setup.gives(&events[1], "seen_before").await;
        assert_eq!(take(&setup.mailbox).await, TakeVerdict::Taken(code.into()));
        setup.gives(&events[1], "seen_before").await;
        assert_eq!(take(&setup.mailbox).await, TakeVerdict::Nothing);
    }
    let log = setup.function.log();
    assert!(log.contains("\"mail\":\"m1\""), "{log}");
    for planted in ["482913", "K7M2QX", "planted", "Riverside", "dme.codes"] {
        assert!(!log.contains(planted), "{planted} in {log}");
    }
}

#[tokio::test]
async fn two_functions_told_at_once_give_one_code() {
    let mut setup = Setup::new().await;
    let mut api = RuntimeApi::start().await;
    let mut function = Function::start(setup.folder.path(), api.address, &setup.variables);
    for number in 0..20 {
        let (id, code) = (format!("m{number}"), format!("{:06}", 482_000 + number));
        setup.put(&id, code_mail(&code));
        let runners = [(&mut setup.api, &mut setup.function), (&mut api, &mut function)];
        let codes = race(runners, [&told_by_ses(&id), &told_by_s3(BUCKET, &id)]).await;
        assert_eq!(codes, 1, "{id}");
        assert_eq!(take(&setup.mailbox).await, TakeVerdict::Taken(code.as_str().into()));
    }
    assert_eq!(take(&setup.mailbox).await, TakeVerdict::Nothing);
}

#[tokio::test]
async fn gmails_question_waits_for_the_operator_and_a_forged_one_does_not() {
    let mut setup = Setup::new().await;
    setup.put("real", confirmation("google.com"));
    setup.put("forged", confirmation("evil.example"));
    setup.gives(&told_by_ses("forged"), "refused").await;
    setup.gives(&told_by_s3(BUCKET, "real"), "notices").await;
    setup.gives(&told_by_ses("real"), "seen_before").await;
    let notices = setup.mailbox.notices().await.expect("notices");
    assert_eq!(notices.len(), 1);
    let NoticeKind::ForwardingConfirmation { account, code, link } = &notices[0].kind;
    assert_eq!(account.reveal(), "dme.codes@gmail.com");
    assert_eq!(code.as_ref().expect("a code").reveal(), "987123456");
    assert!(link.as_ref().expect("a link").reveal().ends_with("-planted"));
    let log = setup.function.log();
    assert!(log.contains("epic-connector portal status"), "{log}");
    for planted in ["987123456", "planted", "dme.codes"] {
        assert!(!log.contains(planted), "{planted} in {log}");
    }
}

#[tokio::test]
async fn odd_mails_and_events_leave_the_function_running() {
    let mut setup = Setup::new().await;
    let whole = code_mail("482913");
    for (id, mail) in [("empty", &b""[..]), ("bytes", b"\0\xff\xfe"), ("cut", &whole.as_bytes()[..700])] {
        setup.put(id, mail);
        setup.gives(&told_by_ses(id), "refused").await;
    }
    setup.gives(&told_by_s3(BUCKET, "gone"), "gone").await;
    setup.gives(&told_by_ses("../connector.db"), "passed_over").await;
    for event in [json!({ "Records": [] }), json!("planted"), json!({ "Records": [{ "planted": 1 }] })] {
        let Outcome::Error(error) = setup.invoke(&event).await else { panic!("{event} was taken") };
        assert!(!error.to_string().contains("planted"), "{error}");
    }
    // Not stored yet: the event fails, and Lambda's repeat finds the mail.
    let Outcome::Error(error) = setup.invoke(&told_by_ses("late")).await else { panic!("no error") };
    assert!(error.to_string().contains("S3 action"), "{error}");
    setup.put("late", code_mail("482913"));
    setup.gives(&told_by_ses("late"), "codes").await;
    assert_eq!(take(&setup.mailbox).await, TakeVerdict::Taken("482913".into()));
}

#[tokio::test]
async fn a_function_that_cannot_work_says_why_and_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let api = RuntimeApi::start().await;
    let keys = keys_in(folder.path()).await;
    let store = ("EPIC_CONNECTOR__STORE", format!("sqlite:{}", folder.path().join("none.db").display()));
    let mail = ("EPIC_CONNECTOR__MAIL", "dir:.".to_owned());
    let with = |more: &[(&'static str, String)]| [keys.variables(), more.to_vec()].concat();
    let odd = ("EPIC_CONNECTOR__QUEUE", "hunter2".to_owned());
    for (variables, code, words) in [
        (with(&[odd]), 2, &["MAIL is missing", "STORE is missing", "QUEUE has no effect"][..]),
        (with(&[mail, store]), 1, &["none.db", "there is no such file"]),
    ] {
        let mut function = Function::start(folder.path(), api.address, &variables);
        assert_eq!(function.ended().await.code(), Some(code));
        let log = function.log();
        for word in words {
            assert!(log.contains(word), "{word}: {log}");
        }
        assert!(!log.contains("hunter2"), "{log}");
    }
    assert!(!folder.path().join("none.db").exists(), "a store was made");
}

/// Prints, asserts no time: how long a code takes from its event to the login that waits.
#[tokio::test]
async fn the_time_from_event_to_code_is_told() {
    let mut setup = Setup::new().await;
    let mails = setup.folder.path().join("mails");
    let put = async |id: &str, mail: &str| {
        std::fs::write(mails.join(id), mail).expect("written");
        told_by_ses(id)
    };
    let times = times_to_code(&mut setup.api, &mut setup.function, &setup.mailbox, put).await;
    println!("from event to code, folder and SQLite: {}", in_words(&times));
}

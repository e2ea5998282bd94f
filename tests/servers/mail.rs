//! A code's whole way on servers: the hospital mails it, the test plays Amazon SES, the built function takes it out
//! of S3 into the service's store, and the service logs in with it.
//!
//! The function is another program of the workspace: `cargo test --workspace --test servers` alone does not build
//! it, `make test-services` does.

use crate::back_ends::{ALL, address, own_name, variables};
use crate::chain::LONG;
use crate::support::{Connector, Hospital, pause};
use aws_config::BehaviorVersion;
use domain::mfa::MailAccount;
use domain::ports::{CodeWindow, TakeVerdict};
use epic_connector::settings::Settings;
use epic_connector::wiring::{mail_accounts, open_stores};
use jiff::Timestamp;
use runtime_api::{Outcome, RuntimeApi};
use serde_json::Value;
use simulator::FaultPlan;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

#[expect(
    dead_code,
    reason = "the hospital writes the mails here; only the events that tell of them are used"
)]
#[path = "../../deploy/lambda/tests/support/mails.rs"]
mod events;
#[path = "../../deploy/lambda/tests/support/runtime_api.rs"]
mod runtime_api;

/// What AWS's own chain reads; handed on to the function.
const OF_AWS: [&str; 4] = ["AWS_ENDPOINT_URL_S3", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_the_function_takes_out_of_a_mail_logs_the_service_in() {
    let mut hospital = Hospital::start(8, 404, FaultPlan::default()).await;
    hospital.variables = variables(ALL);
    hospital.variables.insert("EPIC_CONNECTOR__MAIL".to_owned(), "lambda".to_owned());
    // Makes keyring and store, which the function only opens.
    migrate(&hospital).await;
    let settings = Settings::load(Some(&hospital.config()), &hospital.variables).expect("settings");
    let mut ses = Ses::start(&hospital, &settings).await;
    let mut connector = Connector::start(&hospital, &[]);
    let began = Instant::now();
    let mut mails: Vec<String> = Vec::new();
    let mut told = None;
    while hospital.stats().logins == 0 {
        for mail in new_mails(&hospital, &mails) {
            told = Some(ses.tell_twice(&hospital, &mail).await);
            mails.push(mail);
        }
        assert!(connector.has_ended().is_none(), "the service ended:\n{}", connector.log());
        assert!(began.elapsed() < LONG, "nobody logs in:\n{}\n{}", connector.log(), ses.function.log());
        pause();
    }
    let (told_at, taken_in) = told.expect("no login without a mail");
    let (taken_in, logged_in) = (taken_in.as_secs_f64(), told_at.elapsed().as_secs_f64());
    println!(
        "mail told, code stored after {taken_in:.2} s, portal's home page reached after {logged_in:.2} s"
    );
    connector.wait(LONG);
    hospital.assert_truth().await;
    let stats = hospital.stats();
    assert_eq!((stats.logins, stats.codes_sent, stats.codes_wrong, mails.len()), (1, 1, 0, 1));
    assert_used(&settings, &mails).await;
    ses.remove(&mails).await;
}

async fn migrate(hospital: &Hospital) {
    let output = Command::new(env!("CARGO_BIN_EXE_epic-connector"))
        .args(["migrate", "--config"])
        .arg(hospital.config())
        .envs(&hospital.variables)
        .output()
        .await
        .expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Whole mails of the hospital that are not known yet.
fn new_mails(hospital: &Hospital, known: &[String]) -> Vec<String> {
    let entries = std::fs::read_dir(hospital.folder().join("mail")).expect("the hospital's mails");
    entries
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("an id"))
        .filter(|name| !name.starts_with('.') && !known.contains(name))
        .collect()
}

/// Every mail was dealt with, and no code is left for another login.
async fn assert_used(settings: &Settings, mails: &[String]) {
    let stores = open_stores(settings).await.expect("the stores");
    for mail in mails {
        assert!(stores.mailbox.seen(mail).await.expect("the mailbox answers"));
    }
    let address = only_account(settings).address();
    let ever = Timestamp::UNIX_EPOCH;
    let window = CodeWindow { address, not_before: ever, oldest: ever, sent_from: None };
    assert_eq!(stores.mailbox.take(&window).await.expect("the mailbox answers"), TakeVerdict::Nothing);
}

fn only_account(settings: &Settings) -> MailAccount {
    mail_accounts(settings).pop().expect("the hospital mails its codes")
}

/// Amazon SES with its receipt rule: a bucket of its own, and the function that is told of mails.
struct Ses {
    s3: aws_sdk_s3::Client,
    bucket: String,
    // Ends before the API it asks.
    function: Function,
    api: RuntimeApi,
}

impl Ses {
    async fn start(hospital: &Hospital, settings: &Settings) -> Self {
        let config = aws_config::defaults(BehaviorVersion::latest()).load().await;
        let config = aws_sdk_s3::config::Builder::from(&config).force_path_style(true).build();
        let s3 = aws_sdk_s3::Client::from_conf(config);
        let bucket = own_name();
        s3.create_bucket().bucket(&bucket).send().await.expect("a bucket");
        let api = RuntimeApi::start().await;
        let MailAccount { recipient, sender_domain, .. } = only_account(settings);
        let mut variables = vec![
            ("AWS_LAMBDA_RUNTIME_API", api.address.to_string()),
            ("EPIC_CONNECTOR__MAIL", format!("s3://{bucket}/inbox")),
            ("EPIC_CONNECTOR__STORE", hospital.variables["EPIC_CONNECTOR__STORE"].clone()),
            ("EPIC_CONNECTOR__KEYRING", format!("file:{}", settings.keyring.display())),
            ("EPIC_CONNECTOR__KEY_FILE", settings.key_file.display().to_string()),
            ("EPIC_CONNECTOR__PORTALS__HOSPITAL_B__MFA_RECIPIENT", recipient),
            ("EPIC_CONNECTOR__PORTALS__HOSPITAL_B__MFA_SENDER_DOMAIN", sender_domain),
            ("EPIC_CONNECTOR__S3__PATH_STYLE", "true".to_owned()),
        ];
        variables.extend(OF_AWS.map(|name| (name, address(name))));
        let function = Function::start(hospital.folder(), variables);
        Self { s3, bucket, function, api }
    }

    /// Stores a mail and tells of it by both kinds of event; says when the first was told, and how long it took.
    async fn tell_twice(&mut self, hospital: &Hospital, mail: &str) -> (Instant, Duration) {
        let raw = std::fs::read(hospital.folder().join("mail").join(mail)).expect("a whole mail");
        let put = self.s3.put_object().bucket(&self.bucket).key(format!("inbox/{mail}")).body(raw.into());
        put.send().await.expect("stored");
        let told_at = Instant::now();
        let by_s3 = self.invoke(events::told_by_s3(&self.bucket, mail)).await;
        let taken_in = told_at.elapsed();
        let by_ses = self.invoke(events::told_by_ses(mail)).await;
        assert_eq!((&by_s3["codes"], &by_ses["seen_before"]), (&1.into(), &1.into()), "{by_s3} {by_ses}");
        (told_at, taken_in)
    }

    async fn invoke(&mut self, event: Value) -> Value {
        self.api.hand_over(event);
        let answered = tokio::select! {
            outcome = self.api.outcome() => match outcome {
                Outcome::Response(summary) => Ok(summary),
                Outcome::Error(error) => Err(format!("the event failed: {error}")),
            },
            status = self.function.child.wait() => Err(format!("the function has ended: {status:?}")),
        };
        answered
            .map_err(|problem| format!("{problem}; its log:\n{}", self.function.log()))
            .expect("a summary")
    }

    async fn remove(mut self, mails: &[String]) {
        self.function.child.kill().await.expect("a running child");
        for mail in mails {
            let delete = self.s3.delete_object().bucket(&self.bucket).key(format!("inbox/{mail}"));
            delete.send().await.expect("deleted");
        }
        self.s3.delete_bucket().bucket(&self.bucket).send().await.expect("deleted");
    }
}

/// The built function as a process that knows the given variables only; it ends with this.
struct Function {
    child: Child,
    log: PathBuf,
}

impl Function {
    fn start(folder: &Path, variables: Vec<(&str, String)>) -> Self {
        let program = Path::new(env!("CARGO_BIN_EXE_epic-connector")).with_file_name("mail-lambda");
        assert!(
            program.is_file(),
            "there is no {}: run `make test-services`, or first `cargo build --workspace --bins`",
            program.display()
        );
        let log = folder.join("function.log");
        let out = std::fs::File::create(&log).expect("a log");
        let child = Command::new(program)
            .env_clear()
            .env("AWS_LAMBDA_FUNCTION_NAME", "mail")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("TMPDIR", folder)
            .envs(variables)
            .stdin(Stdio::null())
            .stderr(out.try_clone().expect("the log"))
            .stdout(out)
            .kill_on_drop(true)
            .spawn()
            .expect("the function starts");
        Self { child, log }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("the log")
    }
}

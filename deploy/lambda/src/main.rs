//! The function behind Amazon SES: takes login codes out of stored mails and puts them where the service's login
//! waits for them. Everything is opened once, at the start; an event is then a read and a write.
//!
//! Reads nothing of a mail that the service would not read itself: both use `mail::intake`.

mod event;
mod handler;
mod keys;
mod settings;
mod source;
mod store;

use crate::handler::Intake;
use crate::settings::{MailHome, Settings, Variables};
use crate::source::{MailFolder, MailSource};
use aws::{AwsConnection, AwsOptions, S3Mails};
use domain::ports::{PortError, PortResult};
use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Whose log lines are shown, and from which level on. What libraries would say at lower levels can show an event.
const LOG: &str = "warn,mail=info,mail_lambda=info";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().json().with_env_filter(EnvFilter::new(LOG)).init();
    let settings = match settings::read(&variables()) {
        Ok(settings) => settings,
        Err(mistakes) => {
            tracing::error!(mistakes, "wrong settings");
            return ExitCode::from(2);
        }
    };
    let intake = match open(settings).await {
        Ok(intake) => intake,
        Err(error) => {
            tracing::error!(%error, "not started");
            return ExitCode::FAILURE;
        }
    };
    let intake = &intake;
    let handle = service_fn(async |event: LambdaEvent<Value>| {
        let summary =
            intake.handle(&event.payload, Timestamp::now()).await.map_err(lambda_runtime::Error::from)?;
        tracing::info!(?summary, "event handled");
        Ok::<_, lambda_runtime::Error>(summary)
    });
    match lambda_runtime::run(handle).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the runtime ended");
            ExitCode::FAILURE
        }
    }
}

/// The environment, as far as it is text.
fn variables() -> Variables {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

async fn open(settings: Settings) -> PortResult<Intake<Box<dyn MailSource>>> {
    let aws = if settings.on_aws() { Some(connect(&settings).await?) } else { None };
    let sealer = keys::open_sealer(&settings, aws.as_ref(), Timestamp::now()).await?;
    let mailbox = store::open_mailbox(&settings, sealer).await?;
    let source: Box<dyn MailSource> = match (&settings.mail, aws) {
        (MailHome::Folder(path), _) => Box::new(MailFolder(path.clone())),
        (MailHome::Bucket { bucket, prefix }, Some(aws)) => {
            Box::new(S3Mails::new(&aws, bucket, prefix, settings.aws.bucket_owner.clone()))
        }
        (MailHome::Bucket { bucket, .. }, None) => {
            return Err(PortError::permanent(format!("bucket {bucket}"), "there is no connection"));
        }
    };
    Ok(Intake { home: settings.mail, source, mailbox, accounts: settings.accounts })
}

async fn connect(settings: &Settings) -> PortResult<AwsConnection> {
    let options = AwsOptions {
        region: settings.aws.region.clone(),
        endpoint: settings.aws.endpoint.clone(),
        path_style: settings.aws.path_style,
        ..AwsOptions::default()
    };
    aws::connect(&options).await
}

//! `mail FILE`: takes in one raw mail by hand, through the same door as mails that come by themselves.

use crate::cli::{Context, MailArgs};
use crate::error::{Exit, Failure, VerbResult};
use crate::verbs::notices::{notice_text, open_notices};
use crate::{beside, output, telemetry, wiring};
use domain::mfa::MailVerdict;
use jiff::Timestamp;

/// Runs the verb.
///
/// # Errors
/// No portal takes codes by mail, the file cannot be read, or the mail holds no code of ours.
pub async fn run(context: &Context, args: MailArgs) -> VerbResult {
    telemetry::init_quiet();
    let settings = context.settings()?;
    let thing = format!("mail {}", args.file.display());
    let accounts = wiring::mail_accounts(&settings);
    if accounts.is_empty() {
        return Err(Failure::usage(thing, "no portal takes its codes by mail", "set mfa = \"mail\" for one"));
    }
    let stores = beside::open(&settings).await?;
    let report = mail::intake_file(&args.file, stores.mailbox.as_ref(), &accounts, Timestamp::now()).await?;
    match report.verdict {
        MailVerdict::Accepted => {
            output::print(&format!("{thing}: its code waits for the login; it is used once"))?;
            Ok(Exit::Done)
        }
        MailVerdict::Notice(_) => {
            let notices = open_notices(stores.mailbox.as_ref(), &accounts).await?;
            let ours = notices.iter().filter(|notice| notice.id == report.id);
            output::print(&ours.map(notice_text).collect::<Vec<_>>().join("\n"))?;
            Ok(Exit::NeedsPerson)
        }
        MailVerdict::SeenBefore => {
            output::print(&format!("{thing}: seen before, nothing to do"))?;
            Ok(Exit::Done)
        }
        MailVerdict::Refused(refusal) => {
            let way_out = "see the mail itself, and mfa_recipient and mfa_sender_domain in the configuration";
            Err(Failure::failed(thing, refusal, way_out))
        }
    }
}

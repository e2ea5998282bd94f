//! `portal code`: a person hands a login code over.

use super::{account_act, configured};
use crate::cli::Context;
use crate::error::{Exit, Failure, VerbResult};
use crate::settings::{MfaSettings, Settings};
use crate::{audited, beside, output};
use domain::keys;
use domain::ports::{CodeAddress, CodeEntry};
use domain::redacted::Redacted;
use jiff::Timestamp;

/// Codes of portals have this many characters.
const CODE_CHARS: std::ops::RangeInclusive<usize> = 4..=10;

pub(super) async fn hand_over(context: &Context, settings: &Settings, name: &str, code: &str) -> VerbResult {
    let (portal, portal_settings) = configured(settings, name)?;
    if portal_settings.mfa != MfaSettings::Person {
        let cause = "its codes do not come from a person";
        return Err(Failure::usage(format!("portal {name}"), cause, "set mfa = \"person\" for it"));
    }
    let code = code.trim();
    if !CODE_CHARS.contains(&code.chars().count()) || !code.chars().all(|c| c.is_ascii_alphanumeric()) {
        let cause = "a code has 4 to 10 letters and digits";
        return Err(Failure::usage("the code", cause, "copy it exactly as the hospital shows it"));
    }
    let now = Timestamp::now();
    let entry = CodeEntry {
        id: format!("person-{}", keys::plain_hash(&[name, &now.as_nanosecond().to_string()])),
        address: CodeAddress::Person { portal: portal.clone() },
        arrived_at: now,
        sent_at: None,
        code: Redacted::from(code),
    };
    let stores = beside::open(settings).await?;
    audited::write_down(context, &stores, account_act(Some(portal), "code_handed_in")).await?;
    stores.mailbox.offer(&entry).await?;
    output::print(&format!("portal {name}: the code waits for the login; it is used once"))?;
    Ok(Exit::Done)
}

//! The page at which a login failed, kept for the person who is told.

use super::SessionArgs;
use domain::ports::{Evidence, LoginBrowser};

/// Keeps the page a browser stands at; `signal` says what the login made of it. Evidence that cannot be kept stops
/// nothing.
pub(super) async fn keep(args: &SessionArgs, browser: &mut dyn LoginBrowser, signal: &str) {
    let Ok(picture) = browser.picture().await else { return };
    let evidence = Evidence {
        portal: args.portal.clone(),
        taken_at: args.clock.now(),
        page: "login".to_owned(),
        signal: signal.to_owned(),
        picture,
    };
    match args.evidence.keep(&evidence).await {
        Ok(id) => tracing::info!(portal = %args.portal, evidence = id, "the page was kept"),
        Err(error) => tracing::warn!(portal = %args.portal, %error, "the page was not kept"),
    }
}

//! `portal unlock` and `portal dismiss`: a person says that something was dealt with.

use super::{account_act, configured};
use crate::cli::Context;
use crate::error::{Exit, Failure, VerbResult};
use crate::settings::Settings;
use crate::{audited, beside, output};
use domain::audit::OperatorAct;

pub(super) async fn unlock(context: &Context, settings: &Settings, name: &str) -> VerbResult {
    let (portal, _) = configured(settings, name)?;
    let stores = beside::open(settings).await?;
    audited::write_down(context, &stores, account_act(Some(portal.clone()), "unlocked")).await?;
    stores.ledger.unlock(&portal).await?;
    output::print(&format!("portal {name}: unlocked; a running service tries again by itself"))?;
    Ok(Exit::Done)
}

pub(super) async fn dismiss(context: &Context, settings: &Settings, id: &str) -> VerbResult {
    let stores = beside::open(settings).await?;
    let nobody = || {
        let way_out = "`epic-connector portal status` lists what waits";
        Failure::failed(format!("mail {id}"), "waits for nobody", way_out)
    };
    // Only the id of a mail that is there is written down: what a person types can be anything.
    let notices = stores.mailbox.notices().await?;
    let mail = notices.into_iter().map(|notice| notice.id).find(|known| known == id).ok_or_else(nobody)?;
    let act = OperatorAct { subject: Some(mail), ..account_act(None, "notice_dismissed") };
    audited::write_down(context, &stores, act).await?;
    if !stores.mailbox.dismiss(id).await? {
        return Err(nobody());
    }
    output::print(&format!("mail {id}: dismissed"))?;
    Ok(Exit::Done)
}

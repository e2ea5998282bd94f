//! `portal probe|record|drift`: a portal looked at, recorded, and held against its recording.

use super::{account_act, configured};
use crate::cli::{Context, ProbeArgs};
use crate::error::{Exit, Failure, VerbResult};
use crate::probe::{Look, drift_table, look};
use crate::settings::Settings;
use crate::{audited, output, wiring};
use domain::drift::{Drift, PageShape, Verdict, compare};
use domain::ids::PortalName;
use domain::ports::Recordings;

/// Logs in, names each page it meets, shows which signals matched; downloads nothing.
///
/// # Errors
/// The portal is not configured, the records cannot be opened.
pub(super) async fn probe(context: &Context, args: &ProbeArgs) -> VerbResult {
    let (_, looked) = looked(context, &args.name, "probed", false).await?;
    if args.json {
        output::print_json(&looked.report)?;
    } else {
        output::print(&looked.report.text())?;
    }
    Ok(if looked.report.fits() { Exit::Done } else { Exit::NeedsPerson })
}

/// Saves the pages it meets, masked.
///
/// # Errors
/// Those of [`probe`]; the pages cannot be written.
pub(super) async fn record(context: &Context, args: &ProbeArgs) -> VerbResult {
    let (settings, looked) = looked(context, &args.name, "recorded", true).await?;
    if !looked.report.fits() {
        output::print(&looked.report.text())?;
        let cause = "does not fit its profile, so nothing was recorded";
        return Err(Failure::failed(format!("portal {}", args.name), cause, "mend the profile, then record"));
    }
    let (recordings, portal) = (wiring::recordings(&settings.data), PortalName::new(&args.name));
    recordings.record(&portal, &looked.pages).await?;
    if args.json {
        output::print_json(&looked.report)?;
    } else {
        let folder = recordings.of(&portal);
        let mut text = format!("{} pages, masked, in {}", looked.pages.len(), folder.display());
        if looked.report.session_kept {
            text.push_str(
                "\nthe kept session was still good: the login's pages are recorded when a login is needed",
            );
        }
        output::print(&text)?;
    }
    Ok(Exit::Done)
}

/// Holds the shell against its recording.
///
/// # Errors
/// Those of [`probe`]; nothing was recorded yet.
pub(super) async fn drift(context: &Context, args: &ProbeArgs) -> VerbResult {
    let (settings, looked) = looked(context, &args.name, "compared", false).await?;
    let recorded = wiring::recordings(&settings.data).shapes(&PortalName::new(&args.name)).await?;
    if recorded.is_empty() {
        let way_out = format!("run `portal record {}` first", args.name);
        return Err(Failure::failed(format!("portal {}", args.name), "was never recorded", way_out));
    }
    if looked.pages.is_empty() {
        output::print(&looked.report.text())?;
        return Ok(Exit::NeedsPerson);
    }
    let drifts = drifts(&recorded, &looked);
    if args.json {
        output::print_json(&drifts)?;
    } else {
        output::print(&drift_table(&drifts))?;
    }
    let same = drifts.iter().all(|drift| drift.verdict == Verdict::Same);
    Ok(if same { Exit::Done } else { Exit::NeedsPerson })
}

fn drifts(recorded: &[PageShape], looked: &Look) -> Vec<Drift> {
    let before = |page: &str| recorded.iter().find(|shape| shape.page == page);
    looked.pages.iter().map(|page| compare(before(&page.shape.page), &page.shape)).collect()
}

async fn looked(
    context: &Context,
    name: &str,
    why: &str,
    pictures: bool,
) -> Result<(Settings, Look), Failure> {
    let (settings, secrets) = context.service_settings()?;
    let (portal, _) = configured(&settings, name)?;
    let probing = wiring::probing(&settings, &secrets, &portal).await?;
    audited::write_down(context, &probing.stores, account_act(Some(portal), why)).await?;
    let looked = look(&probing, pictures).await?;
    Ok((settings, looked))
}

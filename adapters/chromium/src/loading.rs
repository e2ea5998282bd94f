//! What a page is busy with, as the browser tells it: frames that load, and dialogs that would stop it for ever.

use crate::connection::{CallError, OwnedTask, bounded};
use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::page::{
    DialogType, EventFrameDetached, EventFrameStartedLoading, EventFrameStoppedLoading,
    EventJavascriptDialogOpening, FrameId, HandleJavaScriptDialogParams,
};
use futures::{StreamExt, future};
use std::collections::HashSet;
use std::time::Duration;
use tokio::sync::watch;

/// Frames that are loading.
#[derive(Debug, Default)]
pub(crate) struct Loading {
    pub(crate) frames: HashSet<FrameId>,
    /// How often any began to.
    pub(crate) begun: u64,
}

enum Change {
    Started(FrameId),
    Stopped(FrameId),
}

/// Watches a page until the task that is given is dropped.
pub(crate) async fn watch_loading(
    page: &Page,
    limit: Duration,
) -> Result<(watch::Receiver<Loading>, OwnedTask), CallError> {
    let what = "tell when it loads";
    let started = bounded(limit, what, page.event_listener::<EventFrameStartedLoading>()).await?;
    let stopped = bounded(limit, what, page.event_listener::<EventFrameStoppedLoading>()).await?;
    let detached = bounded(limit, what, page.event_listener::<EventFrameDetached>()).await?;
    let (tell, loading) = watch::channel(Loading::default());
    let started = started.map(|event| Change::Started(event.frame_id.clone()));
    let stopped = stopped.map(|event| Change::Stopped(event.frame_id.clone()));
    let detached = detached.map(|event| Change::Stopped(event.frame_id.clone()));
    let mut changes = futures::stream::select(started, futures::stream::select(stopped, detached));
    // Ends with its owner.
    let watcher = OwnedTask::spawn(async move {
        while let Some(change) = changes.next().await {
            tell.send_modify(|loading| match change {
                Change::Started(frame) => {
                    loading.frames.insert(frame);
                    loading.begun += 1;
                }
                Change::Stopped(frame) => {
                    loading.frames.remove(&frame);
                }
            });
        }
        // A browser that is gone loads nothing; whoever waits finds out by its own call.
        future::pending::<()>().await;
    });
    Ok((loading, watcher))
}

/// Answers the page's dialogs, which would stop it for ever: what only tells something is accepted, what asks is
/// declined.
pub(crate) async fn answer_dialogs(page: &Page, limit: Duration) -> Result<OwnedTask, CallError> {
    let opening = page.event_listener::<EventJavascriptDialogOpening>();
    let mut opening = bounded(limit, "tell of its dialogs", opening).await?;
    let page = page.clone();
    Ok(OwnedTask::spawn(async move {
        while let Some(dialog) = opening.next().await {
            let tells = matches!(dialog.r#type, DialogType::Alert | DialogType::Beforeunload);
            let answering = page.execute(HandleJavaScriptDialogParams::new(tells));
            if let Err(error) = bounded(limit, "close a dialog", answering).await {
                tracing::debug!(%error, "a dialog stays open");
            }
        }
    }))
}

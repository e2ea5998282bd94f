//! The stay as the rest of the program sees it: folders, messages, Done, and the one door to charts.

use crate::chart::HttpChart;
use crate::compile::ActPlan;
use crate::fill::Names;
use crate::interlock::must_be;
use crate::paging::Listing;
use crate::reader::MessagesReader;
use crate::stay::Stay;
use crate::value::{Place, ValueReader};
use crate::view::{Page, Read};
use async_trait::async_trait;
use domain::ids::Generation;
use domain::inbox::{InboxFolder, InboxRow};
use domain::ports::{OpenChart, PortalError, PortalSession};
use domain::profile::Formats;
use domain::redacted::Redacted;
use std::sync::Arc;

const FOLDERS: &str = "the list of folders";
const MESSAGES: &str = "the list of messages";
const MESSAGE: &str = "the message";
const DONE: &str = "setting the message Done";
const CHART: &str = "the chart";
const CHART_BANNER: &str = "the chart's banner";

/// Meets [`PortalSession`] over HTTP.
pub(crate) struct HttpSession(pub(crate) Arc<Stay>);

impl HttpSession {
    /// The message's page, which must show the row's patient.
    async fn message(&self, row: &InboxRow) -> Read<Page> {
        let stay = &self.0;
        let message = &stay.reader.message;
        let hand = stay.inbox_page();
        let page = stay.ask(MESSAGE, &message.ask, &names_of(row), hand.as_ref()).await?;
        let formats = &stay.reader.profile.formats;
        stay.read(&page, |view| {
            must_be(&row.patient, &message.patient.read(Place::whole(view), formats)?, MESSAGE)
        })
        .await?;
        Ok(page)
    }
}

#[async_trait]
impl PortalSession for HttpSession {
    fn generation(&self) -> Generation {
        self.0.generation
    }

    async fn folders(&self) -> Result<Vec<InboxFolder>, PortalError> {
        let stay = &self.0;
        let folders = &stay.reader.folders;
        let _alone = stay.inbox.lock().await;
        let listing = Listing {
            stay,
            what: FOLDERS,
            ask: &folders.ask,
            list: &folders.list,
            names: Names::default(),
            each: &|row| {
                let id = folders.id.need(row)?;
                Ok((id.clone(), InboxFolder { id, name: folders.name.need(row)? }))
            },
            screen: &|_| Ok(()),
        };
        Ok(listing.all(None).await?.rows)
    }

    async fn messages(&self, folder: &InboxFolder) -> Result<Vec<InboxRow>, PortalError> {
        let stay = &self.0;
        let (messages, formats) = (&stay.reader.messages, &stay.reader.profile.formats);
        let _alone = stay.inbox.lock().await;
        let listing = Listing {
            stay,
            what: MESSAGES,
            ask: &messages.ask,
            list: &messages.list,
            names: Names::default().with("folder", folder.id.as_str()),
            each: &|row| {
                let row = inbox_row(messages, row, formats, &folder.name)?;
                Ok((row.message_id.reveal().clone(), row))
            },
            screen: &|_| Ok(()),
        };
        let hand = stay.inbox_page();
        let listed = listing.all(hand.as_ref()).await?;
        stay.keep_inbox_page(listed.last);
        Ok(listed.rows)
    }

    async fn message_body(&self, row: &InboxRow) -> Result<Redacted<String>, PortalError> {
        let page = self.message(row).await?;
        let body = &self.0.reader.message.body;
        self.0.read(&page, |view| body.lines(Place::whole(view)).map(Redacted::new)).await
    }

    async fn open_chart(&self, row: &InboxRow) -> Result<Box<dyn OpenChart>, PortalError> {
        let stay = &self.0;
        let place = Arc::clone(&stay.charts).acquire_owned().await.map_err(|_| PortalError::SessionLost)?;
        let chart = &stay.reader.chart;
        let names = names_of(row);
        let hand = stay.inbox_page();
        let answer = stay.ask(CHART, &chart.ask, &names, hand.as_ref()).await?;
        stay.check_banner(&chart.banner, &answer, &names, &row.patient, CHART_BANNER).await?;
        Ok(Box::new(HttpChart::new(Arc::clone(stay), row.patient.clone(), names, place)))
    }

    async fn mark_done(&self, row: &InboxRow) -> Result<(), PortalError> {
        let stay = &self.0;
        let Some(done) = &stay.reader.done else {
            return Err(crate::view::unexpected(DONE, "done: the profile does not say how"));
        };
        // A list that is being read would lose a row.
        let _alone = stay.inbox.lock().await;
        let names = names_of(row);
        if !done.on_message {
            let ActPlan::Ask(ask) = &done.act else {
                return Err(crate::view::unexpected(
                    DONE,
                    "done.on_message: what is pressed stands on no page",
                ));
            };
            let hand = stay.inbox_page();
            return stay.ask(DONE, ask, &names, hand.as_ref()).await.map(drop);
        }
        for _ in 0..2 {
            let page = match self.message(row).await {
                Ok(page) => page,
                // It left the In Basket when Done was pressed before.
                Err(PortalError::NotFound { .. }) => return Ok(()),
                Err(error) => return Err(error),
            };
            if let crate::stay::Got::Page(_) = stay.act(DONE, &done.act, &page, &names).await? {
                return Ok(());
            }
        }
        crate::stay::Got::Stale.fresh(DONE).map(drop)
    }

    async fn touch(&self) -> Result<(), PortalError> {
        self.0.touch().await
    }
}

/// What the requests about a message may name.
fn names_of(row: &InboxRow) -> Names {
    Names::default()
        .with("message", row.message_id.reveal().as_str())
        .with("chart", row.chart_ref.reveal().as_str())
}

fn inbox_row(list: &MessagesReader, row: Place<'_>, formats: &Formats, folder: &str) -> Read<InboxRow> {
    let optional = |value: &Option<ValueReader>| -> Read<String> {
        Ok(value.as_ref().map(|value| value.read(row)).transpose()?.flatten().unwrap_or_default())
    };
    let received = list.received.date_time(row, formats)?;
    Ok(InboxRow {
        message_id: list.message_id.need(row)?.into(),
        folder: folder.to_owned(),
        chart_type: optional(&list.chart_type)?,
        subject: optional(&list.subject)?.into(),
        from: optional(&list.from)?.into(),
        received: received.ok_or_else(|| list.received.fault(row, "nothing there"))?,
        patient: list.patient.read(row, formats)?,
        chart_ref: list.chart_ref.need(row)?.into(),
    })
}

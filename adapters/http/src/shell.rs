//! The portal's shell read for its shape: home, folders, the first page of one folder's messages. Nothing is opened,
//! nothing changed; what is given back is masked.

use crate::fill::Names;
use crate::list::{EachRow, ListReader};
use crate::mask;
use crate::portal::HttpPortal;
use crate::stay::Stay;
use crate::value::{Place, ValueReader};
use crate::view::{Page, Read, View};
use async_trait::async_trait;
use domain::drift::{Check, MaskedKind, MaskedPage, PageShape};
use domain::ids::Generation;
use domain::inbox::{InboxFolder, wanted_folder};
use domain::ports::{PortalError, PortalShell, ShellPage};
use domain::redacted::Redacted;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

const FOLDERS: &str = "the list of folders";
const MESSAGES: &str = "the list of messages";

/// The shell belongs to no stay of the service.
const NO_STAY: Generation = Generation(0);

#[async_trait]
impl PortalShell for HttpPortal {
    async fn shell(&self, cookies: &Redacted<String>) -> Result<Vec<ShellPage>, PortalError> {
        let stay = self.stay(cookies, NO_STAY)?;
        let kept = mask::kept_words(&stay.reader.profile);
        let mut pages = Vec::new();
        let since = Instant::now();
        let home = stay.home().await?;
        let token = stay.keep_token_of(&home).await;
        let csrf =
            stay.reader.csrf.as_ref().map(|_| Check { key: "session.csrf".into(), fits: token.is_ok() });
        pages.push(shell_page("home", &home, &kept, (csrf.into_iter().collect(), String::new()), since));
        let since = Instant::now();
        let folders_page = stay.ask(FOLDERS, &stay.reader.folders.ask, &Names::default(), None).await?;
        let (checks, folders) = folders(&stay, &folders_page);
        let shows = format!("{} folders", folders.len());
        pages.push(shell_page("folders", &folders_page, &kept, (checks, shows), since));
        let wanted = &stay.reader.profile.wanted_folders;
        let Some(folder) = folders.iter().find(|folder| wanted_folder(folder, wanted)) else {
            return Ok(pages);
        };
        let since = Instant::now();
        let page = first_messages(&stay, folder, &folders_page).await?;
        pages.push(shell_page("messages", &page, &kept, messages(&stay, &page), since));
        Ok(pages)
    }

    fn masked(&self, page: &str, source: &Redacted<String>) -> MaskedPage {
        let (kept, source) = (mask::kept_words(self.profile()), source.reveal());
        let shape = PageShape { page: page.to_owned(), parts: mask::html_parts(source), checks: Vec::new() };
        MaskedPage { shape, kind: MaskedKind::Html, source: mask::html(source, &kept) }
    }
}

async fn first_messages(stay: &Stay, folder: &InboxFolder, hand: &Page) -> Read<Page> {
    let names = Names::default().with("folder", folder.id.as_str());
    let names = names.with("page", "1").with("offset", "0").with("cursor", "");
    stay.ask(MESSAGES, &stay.reader.messages.ask, &names, Some(hand)).await
}

fn shell_page(
    name: &str,
    page: &Page,
    kept: &[String],
    (checks, shows): (Vec<Check>, String),
    since: Instant,
) -> ShellPage {
    let view = View::of(page);
    let (kind, parts, source) = match view.try_json().filter(|_| !page.html) {
        Some(json) => {
            let masked = mask::json(json, kept);
            let source = serde_json::to_string_pretty(&masked).unwrap_or_default();
            (MaskedKind::Json, mask::json_parts(json), source)
        }
        None => {
            let source = view.html().html();
            (MaskedKind::Html, mask::html_parts(&source), mask::html(&source, kept))
        }
    };
    let shape = PageShape { page: name.to_owned(), parts, checks };
    ShellPage { masked: MaskedPage { shape, kind, source }, shows, took: since.elapsed() }
}

fn folders(stay: &Stay, page: &Page) -> (Vec<Check>, Vec<InboxFolder>) {
    let list = &stay.reader.folders;
    let found = Mutex::new(Vec::new());
    let (checks, _) = tried(page, &list.list, &|row| {
        let (id, name) = (list.id.need(row), list.name.need(row));
        let checks = vec![check(&list.id, id.is_ok()), check(&list.name, name.is_ok())];
        if let (Ok(id), Ok(name)) = (id, name) {
            found.lock().unwrap_or_else(PoisonError::into_inner).push(InboxFolder { id, name });
        }
        checks
    });
    (checks, found.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn messages(stay: &Stay, page: &Page) -> (Vec<Check>, String) {
    let (list, formats) = (&stay.reader.messages, &stay.reader.profile.formats);
    let (checks, rows) = tried(page, &list.list, &|row| {
        let optional = [&list.subject, &list.chart_type, &list.from].into_iter().flatten();
        let mut checks: Vec<Check> = optional.map(|value| check(value, value.read(row).is_ok())).collect();
        let received = matches!(list.received.date_time(row, formats), Ok(Some(_)));
        checks.push(check(&list.message_id, list.message_id.need(row).is_ok()));
        checks.push(check(&list.received, received));
        checks.push(check(&list.chart_ref, list.chart_ref.need(row).is_ok()));
        let patient = list.patient.read(row, formats).is_ok();
        checks.push(Check { key: "messages.patient".to_owned(), fits: patient });
        checks
    });
    (checks, format!("{rows} messages on its first page"))
}

fn check(value: &ValueReader, fits: bool) -> Check {
    Check { key: value.key().to_owned(), fits }
}

/// Tries a list's keys on a page: those of the list, and what `each` tries on every row. A key fits if it does on all.
fn tried(
    page: &Page,
    list: &ListReader,
    each: &(dyn Fn(Place<'_>) -> Vec<Check> + Send + Sync),
) -> (Vec<Check>, usize) {
    let all = Mutex::new(Vec::<Check>::new());
    let each: EachRow<'_, ()> = &|row| {
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        for check in each(row) {
            match all.iter_mut().find(|known| known.key == check.key) {
                Some(known) => known.fits &= check.fits,
                None => all.push(check),
            }
        }
        Ok((String::new(), ()))
    };
    let read = View::filled(page).and_then(|view| list.page(&view, each, true));
    let mut checks = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (key, rows) = match &read {
        Ok(one) => (format!("{}.rows", list.at), one.rows.len()),
        // The signal begins with the key.
        Err(PortalError::UnexpectedPage { signal, .. }) => {
            let key = signal.split([' ', ':']).next().unwrap_or_default();
            (if key.starts_with(&list.at) { key.to_owned() } else { list.at.clone() }, 0)
        }
        Err(_) => (list.at.clone(), 0),
    };
    checks.insert(0, Check { key, fits: read.is_ok() });
    (checks, rows)
}

//! `check --connect`: tries every back end, portal and program, one line each. Reads, and writes nothing that
//! stays.

use super::clock::{self, Offset};
use super::{CheckLine, bad, destinations, model};
use crate::error::Failure;
use crate::settings::{MailAddress, MfaSettings, PortalSettings, Settings};
use crate::verbs::portal;
use crate::wiring::Stores;
use crate::{beside, wiring};
use bytes::Bytes;
use documents::assemble::{AssembleLimits, AssembleRequest, FragmentInput};
use documents::read::ReadSettings;
use domain::ids::PortalName;
use process::{PdfDocument, WorkerPool};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// A portal or receiver that does not answer within this time counts as not reachable.
pub(super) const ANSWER_MAX: Duration = Duration::from_secs(10);

/// A picture of the word `ORDER`, to be recognised.
const WORD: &[u8] = include_bytes!("word.png");

/// Every check, in the order of the way an order takes.
pub(super) async fn all(settings: &Settings) -> Vec<CheckLine> {
    let mut lines = folders(settings);
    lines.extend(back_ends(settings).await);
    let mut seen = Vec::new();
    for (name, portal) in &settings.portals {
        let (line, time) = reachable(name, portal).await;
        lines.push(line);
        seen.extend(time.map(|time| (name.clone(), time)));
    }
    lines.extend(clock::compared(&seen));
    lines.push(chromium().await);
    lines.push(recognition(settings).await);
    lines.push(cage(settings).await);
    lines.extend(destinations::all(settings).await);
    lines.extend(model::ask(settings).await);
    if let Some(endpoint) = &settings.telemetry.otlp_endpoint {
        let host = endpoint.host_str().unwrap_or_default();
        let port = endpoint.port_or_known_default().unwrap_or(4318);
        lines.push(listening("telemetry receiver", host, port).await);
    }
    lines
}

fn folders(settings: &Settings) -> Vec<CheckLine> {
    let mut lines = vec![writable("data folder", &settings.data)];
    lines.extend(settings.blobs.folder().map(|folder| writable("blobs", folder)));
    let by_mail = |portal: &PortalSettings| matches!(portal.mfa, MfaSettings::Mail { .. });
    if let MailAddress::Folder(mails) = &settings.mail
        && settings.portals.values().any(by_mail)
    {
        lines.push(readable("mail folder", mails));
    }
    lines
}

/// A folder that is there and takes files, or can be made.
pub(super) fn writable(what: &str, folder: &Path) -> CheckLine {
    let there = folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    // The file has no name and vanishes when it is dropped.
    match tempfile::tempfile_in(there) {
        Ok(_) if there == folder => CheckLine::good(what, folder.display().to_string()),
        Ok(_) => CheckLine::good(what, format!("{} (will be made)", folder.display())),
        Err(error) => {
            CheckLine::bad(what, format!("{}: {error}\nlet this user write there", there.display()))
        }
    }
}

fn readable(what: &str, folder: &Path) -> CheckLine {
    match std::fs::read_dir(folder) {
        Ok(_) => CheckLine::good(what, folder.display().to_string()),
        Err(error) => CheckLine::bad(
            what,
            format!("{}: {error}\nmake the folder, and let the mail system write there", folder.display()),
        ),
    }
}

/// Every back end, where the installation has begun, and the portals' accounts.
async fn back_ends(settings: &Settings) -> Vec<CheckLine> {
    if let Some(path) = settings.store.path().filter(|path| !path.exists()) {
        let detail = format!("{} (will be made at the first start)", path.display());
        return vec![CheckLine::good("store", detail)];
    }
    let stores = match beside::open(settings).await {
        Ok(stores) => stores,
        Err(failure) => return vec![bad("store", &failure)],
    };
    let mut lines = Vec::new();
    for back_end in &stores.back_ends {
        let what = back_end.name();
        lines.push(match tokio::time::timeout(ANSWER_MAX, back_end.ping()).await {
            Ok(Ok(found)) => CheckLine::good(what, found),
            Ok(Err(error)) => CheckLine::bad(what, error.cause),
            Err(_) => CheckLine::bad(what, "does not answer"),
        });
    }
    lines.extend(model::today(settings, &stores).await);
    match accounts(settings, &stores).await {
        Ok(accounts) => lines.extend(accounts),
        Err(failure) => lines.push(bad("accounts", &failure)),
    }
    lines
}

async fn accounts(settings: &Settings, stores: &Stores) -> Result<Vec<CheckLine>, Failure> {
    let report = portal::report(settings, stores).await?;
    let lines = report.portals.into_iter().map(|portal| {
        let what = format!("account at {}", portal.portal);
        match portal.locked {
            Some(lock) => CheckLine::bad(what, format!("locked: {:?}\n{}", lock.cause, lock.way_out)),
            None => CheckLine::good(what, format!("{} logins so far", portal.logins)),
        }
    });
    Ok(lines.collect())
}

/// Whether the portal answers at all, and what time it is there; its login page is not touched.
async fn reachable(name: &PortalName, portal: &PortalSettings) -> (CheckLine, Option<Offset>) {
    let what = format!("portal {name}");
    let client =
        reqwest::Client::builder().timeout(ANSWER_MAX).redirect(reqwest::redirect::Policy::none()).build();
    let answer = match client {
        Ok(client) => client.get(portal.url.clone()).send().await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(answer) => {
            let line = CheckLine::good(what, format!("{} answers {}", portal.url, answer.status()));
            (line, clock::offset(answer.headers(), jiff::Timestamp::now()))
        }
        Err(error) => {
            let cause = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source())
                .last()
                .map_or_else(String::new, ToString::to_string);
            let detail = format!("{}: {cause}\ncheck the url, the network and the portal", portal.url);
            (CheckLine::bad(what, detail), None)
        }
    }
}

async fn chromium() -> CheckLine {
    let program = chromium::LauncherOptions::new(PathBuf::new()).program;
    let answer = Command::new(&program).arg("--version").stdin(Stdio::null()).kill_on_drop(true).output();
    let way_out = "install it (`apt-get install chromium`)";
    match tokio::time::timeout(ANSWER_MAX, answer).await {
        Ok(Ok(output)) if output.status.success() => {
            CheckLine::good("browser", String::from_utf8_lossy(&output.stdout).trim().to_owned())
        }
        Ok(Ok(output)) => {
            CheckLine::bad("browser", format!("{}: {}\n{way_out}", program.display(), output.status))
        }
        Ok(Err(error)) => CheckLine::bad("browser", format!("{}: {error}\n{way_out}", program.display())),
        Err(_) => CheckLine::bad("browser", format!("{} does not answer\n{way_out}", program.display())),
    }
}

/// A worker has to read a word from a picture: program, libraries and language data are all in it.
async fn recognition(settings: &Settings) -> CheckLine {
    let what = "page recognition";
    let way_out = "install it (`apt-get install tesseract-ocr tesseract-ocr-eng`), or set TESSDATA_PREFIX";
    let pool = wiring::worker_pool(settings);
    match recognised(&pool).await {
        Ok(text) if text.contains("ORDER") => {
            CheckLine::good(what, format!("{} workers", settings.ocr.workers))
        }
        Ok(_) => CheckLine::bad(what, format!("a plain word was not recognised\n{way_out}")),
        Err(error) => CheckLine::bad(what, format!("{error}\n{way_out}")),
    }
}

/// What keeps hostile files in the workers, as a worker itself found it.
async fn cage(settings: &Settings) -> CheckLine {
    let what = "workers' cage";
    match wiring::worker_pool(settings).cage().await {
        Ok(state) if state.is_whole() => CheckLine::good(what, state.to_string()),
        Ok(state) => CheckLine::bad(
            what,
            format!(
                "{state}\nfiles are read all the same; use a kernel or container that allows what is missing"
            ),
        ),
        Err(error) => CheckLine::bad(what, error.to_string()),
    }
}

async fn recognised(pool: &WorkerPool) -> Result<String, process::PoolError> {
    let fragment = FragmentInput {
        id: "0".to_owned(),
        bookmark: String::new(),
        section: String::new(),
        facts: Default::default(),
        given_up: None,
        bytes: Bytes::new(),
    };
    let request = AssembleRequest {
        title: "check".to_owned(),
        fragments: vec![fragment],
        date: None,
        limits: AssembleLimits::default(),
        leave_out_faulty: false,
    };
    let (_, pdf) = pool.assemble(request, &[Bytes::from_static(WORD)]).await?;
    Ok(pool.read_page(&PdfDocument::new(pdf), 1, ReadSettings::default()).await?.text)
}

async fn listening(what: &str, host: &str, port: u16) -> CheckLine {
    let connect = tokio::net::TcpStream::connect((host.trim_matches(['[', ']']), port));
    match tokio::time::timeout(ANSWER_MAX, connect).await {
        Ok(Ok(_)) => CheckLine::good(what, format!("{host}:{port}")),
        Ok(Err(error)) => {
            CheckLine::bad(what, format!("{host}:{port}: {error}\nstart it, or unset the endpoint"))
        }
        Err(_) => {
            CheckLine::bad(what, format!("{host}:{port} does not answer\nstart it, or unset the endpoint"))
        }
    }
}

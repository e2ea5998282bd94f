//! A folder into which raw mails are put, one file each, by rename: `mail = "dir:…"`.

use crate::intake::{IntakeReport, intake_file, is_mail_id};
use domain::mfa::MailAccount;
use domain::ports::{CodeMailbox, ErrorClass, PortError, PortResult};
use jiff::Timestamp;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Endings of files that are still being written.
const UNFINISHED: [&str; 4] = [".tmp", ".part", ".partial", "~"];

/// New mails taken in by one look, so that a folder of old mails does not hold up the one that is awaited.
const MAILS_PER_POLL_MAX: usize = 500;

/// Looks for new mails in a folder.
#[derive(Debug)]
pub struct MailFolder {
    dir: PathBuf,
    /// Names dealt with since this watcher began; the mailbox remembers those before it.
    done: HashSet<String>,
}

impl MailFolder {
    /// Watches `dir`; it may come into being later.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), done: HashSet::new() }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Takes in what has come since the last look, and tells of each how it fared, in the order of names.
    ///
    /// A file that is no mail is looked at once; one that cannot be read now is tried again by the next look.
    ///
    /// # Errors
    /// When the folder cannot be listed, or the mailbox fails. What was taken in stays so.
    pub async fn poll(
        &mut self,
        mailbox: &dyn CodeMailbox,
        accounts: &[MailAccount],
        now: Timestamp,
    ) -> PortResult<Vec<IntakeReport>> {
        let mut reports = Vec::new();
        for name in self.new_names().await? {
            match intake_file(&self.dir.join(&name), mailbox, accounts, now).await {
                Ok(report) => {
                    reports.push(report);
                    self.done.insert(name);
                }
                Err(error) if error.class == ErrorClass::NotFound => {}
                Err(error)
                    if error.class == ErrorClass::Permanent && error.thing.starts_with("mail file") =>
                {
                    tracing::warn!(%error, "not a mail");
                    self.done.insert(name);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(reports)
    }

    async fn new_names(&self) -> PortResult<Vec<String>> {
        let broken = |error| PortError::transient(format!("mail folder {}", self.dir.display()), error);
        let mut listing = match tokio::fs::read_dir(&self.dir).await {
            Ok(listing) => listing,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(broken(error)),
        };
        let mut names = Vec::new();
        while let Some(entry) = listing.next_entry().await.map_err(broken)? {
            let Ok(name) = entry.file_name().into_string() else { continue };
            let finished = is_mail_id(&name) && !UNFINISHED.iter().any(|ending| name.ends_with(ending));
            if finished && !self.done.contains(&name) {
                names.push(name);
            }
        }
        names.sort();
        names.truncate(MAILS_PER_POLL_MAX);
        Ok(names)
    }
}

#[cfg(test)]
mod tests;

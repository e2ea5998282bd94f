//! The hospital's server: account, live stays, code mails, and the count of everything it was asked.

use super::browser::Browser;
use super::script::{Chart, Script};
use super::stay::Stay;
use async_trait::async_trait;
use domain::ids::Generation;
use domain::ports::{
    Clock, CodeEntry, CodeMailbox, LoginBrowser, PortResult, PortalEntrance, PortalError, PortalSession,
};
use domain::redacted::Redacted;
use jiff::{SignedDuration, Timestamp};
use memory::Dice;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

pub(crate) use super::terms::{TERMS, address, care, policy, profile};

/// Wrong passwords after which the portal locks the account.
const WRONG_PASSWORDS_MAX: u32 = 5;

/// What the account is like at the moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account {
    /// The password we type is the right one.
    pub(crate) password_right: bool,
    /// An administrator has locked it.
    pub(crate) locked: bool,
    /// A new password is demanded.
    pub(crate) expired: bool,
    /// Codes are mailed, this long after they are asked for.
    pub(crate) code_mail_after: Option<Duration>,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            password_right: true,
            locked: false,
            expired: false,
            code_mail_after: Some(Duration::from_secs(4)),
        }
    }
}

/// Chances in a thousand requests, and how slow the portal is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Moods {
    /// The request fails.
    pub(crate) unavailable: u32,
    /// We are asked to slow down.
    pub(crate) throttled: u32,
    /// The stay ends.
    pub(crate) ends_stay: u32,
    /// The longest a request takes.
    pub(crate) latency_max: Duration,
}

/// What the portal was asked, and what it saw that must not be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    /// Browsers opened at the login page.
    pub(crate) browsers: u32,
    /// The most that were open at the same time.
    pub(crate) browsers_at_once_max: u32,
    /// Times the login button was pressed.
    pub(crate) passwords: u32,
    /// Logins that reached the shell.
    pub(crate) logins: u32,
    /// Codes that were not the one asked for.
    pub(crate) wrong_codes: u32,
    /// Requests of stays, by whatever they asked for.
    pub(crate) requests: u32,
    /// Stays that ended although nobody logged out.
    pub(crate) stays_ended: u32,
    /// Charts opened.
    pub(crate) charts_opened: u32,
    /// Downloads by document id.
    pub(crate) downloads: BTreeMap<String, u32>,
    /// What must never happen, in words.
    pub(crate) problems: Vec<String>,
}

/// Something a test may want to check at the very moment it happens.
pub(crate) enum Witnessed<'a> {
    /// The login button is pressed.
    Password,
    /// A chart is asked for, for this message.
    Chart(&'a str),
    /// A document is asked for: record number, Epic id, version.
    Fetch(&'a str, &'a str, &'a str),
    /// Done is pressed on this message.
    Done(&'a str),
}

/// Told of what happens; gives what is wrong with it.
pub(crate) type Witness = Arc<dyn Fn(&Witnessed<'_>) -> Option<String> + Send + Sync>;

pub(super) struct State {
    pub(super) account: Account,
    moods: Moods,
    wrong_passwords: u32,
    refused: bool,
    pub(super) terms_accepted: bool,
    live: BTreeSet<String>,
    kicked: BTreeSet<String>,
    stays: u64,
    mails_sent: u64,
    mails: Vec<(Timestamp, CodeEntry)>,
    browsers_open: u32,
    done: BTreeSet<String>,
    /// Screens that have been looked at.
    shown: BTreeSet<String>,
    pub(super) tally: Tally,
}

/// The hospital.
pub(crate) struct Portal {
    pub(super) script: Script,
    pub(super) clock: Arc<dyn Clock>,
    dice: Dice,
    state: Mutex<State>,
    witness: Mutex<Option<Witness>>,
}

impl Portal {
    /// Opens the hospital; latency, faults and codes follow from the seed.
    pub(crate) fn open(script: Script, clock: Arc<dyn Clock>, seed: u64) -> Arc<Self> {
        let state = State {
            account: Account::default(),
            moods: Moods::default(),
            wrong_passwords: 0,
            refused: false,
            terms_accepted: false,
            live: BTreeSet::new(),
            kicked: BTreeSet::new(),
            stays: 0,
            mails_sent: 0,
            mails: Vec::new(),
            browsers_open: 0,
            done: BTreeSet::new(),
            shown: BTreeSet::new(),
            tally: Tally::default(),
        };
        let (dice, state) = (Dice::new(seed), Mutex::new(state));
        Arc::new(Self { script, clock, dice, state, witness: Mutex::default() })
    }

    /// Changes the account; a right password is one that was not refused.
    pub(crate) fn set_account(&self, account: Account) {
        let mut state = self.state();
        state.refused &= !account.password_right;
        state.account = account;
    }

    /// Changes the portal's moods.
    pub(crate) fn set_moods(&self, moods: Moods) {
        self.state().moods = moods;
    }

    /// Has somebody look at what happens.
    pub(crate) fn set_witness(&self, witness: Witness) {
        *self.witness.lock().unwrap_or_else(PoisonError::into_inner) = Some(witness);
    }

    /// Ends every stay.
    pub(crate) fn end_stays(&self) {
        let mut state = self.state();
        state.tally.stays_ended += u32::try_from(state.live.len()).expect("few stays");
        state.live.clear();
    }

    /// Somebody logs in with the account elsewhere, which ends every stay.
    pub(crate) fn kick_stays(&self) {
        let mut state = self.state();
        let live = std::mem::take(&mut state.live);
        state.kicked.extend(live);
    }

    /// The record number of the patient in whose chart a document is.
    pub(crate) fn owner_of(&self, epic_id: &str) -> Option<String> {
        let holds = |chart: &&Chart| chart.files.iter().any(|file| file.epic_id == epic_id);
        self.script.charts.iter().find(holds).map(|chart| chart.person.mrn.clone())
    }

    /// Notes that a screen is looked at, and says whether it was before.
    pub(super) fn has_been_shown(&self, screen: &str) -> bool {
        !self.state().shown.insert(screen.to_owned())
    }

    /// What was asked so far.
    pub(crate) fn tally(&self) -> Tally {
        self.state().tally.clone()
    }

    /// The messages Done was pressed on.
    pub(crate) fn done(&self) -> BTreeSet<String> {
        self.state().done.clone()
    }

    /// Puts the code mails that are due into the mailbox, and says how many.
    ///
    /// # Errors
    /// The mailbox's; the mails are kept.
    pub(crate) async fn deliver_mails(&self, mailbox: &dyn CodeMailbox) -> PortResult<usize> {
        let now = self.clock.now();
        let due: Vec<CodeEntry> = {
            let state = self.state();
            state.mails.iter().filter(|(at, _)| *at <= now).map(|(_, entry)| entry.clone()).collect()
        };
        for entry in &due {
            mailbox.offer(entry).await?;
            self.state().mails.retain(|(_, kept)| kept.id != entry.id);
        }
        Ok(due.len())
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn witness(&self, what: &Witnessed<'_>) {
        let witness = self.witness.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let problem = witness.and_then(|witness| witness(what));
        self.state().tally.problems.extend(problem);
    }

    /// One exchange of a stay with the server.
    pub(super) async fn exchange(&self, cookie: &str) -> Result<(), PortalError> {
        let moods = self.state().moods;
        self.think().await;
        if self.dice.hits(moods.ends_stay) {
            self.end_stays();
        }
        self.state().tally.requests += 1;
        if self.state().kicked.contains(cookie) {
            return Err(PortalError::KickedOut);
        }
        if !self.state().live.contains(cookie) {
            return Err(PortalError::SessionLost);
        }
        if self.dice.hits(moods.throttled) {
            // Now and then for longer than a queue can hold an item back.
            let seconds = [3, 3, 3, 1_500][usize::try_from(self.dice.below(4)).expect("small")];
            return Err(PortalError::Throttled { retry_after: Some(Duration::from_secs(seconds)) });
        }
        if self.dice.hits(moods.unavailable) {
            return Err(PortalError::Unavailable { cause: "injected fault".to_owned() });
        }
        Ok(())
    }

    /// Takes the time an answer takes.
    pub(super) async fn think(&self) {
        let longest = u64::try_from(self.state().moods.latency_max.as_millis()).expect("short");
        tokio::time::sleep(Duration::from_millis(self.dice.below(longest + 1))).await;
    }

    pub(super) fn browser_opened(&self) {
        let mut state = self.state();
        state.browsers_open += 1;
        state.tally.browsers += 1;
        state.tally.browsers_at_once_max = state.tally.browsers_at_once_max.max(state.browsers_open);
    }

    pub(super) fn browser_closed(&self) {
        self.state().browsers_open -= 1;
    }

    /// Somebody pressed the login button; says whether the password is right.
    pub(super) fn password_submitted(&self) -> bool {
        self.witness(&Witnessed::Password);
        let mut state = self.state();
        state.tally.passwords += 1;
        if state.refused {
            state.tally.problems.push("a password was submitted after it had been refused".to_owned());
        }
        if state.account.locked {
            state.refused = true;
        }
        if !state.account.password_right {
            state.refused = true;
            state.wrong_passwords += 1;
            state.account.locked |= state.wrong_passwords >= WRONG_PASSWORDS_MAX;
        }
        state.account.password_right
    }

    /// Somebody typed a code that is not the one; gives how many before it were not either.
    pub(super) fn wrong_code(&self, before: u32) -> u32 {
        self.state().tally.wrong_codes += 1;
        before
    }

    /// Mails a code, if the portal does; gives the code.
    pub(super) fn mail_code(&self) -> String {
        let mut state = self.state();
        state.mails_sent += 1;
        let code = format!("{:06}", self.dice.below(1_000_000));
        if let Some(after) = state.account.code_mail_after {
            let at = self.clock.now() + SignedDuration::try_from(after).expect("short");
            let entry = CodeEntry {
                id: format!("mail-{}", state.mails_sent),
                address: address(),
                arrived_at: at,
                sent_at: Some(self.clock.now()),
                code: Redacted::new(code.clone()),
            };
            state.mails.push((at, entry));
        }
        code
    }

    /// A login reached the shell: a new stay, by its cookies.
    pub(super) fn begin_stay(&self) -> String {
        let mut state = self.state();
        state.stays += 1;
        state.tally.logins += 1;
        let cookie = format!("stay-{}", state.stays);
        state.live.insert(cookie.clone());
        cookie
    }

    /// Done takes effect; the answer may be lost all the same.
    pub(super) fn press_done(&self, message: &str) -> Result<(), PortalError> {
        self.witness(&Witnessed::Done(message));
        self.state().done.insert(message.to_owned());
        let unavailable = self.state().moods.unavailable;
        if self.dice.hits(unavailable) {
            return Err(PortalError::Unavailable { cause: "injected fault, the answer was lost".to_owned() });
        }
        Ok(())
    }
}

/// The portal's door, as the session comes to it.
pub(crate) struct Door(pub(crate) Arc<Portal>);

#[async_trait]
impl PortalEntrance for Door {
    async fn open_browser(&self) -> Result<Box<dyn LoginBrowser>, PortalError> {
        self.0.think().await;
        Ok(Box::new(Browser::open(Arc::clone(&self.0))))
    }

    async fn resume(
        &self,
        cookies: &Redacted<String>,
        generation: Generation,
    ) -> Result<Arc<dyn PortalSession>, PortalError> {
        self.0.exchange(cookies.reveal()).await?;
        Ok(Arc::new(Stay {
            portal: Arc::clone(&self.0),
            cookie: cookies.reveal().clone(),
            generation,
            chart: Arc::new(Semaphore::new(1)),
        }))
    }
}

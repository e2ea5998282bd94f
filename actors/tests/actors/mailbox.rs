//! Two portals whose codes come to one mailbox, from one sender, under one subject: logins of both, killed and ended at
//! random, behind a mail system that delays, repeats, reorders and sends codes nobody asked for. Whatever happens, no
//! code is typed that is not the one asked for.

use crate::bench::until;
use crate::gate::Gate;
use crate::hospital::portal::{Door, Portal};
use crate::hospital::script::Script;
use actors::owned_task::OwnedTask;
use actors::session::{Session, SessionArgs, SessionBoard};
use async_trait::async_trait;
use domain::ids::PortalName;
use domain::ports::{
    Clock, CodeAddress, CodeEntry, CodeLines, CodeMailbox, CodeWindow, MailNotice, PortResult, TakeVerdict,
    WaitingCodes,
};
use domain::session::SessionStatus;
use jiff::{SignedDuration, Timestamp};
use memory::{Dice, MemoryCodeLines, MemoryLedger, MemoryMailbox};
use ractor::{Actor, ActorCell};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How many days are lived through.
const SEEDS: u64 = 60;

/// A mail system between the hospitals and the mailbox.
struct Post {
    mailbox: MemoryMailbox,
    clock: Arc<dyn Clock>,
    dice: Dice,
    rough: bool,
    on_the_way: Mutex<Vec<CodeEntry>>,
    sent: Mutex<u64>,
}

impl Post {
    fn new(clock: Arc<dyn Clock>, seed: u64, rough: bool) -> Arc<Self> {
        let (mailbox, dice) = (MemoryMailbox::default(), Dice::new(seed));
        Arc::new(Self { mailbox, clock, dice, rough, on_the_way: Mutex::default(), sent: Mutex::default() })
    }

    fn send(&self, entry: &CodeEntry, after_millis: u64) {
        let mut sent = self.sent.lock().expect("no panic");
        *sent += 1;
        let millis = i64::try_from(after_millis).expect("short");
        let arrived_at = self.clock.now() + SignedDuration::from_millis(millis);
        let entry = CodeEntry { id: format!("post-{sent}"), arrived_at, ..entry.clone() };
        self.on_the_way.lock().expect("no panic").push(entry);
    }

    /// A mail of a hospital sets out.
    fn post(&self, entry: &CodeEntry) {
        let chance = |of_thousand| self.rough && self.dice.hits(of_thousand);
        if chance(60) {
            return;
        }
        let late = if chance(150) { self.dice.below(600_000) } else { self.dice.below(8_000) };
        self.send(entry, late);
        if chance(150) {
            let again = self.dice.below(200_000);
            self.send(entry, late + again);
        }
        if chance(100) {
            // The portal mails two codes, and only one of them is good.
            let other = CodeEntry { code: format!("x{}", entry.code.reveal()).into(), ..entry.clone() };
            self.send(&other, late.saturating_sub(500) + self.dice.below(1_000));
        }
    }

    async fn deliver(&self) {
        let now = self.clock.now();
        let due: Vec<CodeEntry> = {
            let mut on_the_way = self.on_the_way.lock().expect("no panic");
            let (due, rest) = on_the_way.drain(..).partition(|entry| entry.arrived_at <= now);
            *on_the_way = rest;
            due
        };
        for entry in due {
            self.mailbox.offer(&entry).await.expect("kept");
        }
    }
}

#[async_trait]
impl CodeMailbox for Post {
    async fn seen(&self, id: &str) -> PortResult<bool> {
        self.mailbox.seen(id).await
    }

    async fn mark_seen(&self, id: &str, now: Timestamp) -> PortResult<()> {
        self.mailbox.mark_seen(id, now).await
    }

    async fn offer(&self, entry: &CodeEntry) -> PortResult<bool> {
        self.post(entry);
        Ok(true)
    }

    async fn waiting(&self, window: &CodeWindow) -> PortResult<WaitingCodes> {
        self.mailbox.waiting(window).await
    }

    async fn take(&self, window: &CodeWindow) -> PortResult<TakeVerdict> {
        self.mailbox.take(window).await
    }

    async fn void(&self, address: &CodeAddress) -> PortResult<()> {
        self.mailbox.void(address).await
    }

    async fn announce(&self, notice: &MailNotice) -> PortResult<bool> {
        self.mailbox.announce(notice).await
    }

    async fn notices(&self) -> PortResult<Vec<MailNotice>> {
        self.mailbox.notices().await
    }

    async fn dismiss(&self, id: &str) -> PortResult<bool> {
        self.mailbox.dismiss(id).await
    }
}

/// One portal with its session.
struct Site {
    portal: Arc<Portal>,
    args: SessionArgs,
    running: Arc<Mutex<Option<ActorCell>>>,
    keeper: Option<OwnedTask<()>>,
}

impl Site {
    fn new(base: &Gate, name: &str, seed: u64, post: &Arc<Post>, lines: &Arc<MemoryCodeLines>) -> Self {
        let portal = Portal::open(Script::default(), Arc::clone(&base.args.clock), seed);
        let args = SessionArgs {
            portal: PortalName::new(name),
            entrance: Arc::new(Door(Arc::clone(&portal))),
            ledger: Arc::new(MemoryLedger::default()),
            mailbox: post.clone(),
            lines: lines.clone(),
            ..base.args.clone()
        };
        Self { portal, args, running: Arc::default(), keeper: None }
    }

    /// Starts the process, on what outlives it.
    fn start(&mut self) {
        self.args.board = Arc::new(SessionBoard::default());
        let (args, running) = (self.args.clone(), Arc::clone(&self.running));
        self.keeper = Some(OwnedTask::spawn(async move {
            loop {
                let (session, ended) = Actor::spawn(None, Session, args.clone()).await.expect("it starts");
                *running.lock().expect("no panic") = Some(session.get_cell());
                ended.await.expect("it ends");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }));
    }

    /// `kill -9`: nothing is given back.
    fn kill(&mut self) {
        self.keeper = None;
        if let Some(cell) = self.running.lock().expect("no panic").take() {
            cell.kill();
        }
    }

    fn is_ready(&self) -> bool {
        matches!(self.args.board.watch().now(), SessionStatus::Ready { .. })
    }
}

/// Carries mails from the portals to the mailbox.
fn carrier(post: Arc<Post>, portals: Vec<Arc<Portal>>) -> OwnedTask<()> {
    OwnedTask::spawn(async move {
        loop {
            for portal in &portals {
                portal.deliver_mails(post.as_ref()).await.expect("posted");
            }
            post.deliver().await;
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    })
}

#[tokio::test(start_paused = true)]
async fn two_logins_on_one_mailbox_never_type_a_code_that_is_not_theirs() {
    for seed in 0..SEEDS {
        let base = Gate::at(Script::default());
        let (post, lines) = (Post::new(Arc::clone(&base.args.clock), seed, true), Arc::default());
        let mut sites = ["north", "south"]
            .map(|name| Site::new(&base, name, seed * 2 + name.len() as u64, &post, &lines));
        let _carrier =
            carrier(Arc::clone(&post), sites.iter().map(|site| Arc::clone(&site.portal)).collect());
        let dice = Dice::new(seed ^ 0x5eed);
        for site in &mut sites {
            site.start();
        }
        for _ in 0..25 {
            tokio::time::sleep(Duration::from_millis(dice.below(90_000))).await;
            let site = &mut sites[usize::try_from(dice.below(2)).expect("small")];
            if dice.hits(500) {
                site.portal.end_stays();
            } else {
                site.kill();
                // Not yet gone when the next one starts, or long gone.
                tokio::time::sleep(Duration::from_millis(dice.below(40_000))).await;
                site.start();
            }
            if dice.hits(300) {
                // A person sees to it that counted attempts lock nobody out of this simulation.
                let (ledger, portal) = (&site.args.ledger, &site.args.portal);
                ledger.unlock(portal).await.expect("unlocked");
            }
        }
        for site in &sites {
            let tally = site.portal.tally();
            assert_eq!(tally.wrong_codes, 0, "seed {seed}, portal {}", site.args.portal);
            assert_eq!(tally.problems, Vec::<String>::new(), "seed {seed}");
        }
        let logins: u32 = sites.iter().map(|site| site.portal.tally().logins).sum();
        assert!(logins > 0, "seed {seed}: nobody ever logged in");
        for site in &mut sites {
            site.kill();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn both_log_in_when_mails_come_as_they_should_one_after_the_other() {
    let base = Gate::at(Script::default());
    let (post, lines) =
        (Post::new(Arc::clone(&base.args.clock), 7, false), Arc::<MemoryCodeLines>::default());
    let mut sites = ["north", "south"].map(|name| Site::new(&base, name, 11, &post, &lines));
    let _carrier = carrier(Arc::clone(&post), sites.iter().map(|site| Arc::clone(&site.portal)).collect());
    let begun = tokio::time::Instant::now();
    for site in &mut sites {
        site.start();
    }
    let [north, south] = &sites;
    let waits = || matches!(south.args.board.watch().now(), SessionStatus::AwaitingMailbox { .. });
    until("the second to wait", waits).await;
    let line = lines.lines().await.expect("lines").remove(0);
    assert_eq!(line.holder.map(|turn| turn.portal), Some(PortalName::new("north")));
    assert_eq!(line.waiting.len(), 1);
    until("both", || north.is_ready() && south.is_ready()).await;
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
    assert_eq!(north.portal.tally().wrong_codes + south.portal.tally().wrong_codes, 0);
    let line = lines.lines().await.expect("lines").remove(0);
    assert!(line.holder.is_none() && line.waiting.is_empty());
    assert!(line.asks.iter().all(|ask| ask.answered.is_some()));
    for site in &mut sites {
        site.kill();
    }
}

#[tokio::test(start_paused = true)]
async fn a_login_that_was_killed_keeps_the_other_waiting_for_minutes_only() {
    let base = Gate::at(Script::default());
    let (post, lines) =
        (Post::new(Arc::clone(&base.args.clock), 7, false), Arc::<MemoryCodeLines>::default());
    let mut sites = ["north", "south"].map(|name| Site::new(&base, name, 11, &post, &lines));
    let _carrier = carrier(Arc::clone(&post), sites.iter().map(|site| Arc::clone(&site.portal)).collect());
    let [north, south] = &mut sites;
    north.start();
    until("a code awaited", || matches!(north.args.board.watch().now(), SessionStatus::AwaitingMfaCode))
        .await;
    north.kill();
    south.start();
    let begun = tokio::time::Instant::now();
    until("the other", || south.is_ready()).await;
    assert!(begun.elapsed() < Duration::from_mins(3), "{:?}", begun.elapsed());
    north.start();
    until("both", || north.is_ready()).await;
    assert_eq!(north.portal.tally().wrong_codes + south.portal.tally().wrong_codes, 0);
    north.kill();
    south.kill();
}

//! Two thousand requests through one process, OCR stubbed: memory, descriptors, tasks, processes and temporary files
//! stay where they were.

use crate::hospital::portal::{Account, Portal};
use crate::hospital::stories::{Story, tell};
use crate::scripted::{CONFIG, parts};
use crate::support::pause;
use domain::ids::DestinationName;
use epic_connector::settings::{Settings, Variables};
use epic_connector::tree::spec;
use epic_connector::wiring;
use files::FolderDestination;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use supervision::Tree;

const REQUESTS: usize = 2_000;

/// Looked at so often on the way.
const LOOKS: usize = 8;

/// The work of a quarter warms everything up; from then on nothing may grow.
const WARM: usize = LOOKS / 4;

/// Allocators keep some of what they once had.
const MEMORY_SLACK_KB: u64 = 24 * 1024;
const DESCRIPTORS_SLACK: usize = 8;
const TASKS_SLACK: usize = 24;

const LONGEST: Duration = Duration::from_mins(40);

/// What the process has in hand.
#[derive(Debug)]
struct Held {
    memory_kb: u64,
    descriptors: usize,
    tasks: usize,
    children: usize,
    temporary_files: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_requests_leave_nothing_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("connector.toml");
    std::fs::write(&file, CONFIG).expect("written");
    let settings = Settings::load(Some(&file), &Variables::new()).expect("the configuration loads");
    let stores = wiring::open_stores(&settings).await.expect("the stores open");
    let (script, _) = tell(&[Story::Complete; REQUESTS]);
    let portal = Portal::open(script, Arc::clone(&stores.clock), 1);
    portal.set_account(Account { code_mail_after: Some(Duration::ZERO), ..Account::default() });
    let handover = folder.path().join("handover");
    let destination = FolderDestination::open(DestinationName::new("folder"), &handover).expect("a folder");
    let destination = Arc::new(destination);
    let parts = parts(&stores, &portal, destination).expect("the parts");
    let began = Instant::now();
    let tree = Tree::start(spec(&parts)).await.expect("the tree starts");
    let mut looks: Vec<Held> = Vec::new();
    for look in 1..=LOOKS {
        let wanted = REQUESTS * look / LOOKS;
        wait_for(wanted, &portal, began).await;
        let held = held(folder.path());
        println!("{wanted} requests done after {:.0} s: {held:?}", began.elapsed().as_secs_f64());
        looks.push(held);
    }
    tree.drain().await;
    let (warm, last) = (&looks[WARM - 1], &looks[LOOKS - 1]);
    assert!(last.memory_kb <= warm.memory_kb + MEMORY_SLACK_KB, "memory grew: {looks:#?}");
    assert!(last.descriptors <= warm.descriptors + DESCRIPTORS_SLACK, "descriptors grew: {looks:#?}");
    assert!(last.tasks <= warm.tasks + TASKS_SLACK, "tasks grew: {looks:#?}");
    assert_eq!(last.children, 0, "a process was left behind");
    assert!(last.temporary_files <= warm.temporary_files + 8, "temporary files grew: {looks:#?}");
    assert_eq!(temporary_files(folder.path()), 0, "a temporary file was left behind");
}

/// Until Done was pressed on so many messages: the very end of a request's way.
async fn wait_for(wanted: usize, portal: &Portal, began: Instant) {
    while portal.done().len() < wanted {
        assert!(began.elapsed() < LONGEST, "{} of {wanted} requests", portal.done().len());
        tokio::task::spawn_blocking(pause).await.expect("a pause");
    }
}

fn held(folder: &Path) -> Held {
    Held {
        memory_kb: proportional_memory_kb(),
        descriptors: std::fs::read_dir("/proc/self/fd").expect("listed").count(),
        tasks: tokio::runtime::Handle::current().metrics().num_alive_tasks(),
        children: children(),
        temporary_files: temporary_files(folder),
    }
}

fn proportional_memory_kb() -> u64 {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").expect("Linux has it");
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:")).expect("it has the line");
    line.trim().trim_end_matches("kB").trim().parse().expect("a number")
}

fn children() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").expect("listed").flatten();
    tasks
        .filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok())
        .map(|children| children.split_whitespace().count())
        .sum()
}

/// Files in folders whose names begin with a dot: drafts on their way.
fn temporary_files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| {
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            let own = if hidden { std::fs::read_dir(entry.path()).into_iter().flatten().count() } else { 0 };
            own + temporary_files(&entry.path())
        })
        .sum()
}

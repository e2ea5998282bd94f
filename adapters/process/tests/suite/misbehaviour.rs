//! Workers that hang, die, babble or eat: the call fails with its cause, the worker is replaced, the next
//! call succeeds, and nothing is left over.

use crate::files::{command, numbered_pdf, pool, pool_with, short};
use documents::protocol::WorkerError;
use documents::read::ReadSettings;
use process::{Deadlines, Death, Limits, PdfDocument, PoolError, WorkerPool};
use std::time::Duration;

/// A marker that the worker leaves when it has misbehaved once.
fn marker() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("misbehaved").to_str().unwrap().to_owned();
    (folder, path)
}

async fn fails_then_works(pool: &WorkerPool) -> PoolError {
    let document = PdfDocument::new(numbered_pdf("d", 2));
    let error = pool.page_count(&document).await.unwrap_err();
    let page = pool.read_page(&document, 2, ReadSettings::default()).await.unwrap();
    assert_eq!(page.text, "d page 2");
    error
}

#[tokio::test]
async fn each_misbehaviour_has_its_error_and_the_next_call_succeeds() {
    for (manner, death) in [("crash", Death::Signal(6)), ("exit", Death::Exit(7)), ("overflow", Death::Stack)]
    {
        let (_folder, marker) = marker();
        let error = fails_then_works(&pool(1, &[manner, &marker])).await;
        assert_eq!(error, PoolError::Crashed { death }, "{manner}");
    }
    for manner in ["garbage", "wrong-json"] {
        let (_folder, marker) = marker();
        let error = fails_then_works(&pool(1, &[manner, &marker])).await;
        assert!(matches!(error, PoolError::Garbled { .. }), "{manner}: {error}");
    }
}

#[tokio::test]
async fn a_worker_that_hangs_is_killed_at_its_deadline_and_replaced() {
    let (_folder, marker) = marker();
    let deadlines = Deadlines { page: Duration::from_secs(3), packet: Duration::from_secs(3) };
    let error = fails_then_works(&pool_with(1, &["hang", &marker], deadlines)).await;
    assert_eq!(error, PoolError::Deadline { after: Duration::from_secs(3) });
}

#[tokio::test]
async fn a_worker_that_eats_memory_meets_its_limit() {
    let (_folder, marker) = marker();
    let mut command = command(&["eat-memory", &marker]);
    command.limits = Limits { page_address_space_bytes: 1 << 30, ..Limits::default() };
    let error = fails_then_works(&WorkerPool::new(command, 1, Deadlines::default())).await;
    assert_eq!(error, PoolError::Crashed { death: Death::Memory });
}

/// Children of this process that run the test worker with `mark` among their arguments.
fn children_with(mark: &str) -> Vec<i32> {
    let pids = std::fs::read_dir("/proc").unwrap().flatten();
    pids.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid: &i32| {
            let arguments = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&arguments).contains(mark)
        })
        .collect()
}

/// Whether a process is gone or waits to be reaped: its first thread has ended, and so have all others.
fn has_ended(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).map_or(0, Iterator::count);
    threads <= 1 && stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with(['Z', 'X']))
}

#[tokio::test]
async fn a_worker_that_only_computes_meets_its_cpu_time() {
    let (_folder, marker) = marker();
    let mut command = command(&["burn-cpu", &marker]);
    command.limits = Limits { page_cpu: Duration::ZERO, ..Limits::default() };
    let error = fails_then_works(&WorkerPool::new(command, 1, Deadlines::default())).await;
    assert_eq!(error, PoolError::Crashed { death: Death::CpuTime });
}

#[tokio::test]
async fn cpu_time_is_granted_call_by_call() {
    // Reads for longer in all than any one call may.
    let mut command = command(&[]);
    command.limits = Limits { page_cpu: Duration::from_secs(1), ..Limits::default() };
    let pool = WorkerPool::new(command, 1, Deadlines::default());
    let document = PdfDocument::new(numbered_pdf("d", 1));
    let settings = ReadSettings { ignore_text_layer: true, ..ReadSettings::default() };
    for _ in 0..5 {
        assert_eq!(pool.read_page(&document, 1, settings.clone()).await.unwrap().text, "d page 1");
    }
    assert_eq!(pool.idle(), 1);
}

#[tokio::test]
async fn a_page_that_costs_two_workers_is_given_up_and_the_others_are_read() {
    let pool = pool(2, &["choke-on-page-2"]);
    let document = PdfDocument::new(numbered_pdf("d", 3));
    let error = pool.read_page(&document, 2, ReadSettings::default()).await.unwrap_err();
    let last = Box::new(PoolError::Crashed { death: Death::Signal(6) });
    assert_eq!(error, PoolError::GivenUp { page: 2, workers: 2, last });
    assert_eq!(
        error.to_string(),
        "page 2 has cost 2 workers, the last time: the worker died: signal 6; if it repeats, look at the file"
    );
    for page in [1, 3] {
        let text = pool.read_page(&document, page, ReadSettings::default()).await.unwrap().text;
        assert_eq!(text, format!("d page {page}"));
    }
}

#[tokio::test]
async fn a_page_that_costs_one_worker_is_read_by_the_next() {
    let (_folder, marker) = marker();
    let pool = pool(1, &["crash", &marker]);
    let document = PdfDocument::new(numbered_pdf("d", 1));
    assert_eq!(pool.read_page(&document, 1, ReadSettings::default()).await.unwrap().text, "d page 1");
}

#[tokio::test]
async fn a_worker_killed_while_idle_costs_no_call() {
    let pool = pool(1, &["real", "/killed-while-idle/no-such-folder"]);
    let document = PdfDocument::new(numbered_pdf("d", 1));
    assert_eq!(pool.page_count(&document).await.unwrap(), 1);
    let killed = children_with("/killed-while-idle/");
    for pid in &killed {
        let pid = rustix::process::Pid::from_raw(*pid).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    }
    until(|| killed.iter().all(|pid| has_ended(*pid))).await;
    let page = pool.read_page(&document, 1, ReadSettings::default()).await.unwrap();
    assert_eq!(page.text, "d page 1");
}

#[tokio::test]
async fn dropping_a_pool_or_a_call_leaves_no_process() {
    let dropped = pool(2, &["real", "/dropped-pool/no-such-folder"]);
    dropped.page_count(&PdfDocument::new(numbered_pdf("d", 1))).await.unwrap();
    assert_eq!(children_with("/dropped-pool/").len(), 1);
    drop(dropped);

    let (_folder, mark) = marker();
    let abandoned = pool(1, &["hang", &mark]);
    let document = PdfDocument::new(numbered_pdf("d", 1));
    tokio::select! {
        _ = abandoned.page_count(&document) => panic!("a hanging worker answered"),
        () = until(|| !children_with(&mark).is_empty()) => {}
    }
    until(|| children_with("/dropped-pool/").is_empty() && children_with(&mark).is_empty()).await;
}

/// Waits until a condition holds; the test's own time limit is the end of patience.
async fn until(condition: impl Fn() -> bool) {
    let patience = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), patience).await.unwrap();
}

#[tokio::test]
async fn a_worker_ends_with_the_service_that_started_it() {
    let command = command(&[]);
    let mut child = tokio::process::Command::new(&command.program)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    // The end of its input is all that a killed service leaves.
    drop(child.stdin.take());
    let ended = tokio::time::timeout(Duration::from_secs(20), child.wait()).await.unwrap().unwrap();
    assert_eq!(ended.code(), Some(0));
}

#[tokio::test]
async fn a_worker_sees_only_the_allowed_environment() {
    let command = command(&["tell-environment"]);
    let pool = WorkerPool::new(command, 1, Deadlines::default());
    let error = pool.page_count(&PdfDocument::new(numbered_pdf("d", 1))).await.unwrap_err();
    let PoolError::Refused { cause: WorkerError::BadRequest { cause } } = error else {
        panic!("the environment was expected, got {error}")
    };
    let allowed = [
        "PATH",
        "TESSDATA_PREFIX",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "OMP_THREAD_LIMIT",
        "MALLOC_MMAP_THRESHOLD_",
        "MALLOC_TRIM_THRESHOLD_",
    ];
    for variable in cause.strip_prefix("got ").unwrap().split(' ') {
        let name = variable.split('=').next().unwrap();
        assert!(allowed.contains(&name), "{name} was passed on");
    }
    assert!(cause.contains("OMP_THREAD_LIMIT=1"));
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let mut command = command(&[]);
    command.program = "/no/such/program".into();
    let pool = WorkerPool::new(command, 1, short());
    let error = pool.page_count(&PdfDocument::new(numbered_pdf("d", 1))).await.unwrap_err();
    assert!(error.to_string().starts_with("the worker /no/such/program cannot be started"), "{error}");
}

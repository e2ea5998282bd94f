//! Which processes belong to a browser, read from `/proc`: by process group, by start time, by the private
//! folder their command line or environment names.

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// How long killed processes are waited for: the kernel needs milliseconds, a loaded machine longer.
const GONE_AFTER_MAX: Duration = Duration::from_secs(5);

/// Between two looks at whether they are gone.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A process as `/proc/PID/stat` tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) pid: i32,
    pub(crate) group: i32,
    /// Clock ticks after boot; with the pid it names one process for ever.
    pub(crate) started: u64,
}

/// A live process; none when it is gone or only waits to be reaped.
pub(crate) fn process(pid: i32) -> Option<Process> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the name in brackets, which may itself hold spaces and brackets.
    let (_, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    if matches!(*fields.first()?, "Z" | "X") {
        return None;
    }
    Some(Process { pid, group: fields.get(2)?.parse().ok()?, started: fields.get(19)?.parse().ok()? })
}

/// Every live process.
pub(crate) fn all() -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    entries.flatten().filter_map(|entry| process(entry.file_name().to_str()?.parse().ok()?)).collect()
}

/// Whether a process's command line or first environment names a folder.
pub(crate) fn names_folder(process: Process, folder: &Path) -> bool {
    let Some(folder) = folder.to_str() else { return false };
    ["cmdline", "environ"].iter().any(|file| {
        fs::read(format!("/proc/{}/{file}", process.pid))
            .is_ok_and(|bytes| bytes.windows(folder.len()).any(|window| window == folder.as_bytes()))
    })
}

/// What the processes of a group hold, in bytes, each page for its share (`Pss` of proc_pid_smaps(5)).
pub(crate) fn memory_bytes(group: i32) -> u64 {
    let kibibytes = |process: Process| -> Option<u64> {
        let text = fs::read_to_string(format!("/proc/{}/smaps_rollup", process.pid)).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        line.split_whitespace().next()?.parse().ok()
    };
    all().into_iter().filter(|process| process.group == group).filter_map(kibibytes).sum::<u64>() * 1024
}

/// Kills every process of a group.
pub(crate) fn kill_group(group: i32) {
    if let Some(group) = Pid::from_raw(group) {
        // An error means that the group is gone already.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Kills one process.
pub(crate) fn kill(process: Process) {
    if let Some(pid) = Pid::from_raw(process.pid) {
        let _ = kill_process(pid, Signal::KILL);
    }
}

/// Waits, on a thread that may block, until no live process fits; `false` when some still do after five seconds.
#[expect(
    clippy::disallowed_methods,
    reason = "waits for the condition, with a deadline; the kernel tells of strangers' ends no other way"
)]
pub(crate) fn wait_until_gone(fits: impl Fn(Process) -> bool) -> bool {
    let looks = GONE_AFTER_MAX.as_millis() / LOOK_EVERY.as_millis();
    for _ in 0..looks {
        if !all().into_iter().any(&fits) {
            return true;
        }
        std::thread::sleep(LOOK_EVERY);
    }
    false
}

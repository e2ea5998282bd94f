//! The memory of a process and all it has started, and how such a tree is ended.

use rustix::process::{Pid, Signal, kill_process};
use std::collections::HashMap;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// How soon a tree is measured first, and how often at last: the gaps double, so that short lives are seen too.
const SAMPLE: (Duration, Duration) = (Duration::from_millis(4), Duration::from_millis(250));

/// Measures a tree until it is told to stop.
pub(crate) struct Sampler {
    stop: Sender<()>,
    samples: JoinHandle<Vec<f64>>,
}

impl Sampler {
    /// Begins to measure the process of this id and its descendants, less the first `uncounted` of them: with 1, the
    /// process itself is left out.
    pub(crate) fn start(pid: u32, uncounted: usize) -> Self {
        let (stop, stopped) = channel();
        let samples = std::thread::spawn(move || {
            let (mut samples, mut gap) = (Vec::new(), SAMPLE.0);
            while stopped.recv_timeout(gap) == Err(RecvTimeoutError::Timeout) {
                let counted = tree(pid).into_iter().skip(uncounted);
                samples.push(counted.filter_map(pss_kb).sum::<u64>() as f64 / 1024.0);
                gap = SAMPLE.1.min(gap * 2);
            }
            samples
        });
        Self { stop, samples }
    }

    /// Every sample, in MB, smallest first.
    pub(crate) fn finish(self) -> Vec<f64> {
        drop(self.stop);
        let mut samples = self.samples.join().unwrap_or_default();
        samples.retain(|sample| *sample > 0.0);
        samples.sort_by(f64::total_cmp);
        samples
    }
}

/// A process and its descendants, parents first.
pub(crate) fn tree(root: u32) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        if let Some(parent) = parent(pid) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut all = vec![root];
    let mut next = 0;
    while let Some(pid) = all.get(next).copied() {
        all.extend(children.remove(&pid).unwrap_or_default());
        next += 1;
    }
    all
}

/// Ends a tree at once. Its root must be a child of this process that has not been waited for.
pub(crate) fn end_tree(root: u32) {
    for pid in tree(root) {
        let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
        // One that has ended by itself needs no signal.
        let _ = pid.map(|pid| kill_process(pid, Signal::KILL));
    }
}

fn parent(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn pss_kb(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    text.lines().find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix("kB")?.trim().parse().ok())
}

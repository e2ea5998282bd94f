//! Who holds the service's lock: a process, told apart from later ones with its number, on a machine whose process
//! numbers mean something to us or not.

use crate::document::Stored;
use domain::ports::PortResult;
use mongodb::bson::{Document, doc};
use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};
use std::fmt;
use std::fs;

/// A process on a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    /// The machine's name, for people.
    host: String,
    /// This start of the machine and this namespace of process numbers: only where it is ours can a process be
    /// looked for.
    numbers: String,
    pid: i64,
    /// Clock ticks from the machine's start to the process's.
    started: i64,
}

impl Holder {
    /// This process.
    pub(crate) fn this() -> Self {
        let pid = i64::from(std::process::id());
        Self { host: host(), numbers: numbers(), pid, started: started(pid).unwrap_or(0) }
    }

    pub(crate) fn fields(&self) -> Document {
        doc! { "host": &self.host, "numbers": &self.numbers, "pid": self.pid, "started": self.started }
    }

    pub(crate) fn read(stored: &Stored<'_>) -> PortResult<Self> {
        Ok(Self {
            host: stored.text("host")?.to_owned(),
            numbers: stored.text("numbers")?.to_owned(),
            pid: stored.number("pid")?,
            started: stored.number("started")?,
        })
    }

    /// Whether it surely runs no more: it was on this machine, and no process has its number, or another one has.
    pub(crate) fn is_dead(&self) -> bool {
        if self.numbers.is_empty() || self.numbers != numbers() {
            return false;
        }
        let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw) else { return false };
        // Asked of the kernel, since `/proc` may hide other users' processes.
        if test_kill_process(pid) == Err(Errno::SRCH) {
            return true;
        }
        started(self.pid).is_some_and(|started| started != self.started)
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} on {}", self.pid, self.host)
    }
}

fn host() -> String {
    line("/proc/sys/kernel/hostname").unwrap_or_else(|| "an unnamed machine".to_owned())
}

fn numbers() -> String {
    let boot = line("/proc/sys/kernel/random/boot_id");
    let namespace = fs::read_link("/proc/self/ns/pid").ok().map(|link| link.to_string_lossy().into_owned());
    match (boot, namespace) {
        (Some(boot), Some(namespace)) => format!("{boot} {namespace}"),
        // Unknown, and then never equal to anybody's.
        _ => String::new(),
    }
}

fn line(path: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Field 22 of `/proc/PID/stat`; the name in field 2 may hold spaces and brackets, so counting begins after it.
fn started(pid: i64) -> Option<i64> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    text.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::Holder;

    #[test]
    fn only_a_process_of_this_machine_can_be_known_dead() {
        let this = Holder::this();
        assert!(!this.is_dead());
        assert!(
            Holder { started: this.started + 1, ..this.clone() }.is_dead(),
            "another process has the number"
        );
        let mut child = std::process::Command::new("true").spawn().expect("a child");
        let gone = Holder { pid: i64::from(child.id()), started: 1, ..this.clone() };
        child.wait().expect("its end");
        assert!(gone.is_dead());
        assert!(!Holder { numbers: "another machine".to_owned(), ..gone.clone() }.is_dead());
        assert!(!Holder { numbers: String::new(), ..gone }.is_dead());
    }
}

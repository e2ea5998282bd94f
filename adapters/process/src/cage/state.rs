//! What of the cage stands, in words for people: nothing that is missing stays unsaid.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What a wall keeps in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WallKind {
    /// Reading and writing files.
    Files,
    /// The network, other programs, other processes.
    SystemCalls,
    /// Memory on disk, or in another process's hands.
    Dumps,
    /// Living on without a service.
    Orphans,
}

/// One wall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wall {
    /// What it keeps in.
    pub kind: WallKind,
    /// Whether it stands.
    pub stands: bool,
    /// By what it stands, or why it does not.
    pub by: String,
}

/// A worker's cage as the worker itself found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CageState {
    /// Every wall, whether it stands or not.
    pub walls: Vec<Wall>,
}

impl Wall {
    pub(super) fn of(kind: WallKind, by: &str, done: Result<(), impl fmt::Display>) -> Self {
        match done {
            Ok(()) => Self { kind, stands: true, by: by.to_owned() },
            Err(cause) => Self { kind, stands: false, by: cause.to_string() },
        }
    }
}

impl CageState {
    /// The walls that do not stand.
    pub fn missing(&self) -> impl Iterator<Item = &Wall> {
        self.walls.iter().filter(|wall| !wall.stands)
    }

    /// Whether every wall stands.
    pub fn is_whole(&self) -> bool {
        self.missing().next().is_none()
    }
}

impl fmt::Display for WallKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Files => "files",
            Self::SystemCalls => "network and programs",
            Self::Dumps => "memory dumps",
            Self::Orphans => "orphans",
        })
    }
}

impl fmt::Display for CageState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, wall) in self.walls.iter().enumerate() {
            let (between, how) =
                (if index == 0 { "" } else { "; " }, if wall.stands { "" } else { "NOT kept in: " });
            write!(f, "{between}{}: {how}{}", wall.kind, wall.by)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{CageState, Wall, WallKind};

    #[test]
    fn what_is_missing_is_said() {
        let stands = Wall::of(WallKind::Files, "landlock", Ok::<(), String>(()));
        let missing = Wall::of(WallKind::SystemCalls, "seccomp", Err("this kernel has no seccomp"));
        let whole = CageState { walls: vec![stands.clone()] };
        let holed = CageState { walls: vec![stands, missing.clone()] };
        assert!(whole.is_whole() && !holed.is_whole());
        assert_eq!(holed.missing().collect::<Vec<_>>(), [&missing]);
        assert_eq!(
            holed.to_string(),
            "files: landlock; network and programs: NOT kept in: this kernel has no seccomp"
        );
    }
}

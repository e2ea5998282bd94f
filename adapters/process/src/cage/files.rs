//! The wall around files: Landlock, which the kernel checks at every opening, link and removal.

use super::state::{CageState, Wall, WallKind};
use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, LandlockStatus, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetError, RulesetStatus, Scope, path_beneath_rules,
};
use std::fs::File;
use std::io::ErrorKind;
use std::path::PathBuf;

/// The newest interface whose rights are asked for; older kernels give what they have.
const ASKED: ABI = ABI::V6;
/// Where Tesseract's remarks go to.
const NOWHERE: &str = "/dev/null";
/// Readable by everybody on any machine, so that failing to open it shows the wall.
const TRIED: &str = "/etc/passwd";

/// Leaves `readable` to be read, and nothing else.
pub(super) fn lock(readable: &[PathBuf]) -> Wall {
    match restrict(readable) {
        Ok(status) => status,
        Err(error) => wall(false, format!("landlock refuses: {error}")),
    }
}

/// The wall where no Landlock is wanted.
pub(super) fn not_there() -> Wall {
    wall(false, "landlock is turned off".to_owned())
}

/// The wall where the filter of system calls stands in for Landlock.
pub(super) fn kept_by_filter(landlock: &Wall) -> Wall {
    wall(true, format!("seccomp, no file can be opened once language data is loaded ({})", landlock.by))
}

fn restrict(readable: &[PathBuf]) -> Result<Wall, RulesetError> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let nowhere: BitFlags<AccessFs> = AccessFs::ReadFile | AccessFs::WriteFile;
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(ASKED))?
        .handle_access(AccessNet::from_all(ASKED))?
        .scope(Scope::from_all(ASKED))?
        .create()?
        .add_rules(path_beneath_rules(readable, read))?
        .add_rules(path_beneath_rules([NOWHERE], nowhere))?
        .restrict_self()?;
    Ok(match (status.ruleset, status.landlock) {
        (RulesetStatus::NotEnforced, LandlockStatus::NotEnabled) => wall(
            false,
            "landlock is turned off in this kernel (add it to the boot parameter `lsm`)".to_owned(),
        ),
        (RulesetStatus::NotEnforced, _) => {
            wall(false, "this kernel has no landlock (Linux 5.13 and newer have it)".to_owned())
        }
        (_, LandlockStatus::Available { effective_abi, .. }) => {
            wall(true, format!("landlock {effective_abi:?}, reads language data and fonts, writes nothing"))
        }
        _ => wall(true, "landlock".to_owned()),
    })
}

/// Tries to read what must not be readable.
pub(super) fn try_out(state: &mut CageState) {
    let refused = match File::open(TRIED) {
        Ok(_) => false,
        Err(error) => error.kind() == ErrorKind::PermissionDenied,
    };
    for wall in state.walls.iter_mut().filter(|wall| wall.kind == WallKind::Files && !refused) {
        wall.stands = false;
        wall.by = format!("{TRIED} could be opened ({})", wall.by);
    }
}

fn wall(stands: bool, by: String) -> Wall {
    Wall { kind: WallKind::Files, stands, by }
}

//! The program as a process.

use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A folder of its own to run in.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

/// How a run ended.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("written");
        path
    }

    /// Every file below the folder, by its path there.
    pub(crate) fn files(&self) -> Vec<String> {
        fn below(folder: &Path, root: &Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    below(&path, root, found);
                } else {
                    found.push(path.strip_prefix(root).expect("below").display().to_string());
                }
            }
        }
        let mut found = Vec::new();
        below(self.folder.path(), self.folder.path(), &mut found);
        found.sort();
        found
    }

    /// The program, to be run in this folder with nothing of our own settings in its environment.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_epic-connector"));
        command.args(args).current_dir(self.folder.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("EPIC_CONNECTOR") {
                command.env_remove(name);
            }
        }
        command
    }

    pub(crate) fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Ended {
        ended(self.command(args))
    }
}

/// Runs a command to its end.
pub(crate) fn ended(mut command: Command) -> Ended {
    let output = command.output().expect("the program starts");
    Ended {
        code: output.status.code().expect("the program ends by itself"),
        stdout: String::from_utf8(output.stdout).expect("text"),
        stderr: String::from_utf8(output.stderr).expect("text"),
    }
}

impl Ended {
    /// The answer as JSON, held against its published schema.
    pub(crate) fn json(&self, schema: &str) -> Value {
        let answer: Value = serde_json::from_str(&self.stdout).expect("JSON on standard output");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{schema}.schema.json"));
        let schema: Value =
            serde_json::from_str(&std::fs::read_to_string(path).expect("a schema")).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a valid schema");
        let mistakes: Vec<String> =
            validator.iter_errors(&answer).map(|error| error.instance_path().to_string()).collect();
        assert!(mistakes.is_empty(), "the answer differs from its schema at {mistakes:?}");
        answer
    }

    /// Holds a failure against its code and against words of its three lines.
    pub(crate) fn fails(&self, code: i32, thing: &str, cause: &str, way_out: &str) {
        assert_eq!(self.code, code, "{}", self.stderr);
        assert!(self.stdout.is_empty(), "no half answer: {}", self.stdout);
        let lines: Vec<&str> = self.stderr.lines().collect();
        let line = |start: &str| {
            lines
                .iter()
                .find_map(|line| line.strip_prefix(start))
                .unwrap_or_else(|| panic!("{start}: {lines:#?}"))
        };
        for (found, wanted) in
            [(line("error: "), thing), (line("  cause: "), cause), (line("  way out: "), way_out)]
        {
            assert!(found.contains(wanted), "`{wanted}` is not in `{found}`");
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }
}

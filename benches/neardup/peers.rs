//! datasketch and rensa from PyPI, put into `target/peers` with the pinned versions and hashes of
//! `benches/peers/neardup.txt`.

use crate::race::{Heat, WANTED};
use serde::Deserialize;
use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

const REQUIREMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/neardup.txt");
const PROGRAM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/neardup.py");

/// A Python of its own with the pinned packages; made anew when they have changed.
///
/// # Errors
/// Something cannot be installed; the text says what and what to do.
pub(crate) fn ready() -> Result<PathBuf, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../peers");
    std::fs::create_dir_all(&folder)?;
    let (venv, mark) = (folder.join("neardup"), folder.join("neardup.txt"));
    let python = venv.join("bin/python");
    let wanted = std::fs::read_to_string(REQUIREMENTS)?;
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) && python.exists() {
        return Ok(python);
    }
    let way_out = "the race needs Python 3 with venv (`apt-get install python3-venv`) and packages from PyPI: \
                   give this machine access to a package index, or PIP_INDEX_URL";
    told(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv), way_out)?;
    let pip = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", REQUIREMENTS];
    told(Command::new(&python).args(pip), way_out)?;
    std::fs::write(&mark, wanted)?;
    Ok(python)
}

#[derive(Deserialize)]
struct Answer {
    cpu_s: f64,
    candidates: Vec<(u32, u32)>,
    pairs: Vec<(u32, u32)>,
}

/// Lets a peer run over the texts.
///
/// # Errors
/// It cannot be started, or fails.
pub(crate) fn run(python: &Path, peer: &str, texts: &[String]) -> Result<Heat, Box<dyn Error>> {
    let mut file = tempfile::NamedTempFile::new()?;
    for text in texts {
        serde_json::to_writer(&mut file, text)?;
        file.write_all(b"\n")?;
    }
    file.flush()?;
    let mut command = Command::new(python);
    command.arg(PROGRAM).arg(peer).arg(file.path()).arg(WANTED.to_string());
    // One thread, as ours has.
    command.envs([("RAYON_NUM_THREADS", "1"), ("OMP_NUM_THREADS", "1"), ("OPENBLAS_NUM_THREADS", "1")]);
    let answer: Answer = serde_json::from_str(&told(&mut command, "")?)?;
    let set = |pairs: Vec<(u32, u32)>| pairs.into_iter().collect();
    Ok(Heat { cpu_s: answer.cpu_s, candidates: set(answer.candidates), pairs: set(answer.pairs) })
}

fn told(command: &mut Command, way_out: &str) -> Result<String, Box<dyn Error>> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}\n{way_out}"))?;
    if !output.status.success() {
        let complained = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{program}: {}\n{way_out}", complained.trim()).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

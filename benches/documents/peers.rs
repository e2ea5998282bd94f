//! What the races need of others: OCRmyPDF, pikepdf and pypdf from PyPI, put into `target/peers` with the pinned versions
//! and hashes of `benches/peers/documents.txt`; Tesseract, qpdf, Ghostscript, unpaper, pngquant and poppler from Debian, which
//! `scripts/peers.sh` installs.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

const REQUIREMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/documents.txt");
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/peers.sh");
/// Makes the files of the races.
pub(crate) const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/document_fixtures.py");
/// Joins and mends PDFs with the Python libraries.
pub(crate) const PDF_TOOLS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/pdf_tools.py");

/// Everything installed.
pub(crate) struct Peers {
    /// Where all of it and the files of the races lie.
    pub(crate) folder: PathBuf,
    /// The Python that has the libraries.
    pub(crate) python: PathBuf,
    /// OCRmyPDF's program.
    pub(crate) ocrmypdf: PathBuf,
    /// Name and version of each.
    pub(crate) versions: Vec<String>,
}

/// Installs what is missing.
///
/// # Errors
/// Something cannot be installed; the text says what and what to do.
pub(crate) fn ready() -> Result<Peers, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../peers");
    std::fs::create_dir_all(&folder)?;
    let folder = folder.canonicalize()?;
    told(&mut Command::new(SCRIPT), "install by hand what is named above and set SKIP_SETUP=1")?;
    let python = libraries(&folder)?;
    let ocrmypdf = folder.join("documents/bin/ocrmypdf");
    let library = |name: &str| {
        let program = format!("from importlib.metadata import version; print('{name}', version('{name}'))");
        told(Command::new(&python).args(["-c", &program]), "")
    };
    let program = |name: &str, option: &str| {
        let said = told(Command::new(name).arg(option), "")?;
        Ok::<String, Box<dyn Error>>(said.lines().next().unwrap_or_default().to_owned())
    };
    let versions = vec![
        library("ocrmypdf")?,
        library("pikepdf")?,
        library("pypdf")?,
        told(Command::new(&python).arg("--version"), "")?,
        program("tesseract", "--version")?,
        program("qpdf", "--version")?,
        format!("Ghostscript {}", program("gs", "--version")?),
        format!("unpaper {}", program("unpaper", "--version")?),
        program("pdftotext", "-v")?,
    ];
    Ok(Peers { folder, python, ocrmypdf, versions })
}

/// A Python of its own with the pinned packages; made anew when they have changed.
fn libraries(folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let (venv, mark) = (folder.join("documents"), folder.join("documents.txt"));
    let python = venv.join("bin/python");
    let wanted = std::fs::read_to_string(REQUIREMENTS)?;
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) && python.exists() {
        return Ok(python);
    }
    let way_out = "the races need Python 3 with venv (`apt-get install python3-venv`) and packages from PyPI: \
                   give this machine access to a package index, or PIP_INDEX_URL";
    told(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv), way_out)?;
    let pip = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", REQUIREMENTS];
    told(Command::new(&python).args(pip), way_out)?;
    std::fs::write(&mark, wanted)?;
    Ok(python)
}

/// What a program prints, without blanks around it.
///
/// # Errors
/// The program cannot be started, or says it failed.
pub(crate) fn told(command: &mut Command, way_out: &str) -> Result<String, Box<dyn Error>> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}\n{way_out}"))?;
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        return Err(format!("{program}: {} {}\n{way_out}", said.trim(), complained.trim()).into());
    }
    // Some tell their version as a complaint.
    let said = if said.trim().is_empty() { complained } else { said };
    Ok(said.trim().to_owned())
}

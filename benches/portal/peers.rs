//! What the Selenium script needs, put into `target/peers` the first time: the package of `benches/peers/requirements.txt`
//! from PyPI with its pinned versions and hashes, and the driver of the installed Chromium from Debian.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The script.
pub(crate) const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/selenium_portal.py");

const REQUIREMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/requirements.txt");

/// Everything installed.
pub(crate) struct Peers {
    /// The Python that has Selenium.
    pub(crate) python: PathBuf,
    /// The browser that all contenders use.
    pub(crate) chromium: PathBuf,
    /// Its driver.
    pub(crate) chromedriver: PathBuf,
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
    let chromium = chromium::LauncherOptions::new(PathBuf::new()).program;
    told(Command::new(&chromium).arg("--version"), "install Chromium: `apt-get install chromium`")?;
    let python = selenium(&folder)?;
    let chromedriver = chromedriver(&folder)?;
    let versions = vec![
        told(Command::new(&chromium).arg("--version"), "")?,
        told(Command::new(&chromedriver).arg("--version"), "")?,
        told(Command::new(&python).arg("--version"), "")?,
        told(
            Command::new(&python).args(["-c", "import selenium; print('Selenium', selenium.__version__)"]),
            "",
        )?,
    ];
    Ok(Peers { python, chromium, chromedriver, versions })
}

/// A Python of its own with the pinned packages; made anew when they have changed.
fn selenium(folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let (venv, mark) = (folder.join("selenium"), folder.join("selenium.txt"));
    let python = venv.join("bin/python");
    let wanted = std::fs::read_to_string(REQUIREMENTS)?;
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == wanted) && python.exists() {
        return Ok(python);
    }
    let way_out = "the race needs Python 3 with venv (`apt-get install python3-venv`) and Selenium from PyPI: \
                   give this machine access to a package index, or PIP_INDEX_URL";
    told(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&venv), way_out)?;
    let pip = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", REQUIREMENTS];
    told(Command::new(&python).args(pip), way_out)?;
    std::fs::write(&mark, wanted)?;
    Ok(python)
}

/// The driver on this machine, else Debian's package unpacked beside the rest: nothing is installed system-wide.
fn chromedriver(folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let own = folder.join("driver/usr/bin/chromedriver");
    for known in [PathBuf::from("/usr/bin/chromedriver"), own.clone()] {
        if known.exists() {
            return Ok(known);
        }
    }
    let way_out =
        "the race needs Chromium's driver: `apt-get install chromium-driver`, of Chromium's own version";
    let package = folder.join("driver");
    std::fs::create_dir_all(&package)?;
    told(Command::new("apt-get").args(["download", "chromium-driver"]).current_dir(&package), way_out)?;
    for entry in std::fs::read_dir(&package)? {
        let file = entry?.path();
        if file.extension().is_some_and(|end| end == "deb") {
            told(Command::new("dpkg").arg("-x").arg(&file).arg(&package), way_out)?;
        }
    }
    if own.exists() { Ok(own) } else { Err(format!("chromedriver: not in its package\n{way_out}").into()) }
}

/// What a program prints, in one line.
fn told(command: &mut Command, way_out: &str) -> Result<String, Box<dyn Error>> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}\n{way_out}"))?;
    if !output.status.success() {
        let cause = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{program}: {}\n{way_out}", cause.trim()).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

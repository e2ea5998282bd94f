//! The races of joining many files into one: what it costs, and whether every page still looks as it did.

use crate::drawing::{Picture, pages};
use crate::fixtures::{Fixtures, files_with};
use crate::ours;
use crate::peers::{PDF_TOOLS, Peers};
use crate::race::{Aim, Contender, OURS, Race, Score};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

const LIMIT: Duration = Duration::from_mins(5);
const QPDF: &str = "qpdf";
const PIKEPDF: &str = "pikepdf";
const PYPDF: &str = "pypdf";
/// Our code without a worker process; tells what the worker costs, and is held to nothing.
const DIRECT: &str = "(in process)";
/// The score that counts: pages that look exactly as they did, in their places.
const SAME: &str = "pages same";
const RESULT: &str = "merged.pdf";
/// Over in an instant, so measured more often.
const TIMES: usize = 3;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The files and how their pages look, one after the other.
struct Parts {
    files: Vec<PathBuf>,
    looks: Vec<Picture>,
}

impl Parts {
    fn of(folder: &Path) -> Outcome<Rc<Self>> {
        let files = files_with(folder, "pdf")?;
        let looks: Outcome<Vec<Vec<Picture>>> = files.iter().map(|file| pages(file)).collect();
        Ok(Rc::new(Self { files, looks: looks?.into_iter().flatten().collect() }))
    }

    fn score(&self, out: &Path) -> Outcome<Score> {
        let merged = out.join(RESULT);
        let drawn = pages(&merged)?;
        let same = drawn.iter().zip(&self.looks).filter(|(drawn, whole)| drawn == whole).count();
        let sound = Command::new("qpdf").arg("--check").arg(&merged).output()?.status.success();
        let size = |file: &PathBuf| std::fs::metadata(file).map_or(0, |about| about.len());
        let before: u64 = self.files.iter().map(size).sum();
        Ok(vec![
            (SAME.to_owned(), same as f64 / self.looks.len().max(drawn.len()) as f64),
            ("sound".to_owned(), if sound { 1.0 } else { 0.0 }),
            ("size".to_owned(), size(&merged) as f64 / before.max(1) as f64),
        ])
    }
}

fn contender<'a>(
    name: &'static str,
    parts: &Rc<Parts>,
    command: impl Fn(&Path, &[PathBuf]) -> Outcome<Command> + 'a,
) -> Contender<'a> {
    let (to_merge, to_judge) = (Rc::clone(parts), Rc::clone(parts));
    Contender {
        name,
        lanes: Box::new(move |out| Ok(vec![vec![command(&out.join(RESULT), &to_merge.files)?]])),
        score: Box::new(move |out| to_judge.score(out)),
    }
}

fn race<'a>(name: &'static str, peers: &'a Peers, folder: &Path) -> Outcome<Race<'a>> {
    let parts = Parts::of(folder)?;
    let python = |tool: &'static str| {
        move |out: &Path, files: &[PathBuf]| {
            let mut command = Command::new(&peers.python);
            command.args([PDF_TOOLS, tool]).arg(out).args(files);
            Ok(command)
        }
    };
    let qpdf = |out: &Path, files: &[PathBuf]| {
        let mut command = Command::new("qpdf");
        command.args(["--empty", "--pages"]).args(files).arg("--").arg(out);
        Ok(command)
    };
    Ok(Race {
        name,
        title: format!("{} files of {} pages into one", parts.files.len(), parts.looks.len()),
        contenders: vec![
            contender(OURS, &parts, |out, files| ours::of_files("merge", out, files)),
            contender(DIRECT, &parts, |out, files| ours::of_files("direct", out, files)),
            contender(QPDF, &parts, qpdf),
            contender(PIKEPDF, &parts, python("merge-pikepdf")),
            contender(PYPDF, &parts, python("merge-pypdf")),
        ],
        aims: vec![
            Aim::Cpu(QPDF, 1.2),
            Aim::Cpu(PYPDF, 0.5),
            Aim::AtLeast(SAME.to_owned(), 1.0),
            Aim::AtLeast("sound".to_owned(), 1.0),
        ],
        times: TIMES,
        limit: LIMIT,
    })
}

/// A chart of usual size.
pub(crate) fn merge<'a>(peers: &'a Peers, fixtures: &Fixtures) -> Outcome<Race<'a>> {
    race("merge", peers, &fixtures.of("merge")?)
}

/// A chart of very many files.
pub(crate) fn thousand<'a>(peers: &'a Peers, fixtures: &Fixtures) -> Outcome<Race<'a>> {
    race("thousand", peers, &fixtures.of("thousand")?)
}

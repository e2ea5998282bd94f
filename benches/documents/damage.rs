//! The race of mending: files damaged in six ways, and how many of their pages are there again, looking as they did.

use crate::drawing::{Picture, pages};
use crate::fixtures::{Fixtures, files_with, told_in};
use crate::measure::Lane;
use crate::ours::{self, SLOWEST};
use crate::peers::{PDF_TOOLS, Peers};
use crate::race::{Aim, Contender, OURS, Race, Score};
use std::collections::HashMap;
use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

/// What was done to the files. Of `html` nothing is to be recovered: it never was a PDF.
const DAMAGES: [&str; 6] = ["startxref", "garbage", "flips", "zeroed", "truncated", "html"];
/// The one without pages.
const NO_PDF: &str = "html";
/// A file that takes longer is given up.
const LIMIT: Duration = Duration::from_mins(2);
/// No file may take us longer, in seconds.
const SLOWEST_MAX: f64 = 30.0;
/// The share of the pages of truncated files that has to be saved.
const TRUNCATED_MIN: f64 = 0.5;
const QPDF: &str = "qpdf";
const PIKEPDF: &str = "pikepdf";

type Outcome<T> = Result<T, Box<dyn Error>>;

/// The damaged files of each kind, and how the pages of every file looked before.
struct Damaged {
    files: Vec<(&'static str, Vec<PathBuf>)>,
    looks: HashMap<OsString, Vec<Picture>>,
}

impl Damaged {
    fn of(folder: &Path) -> Outcome<Rc<Self>> {
        let mut looks = HashMap::new();
        for file in files_with(&folder.join("whole"), "pdf")? {
            looks.insert(name(&file), pages(&file)?);
        }
        let of_kind = |kind| Ok((kind, files_with(&folder.join(kind), "pdf")?));
        let files: Outcome<Vec<_>> = DAMAGES.into_iter().map(of_kind).collect();
        Ok(Rc::new(Self { files: files?, looks }))
    }

    /// What was saved, by kind: the share of the pages that look alike, of those that look exactly alike, and the files
    /// with any page saved.
    fn score(&self, out: &Path) -> Outcome<Score> {
        let (mut score, mut saved_of_all, mut of_all) = (Vec::new(), 0, 0);
        for (kind, files) in &self.files {
            let (mut alike, mut same, mut any, mut whole) = (0, 0, 0, 0);
            for file in files {
                let mended = out.join(kind).join(name(file));
                let drawn = if mended.exists() { pages(&mended)? } else { Vec::new() };
                let looked = self.looks.get(&name(file)).map_or(&[][..], Vec::as_slice);
                let (file_alike, file_same) = saved(looked, &drawn);
                alike += file_alike;
                same += file_same;
                any += usize::from(if *kind == NO_PDF { mended.exists() } else { file_alike > 0 });
                whole += looked.len();
            }
            if *kind == NO_PDF {
                score.push((format!("{kind} passed off"), any as f64));
                continue;
            }
            score.push((pages_of(kind), alike as f64 / whole.max(1) as f64));
            score.push((format!("{kind} same"), same as f64 / whole.max(1) as f64));
            score.push((files_of(kind), any as f64));
            saved_of_all += alike;
            of_all += whole;
        }
        score.insert(0, ("pages".to_owned(), saved_of_all as f64 / of_all.max(1) as f64));
        Ok(score)
    }
}

fn pages_of(kind: &str) -> String {
    format!("{kind} pages")
}

fn files_of(kind: &str) -> String {
    format!("{kind} files")
}

fn name(file: &Path) -> OsString {
    file.file_name().unwrap_or_default().to_owned()
}

/// How many pages are there again, in any place: alike, and exactly alike.
fn saved(looked: &[Picture], drawn: &[Picture]) -> (usize, usize) {
    let mut left: Vec<&Picture> = drawn.iter().collect();
    let mut take = |fits: &dyn Fn(&Picture) -> bool| {
        left.iter().position(|picture| fits(picture)).map(|at| left.remove(at)).is_some()
    };
    // Those that are exactly alike first: no page may take the place of another.
    let other: Vec<&Picture> = looked.iter().filter(|page| !take(&|picture| picture == *page)).collect();
    let same = looked.len() - other.len();
    let alike = other.iter().filter(|page| take(&|picture| picture.is_like(page))).count();
    (same + alike, same)
}

fn contender<'a>(
    name: &'static str,
    damaged: &Rc<Damaged>,
    lane: impl Fn(&Path, &[PathBuf]) -> Outcome<Lane> + 'a,
) -> Contender<'a> {
    let (to_mend, to_judge) = (Rc::clone(damaged), Rc::clone(damaged));
    let lanes = move |out: &Path| {
        let mut all = Lane::new();
        for (kind, files) in &to_mend.files {
            std::fs::create_dir_all(out.join(kind))?;
            all.extend(lane(&out.join(kind), files)?);
        }
        Ok(vec![all])
    };
    let score = move |out: &Path| {
        let mut score = to_judge.score(out)?;
        let told = DAMAGES.iter().filter_map(|kind| told_in::<f64>(&out.join(kind).join(SLOWEST)).ok());
        score.extend(told.reduce(f64::max).map(|seconds| ("slowest s".to_owned(), seconds)));
        Ok(score)
    };
    Contender { name, lanes: Box::new(lanes), score: Box::new(score) }
}

/// Damaged files, one process a file for qpdf, one for all files of a kind for the others.
pub(crate) fn race<'a>(peers: &'a Peers, fixtures: &Fixtures) -> Outcome<Race<'a>> {
    let damaged = Damaged::of(&fixtures.of("damage")?)?;
    let qpdf = |out: &Path, files: &[PathBuf]| {
        let of_file = |file: &PathBuf| {
            let mut command = Command::new("qpdf");
            command.arg(file).arg(out.join(name(file)));
            command
        };
        Ok(files.iter().map(of_file).collect())
    };
    let pikepdf = |out: &Path, files: &[PathBuf]| {
        let mut command = Command::new(&peers.python);
        command.args([PDF_TOOLS, "mend-pikepdf"]).arg(out).args(files);
        Ok(vec![command])
    };
    let mut aims = vec![
        Aim::AtLeast(pages_of("truncated"), TRUNCATED_MIN),
        Aim::AtMost(format!("{NO_PDF} passed off"), 0.0),
        Aim::AtMost("slowest s".to_owned(), SLOWEST_MAX),
    ];
    for kind in DAMAGES.into_iter().filter(|kind| *kind != NO_PDF) {
        for peer in [QPDF, PIKEPDF] {
            aims.extend([Aim::NotBelow(peer, pages_of(kind)), Aim::NotBelow(peer, files_of(kind))]);
        }
    }
    Ok(Race {
        name: "damage",
        title: format!("{} files damaged in {} ways", damaged.looks.len(), DAMAGES.len()),
        contenders: vec![
            contender(OURS, &damaged, |out, files| Ok(vec![ours::of_files("mend", out, files)?])),
            contender(QPDF, &damaged, qpdf),
            contender(PIKEPDF, &damaged, pikepdf),
        ],
        aims,
        times: 1,
        limit: LIMIT,
    })
}

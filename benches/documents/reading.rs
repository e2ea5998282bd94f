//! The races from pages to words: scans, hard scans, faxes, born-digital pages, pages seen before, a scan of 300 pages.

use crate::fixtures::{Fixtures, PageWords, files_with, told_in};
use crate::measure::Lane;
use crate::ours;
use crate::peers::Peers;
use crate::race::{Aim, Contender, OURS, Race, Score};
use crate::words::{WordScore, of_pdf};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

/// Pages in flight, for everybody.
const JOBS: usize = 2;
/// Nobody needs as long for anything here.
const LIMIT: Duration = Duration::from_mins(60);
const OCRMYPDF: &str = "OCRmyPDF";
const TESSERACT: &str = "tesseract";
/// The score by which reading is compared.
const ACCURACY: &str = "accuracy";
/// The least change that OCRmyPDF can be told to make, which is also its quickest.
const LEAN: [&str; 5] = ["-q", "--output-type", "pdf", "--optimize", "0"];
/// Our own packet may be this much larger than what went in.
const SIZE_MAX: f64 = 1.1;
/// The most memory for 300 pages.
const PEAK_MAX_MB: f64 = 500.0;
/// More files than this are given to OCRmyPDF side by side, each with one processor.
const FILES_ONE_BY_ONE: usize = 10;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Files, and the words of the pages of each; with the kind of each page where there are several.
struct Pages {
    files: Vec<PathBuf>,
    truth: Vec<Vec<PageWords>>,
    kinds: Vec<String>,
}

impl Pages {
    fn one_file(folder: &Path, file: &str) -> Outcome<Self> {
        let truth = vec![told_in(&folder.join("truth.json"))?];
        Ok(Self { files: vec![folder.join(file)], truth, kinds: Vec::new() })
    }

    fn count(&self) -> usize {
        self.truth.iter().map(Vec::len).sum()
    }

    /// How well the PDFs in a folder, called as the files were, say what the files show.
    fn score(&self, out: &Path) -> Outcome<Score> {
        let produced: Vec<PathBuf> =
            self.files.iter().filter_map(|file| Some(out.join(file.file_name()?))).collect();
        let words: Vec<Vec<PageWords>> = produced.iter().map(|pdf| of_pdf(pdf).unwrap_or_default()).collect();
        let mut score = self.score_of(&words);
        let size = |file: &PathBuf| std::fs::metadata(file).map_or(0, |about| about.len());
        let (before, after) =
            (self.files.iter().map(size).sum::<u64>(), produced.iter().map(size).sum::<u64>());
        score.push(("size".to_owned(), after as f64 / before.max(1) as f64));
        Ok(score)
    }

    fn score_of(&self, words: &[Vec<PageWords>]) -> Score {
        let (mut all, mut of_kind) = (WordScore::default(), BTreeMap::<&str, WordScore>::new());
        let none = Vec::new();
        for (index, pages) in self.truth.iter().enumerate() {
            for (page, drawn) in pages.iter().enumerate() {
                let read = words.get(index).and_then(|pages| pages.get(page)).unwrap_or(&none);
                all.add(drawn, read);
                if let Some(kind) = self.kinds.get(page) {
                    of_kind.entry(kind).or_default().add(drawn, read);
                }
            }
        }
        let mut score = vec![
            (ACCURACY.to_owned(), all.accuracy()),
            ("recall".to_owned(), all.recall()),
            ("precision".to_owned(), all.precision()),
            ("order".to_owned(), all.order()),
        ];
        score.extend(of_kind.iter().map(|(kind, words)| ((*kind).to_owned(), words.accuracy())));
        score
    }
}

fn ours<'a>(pages: &Rc<Pages>) -> Contender<'a> {
    let (to_read, to_judge) = (Rc::clone(pages), Rc::clone(pages));
    let lanes = move |out: &Path| {
        // Of many small files, one is put together or written while a page of another is read.
        let at_once = if to_read.files.len() > FILES_ONE_BY_ONE { JOBS } else { 1 };
        Ok(vec![vec![ours::read(JOBS, at_once, out, &to_read.files)?]])
    };
    let score = move |out: &Path| {
        let mut score = to_judge.score(out)?;
        // What goes on to be understood, which need not be what a PDF reader finds in the packet.
        let files = to_judge.files.iter();
        let own: Vec<Vec<PageWords>> = files.map(|file| ours::words(out, file)).collect::<Outcome<_>>()?;
        let own = to_judge.score_of(&own);
        score.extend(own.into_iter().take(4).map(|(name, value)| (format!("own {name}"), value)));
        Ok(score)
    };
    Contender { name: OURS, lanes: Box::new(lanes), score: Box::new(score) }
}

/// OCRmyPDF, one file after the other with all processors, or as many files at once with one processor each.
fn ocrmypdf<'a>(peers: &'a Peers, pages: &Rc<Pages>, options: &'static [&'static str]) -> Contender<'a> {
    let (to_read, to_judge) = (Rc::clone(pages), Rc::clone(pages));
    let lanes = move |out: &Path| {
        let lanes = if to_read.files.len() > FILES_ONE_BY_ONE { JOBS } else { 1 };
        let jobs = (JOBS / lanes).to_string();
        let mut all: Vec<Lane> = (0..lanes).map(|_| Lane::new()).collect();
        for (number, file) in to_read.files.iter().enumerate() {
            let mut command = Command::new(&peers.ocrmypdf);
            command.args(LEAN).args(["--jobs", &jobs]).args(options).arg(file);
            command.arg(out.join(file.file_name().unwrap_or_default()));
            all[number % lanes].push(command);
        }
        Ok(all)
    };
    let score = move |out: &Path| to_judge.score(out);
    Contender { name: OCRMYPDF, lanes: Box::new(lanes), score: Box::new(score) }
}

/// Tesseract's own program: the pages as pictures, in as many lists as there are processors, so that its model is
/// loaded once for each of them.
fn tesseract<'a>(folder: PathBuf, pages: &Rc<Pages>) -> Contender<'a> {
    let lanes = move |out: &Path| {
        let pictures = files_with(&folder, "jpg")?;
        let each = pictures.len().div_ceil(JOBS).max(1);
        let mut lanes = Vec::new();
        for (number, part) in pictures.chunks(each).enumerate() {
            let list = out.join(format!("list{number}.txt"));
            let names: Vec<String> = part.iter().map(|file| file.display().to_string()).collect();
            std::fs::write(&list, names.join("\n") + "\n")?;
            let mut command = Command::new("tesseract");
            command.env("OMP_THREAD_LIMIT", "1").arg(&list).arg(out.join(format!("part{number}")));
            command.args(["-l", "eng", "pdf"]);
            lanes.push(vec![command]);
        }
        Ok(lanes)
    };
    let pages = Rc::clone(pages);
    let score = move |out: &Path| {
        let mut words = Vec::new();
        for part in files_with(out, "pdf")? {
            words.extend(of_pdf(&part)?);
        }
        Ok(pages.score_of(&[words]))
    };
    Contender { name: TESSERACT, lanes: Box::new(lanes), score: Box::new(score) }
}

fn not_below(peer: &'static str) -> Aim {
    Aim::NotBelow(peer, ACCURACY.to_owned())
}

fn small() -> Aim {
    Aim::AtMost("size".to_owned(), SIZE_MAX)
}

/// Clean scans, each turned by a little.
pub(crate) fn scans<'a>(peers: &'a Peers, fixtures: &Fixtures) -> Outcome<Race<'a>> {
    let folder = fixtures.of("scans")?;
    let pages = Rc::new(Pages::one_file(&folder, "scan.pdf")?);
    Ok(Race {
        name: "scans",
        title: format!("{} scanned pages to a searchable PDF", pages.count()),
        contenders: vec![ours(&pages), tesseract(folder, &pages), ocrmypdf(peers, &pages, &[])],
        aims: vec![
            Aim::Cpu(TESSERACT, 1.0),
            Aim::Cpu(OCRMYPDF, 0.8),
            not_below(TESSERACT),
            not_below(OCRMYPDF),
            small(),
        ],
        times: 1,
        limit: LIMIT,
    })
}

/// Skewed, turned, faint and inverted pages.
pub(crate) fn hard<'a>(peers: &'a Peers, fixtures: &Fixtures) -> Outcome<Race<'a>> {
    let folder = fixtures.of("hard")?;
    let mut pages = Pages::one_file(&folder, "scan.pdf")?;
    pages.kinds = told_in(&folder.join("kinds.json"))?;
    let pages = Rc::new(pages);
    Ok(Race {
        name: "hard",
        title: format!("{} skewed, turned, faint and inverted pages to a searchable PDF", pages.count()),
        contenders: vec![ours(&pages), ocrmypdf(peers, &pages, &["--deskew", "--rotate-pages"])],
        aims: vec![Aim::Cpu(OCRMYPDF, 0.6), not_below(OCRMYPDF), small()],
        times: 1,
        limit: LIMIT,
    })
}

/// Faxes of one page, one process a file for OCRmyPDF.
pub(crate) fn faxes<'a>(peers: &'a Peers, fixtures: &Fixtures) -> Outcome<Race<'a>> {
    let folder = fixtures.of("faxes")?;
    let pages: Vec<PageWords> = told_in(&folder.join("truth.json"))?;
    let truth = pages.into_iter().map(|page| vec![page]).collect();
    let pages = Rc::new(Pages { files: files_with(&folder, "pdf")?, truth, kinds: Vec::new() });
    Ok(Race {
        name: "faxes",
        title: format!("{} one-page faxes to searchable PDFs", pages.count()),
        contenders: vec![ours(&pages), ocrmypdf(peers, &pages, &[])],
        aims: vec![Aim::Cpu(OCRMYPDF, 0.6), not_below(OCRMYPDF), small()],
        times: 1,
        limit: LIMIT,
    })
}

/// Pages that have their text.
pub(crate) fn digital<'a>(peers: &'a Peers, fixtures: &Fixtures) -> Outcome<Race<'a>> {
    let pages = Rc::new(Pages::one_file(&fixtures.of("digital")?, "digital.pdf")?);
    Ok(Race {
        name: "digital",
        title: format!("{} born-digital pages", pages.count()),
        contenders: vec![ours(&pages), ocrmypdf(peers, &pages, &["--skip-text"])],
        aims: vec![
            Aim::Cpu(OCRMYPDF, 0.25),
            not_below(OCRMYPDF),
            Aim::AtLeast(format!("own {ACCURACY}"), 0.999),
            small(),
        ],
        times: 1,
        limit: LIMIT,
    })
}

/// The same pages in several packets.
pub(crate) fn packets<'a>(peers: &'a Peers, fixtures: &Fixtures) -> Outcome<Race<'a>> {
    let folder = fixtures.of("packets")?;
    let truth = told_in(&folder.join("truth.json"))?;
    let pages = Rc::new(Pages { files: files_with(&folder, "pdf")?, truth, kinds: Vec::new() });
    Ok(Race {
        name: "packets",
        title: format!("the same scanned pages in {} packets", pages.files.len()),
        contenders: vec![ours(&pages), ocrmypdf(peers, &pages, &[])],
        aims: vec![Aim::Cpu(OCRMYPDF, 0.25), not_below(OCRMYPDF), small()],
        times: 1,
        limit: LIMIT,
    })
}

/// A long scan, for the memory it takes.
pub(crate) fn memory<'a>(fixtures: &Fixtures) -> Outcome<Race<'a>> {
    let pages = Rc::new(Pages::one_file(&fixtures.of("big")?, "scan.pdf")?);
    let size = std::fs::metadata(&pages.files[0])?.len() / 1_000_000;
    Ok(Race {
        name: "memory",
        title: format!("a scan of {} pages, {size} MB, by two workers", pages.count()),
        contenders: vec![ours(&pages)],
        aims: vec![Aim::Peak(PEAK_MAX_MB), small()],
        times: 1,
        limit: LIMIT,
    })
}

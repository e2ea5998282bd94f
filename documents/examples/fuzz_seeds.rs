//! Writes small whole files to start the fuzz targets from: `fuzz_seeds FOLDER` makes `FOLDER/TARGET/…` for each of them.
//!
//! Random bytes do not become PDFs, pictures or archives by themselves; a changed file of each kind reaches every parser.

#![expect(clippy::print_stderr, reason = "a program for the command line")]
#![expect(clippy::unwrap_used, reason = "the generator is shared with the tests, where a panic is a report")]

#[path = "../tests/torture/damage.rs"]
mod damage;
#[path = "../tests/torture/dice.rs"]
mod dice;
#[path = "../tests/torture/sources.rs"]
#[expect(dead_code, reason = "the words of the pages are not needed here")]
mod sources;

use documents::frame::{Frame, write_frame};
use documents::protocol::{WorkerError, WorkerReply, WorkerRequest};
use documents::read::ReadSettings;
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Damaged files of each kind.
const DAMAGED: u64 = 3;

fn main() -> ExitCode {
    let Some(folder) = env::args().nth(1).map(PathBuf::from) else {
        eprintln!("fuzz_seeds: usage: fuzz_seeds FOLDER");
        return ExitCode::FAILURE;
    };
    match run(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fuzz_seeds: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(folder: &Path) -> io::Result<()> {
    let (pdfs, others, frames) = (pdfs(), others(), frames()?);
    let archives = archives(&pdfs, &others)?;
    for target in ["mend", "open", "assemble", "read_page", "sniff", "convert", "into_members", "frame"] {
        let folder = folder.join(target);
        fs::create_dir_all(&folder)?;
        let seeds: Vec<&Vec<u8>> = match target {
            "convert" => others.iter().collect(),
            "into_members" => archives.iter().collect(),
            "frame" => frames.iter().collect(),
            "assemble" | "sniff" => pdfs.iter().chain(&others).chain(&archives).collect(),
            _ => pdfs.iter().collect(),
        };
        for (number, seed) in seeds.into_iter().enumerate() {
            fs::write(folder.join(format!("seed-{number:03}")), seed)?;
        }
    }
    Ok(())
}

/// Whole and damaged.
fn pdfs() -> Vec<Vec<u8>> {
    let whole = (0..4).map(|seed| sources::source(seed).pdf);
    let damaged = damage::KINDS.into_iter().flat_map(|(_, kind)| {
        (0..DAMAGED).map(move |seed| damage::damaged(kind, &sources::source(seed).pdf, seed))
    });
    whole.chain(damaged).collect()
}

/// Pictures and notes.
fn others() -> Vec<Vec<u8>> {
    let grey = GrayImage::from_fn(40, 30, |x, y| image::Luma([(x * 6 + y) as u8]));
    let colours = RgbImage::from_fn(40, 30, |x, y| image::Rgb([(x * 6) as u8, (y * 8) as u8, 90]));
    let mut files = Vec::new();
    for picture in [DynamicImage::ImageLuma8(grey), DynamicImage::ImageRgb8(colours)] {
        for format in [ImageFormat::Tiff, ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Bmp] {
            let mut bytes = Cursor::new(Vec::new());
            picture.write_to(&mut bytes, format).unwrap();
            files.push(bytes.into_inner());
        }
    }
    files.push(fax());
    for note in [
        r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fswiss Arial;}}\b Note\b0\par\trowd\cellx2000\cellx4000 a\cell b\cell\row}",
        r"{\rtf1 \u8364?\'e4{\*\shppict{\pict\pngblip 89504e47}}\tab\bullet\line end}",
        "Progress note\r\n\tof today\x0cpage two \u{e4}\u{20ac}",
    ] {
        files.push(note.as_bytes().to_vec());
    }
    files
}

/// A fax of one strip in Group 4: all rows white.
fn fax() -> Vec<u8> {
    let mut file = b"II*\0\x08\0\0\0".to_vec();
    let tags: [(u16, u32); 9] =
        [(256, 64), (257, 4), (258, 1), (259, 4), (262, 0), (273, 122), (277, 1), (278, 4), (279, 4)];
    file.extend_from_slice(&9_u16.to_le_bytes());
    for (tag, value) in tags {
        file.extend_from_slice(&tag.to_le_bytes());
        file.extend_from_slice(&[4, 0, 1, 0, 0, 0]);
        file.extend_from_slice(&value.to_le_bytes());
    }
    file.extend_from_slice(&[0; 4]);
    file.extend_from_slice(&[0xf0, 0x01, 0x00, 0x10]);
    file
}

fn archives(pdfs: &[Vec<u8>], others: &[Vec<u8>]) -> io::Result<Vec<Vec<u8>>> {
    let small = pdfs.iter().min_by_key(|pdf| pdf.len()).cloned().unwrap_or_default();
    let inner = zipped(&[("a.pdf", &small), ("b.txt", b"Progress note")])?;
    let pictures: Vec<(&str, &[u8])> = others.iter().map(|file| ("same name", file.as_slice())).collect();
    Ok(vec![
        zipped(&[("inner.zip", &inner), ("__MACOSX/._a.pdf", b"x"), ("folder/", b"")])?,
        zipped(&pictures[..3])?,
        zipped(&[("zeros", &[0; 50_000])])?,
        zipped(&[])?,
        inner,
    ])
}

fn zipped(files: &[(&str, &[u8])]) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (number, (name, bytes)) in files.iter().enumerate() {
        zip.start_file(format!("{number}{name}"), SimpleFileOptions::default()).map_err(io::Error::other)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish().map_err(io::Error::other)?.into_inner())
}

fn frames() -> io::Result<Vec<Vec<u8>>> {
    let document = || "k".to_owned();
    let requests = [
        WorkerRequest::Warm { language: "eng".to_owned() },
        WorkerRequest::Open { document: document() },
        WorkerRequest::ReadPage { document: document(), page: 1, settings: ReadSettings::default() },
        WorkerRequest::AddTextLayer { pages: Vec::new() },
    ];
    let mut frames = Vec::new();
    for request in requests {
        let mut bytes = Vec::new();
        write_frame(&mut bytes, &Frame::new(&request, vec![b"%PDF-".to_vec(), Vec::new()])?)?;
        frames.push(bytes);
    }
    let mut bytes = Vec::new();
    let failed = WorkerReply::Failed { error: WorkerError::NotOpen };
    write_frame(&mut bytes, &Frame::new(&failed, Vec::new())?)?;
    frames.push(bytes);
    Ok(frames)
}

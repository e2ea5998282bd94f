//! From files to the pieces of a packet: archives taken apart by a worker, HTML printed by Chromium, the
//! rest as it is. What a piece is, its content says, not its name.

use super::packet::{shown, split, step_bar};
use crate::error::Failure;
use bytes::Bytes;
use chromium::{ChromiumLauncher, ChromiumPrinter, LauncherOptions, PrinterOptions};
use documents::convert::ConvertLimits;
use documents::kind::{FileKind, sniff};
use documents::protocol::WorkerError;
use domain::ports::HtmlPrinter;
use process::{PoolError, WorkerPool};
use std::path::{Path, PathBuf};

/// One document among the files.
pub(super) struct Piece {
    /// Index of the file it came in.
    pub file: usize,
    /// How people are told of it.
    pub name: String,
    /// As it came.
    pub original: Bytes,
    /// What is put together: the same, or its print.
    pub bytes: Bytes,
}

/// The pieces of all files, in order.
///
/// # Errors
/// A file cannot be taken apart or printed.
pub(super) async fn pieces(
    pool: &WorkerPool,
    files: &[PathBuf],
    contents: &[Bytes],
) -> Result<Vec<Piece>, Failure> {
    let mut pieces = Vec::new();
    for (file, (path, content)) in files.iter().zip(contents).enumerate() {
        if sniff(content) == FileKind::Zip {
            pieces.extend(unpacked(pool, file, path, content).await?);
        } else {
            let (name, original) = (shown(path), content.clone());
            pieces.push(Piece { file, name, bytes: original.clone(), original });
        }
    }
    print_html(&mut pieces).await?;
    Ok(pieces)
}

async fn unpacked(
    pool: &WorkerPool,
    file: usize,
    path: &Path,
    content: &Bytes,
) -> Result<Vec<Piece>, Failure> {
    let bar = step_bar(&format!("unpacking {}", shown(path)));
    let members = pool.unpack(content, ConvertLimits::default()).await;
    bar.finish_and_clear();
    let members = members.map_err(|error| {
        let text = match &error {
            PoolError::Refused { cause: WorkerError::Convert { cause } } => cause.to_string(),
            other => other.to_string(),
        };
        let (cause, way_out) = split(&text);
        Failure::failed(shown(path), cause, way_out)
    })?;
    let mut pieces = Vec::new();
    for member in members {
        // By number: the names inside can be people's.
        let numbers: Vec<String> = member.path.iter().map(ToString::to_string).collect();
        let name = format!("{}, file {} in it", shown(path), numbers.join("."));
        if let Some(fault) = member.fault {
            let (cause, way_out) = split(&fault.to_string());
            return Err(Failure::failed(name, cause, way_out));
        }
        let original = Bytes::from(member.bytes);
        pieces.push(Piece { file, name, bytes: original.clone(), original });
    }
    Ok(pieces)
}

/// Prints what is HTML, all in one browser.
async fn print_html(pieces: &mut [Piece]) -> Result<(), Failure> {
    let notes: Vec<&mut Piece> =
        pieces.iter_mut().filter(|piece| sniff(&piece.original) == FileKind::Html).collect();
    let Some(first) = notes.first() else { return Ok(()) };
    let no_folder =
        |error| Failure::failed("a folder for the browser", error, "make room in the temporary folder");
    // A folder of its own: a service that runs beside keeps its browsers.
    let folder = tempfile::tempdir().map_err(no_folder)?;
    let options = LauncherOptions::new(folder.path());
    if let Some(missing) = without_chromium(&first.name, &options.program) {
        return Err(missing);
    }
    let printer = ChromiumPrinter::new(ChromiumLauncher::new(options), PrinterOptions::default());
    let bar = step_bar(&format!("printing {} html files", notes.len()));
    let printed = print_all(&printer, notes).await;
    bar.finish_and_clear();
    printer.close().await;
    printed
}

async fn print_all(printer: &dyn HtmlPrinter, notes: Vec<&mut Piece>) -> Result<(), Failure> {
    for note in notes {
        let printed = printer.print(note.original.clone()).await;
        note.bytes = printed.map_err(|error| {
            let cause = format!("it is html and could not be printed: {}", error.cause);
            Failure::failed(note.name.clone(), cause, "print it to pdf in a browser and read that")
        })?;
    }
    Ok(())
}

/// What is told where there is no Chromium.
fn without_chromium(name: &str, program: &Path) -> Option<Failure> {
    (!program.exists()).then(|| {
        let cause =
            format!("it is html, and chromium ({}), which prints it, is not installed", program.display());
        let way_out = "install it (`apt-get install chromium`), or print the file to pdf yourself";
        Failure::failed(name.to_owned(), cause, way_out)
    })
}

#[cfg(test)]
mod tests {
    use super::without_chromium;
    use std::path::Path;

    #[test]
    fn without_chromium_the_way_to_it_is_told() {
        let told = without_chromium("note.html", Path::new("/nowhere/chromium"))
            .map(|failure| format!("{failure:?}"));
        let told = told.unwrap_or_default();
        for part in ["note.html", "chromium (/nowhere/chromium)", "apt-get install chromium"] {
            assert!(told.contains(part), "{part} in {told}");
        }
        assert!(without_chromium("note.html", Path::new("/")).is_none());
    }
}

//! Makes a PDF of any file that the service takes in: `cargo run -p documents --example into_pdf IN OUT`.
//! For looking at what conversion does, with other programs too.

#![expect(clippy::print_stderr, reason = "an example talks to whoever runs it")]

use documents::convert::{ConvertLimits, convert, flatten};
use documents::kind::{FileKind, sniff};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, output] = arguments.as_slice() else {
        eprintln!("usage: into_pdf IN OUT");
        return ExitCode::from(2);
    };
    match made(input, output) {
        Ok(told) => {
            eprintln!("{told}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{input}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn made(input: &str, output: &str) -> Result<String, Box<dyn std::error::Error>> {
    let bytes = std::fs::read(input)?;
    let kind = sniff(&bytes);
    if kind == FileKind::Pdf {
        let mut document = lopdf::Document::load_mem(&bytes)?;
        let flattened = flatten(&mut document);
        document.save(output)?;
        return Ok(format!("pdf, forms and annotations drawn: {flattened:?}"));
    }
    let converted = convert(kind, &bytes, &ConvertLimits::default())?;
    std::fs::write(output, &converted.pdf)?;
    Ok(format!("{kind}, {} pages, {} bytes, {:?}", converted.pages, converted.pdf.len(), converted.notes))
}

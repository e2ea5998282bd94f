//! Build script. It lists the files of `config/`, so that the program carries them and a new profile, payer or
//! code list is a new file and no new code. And it lets the text recognition library, which is loaded late, see the
//! functions that this program gives it instead of other libraries' (`documents/tesseract/src/lean.rs`).

use std::io::Write;
use std::path::{Path, PathBuf};

/// Functions of the program that libraries may see.
const SHOWN: [&str; 5] = [
    "GOMP_parallel",
    "GOMP_parallel_sections",
    "GOMP_sections_next",
    "GOMP_sections_end_nowait",
    "pixWriteMem",
];

fn main() -> std::io::Result<()> {
    if std::env::var_os("CARGO_CFG_TARGET_OS").is_some_and(|system| system == "linux") {
        for name in SHOWN {
            println!("cargo::rustc-link-arg-bins=-Wl,--export-dynamic-symbol={name}");
        }
    }
    list_config()
}

fn list_config() -> std::io::Result<()> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from).ok_or(std::io::ErrorKind::NotFound);
    let config = variable("CARGO_MANIFEST_DIR")?.join("config");
    println!("cargo::rerun-if-changed={}", config.display());
    let mut files = Vec::new();
    collect(&config, &mut files)?;
    files.sort();
    let mut out = std::fs::File::create(variable("OUT_DIR")?.join("embedded.rs"))?;
    writeln!(out, "&[")?;
    for file in files {
        let name = file.strip_prefix(&config).map_err(std::io::Error::other)?;
        writeln!(out, "    ({:?}, include_str!({:?})),", name.display().to_string(), file)?;
    }
    writeln!(out, "]")
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|kind| matches!(kind.to_str(), Some("toml" | "csv" | "md" | "txt")))
        {
            files.push(path);
        }
    }
    Ok(())
}

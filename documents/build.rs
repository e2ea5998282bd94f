//! Names the code that reads pages by its content: words recognised by other code are not taken for its own.

use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// What decides which words a page has.
const READING: [&str; 5] = ["src/read.rs", "src/read", "src/picture.rs", "src/unseen", "src/unseen.rs"];

fn main() -> io::Result<()> {
    let mut files = Vec::new();
    for place in READING.into_iter().filter(|place| Path::new(place).exists()) {
        println!("cargo::rerun-if-changed={place}");
        collect(Path::new(place), &mut files)?;
    }
    println!("cargo::rerun-if-changed=Cargo.toml");
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(&fs::read(file)?);
    }
    hasher.write(env!("CARGO_PKG_VERSION").as_bytes());
    println!("cargo::rustc-env=DOCUMENTS_READING={:016x}", hasher.finish());
    Ok(())
}

fn collect(place: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if place.is_file() {
        files.push(place.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(place)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}

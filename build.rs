//! Lets the text recognition library, which is loaded late, see the functions that this program gives it instead of
//! other libraries' (`documents/tesseract/src/lean.rs`).

/// Functions of the program that libraries may see.
const SHOWN: [&str; 5] = [
    "GOMP_parallel",
    "GOMP_parallel_sections",
    "GOMP_sections_next",
    "GOMP_sections_end_nowait",
    "pixWriteMem",
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        for name in SHOWN {
            println!("cargo::rustc-link-arg-bins=-Wl,--export-dynamic-symbol={name}");
        }
    }
}

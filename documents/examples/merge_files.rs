//! Merges files into one packet and writes it: `merge_files OUT FILES…`. For races against other mergers.

use documents::assemble::{AssembleLimits, AssembleRequest, FragmentInput, assemble};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let out = arguments.next().ok_or("usage: merge_files OUT FILES…")?;
    let mut fragments = Vec::new();
    for (number, file) in arguments.enumerate() {
        fragments.push(FragmentInput {
            id: number.to_string(),
            bookmark: format!("File {}", number + 1),
            section: String::new(),
            facts: std::collections::BTreeMap::new(),
            given_up: None,
            bytes: std::fs::read(file)?.into(),
        });
    }
    let limits = AssembleLimits::default();
    let title = "Packet".to_owned();
    let request = AssembleRequest { title, date: None, fragments, limits, leave_out_faulty: true };
    let assembled = assemble(request)?;
    std::fs::write(out, &assembled.pdf)?;
    Ok(())
}

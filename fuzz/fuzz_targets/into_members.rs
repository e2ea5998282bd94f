//! Taking an archive apart: an error, or members within the limits, each with what it is or why it cannot be used.

#![no_main]

use documents::convert::{ConvertLimits, into_members};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // Small limits: what is looked for are panics and loops, not patience.
    let limits = ConvertLimits { members: 50, unpacked_bytes: 8 * 1024 * 1024, ..ConvertLimits::default() };
    let Ok(members) = into_members(bytes, &limits) else { return };
    assert!(!members.is_empty());
    assert!(members.len() <= limits.members as usize);
    let unpacked: u64 = members.iter().map(|member| member.bytes.len() as u64).sum();
    assert!(unpacked <= limits.unpacked_bytes.max(bytes.len() as u64));
    for member in &members {
        assert!(member.fault.is_none() || member.bytes.is_empty());
    }
});

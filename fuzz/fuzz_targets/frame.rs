//! The worker's pipe: frames and the requests and replies in them.

#![no_main]

use documents::frame::read_frame;
use documents::protocol::{WorkerReply, WorkerRequest};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut pipe = bytes;
    while let Ok(Some(frame)) = read_frame(&mut pipe) {
        let _ = frame.parse::<WorkerRequest>();
        let _ = frame.parse::<WorkerReply>();
    }
    let _ = serde_json::from_slice::<WorkerRequest>(bytes);
});

//! A worker for the pool's tests: the real one, or one that misbehaves as its first argument says. With a
//! second argument, a file that does not exist yet, it misbehaves once, leaves the file and is real from
//! then on.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let manner = arguments.next().unwrap_or_default();
    let first_time = arguments
        .next()
        .is_none_or(|marker| OpenOptions::new().write(true).create_new(true).open(marker).is_ok());
    let tessdata = std::env::var_os("TESSDATA_PREFIX").map(Into::into);
    if !first_time {
        return documents::worker::run(tessdata);
    }
    let mut input = io::stdin().lock();
    match manner.as_str() {
        "hang" => loop {
            std::thread::park();
        },
        "crash" => {
            let _ = input.read(&mut [0]);
            std::process::abort();
        }
        "exit" => {
            let _ = input.read(&mut [0]);
            std::process::exit(7);
        }
        "garbage" => {
            let _ = input.read(&mut [0]);
            io::stdout().write_all(b"Segmentation fault (core dumped)\n".repeat(100).as_slice())
        }
        "wrong-json" => {
            let _ = input.read(&mut [0]);
            io::stdout().write_all(b"\x02\0\0\0{}\0\0\0\0")?;
            io::stdout().flush()?;
            std::thread::park();
            Ok(())
        }
        "eat-memory" => {
            let _ = input.read(&mut [0]);
            let mut eaten: Vec<Vec<u8>> = Vec::new();
            loop {
                eaten.push(vec![1; 64 << 20]);
            }
        }
        "tell-environment" => {
            let names: Vec<String> =
                std::env::vars().map(|(name, value)| format!("{name}={value}")).collect();
            let _ = input.read(&mut [0]);
            let cause = names.join(" ");
            let error = documents::protocol::WorkerError::BadRequest { cause };
            let reply = documents::protocol::WorkerReply::Failed { error };
            let frame = documents::frame::Frame::new(&reply, Vec::new())?;
            documents::frame::write_frame(&mut io::stdout(), &frame)
        }
        _ => {
            drop(input);
            documents::worker::run(tessdata)
        }
    }
}

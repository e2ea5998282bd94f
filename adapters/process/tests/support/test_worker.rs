//! A worker for the pool's tests: the real one in the real cage, or one that misbehaves as its first argument
//! says. With a second argument, a file that does not exist yet, it misbehaves once, leaves the file and is
//! real from then on.

use documents::frame::{Frame, read_frame, write_frame};
use documents::protocol::{WorkerError, WorkerReply, WorkerRequest};
use process::cage::{self, CageRules};
use std::fs::{self, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let manner = arguments.first().cloned().unwrap_or_default();
    let tells = arguments.last().is_some_and(|last| last == process::TELL_CAGE);
    let marker = arguments.get(1).filter(|_| !tells);
    let first_time =
        marker.is_none_or(|marker| OpenOptions::new().write(true).create_new(true).open(marker).is_ok());
    let tessdata: Option<PathBuf> = std::env::var_os("TESSDATA_PREFIX").map(Into::into);
    let mut rules = CageRules::for_documents(tessdata.clone());
    rules.landlock = manner != "older-kernel";
    let cage = cage::enter(&rules);
    if tells {
        return cage.tell(&mut io::stdout());
    }
    if !first_time || matches!(manner.as_str(), "" | "real" | "older-kernel") {
        return cage.serve(tessdata);
    }
    match manner.as_str() {
        "choke-on-page-2" => return choke(asks_for_page_2),
        "choke-on-poison" => return choke(holds_poison),
        "choke-on-layers" => return choke(asks_for_a_layer),
        _ => {}
    }
    // Whatever it does, it does it once it is asked something.
    if manner != "hang" {
        let _ = io::stdin().lock().read(&mut [0])?;
    }
    misbehave(&manner)
}

/// Does what hostile code would try. What is refused is told instead of an answer.
fn misbehave(manner: &str) -> io::Result<()> {
    match manner {
        "hang" => loop {
            std::thread::park();
        },
        "burn-cpu" => loop {
            std::hint::spin_loop();
        },
        "crash" => std::process::abort(),
        "exit" => std::process::exit(7),
        "overflow" => {
            let deep = std::thread::Builder::new().stack_size(1 << 20).spawn(|| dig(&[0; 1024]))?;
            let _ = deep.join();
            Ok(())
        }
        "garbage" => io::stdout().write_all(b"Segmentation fault (core dumped)\n".repeat(100).as_slice()),
        "wrong-json" => {
            io::stdout().write_all(b"\x02\0\0\0{}\0\0\0\0")?;
            io::stdout().flush()?;
            std::thread::park();
            Ok(())
        }
        "eat-memory" => {
            let mut eaten: Vec<Vec<u8>> = Vec::new();
            loop {
                eaten.push(vec![1; 64 << 20]);
            }
        }
        "run-a-program" => tell(Command::new("/bin/true").spawn().map(|_| "it ran".to_owned())),
        "become-a-program" => Err(Command::new("/bin/true").exec()),
        "open-a-socket" => tell(std::net::UdpSocket::bind("127.0.0.1:0").map(|_| "bound".to_owned())),
        "connect" => tell(std::net::TcpStream::connect("127.0.0.1:9").map(|_| "connected".to_owned())),
        "remove-a-file" => tell(fs::remove_file(in_temp("victim")).map(|()| "removed".to_owned())),
        "write-a-file" => tell(fs::write(in_temp("written"), "stolen").map(|()| "written".to_owned())),
        "read-a-file" => tell(fs::read_to_string("/etc/passwd")),
        "read-environment" => tell(fs::read_to_string("/proc/1/environ")),
        "list-a-folder" => tell(fs::read_dir("/").map(|list| list.count().to_string())),
        "tell-environment" => {
            let all = std::env::vars().map(|(name, value)| format!("{name}={value}"));
            tell(Ok(all.collect::<Vec<_>>().join(" ")))
        }
        _ => Err(io::Error::other("no such manner")),
    }
}

/// Where the tests look whether something was done: the folder of this program.
fn in_temp(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("process-test-worker-{name}"))
}

/// Goes down as far as anybody can.
fn dig(above: &[u8; 1024]) -> u64 {
    let mut here = *above;
    here[usize::from(here[0])] = here[1].wrapping_add(1);
    if std::hint::black_box(&here)[3] == u8::MAX {
        return 0;
    }
    let below = dig(std::hint::black_box(&here));
    below + u64::from(here[0])
}

/// Answers with what was found, or with how it was refused.
fn tell(found: io::Result<String>) -> io::Result<()> {
    let cause = match found {
        Ok(found) => format!("got {found}"),
        Err(error) => format!("refused {:?}", error.kind()),
    };
    let reply = WorkerReply::Failed { error: WorkerError::BadRequest { cause } };
    write_frame(&mut io::stdout(), &Frame::new(&reply, Vec::new())?)
}

fn asks_for_page_2(frame: &Frame) -> bool {
    matches!(frame.parse(), Ok(WorkerRequest::ReadPage { page: 2, .. }))
}

fn asks_for_a_layer(frame: &Frame) -> bool {
    matches!(frame.parse(), Ok(WorkerRequest::AddTextLayer { .. }))
}

/// Whether a file that is to be opened says so: it stands for one that ends whoever opens it.
fn holds_poison(frame: &Frame) -> bool {
    let Ok(WorkerRequest::Assemble { request }) = frame.parse() else { return false };
    let opened =
        request.fragments.iter().zip(&frame.blobs).filter(|(fragment, _)| fragment.given_up.is_none());
    let poison = b"(poison page ";
    opened.into_iter().any(|(_, file)| file.windows(poison.len()).any(|part| part == poison))
}

/// Dies of certain requests, and answers all others by a real worker's code.
fn choke(deadly: impl Fn(&Frame) -> bool) -> io::Result<()> {
    let mut input = BufReader::new(io::stdin());
    let mut before: Vec<u8> = Vec::new();
    while let Some(frame) = read_frame(&mut input)? {
        if deadly(&frame) {
            std::process::abort();
        }
        // All so far, of which only the last answer is new.
        write_frame(&mut before, &frame)?;
        let mut answers = Vec::new();
        documents::worker::serve(before.as_slice(), &mut answers, None)?;
        let mut answers = answers.as_slice();
        let mut last = None;
        while let Some(answer) = read_frame(&mut answers)? {
            last = Some(answer);
        }
        write_frame(&mut io::stdout(), &last.unwrap_or_default())?;
    }
    Ok(())
}

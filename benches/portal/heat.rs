//! One heat: a hospital of its own, one contender, and what it has brought.

use crate::memory::{Sampler, end_tree};
use crate::peers::{Peers, SCRIPT};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A contender that takes longer is ended: it has stopped.
const HEAT_MAX: Duration = Duration::from_mins(30);

/// The same charts for everybody.
const SEED: &str = "7";

/// Who runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contender {
    /// The service.
    Service,
    /// The script.
    Selenium {
        /// Browsers side by side.
        browsers: usize,
    },
}

impl Contender {
    /// Its name in the table.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Service => "epic-connector".to_owned(),
            Self::Selenium { browsers: 1 } => "Selenium, 1 browser".to_owned(),
            Self::Selenium { browsers } => format!("Selenium, {browsers} browsers"),
        }
    }
}

/// What is the same for every contender of a heat.
pub(crate) struct Heat<'a> {
    /// Added to every request.
    pub(crate) latency_ms: u64,
    /// Patients of the hospital.
    pub(crate) patients: usize,
    /// What the script needs.
    pub(crate) peers: &'a Peers,
    /// The documents that everybody is to bring.
    pub(crate) wanted: &'a BTreeSet<String>,
}

/// How a contender did.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// Who.
    pub(crate) contender: Contender,
    /// From its start until it was logged in.
    pub(crate) login_s: f64,
    /// From there until everything was read.
    pub(crate) seconds: f64,
    /// Pages it read that belong to the orders.
    pub(crate) pages: usize,
    /// Documents it brought of those expected.
    pub(crate) documents: usize,
    /// Documents expected.
    pub(crate) expected: usize,
    /// The most its process tree took, in MB.
    pub(crate) peak_mb: f64,
    /// What it took half of the time, in MB.
    pub(crate) median_mb: f64,
    /// Requests it made of the portal, and the most of them within a minute.
    pub(crate) requests: [u64; 2],
    /// Everything it brought, by id.
    pub(crate) ids: BTreeSet<String>,
    /// What went wrong, in its own words.
    pub(crate) failures: Vec<String>,
}

impl Outcome {
    /// Pages a second.
    pub(crate) fn rate(&self) -> f64 {
        if self.seconds > 0.0 { self.pages as f64 / self.seconds } else { 0.0 }
    }
}

impl Heat<'_> {
    /// Starts a hospital, lets the contender run, and judges it.
    ///
    /// # Errors
    /// The hospital or the contender cannot be started, or the contender gives no answer in time.
    pub(crate) fn run(&self, contender: Contender) -> Result<Outcome, Box<dyn Error>> {
        let folder = tempfile::tempdir()?;
        let hospital = Hospital::open(self, folder.path())?;
        let job = self.job(&hospital, folder.path())?;
        let path = folder.path().join("job.json");
        std::fs::write(&path, job.to_string())?;
        let mut command = match contender {
            Contender::Service => Command::new(std::env::current_exe()?),
            Contender::Selenium { .. } => Command::new(&self.peers.python),
        };
        match contender {
            Contender::Service => command.arg("service").arg(&path),
            Contender::Selenium { browsers } => {
                command.arg(SCRIPT).arg(&path).args(["--browsers", &browsers.to_string()])
            }
        };
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let sampler = Sampler::start(child.id(), 0);
        let answer = answer(&mut child);
        let samples = sampler.finish();
        if answer.is_err() {
            end_tree(child.id());
        }
        child.wait()?;
        let answer = answer.map_err(|error| format!("{}: {error}", contender.name()))?;
        let stats = hospital.stats()?;
        Ok(judged(contender, &job, &answer, &samples, &stats))
    }

    /// What a contender is told, from the truth and the connector's own configuration.
    fn job(&self, hospital: &Hospital, folder: &Path) -> Result<Value, Box<dyn Error>> {
        let config = std::fs::read_to_string(folder.join("connector.toml"))?.parse::<toml::Table>()?;
        let portal = &config["portals"]["hospital-b"];
        let truth: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("truth.json"))?)?;
        let told = |one: &Value| message(one, self.wanted);
        let messages: Vec<Value> = array(&truth["messages"]).iter().filter(now).map(told).collect();
        Ok(json!({
            "url": hospital.url,
            "user": portal["username"].as_str(),
            "password": std::fs::read_to_string(folder.join("hospital-b.password"))?.trim_end(),
            "mails": folder.join("mail"),
            "out": folder.join("downloads"),
            "config": folder.join("connector.toml"),
            "chromium": self.peers.chromium,
            "chromedriver": self.peers.chromedriver,
            "messages": messages,
        }))
    }
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Whether a message or document is there from the start.
fn now(entry: &&Value) -> bool {
    entry["appears_after"].is_null()
}

fn message(message: &Value, wanted: &BTreeSet<String>) -> Value {
    let of_plan = |one: &&Value| one["id"].as_str().is_some_and(|id| wanted.contains(id));
    let wanted = array(&message["documents"]).iter().filter(now).filter(of_plan);
    let documents: Vec<Value> = wanted
        .map(|one| json!({"id": one["id"], "section": one["section"], "title": one["title"], "format": one["format"]}))
        .collect();
    json!({
        "id": message["message_id"],
        "mrn": message["patient"]["mrn"],
        "received": message["received"].as_str().and_then(|text| text.get(..16)),
        "documents": documents,
    })
}

/// The one line a contender prints, within the time a heat may take.
fn answer(child: &mut Child) -> Result<Value, Box<dyn Error>> {
    let output = child.stdout.take().ok_or("it has no output")?;
    let (line, lines) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        let read = BufReader::new(output).read_line(&mut text);
        // Nobody waits any more after the heat's time.
        let _ = line.send(read.map(|_| text));
    });
    let text = lines.recv_timeout(HEAT_MAX).map_err(|_| "no answer within 30 minutes")??;
    Ok(serde_json::from_str(&text).map_err(|_| "it ended without an answer; its words are above")?)
}

fn judged(contender: Contender, job: &Value, answer: &Value, samples: &[f64], stats: &Value) -> Outcome {
    // A document of two messages about one patient is one document.
    let mut expected: BTreeMap<&str, (&Value, &Value)> = BTreeMap::new();
    for message in array(&job["messages"]) {
        for document in array(&message["documents"]) {
            expected
                .insert(document["id"].as_str().unwrap_or_default(), (&message["mrn"], &document["section"]));
        }
    }
    let sound = |document: &&Value| document["sound"] == true && document["bytes"] != 0;
    let brought: BTreeSet<&str> = array(&answer["documents"])
        .iter()
        .filter(sound)
        .filter_map(|document| document["id"].as_str())
        .filter(|id| expected.contains_key(id))
        .collect();
    let sections: BTreeSet<String> = brought.iter().map(|id| format!("{:?}", expected[id])).collect();
    let known: BTreeSet<&str> = array(&job["messages"]).iter().filter_map(|one| one["id"].as_str()).collect();
    let read = array(&answer["messages"]).iter().filter_map(Value::as_str);
    let messages = read.filter(|id| known.contains(id)).count();
    let seconds = |key: &str| answer[key].as_f64().unwrap_or_default();
    let count = |key: &str| stats[key].as_u64().unwrap_or_default();
    Outcome {
        contender,
        login_s: seconds("ready_s"),
        seconds: seconds("done_s") - seconds("ready_s"),
        pages: messages + sections.len() + brought.len(),
        documents: brought.len(),
        expected: expected.len(),
        peak_mb: samples.last().copied().unwrap_or_default(),
        median_mb: samples.get(samples.len() / 2).copied().unwrap_or_default(),
        requests: [count("requests"), count("requests_per_minute_max")],
        ids: array(&answer["documents"])
            .iter()
            .filter(sound)
            .filter_map(|document| document["id"].as_str().map(str::to_owned))
            .collect(),
        failures: array(&answer["failures"])
            .iter()
            .filter_map(|text| text.as_str().map(str::to_owned))
            .collect(),
    }
}

/// `epic-connector simulate` in a process of its own; ended when dropped.
struct Hospital {
    process: Child,
    url: String,
}

impl Hospital {
    fn open(heat: &Heat<'_>, folder: &Path) -> Result<Self, Box<dyn Error>> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_epic-connector"));
        command.args(["simulate", "--hospital", "b", "--port", "0", "--seed", SEED]);
        command.args(["--patients", &heat.patients.to_string()]);
        command.args(["--latency", &format!("{}ms", heat.latency_ms)]).arg("--out").arg(folder);
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let output = process.stdout.take().ok_or("the hospital has no output")?;
        // It speaks once it serves.
        let mut first = String::new();
        BufReader::new(output).read_line(&mut first)?;
        let url = first.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.ok_or("the hospital did not start; its words are above")?.to_owned();
        Ok(Self { process, url })
    }

    /// Its own counts.
    fn stats(&self) -> Result<Value, Box<dyn Error>> {
        use std::io::Write;
        let address = self.url.trim_start_matches("http://");
        let mut stream = std::net::TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let began = Instant::now();
        write!(stream, "GET /_sim/stats HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        let start = text.find('{').ok_or_else(|| format!("no counts after {:?}", began.elapsed()))?;
        let end = text.rfind('}').unwrap_or(start);
        Ok(serde_json::from_str(&text[start..=end])?)
    }
}

impl Drop for Hospital {
    fn drop(&mut self) {
        end_tree(self.process.id());
        // Ended a moment ago, so this does not wait for long.
        let _ = self.process.wait();
    }
}

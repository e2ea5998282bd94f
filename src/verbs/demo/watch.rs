//! Live progress of requests: a line a request with its stage, a bar while its pages are read. Without a
//! terminal, a line a change.

use actors::ocr_pool::PageProgress;
use domain::ids::RequestId;
use domain::parser::OrderState;
use domain::request::{Request, RequestStatus};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::collections::HashMap;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};

/// Pages read and pages in all, by request.
type Pages = Arc<Mutex<HashMap<RequestId, (u32, u32)>>>;

/// Shows requests as they move.
pub(super) struct Watch {
    pages: Pages,
    lines: HashMap<RequestId, Line>,
    bars: Option<MultiProgress>,
}

struct Line {
    bar: Option<ProgressBar>,
    shown: String,
}

impl Default for Watch {
    fn default() -> Self {
        let bars = std::io::stderr().is_terminal().then(MultiProgress::new);
        Self { pages: Pages::default(), lines: HashMap::new(), bars }
    }
}

impl Watch {
    /// What the OCR pool reports its pages to.
    pub(super) fn page_progress(&self) -> PageProgress {
        let pages = Arc::clone(&self.pages);
        Arc::new(move |request, done, all| {
            pages.lock().unwrap_or_else(PoisonError::into_inner).insert(request.clone(), (done, all));
        })
    }

    /// Shows where every request stands; `label` names one for people.
    pub(super) fn show(&mut self, requests: &[Request], label: impl Fn(&Request) -> String) {
        for request in requests {
            let pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner).get(&request.id).copied();
            let (stage, position) = standing(request, pages);
            self.show_one(request, &label(request), &stage, position);
        }
    }

    /// Leaves the last picture standing.
    pub(super) fn finish(self) {
        for line in self.lines.into_values() {
            if let Some(bar) = line.bar {
                bar.abandon();
            }
        }
    }

    #[expect(clippy::print_stderr, reason = "live progress is this file's purpose")]
    fn show_one(&mut self, request: &Request, label: &str, stage: &str, position: Option<(u32, u32)>) {
        let bars = self.bars.as_ref();
        let line = self.lines.entry(request.id.clone()).or_insert_with(|| Line {
            bar: bars.map(|bars| bars.add(ProgressBar::new(0).with_prefix(label.to_owned()))),
            shown: String::new(),
        });
        if let Some(bar) = &line.bar {
            bar.set_style(style(position.is_some()));
            if let Some((done, all)) = position {
                bar.set_length(u64::from(all));
                bar.set_position(u64::from(done));
            }
            bar.set_message(stage.to_owned());
        } else if line.shown != stage {
            eprintln!("{label:<28} {stage}");
        }
        stage.clone_into(&mut line.shown);
    }
}

fn style(with_bar: bool) -> ProgressStyle {
    let template =
        if with_bar { "{prefix:<28} {msg:<12} [{bar:24}] {pos}/{len} pages" } else { "{prefix:<28} {msg}" };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// Where a request stands, in words, and how many of its pages are read while that is what happens.
fn standing(request: &Request, pages: Option<(u32, u32)>) -> (String, Option<(u32, u32)>) {
    match &request.status {
        RequestStatus::InWork { stage: domain::work::Stage::Ocr } => ("reading".to_owned(), pages),
        RequestStatus::InWork { stage } => (format!("before {stage}"), None),
        RequestStatus::NeedsPerson { reasons } => (waits(reasons), None),
        RequestStatus::Parked(park) => (format!("parked: {}", park.cause.name()), None),
        RequestStatus::Parsed => {
            let held = request.held.iter().map(domain::held::Held::code);
            let states: Vec<String> = request.order_states.iter().map(state).chain(held).collect();
            (if states.is_empty() { "parsed".to_owned() } else { states.join(", ") }, None)
        }
    }
}

fn state(state: &OrderState) -> String {
    match state {
        OrderState::Routing { .. } => "handing over".to_owned(),
        OrderState::NeedsPerson { reasons } => waits(reasons),
        OrderState::Closed(outcome) => outcome.name().to_owned(),
    }
}

fn waits(reasons: &[domain::parser::Reason]) -> String {
    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.as_str()).collect();
    format!("waits for a person: {}", codes.join(" "))
}

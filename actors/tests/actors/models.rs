//! The parser beside a language model: each question once, never beyond the limits, and orders that go on whatever the
//! model does.

use crate::bench::Bench;
use crate::orders::start;
use crate::parsing::{FACESHEET, NOTE, ORDER, STUDY, message, parsed, parser, states};
use actors::environment::Environment;
use actors::parser::{ModelDesk, ModelLimits, ParserWork};
use domain::audit::{AuditAction, AuditOutcome};
use domain::ids::RequestId;
use domain::model::{
    LocatedQuote, ModelAnswer, ModelEnd, ModelNote, ModelQuestion, Prices, Spending, TokenUsage,
};
use domain::ports::{
    AuditLog, LanguageModel, ModelError, ModelFailure, ModelReply, OrderStore, RequestStore, SpendingOf,
    StepCache, StepKey, WorkQueue,
};
use domain::request::{Request, RequestStatus};
use domain::work::Stage;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use memory::{Faults, Faulty, MemoryModel};
use std::sync::{Arc, Mutex};

/// An order whose NPI no rule finds, and a study whose date none does.
fn papers() -> [String; 4] {
    let order = ORDER.replace("NPI: 1234567893", "national provider number, in the register as 1234567893");
    let study = STUDY.replace("Study Date: 10/05/2026", "Recorded in the night that began on 10/05/2026");
    [order, FACESHEET.to_owned(), NOTE.to_owned(), study]
}

const USAGE: TokenUsage = TokenUsage { input: 1_000, output: 100 };

/// A dollar a million for questions, ten for answers: a call takes 0.002 dollars.
const PRICES: Prices = Prices { input: 1_000_000, output: 10_000_000 };
const CALL_COST: u64 = 2_000;

const LIMITS: ModelLimits = ModelLimits {
    prices: PRICES,
    order_micro_usd: 1_000_000,
    day_micro_usd: 10_000_000,
    answer_tokens_max: 200,
    may_satisfy_rules: false,
};

/// A model that finds the study's date.
fn finds(question: &ModelQuestion) -> Result<ModelReply, ModelError> {
    let quote = "night that began on 10/05/2026".to_owned();
    let page = question.pages.first().map_or(0, |page| page.page);
    let found = match question.prompt.as_str() {
        "sleep_study" => vec![LocatedQuote { field: "recording_start".to_owned(), page, quote }],
        _ => Vec::new(),
    };
    Ok(ModelReply { answer: ModelAnswer { found }, usage: Some(USAGE) })
}

fn fails(failure: ModelFailure) -> impl Fn(&ModelQuestion) -> Result<ModelReply, ModelError> {
    move |_| Err(ModelError::new(failure, "as played"))
}

fn asking(environment: &Environment, model: Arc<dyn LanguageModel>, limits: ModelLimits) -> ParserWork {
    ParserWork { model: Some(Arc::new(ModelDesk::new(model, limits))), ..parser(environment) }
}

async fn send(bench: &Bench, number: u32) -> RequestId {
    let papers = papers();
    let papers: Vec<&str> = papers.iter().map(String::as_str).collect();
    message(bench, number, &papers).await
}

async fn notes(bench: &Bench, id: &RequestId) -> Vec<ModelNote> {
    let request = bench.stored(id).await;
    let set = bench.stores.orders.get(id, request.revision).await.expect("read").expect("parsed").value;
    set.model
}

async fn ends(bench: &Bench, id: &RequestId) -> Vec<ModelEnd> {
    notes(bench, id).await.iter().map(|note| note.end).collect()
}

async fn spent(bench: &Bench, of: SpendingOf) -> Spending {
    let now = bench.environment.now();
    let bytes = bench.stores.steps.get(&StepKey::Spending(of), now).await.expect("read");
    bytes.map_or_else(Spending::default, |bytes| serde_json::from_slice(&bytes).expect("a record"))
}

async fn spent_today(bench: &Bench) -> Spending {
    spent(bench, SpendingOf::Day(TimeZone::UTC.to_datetime(bench.environment.now()).date())).await
}

/// What the same papers come to by rules alone.
async fn by_rules() -> Vec<String> {
    let bench = Bench::new();
    let id = send(&bench, 1).await;
    start(&bench.environment, parser(&bench.environment)).await;
    parsed(&bench).await;
    states(&bench, &id).await
}

/// Puts a parsed request before the parser again, as a person or late evidence does.
async fn again(bench: &Bench, id: &RequestId) {
    let now = bench.environment.now();
    let anew = |request: &mut Request| {
        let (captured, packet) = (request.captured.clone(), request.packet.clone());
        request.begin_anew(now);
        (request.captured, request.packet) = (captured, packet);
        request.advance_to(Stage::Parse, now);
        true
    };
    let request = bench.environment.update_request(id, anew).await.expect("updated");
    let item = request.item(Stage::Parse, now);
    bench.stores.queue.enqueue(&[item], SignedDuration::ZERO).await.expect("enqueued");
    parsed(bench).await;
}

#[tokio::test(start_paused = true)]
async fn a_model_is_asked_once_and_what_it_located_stands_beside_the_rules() {
    let bench = Bench::new();
    let model = Arc::new(MemoryModel::new(finds));
    let id = send(&bench, 1).await;
    start(&bench.environment, asking(&bench.environment, model.clone(), LIMITS)).await;
    parsed(&bench).await;
    assert_eq!(states(&bench, &id).await, by_rules().await, "it decides nothing");
    let told = notes(&bench, &id).await;
    let study = told.iter().find(|note| note.prompt.starts_with("sleep_study")).expect("asked");
    assert_eq!((study.end, study.quotes, study.counted), (ModelEnd::Answered, 1, 1));
    let asked = model.asked().len();
    assert_eq!(asked, told.len());
    let calls = asked as u64;
    let order = spent(&bench, SpendingOf::Request(id.clone())).await;
    for spending in [order, spent_today(&bench).await] {
        assert_eq!((spending.calls, spending.micro_usd), (calls, calls * CALL_COST));
        assert!(spending.set_aside.is_empty());
    }
    again(&bench, &id).await;
    assert_eq!(model.asked().len(), asked, "the answers were kept");
    assert!(ends(&bench, &id).await.iter().all(|end| *end == ModelEnd::Kept));
    assert_eq!(notes(&bench, &id).await[0].counted, told[0].counted);
    assert_eq!(spent_today(&bench).await.calls, calls);
}

#[tokio::test(start_paused = true)]
async fn that_text_left_is_written_down_before_it_leaves() {
    let bench = Bench::new();
    let (audit, seen) = (bench.stores.audit.clone(), Arc::new(Mutex::new(0)));
    let noticed = Arc::clone(&seen);
    let runtime = tokio::runtime::Handle::current();
    let model = MemoryModel::new(move |question| {
        let audit = audit.clone();
        // The log answers without waiting.
        let records = futures_now(&runtime, async move { audit.read(0, 1_000).await.expect("read") });
        let sent = |record: &&domain::audit::AuditRecord| record.entry.action == AuditAction::TextSent;
        *noticed.lock().expect("free") = records.iter().filter(sent).count();
        finds(question)
    });
    let id = send(&bench, 1).await;
    start(&bench.environment, asking(&bench.environment, Arc::new(model), LIMITS)).await;
    parsed(&bench).await;
    assert!(*seen.lock().expect("free") > 0, "the entry stood there when the question came");
    let records = bench.stores.audit.read(0, 1_000).await.expect("read");
    let sent: Vec<_> = records
        .iter()
        .map(|record| &record.entry)
        .filter(|entry| entry.action == AuditAction::TextSent)
        .collect();
    let count = notes(&bench, &id).await.len();
    assert_eq!(sent.len(), 2 * count, "begun and done, each once");
    for entry in sent {
        let subject = entry.subject.as_deref().expect("a subject");
        assert!(subject.contains("model.invalid") && subject.contains("document"), "{subject}");
        assert!(!serde_json::to_string(entry).expect("JSON").contains("Quillfeather"));
        assert_eq!(entry.request.as_ref(), Some(&id));
        assert!(matches!(entry.outcome, AuditOutcome::Begun | AuditOutcome::Done));
    }
}

/// Runs a future that is ready at once.
fn futures_now<T>(_: &tokio::runtime::Handle, future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("the log made somebody wait"),
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_a_model_does_the_order_goes_on_by_rules_with_a_note() {
    let by_rules = by_rules().await;
    let busy = ModelFailure::Throttled { retry_after: Some(SignedDuration::from_secs(120)) };
    for (failure, expected) in [
        (busy, ModelEnd::Throttled),
        (ModelFailure::Unavailable, ModelEnd::Unavailable),
        (ModelFailure::TimedOut, ModelEnd::TimedOut),
        (ModelFailure::Refused, ModelEnd::Refused),
        (ModelFailure::Truncated, ModelEnd::Truncated),
        (ModelFailure::Malformed, ModelEnd::Malformed),
        (ModelFailure::Denied, ModelEnd::Denied),
    ] {
        let bench = Bench::new();
        let model = Arc::new(MemoryModel::new(fails(failure)));
        let id = send(&bench, 1).await;
        start(&bench.environment, asking(&bench.environment, model.clone(), LIMITS)).await;
        parsed(&bench).await;
        assert_eq!(states(&bench, &id).await, by_rules, "{failure:?}");
        let ends = ends(&bench, &id).await;
        assert_eq!(ends[0], expected);
        // About the server, not about the question: nobody asks again at once.
        let rests = !matches!(expected, ModelEnd::Refused | ModelEnd::Truncated | ModelEnd::Malformed);
        assert_eq!(ends[1..].contains(&ModelEnd::Resting), rests && ends.len() > 1, "{ends:?}");
        let spending = spent_today(&bench).await;
        assert!(spending.set_aside.is_empty(), "{failure:?}");
        let turned_away = matches!(expected, ModelEnd::Throttled | ModelEnd::Unavailable | ModelEnd::Denied);
        assert_eq!(spending.micro_usd == 0, turned_away, "{failure:?}: what was read is paid for");
    }
}

#[tokio::test(start_paused = true)]
async fn a_model_that_is_back_is_asked_again_after_its_rest_and_useless_answers_are_not_paid_for_twice() {
    let bench = Bench::new();
    let busy = ModelFailure::Throttled { retry_after: Some(SignedDuration::from_secs(120)) };
    let model = Arc::new(MemoryModel::new(fails(busy)));
    let id = send(&bench, 1).await;
    start(&bench.environment, asking(&bench.environment, model.clone(), LIMITS)).await;
    parsed(&bench).await;
    model.play(fails(ModelFailure::Malformed));
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    again(&bench, &id).await;
    assert!(ends(&bench, &id).await.iter().all(|end| *end == ModelEnd::Resting));
    assert_eq!(model.asked().len(), 1);
    tokio::time::sleep(std::time::Duration::from_secs(70)).await;
    again(&bench, &id).await;
    let asked = model.asked().len();
    assert!(asked > 1 && ends(&bench, &id).await.iter().all(|end| *end == ModelEnd::Malformed));
    again(&bench, &id).await;
    assert_eq!(model.asked().len(), asked, "the same question would be answered the same");
}

#[tokio::test(start_paused = true)]
async fn no_limit_is_ever_passed() {
    let by_rules = by_rules().await;
    for (limits, expected) in [
        (ModelLimits { order_micro_usd: 0, ..LIMITS }, ModelEnd::OrderLimit),
        (ModelLimits { day_micro_usd: 0, ..LIMITS }, ModelEnd::DayLimit),
        // A question of some thousand bytes and its answer fit, but not a second one.
        (ModelLimits { order_micro_usd: 5_500, ..LIMITS }, ModelEnd::OrderLimit),
        (ModelLimits { day_micro_usd: 5_500, ..LIMITS }, ModelEnd::DayLimit),
    ] {
        let bench = Bench::new();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (bytes, most) = (Arc::clone(&asked), limits);
        // A server that counts as many tokens as there can be.
        let model = MemoryModel::new(move |question| {
            bytes.lock().expect("free").push(question.bytes());
            let usage = TokenUsage { input: question.bytes(), output: u64::from(most.answer_tokens_max) };
            finds(question).map(|reply| ModelReply { usage: Some(usage), ..reply })
        });
        start(&bench.environment, asking(&bench.environment, Arc::new(model), limits)).await;
        let mut ended = Vec::new();
        for number in 1..=3 {
            let id = send(&bench, number).await;
            parsed(&bench).await;
            let order = spent(&bench, SpendingOf::Request(id.clone())).await;
            assert!(order.committed() <= limits.order_micro_usd && order.set_aside.is_empty(), "{order:?}");
            if number == 1 {
                assert_eq!(states(&bench, &id).await, by_rules);
                ended = ends(&bench, &id).await;
            }
        }
        let day = spent_today(&bench).await;
        assert!(day.committed() <= limits.day_micro_usd && day.set_aside.is_empty(), "{day:?}");
        assert!(ended.contains(&expected), "{limits:?}: {ended:?}");
    }
}

/// Killed before the answer is kept, it is asked again and the first call stays set aside; killed after, it is not.
#[tokio::test(start_paused = true)]
async fn a_kill_costs_at_most_the_call_it_cut_off() {
    for point in ["parse.model_reserved", "parse.model_kept", "parse.signed"] {
        let armed = Arc::new(Mutex::new(true));
        let struck = Arc::clone(&armed);
        let bench = Bench::with_stop_point(Arc::new(move |name| {
            let mut armed = struck.lock().expect("no test panics while it holds it");
            if name == point && std::mem::take(&mut *armed) {
                drop(armed);
                panic!("killed at {point}");
            }
        }));
        let model = Arc::new(MemoryModel::new(finds));
        let id = send(&bench, 1).await;
        start(&bench.environment, asking(&bench.environment, model.clone(), LIMITS)).await;
        parsed(&bench).await;
        assert!(!*armed.lock().expect("free"), "{point} was passed");
        let notes = notes(&bench, &id).await;
        assert_eq!(model.asked().len(), notes.len(), "{point}");
        let day = spent_today(&bench).await;
        let cut_off = usize::from(point.starts_with("parse.model"));
        assert_eq!(day.set_aside.len(), cut_off, "{point}: it may have been billed");
    }
}

/// Under lost and failing calls of store and model every order ends as by rules, and the records never go over.
#[tokio::test(start_paused = true)]
async fn under_faults_orders_end_the_same_and_limits_hold() {
    let by_rules = by_rules().await;
    let limits = ModelLimits { day_micro_usd: 60_000, ..LIMITS };
    for seed in 0..40 {
        let bench = Bench::new();
        let faults = Faults { fail_before: 80, fail_after: 80, yields_max: 3, ..Faults::default() };
        let model: Arc<dyn LanguageModel> =
            Arc::new(Faulty::new(Arc::new(MemoryModel::new(finds)), faults, seed));
        let environment = Environment {
            steps: Arc::new(Faulty::new(bench.stores.steps.clone(), faults, seed + 1)),
            orders: Arc::new(Faulty::new(bench.stores.orders.clone(), faults, seed + 2)),
            ..bench.environment.clone()
        };
        let id = send(&bench, 1).await;
        start(&environment, asking(&environment, model, limits)).await;
        parsed(&bench).await;
        assert_eq!(states(&bench, &id).await, by_rules, "seed {seed}");
        assert!(spent_today(&bench).await.committed() <= limits.day_micro_usd, "seed {seed}");
        let stored = bench.stores.requests.get(&id).await.expect("read").expect("stored").value;
        assert_eq!(stored.status, RequestStatus::Parsed, "seed {seed}");
    }
}

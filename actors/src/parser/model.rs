//! Asking a language model about a packet's documents, each question once.
//!
//! An answer is kept under what it depends on, so that a repeat or a kill costs no second call. Before a call the most it
//! can cost is set aside for the order and for the day, and that the text leaves the house is written down; where either
//! cannot be done, nothing is sent. A model that is away, busy, slow or talks nonsense stops nobody: the order goes on by
//! rules with a note, and for a while nobody asks it again.

use super::ParserWork;
use crate::environment::Environment;
use crate::metrics::ModelMetrics;
use crate::stage::StageFailure;
use bytes::Bytes;
use domain::audit::TextSending;
use domain::keys;
use domain::model::{KeptAnswer, ModelEnd, ModelNote, Prices, Spending, TokenUsage};
use domain::ports::{
    LanguageModel, ModelError, ModelFailure, ModelReply, PortError, PortResult, SpendingOf, StepKey,
};
use domain::request::Request;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Arc, Mutex, PoisonError};
use understanding::{Asking, Counted, ModelAnswers, PacketReading, RequestContext, questions};

/// How long answers are kept: a packet is parsed anew within days if at all.
const ANSWERS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long spending is remembered; the day's total stands in the metrics as well.
const SPENDING_KEPT: SignedDuration = SignedDuration::from_hours(40 * 24);
/// A model that was away or slow is left alone for so long.
const REST: SignedDuration = SignedDuration::from_secs(30);
/// One that does not take our questions at all waits for a person.
const REST_DENIED: SignedDuration = SignedDuration::from_mins(5);
/// The longest rest a server can ask for.
const REST_MAX: SignedDuration = SignedDuration::from_mins(15);
/// Tries of one change of the spending record: each conflict is another's success.
const SWAPS_MAX: u32 = 64;

/// What bounds the asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelLimits {
    /// What tokens cost.
    pub prices: Prices,
    /// The most that is spent on one request's orders, in millionths of a dollar.
    pub order_micro_usd: u64,
    /// The most that is spent in one day (UTC), in millionths of a dollar.
    pub day_micro_usd: u64,
    /// The longest answer, in tokens.
    pub answer_tokens_max: u32,
    /// Whether a value that only the model located may satisfy a payer's rule.
    pub may_satisfy_rules: bool,
}

/// A language model with what bounds its use.
pub struct ModelDesk {
    model: Arc<dyn LanguageModel>,
    limits: ModelLimits,
    metrics: ModelMetrics,
    /// Until when nobody asks.
    rests_until: Mutex<Option<Timestamp>>,
}

impl ModelDesk {
    /// A model, asked within these limits.
    pub fn new(model: Arc<dyn LanguageModel>, limits: ModelLimits) -> Self {
        Self { model, limits, metrics: ModelMetrics::default(), rests_until: Mutex::default() }
    }

    fn rests(&self, now: Timestamp) -> bool {
        self.rests_until.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|until| now < until)
    }

    fn rest_after(&self, failure: ModelFailure, now: Timestamp) {
        let rest = match failure {
            ModelFailure::Throttled { retry_after } => retry_after.unwrap_or(REST).clamp(REST, REST_MAX),
            ModelFailure::Unavailable | ModelFailure::TimedOut => REST,
            ModelFailure::Denied => REST_DENIED,
            // These are about one question, not about the server.
            ModelFailure::Refused | ModelFailure::Truncated | ModelFailure::Malformed => return,
        };
        let until = now.saturating_add(rest).unwrap_or(Timestamp::MAX);
        *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
    }
}

/// Asks everything that is to be asked about a packet.
///
/// # Errors
/// Those of the store and of the audit log; never for what the model does.
pub(super) async fn ask(
    work: &ParserWork,
    desk: &ModelDesk,
    request: &Request,
    reading: &PacketReading<'_>,
    context: &RequestContext,
) -> Result<(ModelAnswers, Vec<ModelNote>), StageFailure> {
    let (mut answers, mut notes) = (Vec::new(), Vec::new());
    for asking in questions(reading, context, &work.knowledge, desk.limits.answer_tokens_max) {
        let call = Call { environment: &work.environment, desk, request, asking: &asking };
        let kept = call.answer().await?;
        notes.push(call.note(&kept));
        desk.metrics.ended(kept.end);
        answers.extend(kept.answer.map(|answer| (asking.document.clone(), answer)));
    }
    let may_satisfy_rules = desk.limits.may_satisfy_rules;
    Ok((ModelAnswers { answers, may_satisfy_rules }, notes))
}

/// Tells in the notes how many quotes counted.
pub(super) fn count(notes: &mut [ModelNote], counted: &[Counted]) {
    for note in notes {
        let of = counted.iter().find(|counted| counted.document == note.document);
        note.counted = of.map_or(0, |counted| counted.counted);
    }
}

/// One question on its way.
struct Call<'a> {
    environment: &'a Environment,
    desk: &'a ModelDesk,
    request: &'a Request,
    asking: &'a Asking,
}

impl Call<'_> {
    fn note(&self, kept: &KeptAnswer) -> ModelNote {
        let question = &self.asking.question;
        let size = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        ModelNote {
            document: self.asking.document.clone(),
            prompt: format!("{} {}", question.prompt, question.version),
            model: self.desk.model.identity().name.clone(),
            end: kept.end,
            asked: size(question.asked.len()),
            quotes: size(kept.answer.as_ref().map_or(0, |answer| answer.found.len())),
            counted: 0,
        }
    }

    /// The kept answer, or one that is asked for now.
    async fn answer(&self) -> Result<KeptAnswer, StageFailure> {
        let without = |end| KeptAnswer { end, answer: None };
        let question = &self.asking.question;
        let name = &self.desk.model.identity().name;
        let key = keys::model_answer_key(self.environment.sealer.as_ref(), name, question);
        let key = StepKey::ModelAnswer(key);
        if let Some(kept) = self.kept(&key).await? {
            return Ok(kept);
        }
        if self.desk.rests(self.environment.now()) {
            return Ok(without(ModelEnd::Resting));
        }
        let begun_at = self.environment.audit.moment(self.environment.now());
        let identity = self.desk.model.identity();
        let sending = TextSending::new(self.request, &self.asking.document, identity, begun_at);
        let budget =
            Budget { environment: self.environment, desk: self.desk, call: sending.name(), begun_at };
        let most = self.desk.limits.prices.most(question.bytes(), question.answer_tokens_max);
        if let Some(end) = budget.reserve(&self.request.id, most).await? {
            return Ok(without(end));
        }
        if let Err(error) = self.environment.audit.write_down(&[sending.begun()]).await {
            budget.release(&self.request.id).await?;
            return Err(error.into());
        }
        (self.environment.stop_point)("parse.model_reserved");
        let reply = self.desk.model.ask(question).await;
        let (kept, usage) = self.told(reply);
        if lasts(kept.end) {
            self.keep(&key, &kept).await?;
            (self.environment.stop_point)("parse.model_kept");
        }
        let now = self.environment.now();
        self.environment.audit.write_down_end(sending.ended(kept.end, now)).await;
        match kept.end {
            // It took nothing: the question was turned away.
            ModelEnd::Throttled | ModelEnd::Unavailable | ModelEnd::Denied => {
                budget.release(&self.request.id).await?;
            }
            _ => {
                budget.settle(&self.request.id, usage).await?;
                let cost = usage.map_or(most, |usage| self.desk.limits.prices.cost(usage));
                self.desk.metrics.spent(usage, cost);
            }
        }
        Ok(kept)
    }

    async fn kept(&self, key: &StepKey) -> PortResult<Option<KeptAnswer>> {
        let bytes = self.environment.steps.get(key, self.environment.now()).await?;
        // What an earlier release kept in another form is asked anew.
        let kept: Option<KeptAnswer> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Ok(kept.map(|kept| match kept.end {
            ModelEnd::Answered => KeptAnswer { end: ModelEnd::Kept, ..kept },
            _ => kept,
        }))
    }

    async fn keep(&self, key: &StepKey, kept: &KeptAnswer) -> PortResult<()> {
        let bytes = json("answer of a language model", kept)?;
        self.environment.steps.put(key, bytes, later(self.environment.now(), ANSWERS_KEPT)).await
    }

    /// What a reply comes to; a model that is not to be asked again soon is remembered.
    fn told(&self, reply: Result<ModelReply, ModelError>) -> (KeptAnswer, Option<TokenUsage>) {
        match reply {
            Ok(ModelReply { answer, usage }) => {
                (KeptAnswer { end: ModelEnd::Answered, answer: Some(answer) }, usage)
            }
            Err(error) => {
                let document = &self.asking.document;
                tracing::warn!(%error, %document, "a language model gave no answer; the order goes on by rules");
                self.desk.rest_after(error.failure, self.environment.now());
                (KeptAnswer { end: error.failure.end(), answer: None }, error.usage)
            }
        }
    }
}

/// Whether asking the same again would end the same, at the same price.
const fn lasts(end: ModelEnd) -> bool {
    matches!(end, ModelEnd::Answered | ModelEnd::Refused | ModelEnd::Truncated | ModelEnd::Malformed)
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}

fn json<T: serde::Serialize>(thing: &str, value: &T) -> PortResult<Bytes> {
    let bytes =
        serde_json::to_vec(value).map_err(|_| PortError::permanent(thing, "cannot be written as JSON"))?;
    Ok(Bytes::from(bytes))
}

/// The money of one call, in the records of its request and of its day.
struct Budget<'a> {
    environment: &'a Environment,
    desk: &'a ModelDesk,
    /// Names the call in both.
    call: String,
    begun_at: Timestamp,
}

impl Budget<'_> {
    fn day(&self) -> SpendingOf {
        SpendingOf::Day(TimeZone::UTC.to_datetime(self.begun_at).date())
    }

    /// Sets aside the most the call can cost; or says whose limit forbids it.
    async fn reserve(&self, request: &domain::ids::RequestId, most: u64) -> PortResult<Option<ModelEnd>> {
        let limits = self.desk.limits;
        let reserve = |limit| move |spending: &mut Spending, call: &str| spending.reserve(call, most, limit);
        if !self.change(SpendingOf::Request(request.clone()), reserve(limits.order_micro_usd)).await? {
            return Ok(Some(ModelEnd::OrderLimit));
        }
        if self.change(self.day(), reserve(limits.day_micro_usd)).await? {
            return Ok(None);
        }
        self.change(SpendingOf::Request(request.clone()), freed).await?;
        Ok(Some(ModelEnd::DayLimit))
    }

    async fn settle(&self, request: &domain::ids::RequestId, usage: Option<TokenUsage>) -> PortResult<()> {
        let prices = self.desk.limits.prices;
        let settle = move |spending: &mut Spending, call: &str| {
            spending.settle(call, usage, &prices);
            true
        };
        self.change(SpendingOf::Request(request.clone()), settle).await?;
        self.change(self.day(), settle).await?;
        Ok(())
    }

    async fn release(&self, request: &domain::ids::RequestId) -> PortResult<()> {
        self.change(SpendingOf::Request(request.clone()), freed).await?;
        self.change(self.day(), freed).await?;
        Ok(())
    }

    /// Changes a record by compare-and-set; `change` says whether it is to be written.
    async fn change(&self, of: SpendingOf, change: impl Fn(&mut Spending, &str) -> bool) -> PortResult<bool> {
        let (key, steps) = (StepKey::Spending(of), &self.environment.steps);
        for _ in 0..SWAPS_MAX {
            let now = self.environment.now();
            let there = steps.get(&key, now).await?;
            let mut spending = match &there {
                None => Spending::default(),
                // A record that cannot be read must not look like no spending.
                Some(bytes) => serde_json::from_slice(bytes).map_err(|_| {
                    PortError::permanent(
                        key.text(),
                        "the spending record is of another release; run that one",
                    )
                })?,
            };
            let before = spending.clone();
            if !change(&mut spending, &self.call) {
                return Ok(false);
            }
            if spending == before {
                return Ok(true);
            }
            let value = json("spending record", &spending)?;
            if steps.swap(&key, there.as_ref(), value, later(now, SPENDING_KEPT), now).await? {
                return Ok(true);
            }
        }
        Err(PortError::transient(key.text(), "was changed by others many times in a row"))
    }
}

fn freed(spending: &mut Spending, call: &str) -> bool {
    spending.release(call);
    true
}

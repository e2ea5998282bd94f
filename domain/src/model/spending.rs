//! What asking costs: tokens, money, and limits that are kept before a call and not noticed after it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A million, by which prices of tokens are given.
const MILLION: u64 = 1_000_000;
/// Tokens around the messages themselves: roles and separators.
const FRAME_TOKENS: u64 = 64;

/// Tokens of one call, as the server counted them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TokenUsage {
    /// Tokens of the question.
    pub input: u64,
    /// Tokens of the answer.
    pub output: u64,
}

/// What tokens cost, in millionths of a dollar a million tokens: the price on the list times a million.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prices {
    /// Of a question.
    pub input: u64,
    /// Of an answer.
    pub output: u64,
}

impl Prices {
    /// The cost in millionths of a dollar, rounded up.
    pub fn cost(&self, usage: TokenUsage) -> u64 {
        let part = |tokens: u64, price: u64| u128::from(tokens) * u128::from(price);
        let whole = part(usage.input, self.input) + part(usage.output, self.output);
        u64::try_from(whole.div_ceil(u128::from(MILLION))).unwrap_or(u64::MAX)
    }

    /// The most a call can cost: no token is shorter than a byte, and no answer longer than was allowed.
    pub fn most(&self, question_bytes: u64, answer_tokens_max: u32) -> u64 {
        let usage = TokenUsage { input: question_bytes + FRAME_TOKENS, output: u64::from(answer_tokens_max) };
        self.cost(usage)
    }
}

/// What was spent on one order, or on one day. A call's most is set aside before it is made; a process that is killed
/// in between leaves it set aside, because the call may have been billed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Spending {
    /// Calls that came to an end.
    pub calls: u64,
    /// Tokens of their questions.
    pub input_tokens: u64,
    /// Tokens of their answers.
    pub output_tokens: u64,
    /// Their cost, in millionths of a dollar.
    pub micro_usd: u64,
    /// The most that calls not known to have ended may cost, by call.
    pub set_aside: BTreeMap<String, u64>,
}

impl Spending {
    /// What was spent and what is set aside, in millionths of a dollar.
    pub fn committed(&self) -> u64 {
        self.set_aside.values().fold(self.micro_usd, |sum, most| sum.saturating_add(*most))
    }

    /// Sets aside what a call may cost, once however often it is told; `false` where that would pass the limit.
    pub fn reserve(&mut self, call: &str, most: u64, limit: u64) -> bool {
        if self.set_aside.contains_key(call) {
            return true;
        }
        let fits = self.committed().saturating_add(most) <= limit;
        if fits {
            self.set_aside.insert(call.to_owned(), most);
        }
        fits
    }

    /// Puts what a call cost in the place of what was set aside for it; a call that is not known has been settled.
    /// `usage` is none where the server did not tell: then the most counts as spent.
    pub fn settle(&mut self, call: &str, usage: Option<TokenUsage>, prices: &Prices) {
        let Some(most) = self.set_aside.remove(call) else { return };
        let cost = usage.map_or(most, |usage| prices.cost(usage));
        let usage = usage.unwrap_or_default();
        self.calls += 1;
        self.input_tokens = self.input_tokens.saturating_add(usage.input);
        self.output_tokens = self.output_tokens.saturating_add(usage.output);
        self.micro_usd = self.micro_usd.saturating_add(cost);
    }

    /// Gives back what was set aside for a call that was not made, or not taken.
    pub fn release(&mut self, call: &str) {
        self.set_aside.remove(call);
    }
}

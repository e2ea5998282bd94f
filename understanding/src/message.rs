//! What the message itself asks for: an order for equipment, or that one be cancelled.

use crate::knowledge::Knowledge;
use crate::text::{find_phrase, words_of};
use crate::understand::RequestContext;

/// Words that speak of an order.
const ORDERS: [&str; 12] = [
    "order",
    "orders",
    "ordered",
    "reorder",
    "prescription",
    "prescriptions",
    "prescribed",
    "rx",
    "script",
    "swo",
    "requisition",
    "dispense",
];
/// Words that say that there is none, so many words before the ordering word at most.
const NOT: [&str; 5] = ["no", "not", "without", "never", "nor"];
const NOT_REACH: usize = 3;
/// What says behind the ordering word that there is none.
const NOT_AFTER: [&str; 6] =
    ["not needed", "not required", "not necessary", "not indicated", "not wanted", "no longer needed"];
const CANCELS: [&str; 9] = [
    "cancel",
    "cancelled",
    "canceled",
    "cancellation",
    "withdraw",
    "withdrawn",
    "discontinue",
    "do not fill",
    "please disregard",
];

/// Whether the message speaks of an order for equipment: an ordering word and an item's name in one sentence.
pub(crate) fn speaks_of_order(context: &RequestContext, knowledge: &Knowledge) -> bool {
    sentences(context).any(|words| {
        let orders = ORDERS.iter().any(|order| affirmed(&words, order));
        orders && names_item(&words, knowledge) && !says_any(&words, &CANCELS)
    })
}

/// Whether the message asks to cancel an order for equipment.
pub(crate) fn asks_to_cancel(context: &RequestContext, knowledge: &Knowledge) -> bool {
    sentences(context).any(|words| {
        let cancels = CANCELS.iter().any(|cancel| affirmed(&words, cancel));
        let about = ORDERS.iter().any(|order| find_phrase(&words, order).is_some());
        cancels && about && (names_item(&words, knowledge) || says_any(&words, &["the order", "this order"]))
    })
}

fn sentences(context: &RequestContext) -> impl Iterator<Item = Vec<String>> {
    let texts = [&context.message_subject, &context.message_body];
    let sentences: Vec<Vec<String>> = texts
        .into_iter()
        .flatten()
        .flat_map(|text| text.reveal().split(['.', ';', '!', '?', '\n']))
        .map(words_of)
        .collect();
    sentences.into_iter()
}

fn says_any(words: &[String], phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| find_phrase(words, phrase).is_some())
}

/// Whether a phrase stands in the sentence with nothing near that denies it.
fn affirmed(words: &[String], phrase: &str) -> bool {
    let Some(end) = find_phrase(words, phrase) else { return false };
    let start = end - phrase.split(' ').count();
    let before = &words[start.saturating_sub(NOT_REACH)..start];
    let denied = before.iter().any(|word| NOT.contains(&word.as_str()));
    !denied && !says_any(&words[end..], &NOT_AFTER)
}

fn names_item(words: &[String], knowledge: &Knowledge) -> bool {
    let says = |phrase: &str| find_phrase(words, phrase).is_some();
    knowledge.codes.hcpcs.values().flat_map(|code| &code.words).any(|phrase| says(phrase))
        || knowledge.codes.family_words.iter().any(|(phrase, _)| says(phrase))
        || knowledge.codes.hcpcs.keys().any(|code| says(&code.to_lowercase()))
        || ["dme", "durable medical equipment", "medical equipment", "pap", "bilevel", "oxygen"]
            .iter()
            .any(|word| says(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::knowledge;

    #[test]
    fn an_order_is_spoken_of_cancelled_or_neither() {
        let knowledge = knowledge();
        for (body, order, cancel) in [
            ("Please see the attached CPAP order.", true, false),
            ("A new order for home oxygen was placed today.", true, false),
            ("Order for CPAP has not reached the supplier yet", true, false),
            ("Rx: E0601 with humidifier", true, false),
            ("New DME order signed by Dr. Roe", true, false),
            ("No CPAP order at this time", false, false),
            ("CPAP order is not needed.", false, false),
            ("Patient asks about the flu shot. No order needed.", false, false),
            ("He asks about his CPAP mask.", false, false),
            ("Lab orders were placed.", false, false),
            ("Please cancel the CPAP order.", false, true),
            ("The order for the wheelchair was cancelled", false, true),
            ("Please cancel this order", false, true),
            ("She cancelled her visit.", false, false),
            ("Do not cancel the CPAP order.", false, false),
        ] {
            let context = RequestContext { message_body: Some(body.into()), ..RequestContext::default() };
            assert_eq!(speaks_of_order(&context, &knowledge), order, "order: {body}");
            assert_eq!(asks_to_cancel(&context, &knowledge), cancel, "cancel: {body}");
        }
    }
}

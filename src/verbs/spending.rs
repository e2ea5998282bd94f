//! What was spent on a language model, as the parser's records in the step cache say.

use crate::error::Failure;
use crate::wiring::Stores;
use domain::model::Spending;
use domain::ports::{SpendingOf, StepKey};

/// The record of an order's request or of a day; none where nothing was spent, or too long ago.
///
/// # Errors
/// The store cannot be read, or another release wrote the record.
pub(super) async fn spent(stores: &Stores, of: SpendingOf) -> Result<Option<Spending>, Failure> {
    let key = StepKey::Spending(of);
    let Some(bytes) = stores.steps.get(&key, stores.clock.now()).await? else { return Ok(None) };
    let spending = serde_json::from_slice(&bytes).map_err(|_| {
        let cause = "the spending record does not fit this release";
        Failure::failed(key.text(), cause, "use the release that wrote it")
    })?;
    Ok(Some(spending))
}

/// Millionths of a dollar for people: all digits that count.
pub(super) fn dollars(micro_usd: u64) -> String {
    let (whole, part) = (micro_usd / 1_000_000, format!("{:06}", micro_usd % 1_000_000));
    let part = part.trim_end_matches('0');
    format!("${whole}.{part:0<2}")
}

/// One line about a record.
pub(super) fn text(spending: &Spending) -> String {
    let aside = spending.committed() - spending.micro_usd;
    let aside = if aside == 0 { String::new() } else { format!(", and {} set aside", dollars(aside)) };
    format!(
        "{} for {} calls, {} and {} tokens{aside}",
        dollars(spending.micro_usd),
        spending.calls,
        spending.input_tokens,
        spending.output_tokens
    )
}

#[cfg(test)]
mod tests {
    use super::dollars;

    #[test]
    fn money_is_shown_to_the_last_digit_that_counts() {
        for (micro, expected) in [
            (0, "$0.00"),
            (250_000, "$0.25"),
            (20_000_000, "$20.00"),
            (1_234, "$0.001234"),
            (1_500_000, "$1.50"),
        ] {
            assert_eq!(dollars(micro), expected);
        }
    }
}

//! `[model]`: the language model that is asked beside the rules, if any; whom text may be sent to, and what it may cost.

use super::mistake::Mistake;
use super::secret::SecretReference;
use super::section::Section;
use super::servers::word;
use super::source::Variables;
use actors::parser::ModelLimits;
use domain::model::Prices;
use domain::redacted::Redacted;
use model::{ModelOptions, OptionsError, TokenLimit};
use reqwest::Url;
use secrecy::ExposeSecret;
use std::time::Duration;

/// Millionths in a dollar.
const MICRO: u64 = 1_000_000;
/// More dollars than this are a slip of the pen.
const DOLLARS_MAX: u64 = 100_000;
/// What durations fall back to while a mistake is being reported.
const FALLBACK: Duration = Duration::from_secs(1);
/// The longest answer unless set, in tokens: a dozen quotes with their places are a few hundred.
const ANSWER_TOKENS: u32 = 1_500;

/// A language model in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelSettings {
    /// The server's address.
    pub address: String,
    /// The model's or deployment's name.
    pub name: String,
    /// Hosts that text may be sent to.
    pub hosts: Vec<String>,
    /// Where the key is.
    pub key_reference: Option<SecretReference>,
    /// The key itself; only where secrets were asked for.
    pub key: Option<Redacted<String>>,
    /// The version of Azure's interface for deployments.
    pub azure_api_version: Option<String>,
    /// What the server calls the longest answer.
    pub token_limit: TokenLimit,
    /// Whether temperature 0 and a seed are sent.
    pub deterministic: bool,
    /// How long one try may take.
    pub timeout: Duration,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    /// Tries after the first.
    pub retries: u32,
    /// The longest wait before one.
    pub retry_wait_max: Duration,
    /// A proxy.
    pub proxy: Option<Url>,
    /// Money and length.
    pub limits: ModelLimits,
    /// Where it was written.
    origin: Option<String>,
}

impl ModelSettings {
    /// What the adapter is given.
    pub fn options(&self) -> ModelOptions {
        ModelOptions {
            address: self.address.clone(),
            model: self.name.clone(),
            hosts: self.hosts.clone(),
            key: self.key.as_ref().map(|key| key.reveal().clone().into()),
            azure_api_version: self.azure_api_version.clone(),
            token_limit: self.token_limit,
            deterministic: self.deterministic,
            timeout: self.timeout,
            connect_timeout: self.connect_timeout,
            retries: self.retries,
            retry_wait_max: self.retry_wait_max,
            proxy: self.proxy.clone(),
        }
    }

    /// Fetches the key.
    pub(super) fn resolve(&mut self, variables: &Variables) -> Result<(), Mistake> {
        let Some(reference) = &self.key_reference else { return Ok(()) };
        let key = reference.resolve(variables).map_err(|what| Mistake {
            origin: self.origin.clone(),
            path: "model.key".to_owned(),
            what,
        })?;
        self.key = Some(Redacted::from(key.expose_secret()));
        Ok(())
    }
}

/// Reads the section; none without an address: nothing is asked then.
pub(super) fn read(mut section: Section<'_>) -> Option<ModelSettings> {
    let base = section.base().to_owned();
    let origin = section.origin().map(str::to_owned);
    let address = section.parsed("address", word);
    let on = section.has("address");
    let name = if on { section.required("name", word) } else { section.parsed("name", word) };
    let hosts = section.texts("hosts");
    let key_reference = section.parsed("key", |text| SecretReference::parse(text, &base));
    let azure_api_version = section.parsed("azure_api_version", word);
    let token_limits = [TokenLimit::MaxCompletionTokens, TokenLimit::MaxTokens];
    let token_limit = section.choice("token_limit", &token_limits.map(|limit| (limit.name(), limit)));
    let deterministic = section.flag("deterministic").unwrap_or(true);
    let timeout = section.duration("timeout").unwrap_or(FALLBACK);
    let connect_timeout = section.duration("connect_timeout").unwrap_or(FALLBACK);
    let retries = section.count("retries", 0..=10).unwrap_or(0);
    let retry_wait_max = section.duration("retry_wait_max").unwrap_or(FALLBACK);
    let proxy = section.parsed("proxy", |text| match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(url),
        _ => Err("expected an address such as \"http://proxy.house.example:3128\"".to_owned()),
    });
    let limits = limits(&mut section, on);
    let settings = name.zip(address).zip(limits).map(|((name, address), limits)| ModelSettings {
        address,
        name,
        hosts,
        key_reference,
        key: None,
        azure_api_version,
        token_limit: token_limit.unwrap_or(TokenLimit::MaxCompletionTokens),
        deterministic,
        timeout,
        connect_timeout,
        retries,
        retry_wait_max,
        proxy,
        limits,
        origin,
    });
    if let Some(Err(error)) = settings.as_ref().map(|settings| settings.options().check()) {
        let key = if matches!(error, OptionsError::Host { .. }) { "hosts" } else { "address" };
        section.note(key, error.to_string());
    }
    section.finish();
    settings
}

/// Money and length; prices have no default, because a limit in dollars means nothing without them.
fn limits(section: &mut Section<'_>, on: bool) -> Option<ModelLimits> {
    let answer_tokens_max = section.count("answer_tokens_max", 50..=20_000).unwrap_or(ANSWER_TOKENS);
    let may_satisfy_rules = section.flag("may_satisfy_rules").unwrap_or(false);
    let order_micro_usd = section.parsed("spend_per_order", dollars);
    let day_micro_usd = section.parsed("spend_per_day", dollars);
    let price = |section: &mut Section<'_>, key| {
        if on { section.required(key, dollars) } else { section.parsed(key, dollars) }
    };
    let (input, output) = (price(section, "price_input"), price(section, "price_output"));
    Some(ModelLimits {
        prices: Prices { input: input?, output: output? },
        order_micro_usd: order_micro_usd?,
        day_micro_usd: day_micro_usd?,
        answer_tokens_max,
        may_satisfy_rules,
    })
}

/// Dollars such as `"0.25"` in millionths.
fn dollars(text: &str) -> Result<u64, String> {
    let wanted =
        || "expected dollars such as \"0.25\" or \"20\", with at most six digits behind the point".to_owned();
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 6 {
        return Err(wanted());
    }
    let whole: u64 = whole.parse().map_err(|_| wanted())?;
    let part: u64 = format!("{part:0<6}").parse().map_err(|_| wanted())?;
    if whole > DOLLARS_MAX {
        return Err(format!("expected at most {DOLLARS_MAX} dollars"));
    }
    Ok(whole * MICRO + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_read_exactly() {
        for (text, expected) in [
            ("0.25", Some(250_000)),
            ("20", Some(20_000_000)),
            ("0.000001", Some(1)),
            ("0", Some(0)),
            (" 2.50 ", Some(2_500_000)),
            ("0.0000001", None),
            ("-1", None),
            ("1e3", None),
            (".5", None),
            ("5.", None),
            ("", None),
            ("100001", None),
            ("99999999999999999999999", None),
        ] {
            assert_eq!(dollars(text).ok(), expected, "{text}");
        }
    }
}

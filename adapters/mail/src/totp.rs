//! Codes of an authenticator app, computed from the secret it shares with the portal (RFC 6238).

use domain::redacted::Redacted;
use jiff::Timestamp;
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// A code with less life left than this is not used: typing and sending it takes time.
pub const CODE_LIFE_LEFT_MIN_SECS: u64 = 5;

/// Seconds a code lives where the secret does not say (RFC 6238's default).
const STEP_SECS: u64 = 30;

/// Digits of a code where the secret does not say.
const DIGITS: u8 = 6;

/// The shortest secret that is believed, in bytes: many portals hand out 80 bits, less is a typing mistake.
const SECRET_BYTES_MIN: usize = 10;

/// A code, or when there will be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TotpVerdict {
    /// Type this.
    Ready(Redacted<String>),
    /// The present code is about to end, or was used; ask again then.
    NotYet {
        /// When the next code begins.
        ready_at: Timestamp,
    },
}

/// A secret no code can be made of. Does not show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TotpSecretError {
    /// Neither base32 nor an `otpauth://` address.
    #[error(
        "the totp secret is neither base32 text nor an otpauth:// address; \
         copy it from the portal's enrolment page (\"can't scan the code?\")"
    )]
    Unreadable,
    /// Too short to be one.
    #[error("the totp secret is shorter than 80 bits; copy all of it from the portal's enrolment page")]
    TooShort,
    /// Digits or period out of range.
    #[error(
        "the totp secret asks for codes of an unknown form; 6 to 8 digits every 1 to 300 seconds are known"
    )]
    UnknownForm,
}

/// The code of this moment, unless it is about to end or is the one that was used last.
///
/// # Errors
/// When the secret is none.
pub fn totp_code(
    secret: &Redacted<String>,
    now: Timestamp,
    used: Option<&Redacted<String>>,
) -> Result<TotpVerdict, TotpSecretError> {
    let totp = parse(secret.reveal())?;
    let second = u64::try_from(now.as_second()).unwrap_or_default();
    let next = totp.next_step(second);
    let code = Redacted::new(totp.generate(second).to_string());
    if next - second < CODE_LIFE_LEFT_MIN_SECS || used == Some(&code) {
        let ready_at = i64::try_from(next).ok().and_then(|next| Timestamp::from_second(next).ok());
        return Ok(TotpVerdict::NotYet { ready_at: ready_at.unwrap_or(now) });
    }
    Ok(TotpVerdict::Ready(code))
}

/// Whether codes can be made of a secret; for checking a configuration.
///
/// # Errors
/// When they cannot.
pub fn check_totp_secret(secret: &Redacted<String>) -> Result<(), TotpSecretError> {
    parse(secret.reveal()).map(drop)
}

fn parse(text: &str) -> Result<Totp, TotpSecretError> {
    let text = text.trim();
    let (totp, secret_bytes) = if text.to_ascii_lowercase().starts_with("otpauth:") {
        let totp = Totp::from_url_unchecked(text).map_err(|_| TotpSecretError::Unreadable)?;
        let base32 = text.split(['?', '&']).find_map(|part| part.strip_prefix("secret="));
        (totp, base32.unwrap_or_default().trim_end_matches('=').len() * 5 / 8)
    } else {
        // Enrolment pages print it in groups of four.
        let base32: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '=')).collect();
        let secret =
            Secret::try_from_base32(base32.to_ascii_uppercase()).map_err(|_| TotpSecretError::Unreadable)?;
        let bytes = secret.as_ref().len();
        let builder = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(DIGITS);
        (builder.with_step_duration(STEP_SECS).with_secret(secret).build_noncompliant(), bytes)
    };
    if secret_bytes < SECRET_BYTES_MIN {
        return Err(TotpSecretError::TooShort);
    }
    // The library panics outside these.
    if !(6..=8).contains(&totp.digits()) || !(1..=300).contains(&totp.step()) {
        return Err(TotpSecretError::UnknownForm);
    }
    Ok(totp)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: the ASCII secret 12345678901234567890.
    const RFC_SECRET: &str = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";

    fn code_at(secret: &str, second: i64, used: Option<&str>) -> Result<TotpVerdict, TotpSecretError> {
        let used = used.map(Redacted::<String>::from);
        totp_code(&secret.into(), Timestamp::from_second(second).unwrap(), used.as_ref())
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        for (second, code) in
            [(1_111_111_109 - 19, "081804"), (1_234_567_890, "005924"), (2_000_000_000, "279037")]
        {
            assert_eq!(code_at(RFC_SECRET, second, None), Ok(TotpVerdict::Ready(code.into())), "{second}");
        }
        let address = "otpauth://totp/Riverside:a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=8";
        assert_eq!(code_at(address, 1_234_567_890, None), Ok(TotpVerdict::Ready("89005924".into())));
    }

    #[test]
    fn a_code_about_to_end_or_used_is_not_given() {
        let next = TotpVerdict::NotYet { ready_at: Timestamp::from_second(1_111_111_110).unwrap() };
        assert_eq!(code_at(RFC_SECRET, 1_111_111_106, None), Ok(next.clone()));
        assert_eq!(code_at(RFC_SECRET, 1_111_111_090, Some("081804")), Ok(next));
    }

    #[test]
    fn what_is_no_secret_is_told_without_showing_it() {
        for (secret, error) in [
            ("not base32!", TotpSecretError::Unreadable),
            ("GEZDGNBV", TotpSecretError::TooShort),
            ("", TotpSecretError::TooShort),
            ("otpauth://totp/a", TotpSecretError::Unreadable),
            (
                "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=12",
                TotpSecretError::UnknownForm,
            ),
            (
                "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=0",
                TotpSecretError::UnknownForm,
            ),
        ] {
            assert_eq!(code_at(secret, 1, None), Err(error), "{secret}");
        }
    }
}

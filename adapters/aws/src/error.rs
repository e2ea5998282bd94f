//! From the SDK's errors to the ports' classes.
//!
//! - Throttling, time-outs, unreachable servers and 5xx answers are `Transient`.
//! - An *expired* token is `Transient` too: it is loaded again within 15 minutes, and a person or the platform can
//!   renew it meanwhile. So is a clock that is too far off, which the SDK corrects and time servers mend.
//! - Missing or *refused* credentials, missing rights, and queues, buckets or keys that are not there are
//!   `Permanent`: somebody has to change something first. The text says what.
//! - A receipt handle that is no longer good is `LeaseLost`.
//!
//! Texts are made from codes and statuses alone: the service's own messages can repeat what was sent.

use crate::calls::Call;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sqs::config::http::HttpResponse;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use domain::ports::ErrorClass::{self, LeaseLost, NotFound, Permanent, Transient};
use domain::ports::PortError;
use std::error::Error;

/// Classes an error of one call.
pub(crate) fn classed<E>(call: Call, thing: &str, error: &SdkError<E, HttpResponse>) -> PortError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let (class, cause) = match error {
        SdkError::TimeoutError(_) => (Transient, "no answer in time".to_owned()),
        SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
            Some(connector) => not_sent(connector),
            None => (Transient, "not reached".to_owned()),
        },
        SdkError::ServiceError(refusal) => {
            let answer = Answer {
                code: refusal.err().code(),
                status: refusal.raw().status().as_u16(),
                clock_off: refusal.err().message().is_some_and(tells_of_a_clock),
            };
            refused(call, &answer)
        }
        SdkError::ResponseError(answer) => {
            (Transient, format!("an answer that cannot be read (HTTP {})", answer.raw().status().as_u16()))
        }
        _ => (Permanent, "a request that cannot be made; check the settings of this service".to_owned()),
    };
    PortError::new(class, thing, format!("{}: {cause}", call.name()))
}

/// The code of a refusal, empty when there is none: for calls whose refusals mean more than an error.
pub(crate) fn code<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> &str {
    error.as_service_error().and_then(ProvideErrorMetadata::code).map(plain_code).unwrap_or_default()
}

/// The status of the answer, 0 when there was none.
pub(crate) fn status<E>(error: &SdkError<E, HttpResponse>) -> u16 {
    error.raw_response().map_or(0, |response| response.status().as_u16())
}

/// What a service says when it refuses.
struct Answer<'a> {
    code: Option<&'a str>,
    status: u16,
    clock_off: bool,
}

/// SQS's two protocols name one error differently, and JSON services put a name space before it.
fn plain_code(code: &str) -> &str {
    let code = code.rsplit('#').next().unwrap_or(code);
    code.strip_prefix("AWS.SimpleQueueService.").unwrap_or(code)
}

/// SQS and S3 report a clock that is off as a wrong signature, and say so only in words.
fn tells_of_a_clock(message: &str) -> bool {
    message.contains("Signature expired") || message.contains("Signature not yet current")
}

/// What a refused call, or a refused entry of a batch, means by its code alone.
pub(crate) fn entry_refused(call: Call, code: &str) -> (ErrorClass, String) {
    refused(call, &Answer { code: Some(code), status: 400, clock_off: false })
}

fn refused(call: Call, answer: &Answer<'_>) -> (ErrorClass, String) {
    let code = answer.code.map_or("", plain_code);
    let permanent = |text: &str| (Permanent, text.to_owned());
    let transient = |text: &str| (Transient, text.to_owned());
    match code {
        "ReceiptHandleIsInvalid" | "MessageNotInflight" => (LeaseLost, "the lease has ended".to_owned()),
        "InvalidParameterValue" if call.of_lease() => (LeaseLost, "the lease has ended".to_owned()),
        _ if answer.clock_off => clock_off(),
        "RequestTimeTooSkewed" => clock_off(),
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" | "TokenRefreshRequired" => transient(
            "the credentials have expired and are loaded again within 15 minutes; renew them, or give the \
             service a role",
        ),
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidAccessKeyId"
        | "InvalidSecurity"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "MissingAuthenticationToken"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "InvalidToken"
        | "NotAuthorized"
        | "AuthFailure" => permanent("the credentials are refused; correct the access key, profile or role"),
        "AccessDenied"
        | "AccessDeniedException"
        | "Forbidden"
        | "KmsAccessDenied"
        | "KMS.AccessDeniedException" => (Permanent, denied(call)),
        // Whoever deleted a queue will make it again: no fault of the items that are on their way to it.
        "QueueDoesNotExist" | "NonExistentQueue" => transient(
            "no such queue; create it with `epic-connector migrate`, or correct its name in `sqs.names`",
        ),
        "QueueDeletedRecently" => {
            transient("the queue was deleted a moment ago; it can be made again after 60 s")
        }
        "NoSuchBucket" => permanent("no such bucket; create it, or correct its name in the settings"),
        "NoSuchKey" => (NotFound, "not found".to_owned()),
        "PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException" => {
            permanent("the bucket lies in another region; correct the region in the settings")
        }
        "KmsNotFound" | "NotFoundException" | "KMS.NotFoundException" => {
            permanent("no such KMS key; correct its name or region in the settings")
        }
        "KmsDisabled"
        | "DisabledException"
        | "KMS.DisabledException"
        | "KmsInvalidState"
        | "KMSInvalidStateException"
        | "KmsInvalidKeyUsage"
        | "InvalidKeyUsageException"
        | "KmsOptInRequired" => {
            permanent("the KMS key cannot be used; enable it, or name another of the symmetric kind")
        }
        "InvalidCiphertextException" | "IncorrectKeyException" => permanent(
            "not wrapped by this key for this purpose, or changed since; name the key it was wrapped with",
        ),
        _ => by_kind(call, code, answer.status),
    }
}

fn by_kind(call: Call, code: &str, status: u16) -> (ErrorClass, String) {
    let named = if code.is_empty() { format!("HTTP {status}") } else { format!("{code}, HTTP {status}") };
    let throttled = ["Throttl", "TooManyRequests", "SlowDown", "OverLimit", "LimitExceeded"];
    if status == 429 || throttled.iter().any(|part| code.contains(part)) {
        return (Transient, format!("throttled ({named})"));
    }
    match (status, code) {
        (200..=299, "") => (Transient, format!("an answer that cannot be read (HTTP {status})")),
        (501, _) => (Permanent, format!("this server cannot do it ({named})")),
        (
            _,
            "DependencyTimeoutException" | "KeyUnavailableException" | "RequestTimeout" | "InternalError",
        )
        | (500.., _)
        | (408, _) => (Transient, format!("the service failed ({named})")),
        (409, _) => (Transient, format!("another request was at it ({named})")),
        (401 | 403, "") => (Permanent, denied(call)),
        (301 | 307, "") => {
            (Permanent, "the bucket lies in another region; correct the region in the settings".to_owned())
        }
        (404, _) if call == Call::HeadBucket => {
            (Permanent, "no such bucket; create it, or correct its name in the settings".to_owned())
        }
        (404, _) if call.of_s3() => (NotFound, "not found".to_owned()),
        _ => (Permanent, format!("refused ({named})")),
    }
}

fn clock_off() -> (ErrorClass, String) {
    (Transient, "this machine's clock is too far off; set it, or let a time server do so".to_owned())
}

fn denied(call: Call) -> String {
    let more =
        if call.of_s3() { "; check the expected bucket owner and the rights on its KMS key too" } else { "" };
    format!("access denied; allow {} to these credentials{more}", call.permission())
}

/// What kept a request from being answered.
fn not_sent(connector: &(dyn Error + 'static)) -> (ErrorClass, String) {
    let mut cause = connector;
    loop {
        if let Some(credentials) = cause.downcast_ref::<CredentialsError>() {
            return no_credentials(credentials);
        }
        match cause.source() {
            Some(source) => cause = source,
            None => break,
        }
    }
    // The operating system's and the TLS library's own words, which know no contents.
    match cause.downcast_ref::<std::io::Error>() {
        Some(io) => (Transient, format!("not reached: {io}")),
        None => {
            (Transient, "not reached; check the address, the network and the server's certificate".to_owned())
        }
    }
}

/// The providers' own words are left out: they can quote what a credential process printed.
fn no_credentials(error: &CredentialsError) -> (ErrorClass, String) {
    match error {
        CredentialsError::CredentialsNotLoaded(_) => (
            Permanent,
            "no credentials found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile, or give the \
             machine or container a role"
                .to_owned(),
        ),
        CredentialsError::InvalidConfiguration(_) => {
            (Permanent, "the AWS profile cannot be used; correct ~/.aws/config and ~/.aws/credentials".to_owned())
        }
        _ => (
            Transient,
            "the source of the credentials gave none this time; look at the profile's process or the role".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests;

//! Each refusal of AWS has its class and its way out.

use super::*;

fn classed_as(call: Call, code: &str, status: u16) -> (ErrorClass, String) {
    refused(call, &Answer { code: (!code.is_empty()).then_some(code), status, clock_off: false })
}

#[test]
fn every_refusal_has_its_class() {
    let table = [
        (Call::DeleteMessage, "ReceiptHandleIsInvalid", 400, LeaseLost),
        (Call::ChangeMessageVisibility, "AWS.SimpleQueueService.MessageNotInflight", 400, LeaseLost),
        (Call::ChangeMessageVisibility, "InvalidParameterValue", 400, LeaseLost),
        (Call::SendMessageBatch, "InvalidParameterValue", 400, Permanent),
        (Call::ReceiveMessage, "AWS.SimpleQueueService.NonExistentQueue", 400, Transient),
        (Call::ReceiveMessage, "com.amazonaws.sqs#QueueDoesNotExist", 400, Transient),
        (Call::ReceiveMessage, "RequestThrottled", 400, Transient),
        (Call::SendMessageBatch, "KmsThrottled", 400, Transient),
        (Call::SendMessageBatch, "KmsAccessDenied", 400, Permanent),
        (Call::ReceiveMessage, "ExpiredToken", 403, Transient),
        (Call::ReceiveMessage, "UnrecognizedClientException", 400, Permanent),
        (Call::ReceiveMessage, "InvalidClientTokenId", 403, Permanent),
        (Call::PutObject, "SlowDown", 503, Transient),
        (Call::PutObject, "RequestTimeTooSkewed", 403, Transient),
        (Call::PutObject, "NoSuchBucket", 404, Permanent),
        (Call::PutObject, "AccessDenied", 403, Permanent),
        (Call::PutObject, "ConditionalRequestConflict", 409, Transient),
        (Call::GetObject, "NoSuchKey", 404, NotFound),
        (Call::HeadObject, "NotFound", 404, NotFound),
        (Call::HeadObject, "", 404, NotFound),
        (Call::HeadObject, "", 403, Permanent),
        (Call::HeadBucket, "NotFound", 404, Permanent),
        (Call::HeadBucket, "", 301, Permanent),
        (Call::Decrypt, "InvalidCiphertextException", 400, Permanent),
        (Call::Decrypt, "KMSInternalException", 500, Transient),
        (Call::Decrypt, "DependencyTimeoutException", 503, Transient),
        (Call::Encrypt, "DisabledException", 400, Permanent),
        (Call::Encrypt, "NotFoundException", 400, Permanent),
        (Call::Encrypt, "ThrottlingException", 400, Transient),
        (Call::Encrypt, "", 502, Transient),
        (Call::Encrypt, "Whatever", 400, Permanent),
        (Call::CompleteMultipartUpload, "", 200, Transient),
        (Call::CompleteMultipartUpload, "InternalError", 200, Transient),
        (Call::PutBucketLifecycleConfiguration, "NotImplemented", 501, Permanent),
    ];
    for (call, code, status, class) in table {
        assert_eq!(classed_as(call, code, status).0, class, "{call:?} {code} {status}");
    }
}

#[test]
fn a_denial_names_the_permission() {
    assert!(classed_as(Call::SendMessageBatch, "AccessDenied", 403).1.contains("sqs:SendMessage"));
    assert!(classed_as(Call::HeadObject, "", 403).1.contains("s3:ListBucket"));
    assert!(classed_as(Call::Decrypt, "AccessDeniedException", 400).1.contains("kms:Decrypt"));
}

#[test]
fn a_clock_that_is_off_is_told_apart_from_a_wrong_key() {
    assert!(tells_of_a_clock("Signature expired: 20261120T080000Z is now earlier than 20261120T090000Z"));
    let answer = Answer { code: Some("SignatureDoesNotMatch"), status: 403, clock_off: true };
    assert_eq!(refused(Call::ReceiveMessage, &answer).0, Transient);
    let answer = Answer { clock_off: false, ..answer };
    assert_eq!(refused(Call::ReceiveMessage, &answer).0, Permanent);
}

#[test]
fn missing_credentials_need_a_person_and_a_failed_source_another_try() {
    assert_eq!(no_credentials(&CredentialsError::not_loaded_no_source()).0, Permanent);
    let secret = CredentialsError::provider_error("the process printed a secret");
    let (class, text) = no_credentials(&secret);
    assert_eq!(class, Transient);
    assert!(!text.contains("secret"));
}

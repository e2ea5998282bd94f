//! Ports met by Amazon's services: the work queue by SQS, the blob store by S3, the key wrapper by KMS, the two ends
//! of a fax pipeline by S3 and SQS.
//!
//! A program connects once ([`connect`]) and builds the adapters on that connection. Every call has deadlines and
//! a bounded number of attempts, is counted ([`Requests`]), and fails as one of the ports' classes with a text that
//! names the thing, the cause and the way out, never a content.

mod calls;
mod connection;
mod error;
mod kms;
mod s3;
mod sqs;

pub use calls::Requests;
pub use connection::{AwsConnection, AwsOptions, Timeouts, connect};
pub use kms::KmsWrapper;
pub use s3::{Encryption, FaxBucket, KeepRule, S3BlobStore, S3FaxFiles, S3Mails, S3Options, Seal};
pub use sqs::{QueueFinding, QueueNames, QueueState, SqsFaxQueue, SqsOptions, SqsQueue};

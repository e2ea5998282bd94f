//! The adapters against real servers: SQS, S3 and KMS as `make services` starts them, or AWS itself.
//!
//! The environment says where: AWS_ENDPOINT_URL_SQS, AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_KMS, AWS_REGION,
//! AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY. A test fails where one is missing: what is not there is not proven.

mod blobs;
mod buckets;
mod fax;
mod keys;
mod queues;
mod redrive;
mod support;
mod work;

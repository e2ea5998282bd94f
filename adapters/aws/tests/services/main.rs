//! The adapters against real servers: SQS, S3 and KMS as `make services` starts them, or AWS itself.

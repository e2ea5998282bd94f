//! The calls this crate makes, by name: what each needs to be allowed, and how often it was made.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many calls were made, by the API's own names. The SDK's repeats of one call count as one.
pub type Requests = BTreeMap<&'static str, u64>;

macro_rules! calls {
    ($($call:ident $permission:literal),+ $(,)?) => {
        /// One kind of call.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Call {
            $($call),+
        }

        impl Call {
            const ALL: &[Self] = &[$(Self::$call),+];

            /// The API's name for it.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$call => stringify!($call)),+
                }
            }

            /// The IAM action, or actions, that a policy has to allow.
            pub(crate) const fn permission(self) -> &'static str {
                match self {
                    $(Self::$call => $permission),+
                }
            }
        }
    };
}

calls! {
    ChangeMessageVisibility "sqs:ChangeMessageVisibility",
    CreateQueue "sqs:CreateQueue and sqs:TagQueue",
    DeleteMessage "sqs:DeleteMessage",
    GetQueueAttributes "sqs:GetQueueAttributes",
    GetQueueUrl "sqs:GetQueueUrl",
    ListQueueTags "sqs:ListQueueTags",
    ReceiveMessage "sqs:ReceiveMessage",
    SendMessage "sqs:SendMessage",
    SendMessageBatch "sqs:SendMessage",
    SetQueueAttributes "sqs:SetQueueAttributes",
    AbortMultipartUpload "s3:AbortMultipartUpload",
    CompleteMultipartUpload "s3:PutObject",
    CreateMultipartUpload "s3:PutObject",
    DeleteBucketLifecycle "s3:PutLifecycleConfiguration",
    GetBucketLifecycleConfiguration "s3:GetLifecycleConfiguration",
    GetBucketVersioning "s3:GetBucketVersioning",
    // Without s3:ListBucket a missing object is reported as a forbidden one.
    GetObject "s3:GetObject and s3:ListBucket",
    HeadBucket "s3:ListBucket",
    HeadObject "s3:GetObject and s3:ListBucket",
    PutBucketLifecycleConfiguration "s3:PutLifecycleConfiguration",
    PutObject "s3:PutObject",
    UploadPart "s3:PutObject",
    Decrypt "kms:Decrypt",
    DescribeKey "kms:DescribeKey",
    Encrypt "kms:Encrypt",
}

impl Call {
    /// Whether it is one of S3's, where the bucket's expected owner and its KMS key can be why access is denied.
    pub(crate) fn of_s3(self) -> bool {
        self.permission().starts_with("s3:")
    }

    /// Whether it settles or lengthens a lease, so that a refused receipt handle means a lost lease.
    pub(crate) const fn of_lease(self) -> bool {
        matches!(self, Self::ChangeMessageVisibility | Self::DeleteMessage)
    }
}

/// Counts the calls of one adapter.
#[derive(Debug, Default)]
pub(crate) struct Counter([AtomicU64; Call::ALL.len()]);

impl Counter {
    pub(crate) fn count(&self, call: Call) {
        self.0[call as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// The calls made so far; those never made are left out.
    pub(crate) fn read(&self) -> Requests {
        let made = |call: &Call| (call.name(), self.0[*call as usize].load(Ordering::Relaxed));
        Call::ALL.iter().map(made).filter(|(_, count)| *count > 0).collect()
    }

    /// All calls made so far.
    pub(crate) fn total(&self) -> u64 {
        self.0.iter().map(|count| count.load(Ordering::Relaxed)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_name() {
        let counter = Counter::default();
        counter.count(Call::ReceiveMessage);
        counter.count(Call::ReceiveMessage);
        counter.count(Call::Encrypt);
        assert_eq!(counter.read(), Requests::from([("ReceiveMessage", 2), ("Encrypt", 1)]));
        assert_eq!(counter.total(), 3);
    }
}

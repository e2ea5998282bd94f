//! How long S3 keeps what: one rule a class, and one that removes what broken uploads left. Rules of others in the
//! same bucket are read and written back as they are.

use super::S3BlobStore;
use crate::calls::Call;
use crate::error::{classed, code};
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration,
    LifecycleRule, LifecycleRuleFilter, NoncurrentVersionExpiration, TransitionDefaultMinimumObjectSize,
};
use domain::ports::{BlobClass, PortError, PortResult};

/// The name of the rule about broken uploads, beside those of the classes.
const PARTS: &str = "parts";

/// After so many days S3 removes the parts of an upload that was never completed.
const PARTS_DAYS: i32 = 1;

/// In a bucket that keeps versions, a deleted blob's bytes go after so many days.
const VERSIONS_DAYS: i32 = 1;

/// How long one class of blobs is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeepRule {
    /// The class.
    pub class: BlobClass,
    /// Days after which S3 deletes a blob, counted from its put.
    pub days: u32,
}

/// What the bucket says today.
#[derive(Default)]
struct Lifecycle {
    rules: Vec<LifecycleRule>,
    smallest: Option<TransitionDefaultMinimumObjectSize>,
}

impl S3BlobStore {
    /// Our rules as the bucket has them.
    ///
    /// # Errors
    /// As the call fails.
    pub async fn lifecycle(&self) -> PortResult<Vec<KeepRule>> {
        let current = self.read_lifecycle().await?;
        let ids = self.rule_ids();
        let mut rules: Vec<KeepRule> = current.rules.iter().filter_map(|rule| kept(&ids, rule)).collect();
        rules.sort();
        Ok(rules)
    }

    /// Sets our rules: each class for its days, a class without a rule for ever, and parts of broken uploads for
    /// one day. S3 takes all rules of a bucket at once, so somebody else's change in the same second can be lost;
    /// their rules are otherwise kept.
    ///
    /// # Errors
    /// `Permanent` when a rule keeps for no day; else as the calls fail.
    pub async fn set_lifecycle(&self, keep: &[KeepRule]) -> PortResult<()> {
        let thing = self.objects.thing();
        let mut ours = Vec::with_capacity(keep.len() + 1);
        for rule in keep {
            ours.push(self.expire(rule)?);
        }
        ours.push(self.abort_parts()?);
        let current = self.read_lifecycle().await?;
        let wanted = merged(&self.rule_ids(), &current.rules, ours);
        if wanted == current.rules {
            return Ok(());
        }
        let configuration = BucketLifecycleConfiguration::builder().set_rules(Some(wanted)).build();
        let configuration = configuration.map_err(|_| unmade(&thing))?;
        self.objects.counter.count(Call::PutBucketLifecycleConfiguration);
        let request = self.objects.client.put_bucket_lifecycle_configuration().bucket(&self.objects.bucket);
        let put = request
            .set_expected_bucket_owner(self.objects.owner.clone())
            .set_transition_default_minimum_object_size(current.smallest)
            .lifecycle_configuration(configuration)
            .send()
            .await;
        put.map(drop).map_err(|error| classed(Call::PutBucketLifecycleConfiguration, &thing, &error))
    }

    async fn read_lifecycle(&self) -> PortResult<Lifecycle> {
        self.objects.counter.count(Call::GetBucketLifecycleConfiguration);
        let request = self.objects.client.get_bucket_lifecycle_configuration().bucket(&self.objects.bucket);
        match request.set_expected_bucket_owner(self.objects.owner.clone()).send().await {
            Ok(answer) => Ok(Lifecycle {
                smallest: answer.transition_default_minimum_object_size,
                rules: answer.rules.unwrap_or_default(),
            }),
            Err(error) if code(&error) == "NoSuchLifecycleConfiguration" => Ok(Lifecycle::default()),
            Err(error) => Err(classed(Call::GetBucketLifecycleConfiguration, &self.objects.thing(), &error)),
        }
    }

    fn expire(&self, keep: &KeepRule) -> PortResult<LifecycleRule> {
        let thing = self.objects.thing();
        let days = i32::try_from(keep.days).ok().filter(|days| *days > 0);
        let days =
            days.ok_or_else(|| PortError::permanent(&thing, "blobs must be kept for a day at least"))?;
        LifecycleRule::builder()
            .id(self.rule_id(keep.class.name()))
            .status(ExpirationStatus::Enabled)
            .filter(
                LifecycleRuleFilter::builder().prefix(self.below(&format!("{}/", keep.class.name()))).build(),
            )
            .expiration(LifecycleExpiration::builder().days(days).build())
            .noncurrent_version_expiration(
                NoncurrentVersionExpiration::builder().noncurrent_days(VERSIONS_DAYS).build(),
            )
            .build()
            .map_err(|_| unmade(&thing))
    }

    fn abort_parts(&self) -> PortResult<LifecycleRule> {
        let abort = AbortIncompleteMultipartUpload::builder().days_after_initiation(PARTS_DAYS).build();
        LifecycleRule::builder()
            .id(self.rule_id(PARTS))
            .status(ExpirationStatus::Enabled)
            .filter(LifecycleRuleFilter::builder().prefix(self.below("")).build())
            .abort_incomplete_multipart_upload(abort)
            .build()
            .map_err(|_| unmade(&self.objects.thing()))
    }

    /// The ids of our rules, of this prefix only: two installations can share a bucket.
    fn rule_ids(&self) -> Vec<(Option<BlobClass>, String)> {
        let classes = BlobClass::ALL.map(|class| (Some(class), self.rule_id(class.name())));
        classes.into_iter().chain([(None, self.rule_id(PARTS))]).collect()
    }

    fn rule_id(&self, name: &str) -> String {
        format!("epic-connector:{}:{name}", self.prefix)
    }
}

/// The others' rules as they are, then ours.
fn merged(
    ids: &[(Option<BlobClass>, String)],
    current: &[LifecycleRule],
    ours: Vec<LifecycleRule>,
) -> Vec<LifecycleRule> {
    let is_ours = |rule: &LifecycleRule| ids.iter().any(|(_, id)| rule.id() == Some(id));
    let others = current.iter().filter(|rule| !is_ours(rule)).cloned();
    others.chain(ours).collect()
}

fn kept(ids: &[(Option<BlobClass>, String)], rule: &LifecycleRule) -> Option<KeepRule> {
    let class = ids.iter().find(|(_, id)| rule.id() == Some(id)).and_then(|(class, _)| *class)?;
    let days = u32::try_from(rule.expiration()?.days()?).ok()?;
    (*rule.status() == ExpirationStatus::Enabled).then_some(KeepRule { class, days })
}

fn unmade(thing: &str) -> PortError {
    PortError::permanent(thing, "its lifecycle rules cannot be written")
}

//! What has to be done for a queue to be as the settings want it: decided from what was found, without a call.

use super::SqsOptions;
use aws_sdk_sqs::types::QueueAttributeName;
use domain::ids::QueueName;
use serde::Deserialize;
use std::collections::HashMap;

/// The tag that says whose a queue is.
pub(super) const TAG: &str = "epic-connector";

/// How long SQS keeps a message: 14 days, the longest it can.
const RETENTION_SECONDS: &str = "1209600";

/// One queue as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueFinding {
    /// The queue, by our own name.
    pub queue: QueueName,
    /// Its name on SQS.
    pub name: String,
    /// What was found.
    pub state: QueueState,
}

/// How a queue was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueueState {
    /// It is not there; `ensure` creates it.
    Missing,
    /// It is ours and as the settings want it.
    Ready,
    /// It is ours and these attributes differ from the settings; `ensure` corrects them.
    Outdated(Vec<String>),
    /// It is another's, the settings allow to share it, and it can be worked with. Nothing of it is changed.
    Shared,
    /// It cannot be worked with, and why. `ensure` changes nothing while there is such a queue.
    Refused(String),
}

/// What is known of an existing queue.
pub(super) struct Found<'a> {
    pub(super) attributes: &'a HashMap<QueueAttributeName, String>,
    pub(super) tags: &'a HashMap<String, String>,
}

/// What a queue should be like. `dead` is the ARN of its dead-letter queue, none for a dead-letter queue itself.
pub(super) fn wanted(options: &SqsOptions, dead: Option<&str>) -> HashMap<QueueAttributeName, String> {
    let mut wanted =
        HashMap::from([(QueueAttributeName::MessageRetentionPeriod, RETENTION_SECONDS.to_owned())]);
    match &options.kms_key {
        Some(key) => wanted.insert(QueueAttributeName::KmsMasterKeyId, key.clone()),
        None => wanted.insert(QueueAttributeName::SqsManagedSseEnabled, "true".to_owned()),
    };
    if let Some(arn) = dead {
        let policy = serde_json::json!({
            "deadLetterTargetArn": arn,
            "maxReceiveCount": options.deliveries_dead.to_string(),
        });
        wanted.insert(QueueAttributeName::RedrivePolicy, policy.to_string());
    }
    wanted
}

/// Whether an existing queue can be worked with. `dead` is the dead-letter queue's name on SQS, none for a
/// dead-letter queue itself.
pub(super) fn state(options: &SqsOptions, name: &str, dead: Option<&str>, found: &Found<'_>) -> QueueState {
    let redrive =
        found.attributes.get(&QueueAttributeName::RedrivePolicy).and_then(|text| Redrive::read(text));
    let ours = found.tags.get(TAG).is_some_and(|value| *value == options.installation);
    if !ours && !options.allow_shared {
        let installation = &options.installation;
        return QueueState::Refused(format!(
            "queue {name} exists without the tag {TAG}={installation}, so it may be another's; choose another \
             prefix, tag it, or set `sqs.shared` to true"
        ));
    }
    if !ours {
        return match (dead, redrive) {
            (None, _) => QueueState::Shared,
            (Some(dead), Some(redrive)) if redrive.target_name() == dead => QueueState::Shared,
            (Some(dead), _) => QueueState::Refused(format!(
                "the shared queue {name} does not send its dead letters to {dead}; give it that redrive policy, \
                 or name its dead-letter queue in `sqs.names`"
            )),
        };
    }
    // The ARN is taken from what was found, as only the name is known here.
    let arn =
        redrive.as_ref().filter(|redrive| Some(redrive.target_name()) == dead).map(|r| r.target.as_str());
    let wanted = wanted(options, dead.map(|_| arn.unwrap_or("")));
    let differ = wanted.iter().filter(|(name, value)| !same(name, value, found.attributes.get(*name)));
    let mut outdated: Vec<String> = differ.map(|(name, _)| name.as_str().to_owned()).collect();
    outdated.sort();
    if outdated.is_empty() { QueueState::Ready } else { QueueState::Outdated(outdated) }
}

fn same(name: &QueueAttributeName, wanted: &str, found: Option<&String>) -> bool {
    match (name, found) {
        (QueueAttributeName::RedrivePolicy, Some(found)) => {
            let (wanted, found) = (Redrive::read(wanted), Redrive::read(found));
            wanted.is_some() && wanted == found
        }
        // SQS always tells these two; a server that does not has no such thing to set.
        (QueueAttributeName::MessageRetentionPeriod | QueueAttributeName::SqsManagedSseEnabled, None) => true,
        (_, found) => found.is_some_and(|found| found == wanted),
    }
}

/// SQS gives the count back as a number or as text.
#[derive(Debug, PartialEq, Eq)]
struct Redrive {
    target: String,
    receives: u64,
}

impl Redrive {
    fn read(policy: &str) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Policy {
            dead_letter_target_arn: String,
            max_receive_count: serde_json::Value,
        }
        let policy: Policy = serde_json::from_str(policy).ok()?;
        let count = &policy.max_receive_count;
        let receives = count.as_u64().or_else(|| count.as_str()?.parse().ok())?;
        Some(Self { target: policy.dead_letter_target_arn, receives })
    }

    fn target_name(&self) -> &str {
        self.target.rsplit(':').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:sqs:us-east-1:123456789012:epic_ocr_dead";

    fn options(allow_shared: bool) -> SqsOptions {
        SqsOptions { allow_shared, ..SqsOptions::new("", "one", Vec::new()) }
    }

    fn judge(
        options: &SqsOptions,
        attributes: &HashMap<QueueAttributeName, String>,
        tag: &str,
    ) -> QueueState {
        let tags = HashMap::from([(TAG.to_owned(), tag.to_owned())]);
        state(options, "epic_ocr", Some("epic_ocr_dead"), &Found { attributes, tags: &tags })
    }

    #[test]
    fn a_queue_of_ours_is_ready_or_says_what_differs() {
        let mut have = wanted(&options(false), Some(ARN));
        assert_eq!(judge(&options(false), &have, "one"), QueueState::Ready);
        let as_number = format!(r#"{{"deadLetterTargetArn":"{ARN}","maxReceiveCount":25}}"#);
        have.insert(QueueAttributeName::RedrivePolicy, as_number);
        assert_eq!(judge(&options(false), &have, "one"), QueueState::Ready);
        let fewer = SqsOptions { deliveries_dead: 5, ..options(false) };
        assert_eq!(judge(&fewer, &have, "one"), QueueState::Outdated(vec!["RedrivePolicy".to_owned()]));
        have.remove(&QueueAttributeName::RedrivePolicy);
        have.insert(QueueAttributeName::SqsManagedSseEnabled, "false".to_owned());
        let differs = ["RedrivePolicy", "SqsManagedSseEnabled"].map(str::to_owned).to_vec();
        assert_eq!(judge(&options(false), &have, "one"), QueueState::Outdated(differs));
    }

    #[test]
    fn anothers_queue_is_refused_unless_sharing_is_allowed() {
        let have = wanted(&options(false), Some(ARN));
        assert!(matches!(judge(&options(false), &have, "two"), QueueState::Refused(_)));
        assert_eq!(judge(&options(true), &have, "two"), QueueState::Shared);
        let elsewhere = wanted(&options(false), Some("arn:aws:sqs:us-east-1:1:elsewhere"));
        assert!(matches!(judge(&options(true), &elsewhere, "two"), QueueState::Refused(_)));
        assert!(matches!(judge(&options(true), &HashMap::new(), "two"), QueueState::Refused(_)));
    }
}

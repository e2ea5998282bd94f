//! Making the queues what the settings want, or only saying what would have to be done.

use super::plan::{self, Found, QueueFinding, QueueState, TAG};
use super::{Inner, QueueNames, SqsQueue};
use crate::calls::Call;
use crate::error::{classed, code};
use aws_sdk_sqs::types::QueueAttributeName;
use domain::ids::QueueName;
use domain::ports::{ErrorClass, PortError, PortResult};
use std::collections::HashMap;

impl SqsQueue {
    /// Looks at the queues and their dead-letter queues, and changes nothing.
    ///
    /// # Errors
    /// As the calls fail; a queue that is missing or refused is a finding, not an error.
    pub async fn check(&self, queues: &[QueueName]) -> PortResult<Vec<QueueFinding>> {
        let pairs = queues.iter().map(|queue| async {
            let dead = QueueNames::dead(queue);
            let found = futures::future::try_join(self.0.look(queue, Some(&dead)), self.0.look(&dead, None));
            found.await.map(|(queue, dead)| [queue, dead])
        });
        let found: PortResult<Vec<_>> = futures::future::join_all(pairs).await.into_iter().collect();
        Ok(found?.into_iter().flatten().collect())
    }

    /// Creates what is missing and corrects what differs: each queue with a dead-letter queue, kept for 14 days,
    /// encrypted, tagged as this installation's. Can be called again at any time; gives what was found before.
    ///
    /// # Errors
    /// `Permanent`, naming all of them, when a queue belongs to somebody else; then nothing was changed.
    pub async fn ensure(&self, queues: &[QueueName]) -> PortResult<Vec<QueueFinding>> {
        let findings = self.check(queues).await?;
        let refused: Vec<&str> = findings
            .iter()
            .filter_map(|finding| match &finding.state {
                QueueState::Refused(why) => Some(why.as_str()),
                _ => None,
            })
            .collect();
        if !refused.is_empty() {
            return Err(PortError::permanent("work queues on SQS", refused.join("; ")));
        }
        for queue in queues {
            let dead = QueueNames::dead(queue);
            self.0.make(&dead, None, state_of(&findings, &dead)).await?;
            self.0.make(queue, Some(&dead), state_of(&findings, queue)).await?;
        }
        Ok(findings)
    }
}

fn state_of<'a>(findings: &'a [QueueFinding], queue: &QueueName) -> Option<&'a QueueState> {
    findings.iter().find(|finding| finding.queue == *queue).map(|finding| &finding.state)
}

impl Inner {
    async fn look(&self, queue: &QueueName, dead: Option<&QueueName>) -> PortResult<QueueFinding> {
        let names = &self.options.names;
        let name = names.on_sqs(queue);
        let state = if self.exists(queue).await? {
            let attributes = self.attributes(queue).await?;
            let tags = self.tags(queue).await?;
            let dead = dead.map(|dead| names.on_sqs(dead));
            let found = Found { attributes: &attributes, tags: &tags };
            plan::state(&self.options, &name, dead.as_deref(), &found)
        } else {
            QueueState::Missing
        };
        Ok(QueueFinding { queue: queue.clone(), name, state })
    }

    async fn exists(&self, queue: &QueueName) -> PortResult<bool> {
        self.counter.count(Call::GetQueueUrl);
        let asked = self
            .client
            .get_queue_url()
            .queue_name(self.options.names.on_sqs(queue))
            .set_queue_owner_aws_account_id(self.options.account.clone())
            .send()
            .await;
        match asked {
            Ok(answer) => {
                self.remember(queue, answer.queue_url().unwrap_or_default().to_owned());
                Ok(true)
            }
            Err(error) if matches!(code(&error), "QueueDoesNotExist" | "NonExistentQueue") => Ok(false),
            Err(error) => Err(classed(Call::GetQueueUrl, &self.thing(queue), &error)),
        }
    }

    async fn tags(&self, queue: &QueueName) -> PortResult<HashMap<String, String>> {
        let url = self.url(queue).await?;
        self.counter.count(Call::ListQueueTags);
        let answer = self.client.list_queue_tags().queue_url(url).send().await;
        let answer = answer.map_err(|error| classed(Call::ListQueueTags, &self.thing(queue), &error))?;
        Ok(answer.tags.unwrap_or_default())
    }

    async fn make(
        &self,
        queue: &QueueName,
        dead: Option<&QueueName>,
        state: Option<&QueueState>,
    ) -> PortResult<()> {
        match state {
            Some(QueueState::Missing) => {
                let wanted = self.wanted(dead).await?;
                self.create(queue, wanted).await
            }
            Some(QueueState::Outdated(names)) => {
                let mut wanted = self.wanted(dead).await?;
                wanted.retain(|attribute, _| names.iter().any(|name| name == attribute.as_str()));
                self.correct(queue, wanted).await
            }
            _ => Ok(()),
        }
    }

    async fn wanted(&self, dead: Option<&QueueName>) -> PortResult<HashMap<QueueAttributeName, String>> {
        let Some(dead) = dead else { return Ok(plan::wanted(&self.options, None)) };
        let attributes = self.attributes(dead).await?;
        let arn = attributes.get(&QueueAttributeName::QueueArn);
        let arn = arn.ok_or_else(|| PortError::permanent(self.thing(dead), "SQS does not tell its ARN"))?;
        Ok(plan::wanted(&self.options, Some(arn)))
    }

    async fn create(&self, queue: &QueueName, wanted: HashMap<QueueAttributeName, String>) -> PortResult<()> {
        self.counter.count(Call::CreateQueue);
        let created = self
            .client
            .create_queue()
            .queue_name(self.options.names.on_sqs(queue))
            .set_attributes(Some(wanted))
            .tags(TAG, &self.options.installation)
            .send()
            .await;
        let answer = created.map_err(|error| match code(&error) {
            // Somebody else made it since we looked.
            "QueueNameExists" | "QueueAlreadyExists" => {
                PortError::new(ErrorClass::Transient, self.thing(queue), "it was made by another; look again")
            }
            _ => classed(Call::CreateQueue, &self.thing(queue), &error),
        })?;
        self.remember(queue, answer.queue_url().unwrap_or_default().to_owned());
        tracing::info!(%queue, name = self.options.names.on_sqs(queue), "queue created");
        Ok(())
    }

    async fn correct(
        &self,
        queue: &QueueName,
        wanted: HashMap<QueueAttributeName, String>,
    ) -> PortResult<()> {
        let url = self.url(queue).await?;
        self.counter.count(Call::SetQueueAttributes);
        let request = self.client.set_queue_attributes().queue_url(url).set_attributes(Some(wanted));
        request
            .send()
            .await
            .map_err(|error| classed(Call::SetQueueAttributes, &self.thing(queue), &error))?;
        tracing::info!(%queue, name = self.options.names.on_sqs(queue), "queue corrected");
        Ok(())
    }
}

//! Making queues, whose they are, and dead letters.

use crate::work::{Queues, ocr, parse};
use aws::{QueueNames, QueueState, SqsOptions};
use aws_sdk_sqs::types::QueueAttributeName;
use contract::sample;
use domain::ports::{ErrorClass, WorkQueue};
use domain::work::Stage;
use jiff::SignedDuration;

const TTL: SignedDuration = SignedDuration::from_mins(1);

#[tokio::test]
async fn queues_are_made_once_and_then_ready() {
    let queues = Queues::planned().await;
    let queue = queues.handle().await;
    let names = [parse(), ocr()];
    let states = |findings: Vec<aws::QueueFinding>| {
        findings.into_iter().map(|finding| finding.state).collect::<Vec<_>>()
    };
    assert_eq!(states(queue.check(&names).await.expect("findings")), vec![QueueState::Missing; 4]);
    let missing = queue.lease(&parse(), 1, TTL).await.expect_err("no queue");
    assert_eq!(missing.class, ErrorClass::Transient);
    assert!(missing.to_string().contains("migrate"), "{missing}");
    assert_eq!(states(queue.ensure(&names).await.expect("made")), vec![QueueState::Missing; 4]);
    assert_eq!(states(queue.check(&names).await.expect("findings")), vec![QueueState::Ready; 4]);
    assert_eq!(states(queue.ensure(&names).await.expect("nothing to do")), vec![QueueState::Ready; 4]);
    assert!(queue.lease(&parse(), 1, TTL).await.expect("the queue is found").is_empty());
    let attributes = queues.client.get_queue_attributes().queue_url(queues.url(&parse()).await);
    let attributes = attributes.attribute_names(QueueAttributeName::All).send().await.expect("attributes");
    let attributes = attributes.attributes.expect("attributes");
    assert!(attributes[&QueueAttributeName::RedrivePolicy].contains("epic_parse_dead"));
}

#[tokio::test]
async fn a_changed_setting_is_carried_over() {
    let queues = Queues::new().await;
    let options = SqsOptions { deliveries_dead: 9, ..queues.options.clone() };
    let queue = queues.handle_with(options).await;
    let found = queue.ensure(&[parse()]).await.expect("corrected");
    assert_eq!(found[0].state, QueueState::Outdated(vec!["RedrivePolicy".to_owned()]));
    let found = queue.check(&[parse()]).await.expect("findings");
    assert_eq!(found[0].state, QueueState::Ready);
}

#[tokio::test]
async fn anothers_queue_is_refused_unless_sharing_is_allowed() {
    let queues = Queues::new().await;
    let stranger = SqsOptions { installation: "another".to_owned(), ..queues.options.clone() };
    let queue = queues.handle_with(stranger.clone()).await;
    let found = queue.check(&[parse()]).await.expect("findings");
    assert!(matches!(found[0].state, QueueState::Refused(_)), "{found:?}");
    let refused = queue.ensure(&[parse()]).await.expect_err("refused");
    assert_eq!(refused.class, ErrorClass::Permanent);
    assert!(refused.to_string().contains("epic-connector=another"), "{refused}");
    let sharing = SqsOptions { allow_shared: true, deliveries_dead: 9, ..stranger };
    let queue = queues.handle_with(sharing.clone()).await;
    let found = queue.ensure(&[parse()]).await.expect("shared");
    assert_eq!([&found[0].state, &found[1].state], [&QueueState::Shared; 2]);
    let found = queues.handle().await.check(&[parse()]).await.expect("findings");
    assert_eq!(found[0].state, QueueState::Ready, "nothing of a shared queue was changed");
    let letters = QueueNames::dead(&parse());
    let elsewhere = SqsOptions { names: sharing.names.clone().with(letters, "elsewhere"), ..sharing };
    let found = queues.handle_with(elsewhere).await.check(&[parse()]).await.expect("findings");
    assert!(matches!(found[0].state, QueueState::Refused(_)), "{found:?}");
}

#[tokio::test]
async fn dead_letters_come_of_every_queue_in_turn_and_unreadable_ones_stay() {
    let queues = Queues::new().await;
    let queue = queues.handle().await;
    for (source, stage) in [(parse(), Stage::Parse), (ocr(), Stage::Ocr)] {
        let dead = queues.url(&QueueNames::dead(&source)).await;
        let body = serde_json::to_string(&sample::item(1, stage)).expect("JSON");
        for body in [body.as_str(), "hello"] {
            queues.client.send_message().queue_url(&dead).message_body(body).send().await.expect("taken");
        }
    }
    let mut leases = queue.lease_dead(10, TTL).await.expect("leases");
    leases.sort_by(|one, other| one.queue.cmp(&other.queue));
    let came: Vec<_> = leases.iter().map(|lease| lease.queue.clone()).collect();
    assert_eq!(came, [QueueNames::dead(&ocr()), QueueNames::dead(&parse())]);
    for lease in &leases {
        queue.renew(lease, TTL).await.expect("held");
        queue.acknowledge(lease).await.expect("settled");
    }
    assert_eq!(queue.unreadable(), 2);
    let depths = queue.depths().await.expect("depths");
    let left: Vec<u64> = depths.iter().map(|depth| depth.waiting + depth.leased).collect();
    assert_eq!(left, [0, 0, 1, 1], "unreadable letters stay: {depths:?}");
}

//! Signing an order: whether it has been here before, and which waiting order it takes the place of.
//!
//! The patient's signature set is where this is decided, in one compare-and-set: own signature, verdict, and the mark on
//! the orders that give way are one write. Their own sets follow before ours is committed, so that two of one order are
//! never both on their way; and whoever commits looks at the signature set once more afterwards ([`give_way`]). Cut off
//! at any line, the same item comes again, finds its own signature, and goes on from there.

use super::ParserWork;
use crate::router::{done_item, mirror_states};
use crate::stage::StageFailure;
use domain::ids::{OrderId, PatientBlock};
use domain::keys;
use domain::parser::{Likeness, OrderSet, OrderState, Outcome, Signature};
use domain::ports::{ErrorClass, Versioned};
use domain::request::Request;
use domain::work::Stage;
use jiff::SignedDuration;
use understanding::{
    DuplicatePolicy, DuplicateVerdict, OrderDraft, OrderVerdict, order_verdict, signature, write_verdict,
    written_verdict,
};

/// One order about to be signed.
pub(super) struct Signing<'a> {
    work: &'a ParserWork,
    policy: DuplicatePolicy,
    own: Signature,
    /// The patient's set.
    pub(super) block: PatientBlock,
}

impl<'a> Signing<'a> {
    /// The signature of a draft.
    pub(super) fn of(work: &'a ParserWork, request: &Request, id: &OrderId, draft: &OrderDraft) -> Self {
        let environment = &work.environment;
        let sealer = environment.sealer.as_ref();
        let mut own = signature(sealer, &draft.signature, &request.id, id, request.row.received);
        own.revision = request.revision;
        Self {
            work,
            policy: work.knowledge.duplicate_policy(),
            own,
            block: keys::order_block(sealer, &request.portal, &request.row.patient, &draft.order),
        }
    }

    /// Signs, has the orders that give way do so, and says what becomes of this one.
    pub(super) async fn verdict(&self) -> Result<OrderVerdict, StageFailure> {
        let found = self.sign().await?;
        let DuplicateVerdict::Supersedes { earlier } = &found.verdict else { return Ok(found) };
        (self.work.environment.stop_point)("parse.claimed");
        for order in earlier {
            if let GaveWay::No = give_way_to(self.work, order, &self.own.order).await? {
                return self.repeats(order).await;
            }
        }
        Ok(found)
    }

    /// Decided anew when another writer was first; an order that has signed in this revision keeps its verdict.
    async fn sign(&self) -> Result<OrderVerdict, StageFailure> {
        loop {
            let Versioned { value: mut set, version } =
                self.work.environment.signatures.get(&self.block).await?;
            let before = set.orders.iter().find(|signature| signature.order == self.own.order).cloned();
            if let Some(own) = before.as_ref().filter(|own| own.revision >= self.own.revision) {
                let doubt = own.likeness.clone().filter(|likeness| likeness.unsure);
                return Ok(OrderVerdict { verdict: written_verdict(own, &set.orders), doubt });
            }
            let mut own = self.own.clone();
            let mut found = order_verdict(&mut own, &set, self.policy);
            // What gave way in an earlier revision to an order that went on has not become its repeat.
            if let DuplicateVerdict::Duplicate { of, .. } = &found.verdict
                && before.is_some_and(|own| own.superseded_by.as_ref() == Some(of))
            {
                found.verdict = DuplicateVerdict::Superseded { by: of.clone() };
            }
            write_verdict(&mut set.orders, own, &found.verdict);
            match self.work.environment.signatures.compare_and_set(&self.block, &set, version).await {
                Ok(_) => return Ok(found),
                Err(error) if error.class == ErrorClass::Conflict => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Takes the verdict back: the earlier order had gone on after all, so this one repeats it.
    async fn repeats(&self, earlier: &OrderId) -> Result<OrderVerdict, StageFailure> {
        let why = "went on meanwhile";
        let verdict = DuplicateVerdict::Duplicate { of: earlier.clone(), score: 1.0, why };
        let likeness = Likeness { of: earlier.clone(), score: 1.0, why: why.to_owned(), unsure: false };
        let own = Signature { likeness: Some(likeness), ..self.own.clone() };
        loop {
            let Versioned { value: mut set, version } =
                self.work.environment.signatures.get(&self.block).await?;
            let gave_way = |other: &&mut Signature| other.superseded_by.as_ref() == Some(&self.own.order);
            for other in set.orders.iter_mut().filter(gave_way) {
                other.superseded_by = None;
            }
            if let Some(other) = set.orders.iter_mut().find(|other| other.order == *earlier) {
                other.waits_for.clear();
            }
            write_verdict(&mut set.orders, own.clone(), &verdict);
            match self.work.environment.signatures.compare_and_set(&self.block, &set, version).await {
                Ok(_) => return Ok(OrderVerdict { verdict, doubt: None }),
                Err(error) if error.class == ErrorClass::Conflict => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Whether an earlier order gave way.
enum GaveWay {
    /// It did, or will as soon as it is committed.
    Yes,
    /// It has gone on, or a person has ended it.
    No,
}

/// Closes the order as superseded in its request's present revision, if it still waits, and shows it on its request.
/// Where nothing is committed yet, its own parser sees the mark afterwards.
async fn give_way_to(work: &ParserWork, earlier: &OrderId, by: &OrderId) -> Result<GaveWay, StageFailure> {
    let environment = &work.environment;
    loop {
        let Some(request) = environment.requests.get(&earlier.request()).await? else {
            return Ok(GaveWay::Yes);
        };
        let stored = environment.orders.get(&request.value.id, request.value.revision).await?;
        let Some(Versioned { value: mut set, version }) = stored else { return Ok(GaveWay::Yes) };
        let Some(record) = set.orders.iter_mut().find(|record| record.id == *earlier) else {
            return Ok(GaveWay::Yes);
        };
        match &record.state {
            OrderState::NeedsPerson { .. } => {
                record.state = OrderState::Closed(Outcome::Superseded { by: by.clone() });
            }
            OrderState::Closed(Outcome::Superseded { .. }) => {
                set_done(work, &set).await?;
                return Ok(GaveWay::Yes);
            }
            OrderState::Routing { .. } | OrderState::Closed(_) => return Ok(GaveWay::No),
        }
        match environment.orders.update(&set, version).await {
            Ok(_) => (environment.stop_point)("parse.gave_way"),
            Err(error) if error.class == ErrorClass::Conflict => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Shows on its request what has become of a set, and has Done pressed on its message: nobody else comes by for it. Before
/// whatever made the order give way is committed, so that a repeat comes here again.
pub(super) async fn set_done(work: &ParserWork, set: &OrderSet) -> Result<(), StageFailure> {
    let environment = &work.environment;
    let request = mirror_states(environment, set).await?;
    let origin = request.item(Stage::Done, environment.now());
    let items = done_item(&request, set, &work.done_outcomes, environment, &origin);
    if !items.is_empty() {
        environment.queue.enqueue(&items, SignedDuration::ZERO).await?;
        environment.nudges.ring(&origin.queue());
    }
    Ok(())
}

/// What was decided on the signatures of a set's orders while the set was on its way into the store: an order that
/// waits and has been superseded since is closed. The newest set comes back.
pub(super) async fn give_way(
    work: &ParserWork,
    set: OrderSet,
    blocks: &[(OrderId, PatientBlock)],
) -> Result<OrderSet, StageFailure> {
    let environment = &work.environment;
    let waits = |order: &OrderId| {
        set.orders
            .iter()
            .any(|record| record.id == *order && matches!(record.state, OrderState::NeedsPerson { .. }))
    };
    let mut changed = false;
    for (order, block) in blocks.iter().filter(|(order, _)| waits(order)) {
        let signatures = environment.signatures.get(block).await?.value.orders;
        let own = signatures.iter().find(|signature| signature.order == *order);
        if let Some(by) = own.and_then(|own| own.superseded_by.as_ref()) {
            give_way_to(work, order, by).await?;
            changed = true;
        }
    }
    if !changed {
        return Ok(set);
    }
    let newest = environment.orders.get(&set.request, set.revision).await?;
    Ok(newest.map_or(set, |newest| newest.value))
}

//! From one format of the database to the next and back, step by step. Each step can be repeated, so a crash in
//! the middle or two migrations at once do no harm; the number in `epic_meta` moves only from where it was read.

mod steps;

use crate::collections::META;
use crate::document::{FORMAT, SEALED, Stored};
use crate::schema::STEPS_OF_SCHEMA;
use crate::server::{MongoOptions, Server};
use crate::vault::Vault;
use crate::{MongoStore, cas};
use domain::ports::{PortError, PortResult};
use mongodb::Collection;
use mongodb::bson::{Bson, Document, doc};
use std::time::Duration;

/// The key of the document that says which format the database has.
const NUMBER: &str = "format";

/// The key of the document that tells whether the sealing key is still the same.
const KEY_CHECK: &str = "key_check";

/// How long one step may take: an index over a hundred thousand documents takes seconds.
const STEP_LIMIT: Duration = Duration::from_secs(30 * 60);

/// One step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migration {
    /// From 1; the format it makes.
    pub number: u32,
    /// What it makes.
    pub name: &'static str,
    /// Whether a server that lacks it, or a user who may not, is good enough.
    pub optional: bool,
}

/// Every step this release knows, in order.
pub fn migrations() -> Vec<Migration> {
    let migration = |(number, step): (u32, &crate::schema::Step)| Migration {
        number,
        name: step.name,
        optional: step.optional,
    };
    (1..).zip(&STEPS_OF_SCHEMA).map(migration).collect()
}

/// What a migration did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationReport {
    /// The format before; 0 of a new database.
    pub from: u32,
    /// The format now.
    pub to: u32,
    /// The steps taken, in order; those another migration took meanwhile are not among them.
    pub steps: Vec<StepReport>,
}

/// One step of a [`MigrationReport`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepReport {
    /// Which.
    pub migration: Migration,
    /// Made, or unmade.
    pub forward: bool,
    /// How it went.
    pub outcome: StepOutcome,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepOutcome {
    /// It was done.
    Done,
    /// It is optional and was left out: the server does not support it, or the user may not. The next migration
    /// tries again.
    LeftOut,
}

/// Brings a database to a format, also one [`MongoStore::connect`] refuses.
pub struct Migrator {
    server: Server,
    patient: Server,
}

/// Which format the database has, and which steps to it were left out.
struct State {
    number: u32,
    left_out: Vec<u32>,
}

impl Migrator {
    /// Connects, whatever format the database has. Arguments and errors as of [`MongoStore::connect`].
    ///
    /// # Errors
    /// When the address is none or the server cannot be reached.
    pub async fn connect(uri: &str, database: Option<&str>, options: &MongoOptions) -> PortResult<Self> {
        Ok(Self::on(Server::reach(uri, database, options).await?))
    }

    pub(crate) fn on(server: Server) -> Self {
        Self { patient: server.patient(STEP_LIMIT), server }
    }

    pub(crate) fn into_server(self) -> Server {
        self.server
    }

    /// The server and database; no secret.
    pub fn place(&self) -> &str {
        self.server.place()
    }

    /// The steps that are still to be taken, those left out so far included.
    ///
    /// # Errors
    /// `Permanent` when the database is a newer release's.
    pub async fn pending(&self) -> PortResult<Vec<Migration>> {
        let state = self.state().await?;
        let open = |migration: &Migration| {
            migration.number > state.number || state.left_out.contains(&migration.number)
        };
        Ok(migrations().into_iter().filter(open).collect())
    }

    /// Goes to a format, forward or back; without one to the newest. Back to 0 removes the collections, if they
    /// hold nothing.
    ///
    /// # Errors
    /// `Permanent` when there is no such format, the database is a newer release's, or a step cannot be taken;
    /// what was done until then stays and is not done again.
    pub async fn migrate(&self, to: Option<u32>) -> PortResult<MigrationReport> {
        let newest = newest();
        let to = to.unwrap_or(newest);
        if to > newest {
            let cause = format!("there is no format {to}; this release knows 0 to {newest}");
            return Err(PortError::permanent(self.place(), cause));
        }
        let from = self.state().await?.number;
        let mut steps = Vec::new();
        for tried in 0..cas::CHANGES_MAX {
            cas::breathe(tried).await;
            let state = self.state().await?;
            if state.number == to {
                for number in state.left_out.iter().copied().filter(|number| *number <= to) {
                    steps.extend(self.take_again(number, &steps).await?);
                }
                return Ok(MigrationReport { from, to, steps });
            }
            if state.number < to {
                self.forward(state.number, to, &mut steps).await?;
            } else {
                self.back(state.number, &mut steps).await?;
            }
        }
        Err(cas::too_busy(self.place()))
    }

    /// One step, or of a new database all of them: it is not to be found half made by a service that only ever
    /// makes new ones.
    async fn forward(&self, number: u32, to: u32, steps: &mut Vec<StepReport>) -> PortResult<()> {
        let until = if number == 0 { to } else { number + 1 };
        let mut left_out = Vec::new();
        let mut taken = Vec::new();
        for migration in self.between(number, until) {
            let outcome = self.make(migration).await?;
            if outcome == StepOutcome::LeftOut {
                left_out.push(migration.number);
            }
            taken.push(StepReport { migration, forward: true, outcome });
        }
        if self.note(number, until, &left_out).await? {
            tracing::info!(format = until, "database migrated");
            steps.extend(taken);
        }
        Ok(())
    }

    /// The number goes first: a database that lacks what its number says must not be worked with.
    async fn back(&self, number: u32, steps: &mut Vec<StepReport>) -> PortResult<()> {
        for migration in self.between(number - 1, number) {
            self.may_unmake(migration).await?;
            if self.note(number, number - 1, &[]).await? {
                self.unmake(migration).await?;
                tracing::info!(format = number - 1, "database migrated back");
                steps.push(StepReport { migration, forward: false, outcome: StepOutcome::Done });
            }
        }
        Ok(())
    }

    /// A step that was left out once, unless this very migration has just left it out.
    async fn take_again(&self, number: u32, steps: &[StepReport]) -> PortResult<Option<StepReport>> {
        let just_tried = steps.iter().any(|step| step.migration.number == number);
        let Some(migration) = self.between(number - 1, number).next().filter(|_| !just_tried) else {
            return Ok(None);
        };
        let outcome = self.make(migration).await?;
        if outcome == StepOutcome::Done {
            let change = doc! { "$pull": { "left_out": i64::from(number) } };
            self.server.run(self.place(), self.meta().update_one(doc! { "_id": NUMBER }, change)).await?;
        }
        Ok(Some(StepReport { migration, forward: true, outcome }))
    }

    fn between(&self, after: u32, until: u32) -> impl Iterator<Item = Migration> + use<> {
        migrations().into_iter().filter(move |migration| (after + 1..=until).contains(&migration.number))
    }

    /// Moves the number from where it was read; `false` when another migration has moved it.
    async fn note(&self, from: u32, to: u32, left_out: &[u32]) -> PortResult<bool> {
        let (meta, place) = (self.meta(), self.place());
        let left_out: Vec<Bson> = left_out.iter().map(|number| Bson::from(i64::from(*number))).collect();
        if from == 0 {
            let document =
                doc! { "_id": NUMBER, "format": FORMAT, "number": i64::from(to), "left_out": left_out };
            return Ok(self.server.keyed(place, meta.insert_one(document)).await?.is_some());
        }
        let at = doc! { "_id": NUMBER, "number": i64::from(from) };
        if to == 0 {
            return Ok(self.server.run(place, meta.delete_one(at)).await?.deleted_count == 1);
        }
        let change = if to > from {
            doc! { "$set": { "number": i64::from(to) }, "$push": { "left_out": { "$each": left_out } } }
        } else {
            doc! { "$set": { "number": i64::from(to) }, "$pull": { "left_out": i64::from(from) } }
        };
        Ok(self.server.run(place, meta.update_one(at, change)).await?.matched_count == 1)
    }

    async fn state(&self) -> PortResult<State> {
        let place = self.place();
        let found = self.server.run(place, self.meta().find_one(doc! { "_id": NUMBER })).await?;
        let Some(document) = found else { return Ok(State { number: 0, left_out: Vec::new() }) };
        let number = Stored::read(place, &document)?.number("number")?;
        let newest = newest();
        let number = u32::try_from(number).ok().filter(|number| *number <= newest).ok_or_else(|| {
            let cause = format!(
                "the database was made by a newer release (format {number}, this release knows {newest}); run \
                 that release, or go back with its `epic-connector migrate --to {newest}`"
            );
            PortError::permanent(place, cause)
        })?;
        let numbers = document.get_array("left_out").map(Vec::as_slice).unwrap_or_default();
        let left_out = numbers.iter().filter_map(|number| u32::try_from(number.as_i64()?).ok()).collect();
        Ok(State { number, left_out })
    }

    /// Refuses a database this release cannot work with; makes a new one ready if it may.
    pub(crate) async fn require_current(&self, create: bool) -> PortResult<()> {
        let (number, newest) = (self.state().await?.number, newest());
        if number == newest {
            return Ok(());
        }
        if number == 0 && create {
            return self.migrate(None).await.map(|_| ());
        }
        let cause = if number == 0 {
            "the database is not made yet; run `epic-connector migrate`".to_owned()
        } else {
            format!(
                "the database has format {number}, this release needs {newest}; run `epic-connector migrate`"
            )
        };
        Err(PortError::permanent(self.place(), cause))
    }

    /// Refuses a database that was sealed under another key; the first to connect leaves the mark.
    pub(crate) async fn check_key(&self, vault: &Vault) -> PortResult<()> {
        const CONTEXT: &str = "meta/key_check";
        const PLAIN: &[u8] = b"epic-connector";
        let (meta, place) = (self.meta(), self.place());
        let mark = doc! { "_id": KEY_CHECK, "format": FORMAT, SEALED: vault.seal_bytes(CONTEXT, PLAIN)? };
        for tried in 0..cas::CHANGES_MAX {
            cas::breathe(tried).await;
            if let Some(document) = self.server.run(place, meta.find_one(doc! { "_id": KEY_CHECK })).await? {
                let stored = Stored::read(place, &document)?;
                if vault.open_bytes(CONTEXT, stored.sealed()?).is_ok_and(|plain| plain == PLAIN) {
                    return Ok(());
                }
                let cause = "the database is sealed under another key; put back the key it was made with, or \
                             name another database to begin anew";
                return Err(PortError::permanent(place, cause));
            }
            if self.server.keyed(place, meta.insert_one(mark.clone())).await?.is_some() {
                return Ok(());
            }
        }
        Err(cas::too_busy(place))
    }

    fn meta(&self) -> Collection<Document> {
        self.server.database().collection(META)
    }
}

impl MongoStore {
    /// The migrations of this store's database. One that is brought back must not be worked with any more.
    pub fn migrator(&self) -> Migrator {
        Migrator::on(self.server().clone())
    }
}

fn newest() -> u32 {
    u32::try_from(STEPS_OF_SCHEMA.len()).unwrap_or(u32::MAX)
}

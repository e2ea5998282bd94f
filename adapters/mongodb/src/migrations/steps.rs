//! Taking one step, forward or back. Both can be repeated: what is there already, or gone already, is no error.

use super::{Migration, Migrator, StepOutcome};
use crate::collections::META;
use crate::schema::{Change, Index, STEPS_OF_SCHEMA, Step};
use domain::ports::{PortError, PortResult};
use mongodb::IndexModel;
use mongodb::bson::{Document, doc};
use mongodb::options::IndexOptions;

impl Migrator {
    pub(super) async fn make(&self, migration: Migration) -> PortResult<StepOutcome> {
        let Some(step) = step_of(migration) else { return Ok(StepOutcome::Done) };
        match &step.change {
            Change::Collections(names) => {
                let there = self.collection_names().await?;
                for name in names.iter().filter(|name| !there.iter().any(|known| known == *name)) {
                    self.make_collection(name).await?;
                }
            }
            Change::Indexes(indexes) => {
                for index in *indexes {
                    if !self.make_index(index, step.optional).await? {
                        return Ok(StepOutcome::LeftOut);
                    }
                }
            }
            Change::Validators(names) => {
                for name in *names {
                    if !self.set_validator(name, validator()).await? {
                        return Ok(StepOutcome::LeftOut);
                    }
                }
            }
        }
        Ok(StepOutcome::Done)
    }

    /// Collections that hold something are never removed.
    pub(super) async fn may_unmake(&self, migration: Migration) -> PortResult<()> {
        let Some(Step { change: Change::Collections(names), .. }) = step_of(migration) else { return Ok(()) };
        // What tells the format and the key is no content.
        for name in names.iter().filter(|name| **name != META) {
            let collection = self.server.database().collection::<Document>(name);
            if self.patient.run(self.place(), collection.find_one(doc! {})).await?.is_some() {
                let cause = format!(
                    "{name} holds documents and is not removed; drop the database by hand if nothing in it is needed"
                );
                return Err(PortError::permanent(self.place(), cause));
            }
        }
        Ok(())
    }

    pub(super) async fn unmake(&self, migration: Migration) -> PortResult<()> {
        let Some(step) = step_of(migration) else { return Ok(()) };
        match &step.change {
            Change::Collections(names) => {
                for name in *names {
                    let collection = self.server.database().collection::<Document>(name);
                    self.patient.run(self.place(), collection.drop()).await?;
                }
            }
            Change::Indexes(indexes) => {
                for index in *indexes {
                    self.remove_index(index).await?;
                }
            }
            Change::Validators(names) => {
                for name in *names {
                    self.set_validator(name, Document::new()).await?;
                }
            }
        }
        Ok(())
    }

    async fn collection_names(&self) -> PortResult<Vec<String>> {
        self.patient.run(self.place(), self.server.database().list_collection_names()).await
    }

    /// One that was made since the names were read is there, which is all that was wanted.
    async fn make_collection(&self, name: &str) -> PortResult<()> {
        match self.patient.run(self.place(), self.server.database().create_collection(name)).await {
            Err(error) if !self.collection_names().await?.iter().any(|known| known == name) => Err(error),
            _ => Ok(()),
        }
    }

    async fn make_index(&self, index: &Index, optional: bool) -> PortResult<bool> {
        let keys: Document =
            index.keys.iter().map(|(field, way)| ((*field).to_owned(), (*way).into())).collect();
        let options = IndexOptions::builder()
            .name(index.name.to_owned())
            .unique(index.unique.then_some(true))
            .expire_after(index.expire_after)
            .build();
        let model = IndexModel::builder().keys(keys).options(options).build();
        let collection = self.server.database().collection::<Document>(index.collection);
        let thing = format!("index {} of {}, {}", index.name, index.collection, self.place());
        let call = collection.create_index(model);
        if optional {
            return Ok(self.patient.offered(&thing, call).await?.is_some());
        }
        self.patient.run(&thing, call).await.map(|_| true)
    }

    async fn remove_index(&self, index: &Index) -> PortResult<()> {
        let collection = self.server.database().collection::<Document>(index.collection);
        let names = self.patient.run(self.place(), collection.list_index_names()).await?;
        if names.iter().any(|name| name == index.name) {
            self.patient.run(self.place(), collection.drop_index(index.name)).await?;
        }
        Ok(())
    }

    async fn set_validator(&self, collection: &str, validator: Document) -> PortResult<bool> {
        let command = doc! { "collMod": collection, "validator": validator, "validationLevel": "moderate" };
        let thing = format!("validator of {collection}, {}", self.place());
        let done = self.patient.offered(&thing, self.server.database().run_command(command)).await?;
        Ok(done.is_some())
    }
}

fn step_of(migration: Migration) -> Option<&'static Step> {
    // A constant's items live as long as the program.
    const STEPS: &[Step] = &STEPS_OF_SCHEMA;
    STEPS.get(usize::try_from(migration.number).ok()?.checked_sub(1)?)
}

/// What every document of ours has; a program that writes anything else into these collections is stopped.
fn validator() -> Document {
    doc! { "$jsonSchema": {
        "bsonType": "object",
        "required": ["format"],
        "properties": {
            "format": { "bsonType": ["int", "long"], "minimum": 1 },
            "version": { "bsonType": ["int", "long"], "minimum": 1 },
            "sealed": { "bsonType": "binData" },
        },
    } }
}

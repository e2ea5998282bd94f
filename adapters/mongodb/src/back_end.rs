//! Whether the database can be worked with at this moment.

use crate::MongoStore;
use crate::collections::META;
use async_trait::async_trait;
use domain::ports::{BackEnd, PortResult};
use mongodb::bson::doc;

#[async_trait]
impl BackEnd for MongoStore {
    fn name(&self) -> String {
        self.place().to_owned()
    }

    /// The write meets no document, so it leaves no trace; the server checks the right to it all the same, and a
    /// replica set confirms it by its majority.
    async fn ping(&self) -> PortResult<String> {
        let (server, place) = (self.server(), self.place());
        let nothing = doc! { "_id": "ping, which is never there" };
        let change = doc! { "$set": { "at": true } };
        server.run(place, self.collection(META).update_one(nothing, change)).await?;
        let build = server.run(place, server.database().run_command(doc! { "buildInfo": 1 })).await?;
        let version = build.get_str("version").unwrap_or("of unknown version");
        let kind = if server.replicated() { "replica set" } else { "one server, no replica" };
        Ok(format!("MongoDB {version}, {kind}, may be written"))
    }

    fn requests(&self) -> Option<u64> {
        Some(self.server().calls())
    }
}

//! The way to the server: its address, its time limits, and the one place where calls are made.

use crate::address::parse;
use crate::error::{classed, duplicate_key, not_offered};
use domain::ports::{PortError, PortResult};
use domain::redacted::Redacted;
use mongodb::action::Find;
use mongodb::bson::{Document, doc};
use mongodb::error::Result as DriverResult;
use mongodb::options::{DatabaseOptions, ReadConcern, ReadPreference, SelectionCriteria, WriteConcern};
use mongodb::{Client, Database};
use std::future::IntoFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::timeout;

/// Documents a cursor brings at once.
const BATCH: u32 = 256;

/// Connections at most, unless the address says otherwise: as many as have calls under way in a busy service, so
/// that no call's time goes by in waiting for one.
const CONNECTIONS_MAX: u32 = 32;

/// How to talk to the server.
#[derive(Clone, Debug)]
pub struct MongoOptions {
    /// What the server's logs call this program.
    pub app_name: String,
    /// How long a server that can take a call is looked for.
    pub server_selection: Duration,
    /// How long one call may take, its way included.
    pub operation: Duration,
    /// Whether a database nothing was ever migrated in is made ready; any other is migrated only by a person.
    pub create: bool,
    /// The password of the account in the address, where it is not written there.
    pub password: Option<Redacted<String>>,
}

impl Default for MongoOptions {
    fn default() -> Self {
        Self {
            app_name: "epic-connector".to_owned(),
            server_selection: Duration::from_secs(5),
            operation: Duration::from_secs(15),
            create: false,
            password: None,
        }
    }
}

/// One database on one server or replica set.
#[derive(Clone)]
pub(crate) struct Server {
    database: Database,
    place: String,
    limit: Duration,
    replicated: bool,
    calls: Arc<AtomicU64>,
}

impl Server {
    /// Finds the server and asks what it is.
    pub(crate) async fn reach(uri: &str, database: Option<&str>, options: &MongoOptions) -> PortResult<Self> {
        let mut client = parse(uri, options.password.as_ref()).await?;
        let name = database.map(str::to_owned).or_else(|| client.default_database.clone());
        let hosts: Vec<String> = client.hosts.iter().map(ToString::to_string).collect();
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            let cause = "the address names no database; add its name, as in mongodb://host/epic";
            return Err(PortError::permanent(format!("MongoDB at {}", hosts.join(",")), cause));
        };
        let place = format!("MongoDB at {}/{name}", hosts.join(","));
        client.app_name = Some(options.app_name.clone());
        client.server_selection_timeout = Some(options.server_selection);
        client.connect_timeout = Some(options.server_selection);
        client.max_pool_size.get_or_insert(CONNECTIONS_MAX);
        let client = Client::with_options(client).map_err(|error| classed(&place, &error))?;
        let limit = options.operation;
        let hello = greet(&client, &place, limit).await?;
        // A lone server knows no majority; a sharded cluster answers for its replica sets.
        let replicated =
            hello.contains_key("setName") || hello.get_str("msg").is_ok_and(|msg| msg == "isdbgrid");
        let database = client.database_with_options(&name, database_options(replicated, limit));
        Ok(Self { database, place, limit, replicated, calls: Arc::new(AtomicU64::new(0)) })
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    pub(crate) fn replicated(&self) -> bool {
        self.replicated
    }

    /// How many calls were made, each batch of a list among them.
    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// The same server with another limit: building an index takes longer than a call.
    pub(crate) fn patient(&self, limit: Duration) -> Self {
        Self { limit, ..self.clone() }
    }

    /// Makes one call within its time. A write whose answer did not come may have been executed.
    pub(crate) async fn run<T, C>(&self, thing: &str, call: C) -> PortResult<T>
    where
        C: IntoFuture<Output = DriverResult<T>, IntoFuture: Send>,
    {
        self.keyed(thing, call).await?.ok_or_else(|| {
            let cause = "a key is there already where none can be (code 11000); look whether another program \
                         writes to this database";
            PortError::permanent(thing, cause)
        })
    }

    /// Like [`Server::run`], with none where a unique key is there already.
    pub(crate) async fn keyed<T, C>(&self, thing: &str, call: C) -> PortResult<Option<T>>
    where
        C: IntoFuture<Output = DriverResult<T>, IntoFuture: Send>,
    {
        match self.timed(thing, call).await? {
            Ok(value) => Ok(Some(value)),
            Err(error) if duplicate_key(&error) => Ok(None),
            Err(error) => Err(classed(thing, &error)),
        }
    }

    /// Like [`Server::run`], with none where the server has no such thing or the user may not have it.
    pub(crate) async fn offered<T, C>(&self, thing: &str, call: C) -> PortResult<Option<T>>
    where
        C: IntoFuture<Output = DriverResult<T>, IntoFuture: Send>,
    {
        match self.timed(thing, call).await? {
            Ok(value) => Ok(Some(value)),
            Err(error) if not_offered(&error) => Ok(None),
            Err(error) => Err(classed(thing, &error)),
        }
    }

    async fn timed<T, C>(&self, thing: &str, call: C) -> PortResult<DriverResult<T>>
    where
        C: IntoFuture<Output = DriverResult<T>, IntoFuture: Send>,
    {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.within_limit(thing, call).await
    }

    async fn within_limit<T, C>(&self, thing: &str, call: C) -> PortResult<DriverResult<T>>
    where
        C: IntoFuture<Output = DriverResult<T>, IntoFuture: Send>,
    {
        timeout(self.limit, call.into_future()).await.map_err(|_| {
            let cause = format!("the server gave no answer within {} s", self.limit.as_secs_f32());
            PortError::transient(thing, cause)
        })
    }

    /// Reads everything a query finds, batch by batch, each within its time.
    pub(crate) async fn gather<T>(
        &self,
        thing: &str,
        query: Find<'_, Document>,
        mut open: impl FnMut(&Document) -> PortResult<T> + Send,
    ) -> PortResult<Vec<T>> {
        let mut cursor = self.run(thing, query.batch_size(BATCH).max_time(self.limit)).await?;
        let mut found = Vec::new();
        loop {
            let next = match self.within_limit(thing, cursor.advance()).await? {
                Ok(next) => next,
                Err(error) => return Err(classed(thing, &error)),
            };
            if !next {
                return Ok(found);
            }
            let document = cursor.deserialize_current().map_err(|error| classed(thing, &error))?;
            found.push(open(&document)?);
            if found.len() % BATCH as usize == 0 {
                self.calls.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// Asks what the server is; by the greeting's older name too, which is all that lesser servers know.
async fn greet(client: &Client, place: &str, limit: Duration) -> PortResult<Document> {
    let admin = client.database("admin");
    for name in ["hello", "isMaster"] {
        match timeout(limit, admin.run_command(doc! { name: 1 }).into_future()).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) if not_offered(&error) => {}
            Ok(Err(error)) => return Err(classed(place, &error)),
            Err(_) => return Err(PortError::transient(place, "the server gave no answer to a greeting")),
        }
    }
    Err(PortError::permanent(place, "what answers there knows no greeting of MongoDB; check the address"))
}

/// What an acknowledged write and a read mean, whatever the address says: compare-and-set needs the primary, and
/// what was acknowledged must survive its fall.
fn database_options(replicated: bool, limit: Duration) -> DatabaseOptions {
    let mut durable = WriteConcern::majority();
    durable.journal = Some(true);
    // Before our own limit, so that a majority that is away is told apart from a server that is.
    durable.w_timeout = Some(limit * 2 / 3);
    DatabaseOptions::builder()
        .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
        .read_concern(replicated.then(ReadConcern::majority))
        .write_concern(durable)
        .build()
}

//! The durable queues. Leasing is one transaction; an item that is enqueued while it is leased comes again
//! after it was acknowledged, so that nothing asked for in between is lost. One handed out too often moves into
//! the queue of dead letters, which lies in the same table under its own name.

use crate::SqliteStore;
use crate::error::StoreError;
use crate::time::{after, column, from_column};
use async_trait::async_trait;
use domain::ids::QueueName;
use domain::ports::{PortError, PortResult, QueueDepth, WorkQueue, check_delay};
use domain::work::{DELAY_MAX, Lease, WORK_ITEM_VERSION, WorkItem, dead_letters};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

const THING: &str = "work queue";

/// How long an item is put aside that says it is of our version and cannot be read: long enough not to stand
/// in the way of the others, short enough that a mended release finds it.
const PUT_ASIDE: SignedDuration = DELAY_MAX;

#[async_trait]
impl WorkQueue for SqliteStore {
    async fn enqueue(&self, items: &[WorkItem], delay: SignedDuration) -> PortResult<()> {
        check_delay(delay)?;
        if items.is_empty() {
            return Ok(());
        }
        let (items, clock) = (items.to_vec(), self.clock());
        self.write(THING, move |connection| {
            let now = clock.now();
            items.iter().try_for_each(|item| add(connection, item, now, after(now, delay)))
        })
        .await
    }

    async fn lease(&self, queue: &QueueName, count: usize, ttl: SignedDuration) -> PortResult<Vec<Lease>> {
        self.hand_out(queue.clone(), count, ttl, self.dead_after()).await
    }

    async fn renew(&self, lease: &Lease, ttl: SignedDuration) -> PortResult<()> {
        let (lease, clock) = (lease.clone(), self.clock());
        self.write(THING, move |connection| {
            let now = clock.now();
            let held = held(connection, &lease, now)?;
            connection
                .prepare_cached("UPDATE work_items SET visible_at = ?2 WHERE seq = ?1")?
                .execute(params![held.seq, column(after(now, ttl))])?;
            Ok(())
        })
        .await
    }

    async fn acknowledge(&self, lease: &Lease) -> PortResult<()> {
        let (lease, clock) = (lease.clone(), self.clock());
        self.write(THING, move |connection| {
            let now = clock.now();
            let held = held(connection, &lease, now)?;
            connection.prepare_cached("DELETE FROM work_items WHERE seq = ?1")?.execute(params![held.seq])?;
            match held.again_at {
                Some(at) => add(connection, &lease.item, now, from_column(at)),
                None => Ok(()),
            }
        })
        .await
    }

    async fn release(&self, lease: &Lease, delay: SignedDuration) -> PortResult<()> {
        check_delay(delay)?;
        let (lease, clock) = (lease.clone(), self.clock());
        self.write(THING, move |connection| {
            let now = clock.now();
            let held = held(connection, &lease, now)?;
            connection
                .prepare_cached(
                    "UPDATE work_items SET token = NULL, again_at = NULL, visible_at = ?2 WHERE seq = ?1",
                )?
                .execute(params![held.seq, column(after(now, delay))])?;
            Ok(())
        })
        .await
    }

    async fn lease_dead(&self, count: usize, ttl: SignedDuration) -> PortResult<Vec<Lease>> {
        self.hand_out(dead_letters(), count, ttl, u32::MAX).await
    }

    async fn depths(&self) -> PortResult<Vec<QueueDepth>> {
        let now = self.clock().now();
        self.read(THING, move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT queue, count(*), count(*) FILTER (WHERE token IS NOT NULL AND visible_at > ?1),
                 min(enqueued_at) FROM work_items GROUP BY queue ORDER BY queue",
            )?;
            let depths = statement.query_map(params![column(now)], |row| {
                let (all, leased): (u32, u32) = (row.get(1)?, row.get(2)?);
                Ok(QueueDepth {
                    queue: QueueName::new(row.get::<_, String>(0)?),
                    waiting: u64::from(all - leased),
                    leased: u64::from(leased),
                    oldest: Some(from_column(row.get(3)?)),
                })
            })?;
            Ok(depths.collect::<Result<_, _>>()?)
        })
        .await
    }
}

impl SqliteStore {
    /// To be called by the one service on this file, before it leases anything: whoever held a lease is gone, so
    /// every item can be had at once, whatever the clock says now. A verb beside a service must not call it.
    ///
    /// # Errors
    /// `Transient` while the file cannot be written.
    pub async fn begin_service(&self) -> PortResult<()> {
        let clock = self.clock();
        let freed = self.write(THING, move |connection| {
            let now = clock.now();
            let latest = column(after(now, DELAY_MAX));
            let freed = connection.execute(
                "UPDATE work_items SET token = NULL, again_at = NULL, visible_at = min(visible_at, ?1)
                 WHERE token IS NOT NULL",
                params![column(now)],
            )?;
            connection
                .execute("UPDATE work_items SET visible_at = ?1 WHERE visible_at > ?1", params![latest])?;
            Ok(freed)
        });
        let freed = freed.await?;
        if freed > 0 {
            tracing::info!(items = freed, "items of an earlier run are free again");
        }
        Ok(())
    }

    /// Leases what is visible; what was handed out `dead_after` times goes among the dead letters instead.
    async fn hand_out(
        &self,
        queue: QueueName,
        count: usize,
        ttl: SignedDuration,
        dead_after: u32,
    ) -> PortResult<Vec<Lease>> {
        let clock = self.clock();
        self.write(THING, move |connection| {
            let now = clock.now();
            show_what_a_clock_hid(connection, &queue, now, DELAY_MAX.max(ttl))?;
            let mut leases = Vec::new();
            // What is buried makes room for others; each round buries some, so this ends.
            loop {
                let rows = visible(connection, &queue, count, now)?;
                let buried = rows.iter().any(|row| row.leases >= dead_after);
                for row in rows {
                    if row.leases >= dead_after {
                        bury(connection, &queue, &row, now)?;
                        continue;
                    }
                    match serde_json::from_str(&row.item) {
                        Ok(item) => leases.push(lease_row(connection, &queue, &row, item, after(now, ttl))?),
                        Err(_) => put_aside(connection, &row, now)?,
                    }
                }
                if !leases.is_empty() || !buried {
                    return Ok(leases);
                }
            }
        })
        .await
    }
}

/// Makes visible at once what is hidden for longer than anything ever is: the clock was ahead when it was hidden, and
/// has been put right. In order there is none.
fn show_what_a_clock_hid(
    connection: &Connection,
    queue: &QueueName,
    now: Timestamp,
    longest: SignedDuration,
) -> Result<(), StoreError> {
    let shown = connection
        .prepare_cached("UPDATE work_items SET visible_at = ?2 WHERE queue = ?1 AND visible_at > ?3")?
        .execute(params![queue.as_str(), column(now), column(after(now, longest))])?;
    if shown > 0 {
        tracing::warn!(%queue, items = shown, "the clock was set back; items hidden until later are visible now");
    }
    Ok(())
}

/// Adds an item, or leaves the waiting one alone, or notes that a leased one is wanted again.
fn add(
    connection: &Connection,
    item: &WorkItem,
    now: Timestamp,
    visible_at: Timestamp,
) -> Result<(), StoreError> {
    let json = serde_json::to_string(item)
        .map_err(|_| PortError::permanent(THING, "a work item cannot be written as JSON"))?;
    connection
        .prepare_cached(
            "INSERT INTO work_items (queue, id, item, version, enqueued_at, visible_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (queue, id) DO UPDATE SET
                 again_at = min(coalesce(again_at, excluded.visible_at), excluded.visible_at)
             WHERE token IS NOT NULL AND visible_at > ?5",
        )?
        .execute(params![
            item.queue().as_str(),
            item.id.as_str(),
            json,
            item.version,
            column(now),
            column(visible_at)
        ])?;
    Ok(())
}

/// An item that can be leased.
struct Visible {
    seq: i64,
    item: String,
    leases: u32,
}

/// What has been visible longest, of a version this release understands; newer items stay for a newer one.
fn visible(
    connection: &Connection,
    queue: &QueueName,
    count: usize,
    now: Timestamp,
) -> Result<Vec<Visible>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, item, leases FROM work_items
         WHERE queue = ?1 AND visible_at <= ?2 AND version <= ?3
         ORDER BY visible_at, seq LIMIT ?4",
    )?;
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let rows = statement
        .query_map(params![queue.as_str(), column(now), WORK_ITEM_VERSION, count], |row| {
            Ok(Visible { seq: row.get(0)?, item: row.get(1)?, leases: row.get(2)? })
        })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn lease_row(
    connection: &Connection,
    queue: &QueueName,
    row: &Visible,
    item: WorkItem,
    expires_at: Timestamp,
) -> Result<Lease, StoreError> {
    let deliveries = row.leases.saturating_add(1);
    // Never the same twice: a row's number is never used again, and its leases only grow.
    let token = format!("{}.{deliveries}", row.seq);
    connection
        .prepare_cached("UPDATE work_items SET token = ?2, visible_at = ?3, leases = ?4 WHERE seq = ?1")?
        .execute(params![row.seq, token, column(expires_at), deliveries])?;
    Ok(Lease { item, queue: queue.clone(), token, deliveries, expires_at })
}

/// Moves a row among the dead letters; of an item that lies there already, the newer stays. What was asked for
/// meanwhile is work of its own.
fn bury(connection: &Connection, queue: &QueueName, row: &Visible, now: Timestamp) -> Result<(), StoreError> {
    tracing::error!(seq = row.seq, %queue, deliveries = row.leases, "a work item is given up by its queue");
    let again_at: Option<i64> = connection
        .prepare_cached("SELECT again_at FROM work_items WHERE seq = ?1")?
        .query_row(params![row.seq], |row| row.get(0))?;
    connection
        .prepare_cached(
            "UPDATE OR REPLACE work_items SET queue = ?2, token = NULL, again_at = NULL, visible_at = ?3
             WHERE seq = ?1",
        )?
        .execute(params![row.seq, dead_letters().as_str(), column(now)])?;
    match (again_at, serde_json::from_str(&row.item)) {
        (Some(at), Ok(item)) => add(connection, &item, now, from_column(at)),
        _ => Ok(()),
    }
}

fn put_aside(connection: &Connection, row: &Visible, now: Timestamp) -> Result<(), StoreError> {
    tracing::error!(seq = row.seq, "a work item cannot be read and was put aside for a while");
    connection
        .prepare_cached("UPDATE work_items SET token = NULL, visible_at = ?2 WHERE seq = ?1")?
        .execute(params![row.seq, column(after(now, PUT_ASIDE))])?;
    Ok(())
}

/// The row of a lease that still holds.
struct Held {
    seq: i64,
    again_at: Option<i64>,
}

fn held(connection: &Connection, lease: &Lease, now: Timestamp) -> Result<Held, StoreError> {
    connection
        .prepare_cached(
            "SELECT seq, again_at FROM work_items
             WHERE queue = ?1 AND id = ?2 AND token = ?3 AND visible_at > ?4",
        )?
        .query_row(params![lease.queue.as_str(), lease.item.id.as_str(), lease.token, column(now)], |row| {
            Ok(Held { seq: row.get(0)?, again_at: row.get(1)? })
        })
        .optional()?
        .ok_or_else(|| PortError::lease_lost(format!("work item {}", lease.item.id)).into())
}

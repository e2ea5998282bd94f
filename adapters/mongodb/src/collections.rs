//! The collections' names, in one place: two slices must not take the same.

/// Codes and notices from the mail path.
pub(crate) const MAILBOX: &str = "prod_ses";
/// Finished listing steps.
pub(crate) const STEPS: &str = "epic_step_cache";
/// Downloaded documents.
pub(crate) const FILES: &str = "epic_order_files";
/// Requests.
pub(crate) const REQUESTS: &str = "epic_requests";
/// What the parser committed.
pub(crate) const ORDERS: &str = "epic_orders";
/// The words of pages.
pub(crate) const PAGES: &str = "epic_pages";
/// Patients' signature sets.
pub(crate) const SIGNATURES: &str = "epic_signatures";
/// Receipts.
pub(crate) const DELIVERIES: &str = "epic_deliveries";
/// The portal ledger.
pub(crate) const PORTALS: &str = "epic_portals";
/// The audit log.
pub(crate) const AUDIT: &str = "epic_audit";
/// The database's format and the check of its key.
pub(crate) const META: &str = "epic_meta";
/// The service's lock.
pub(crate) const SERVICE: &str = "epic_service";

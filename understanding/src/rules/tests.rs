//! Table tests per rule.

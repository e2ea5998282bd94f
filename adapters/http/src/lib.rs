//! http-portal.

//! understanding.

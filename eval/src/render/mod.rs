//! How a packet comes: as it was printed, scanned, or as a poor recognition would have read it.

mod noise;
mod scan;

pub(crate) use noise::noisy;
pub(crate) use scan::{PageCache, scanned};

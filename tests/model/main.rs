//! The parser with the real adapter before a server that obeys whatever a chart tells it: two hundred charts with planted
//! orders to the model, by seed, and not one of them changes whose order it is, what is ordered, or where it goes.

#![expect(clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod charts;
mod house;
mod injections;
mod obedient;
mod proof;

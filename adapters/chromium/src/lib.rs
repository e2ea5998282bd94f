//! Chromium, spawned by us and driven over its DevTools protocol: logging in, drawing pages that HTTP
//! alone does not give, and printing HTML notes.
//!
//! Every browser has a cleared environment, a private throwaway profile and a process group of its own, and
//! every call to it a time limit. What a killed run leaves behind is cleaned up by [`clean_leftovers`].

mod connection;
mod drawer;
mod drawing;
mod frames;
mod launch;
mod leftovers;
mod loading;
mod login;
mod pdf;
mod picture;
mod print;
mod process;
mod processes;
mod scripts;

pub use drawer::{ChromiumDrawer, DrawerOptions};
pub use launch::{ChromiumLauncher, LaunchError, LauncherOptions};
pub use leftovers::{Leftovers, clean_leftovers};
pub use login::LoginCredentials;
pub use print::{ChromiumPrinter, PrinterOptions};

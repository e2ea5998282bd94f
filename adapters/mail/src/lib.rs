//! How a login code reaches us: out of raw mails as Amazon SES stores them, or out of a shared secret.
//!
//! Parsing is a library's, deciding is [`domain::mfa`]'s. Every way a mail comes in (a watched folder, a file
//! given by hand, an event of the mail system) goes through [`intake`].

mod folder;
mod intake;
mod read;
mod totp;

pub use folder::MailFolder;
pub use intake::{IntakeReport, MAIL_BYTES_MAX, intake, intake_file, is_mail_id};
pub use read::read_mail;
pub use totp::{CODE_LIFE_LEFT_MIN_SECS, TotpSecretError, TotpVerdict, check_totp_secret, totp_code};

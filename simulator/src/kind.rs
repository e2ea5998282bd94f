//! The two hospitals: what each is called, where it mails codes to and from, and its own habits.
//!
//! A portal of the old style and one of the new, so that nobody mistakes one hospital's ways for the
//! trade's. Everything a connector has to be told beforehand stands here and in `connector.toml`.

/// Which hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HospitalKind {
    /// "hospital-a", St. Clement's: framesets, `.asp` pages, forms.
    A,
    /// "hospital-b", Riverside: one page filled from JSON.
    B,
}

impl HospitalKind {
    /// Both, in the order of their ports.
    pub const BOTH: [HospitalKind; 2] = [HospitalKind::A, HospitalKind::B];

    /// Name of the portal in configuration and truth.
    pub fn portal(self) -> &'static str {
        match self {
            HospitalKind::A => "hospital-a",
            HospitalKind::B => "hospital-b",
        }
    }

    /// The account's user id.
    pub(crate) fn user(self) -> &'static str {
        match self {
            HospitalKind::A => "CLEMENTHME",
            HospitalKind::B => "dme.supplier",
        }
    }

    /// The password at the start.
    pub(crate) fn password(self) -> &'static str {
        match self {
            HospitalKind::A => "Clement-Demo-2026!",
            HospitalKind::B => "Riverside-Demo-2026!",
        }
    }

    /// The hospital's own mail domain.
    pub(crate) fn mail_domain(self) -> &'static str {
        match self {
            HospitalKind::A => "stclement.example",
            HospitalKind::B => "riverside.example",
        }
    }

    /// Where the hospital sends codes, unless both share one address.
    pub(crate) fn mail_recipient(self) -> &'static str {
        match self {
            HospitalKind::A => "dme.codes+hospital-a@gmail.com",
            HospitalKind::B => "dme.codes+hospital-b@gmail.com",
        }
    }

    /// The department under which the account's messages lie, where one has to be chosen.
    pub(crate) fn site(self) -> Option<&'static str> {
        match self {
            HospitalKind::A => Some("Clement Home Medical"),
            HospitalKind::B => None,
        }
    }

    /// Minutes without a request after which a session ends.
    pub(crate) fn inactivity_minutes(self) -> u64 {
        match self {
            HospitalKind::A => 12,
            HospitalKind::B => 15,
        }
    }
}

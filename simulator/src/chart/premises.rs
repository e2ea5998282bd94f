//! What differs between the two hospitals on paper and in lists.
//!
//! Both tell the same stories. Names, zone, number formats and folder names are what a connector sees
//! of a hospital's identity; the pages of the two portals are not decided here.

use crate::kind::HospitalKind;

/// The In Basket's folders, whatever a hospital calls them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Folder {
    /// Charts copied to us.
    Charts,
    /// Messages about a patient's request.
    Patient,
    /// Result notes.
    Results,
    /// Messages of staff.
    Staff,
}

impl Folder {
    /// In the order portals show them.
    #[cfg(test)]
    pub(crate) const ALL: [Folder; 4] = [Folder::Charts, Folder::Patient, Folder::Results, Folder::Staff];
}

impl HospitalKind {
    /// The hospital's time zone (IANA name); all its times are printed without one.
    pub fn zone(self) -> &'static str {
        match self {
            HospitalKind::A => "America/Chicago",
            HospitalKind::B => "America/New_York",
        }
    }

    /// Name on its papers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            HospitalKind::A => "St. Clement's Medical Center",
            HospitalKind::B => "Riverside Regional Hospital",
        }
    }

    /// The first word of its departments and practices.
    pub(crate) fn short_name(self) -> &'static str {
        match self {
            HospitalKind::A => "Clement",
            HospitalKind::B => "Riverside",
        }
    }

    /// Address and telephone under the letterhead.
    pub(crate) fn address_line(self) -> &'static str {
        match self {
            HospitalKind::A => "40 Abbey Square, Clement, IL 61520   Phone (309) 555-0100",
            HospitalKind::B => "1200 River Road, Riverside, NY 12309   Phone (518) 555-0100",
        }
    }

    /// What its lists call a folder.
    pub(crate) fn folder_name(self, folder: Folder) -> &'static str {
        match (self, folder) {
            (HospitalKind::A, Folder::Charts) => "CC Charts",
            (HospitalKind::A, Folder::Patient) => "Pt Message",
            (HospitalKind::A, Folder::Results) => "Result Notes",
            (HospitalKind::A, Folder::Staff) => "Staff Msg",
            (HospitalKind::B, Folder::Charts) => "CC'd Charts",
            (HospitalKind::B, Folder::Patient) => "Patient Message",
            (HospitalKind::B, Folder::Results) => "Results",
            (HospitalKind::B, Folder::Staff) => "Staff Message",
        }
    }

    /// Serves pictures (TIFF, JPEG) and documents in parts, not only PDF and HTML.
    pub(crate) fn serves_pictures(self) -> bool {
        self == HospitalKind::A
    }

    /// The seed its dice start from: two hospitals of one run share nobody and no document.
    pub(crate) fn seed(self, seed: u64) -> u64 {
        match self {
            HospitalKind::A => seed ^ 0x5AC1_E3E7_0000_000A,
            HospitalKind::B => seed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_hospitals_share_no_name() {
        let [a, b] = HospitalKind::BOTH;
        assert_ne!(a.name(), b.name());
        assert_ne!(a.seed(7), b.seed(7));
        for folder in Folder::ALL {
            assert_ne!(a.folder_name(folder), b.folder_name(folder));
        }
    }
}

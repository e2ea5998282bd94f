//! The interlock: no screen is believed that shows another patient, or whose patient cannot be read.

use crate::compile::{AskPlan, Compiler};
use crate::fill::Names;
use crate::stay::Stay;
use crate::value::{Place, ValueReader};
use crate::view::{Page, Read, View};
use domain::patient::{IdentityVerdict, PatientIdentity};
use domain::ports::PortalError;
use domain::profile::{Banner, Formats, IdentityAt};
use domain::redacted::Redacted;

/// A compiled [`IdentityAt`].
#[derive(Clone, Debug)]
pub(crate) struct IdentityReader {
    name: ValueReader,
    mrn: ValueReader,
    dob: Option<ValueReader>,
}

/// A compiled [`Banner`].
#[derive(Clone, Debug)]
pub(crate) struct BannerReader {
    pub(crate) ask: Option<AskPlan>,
    patient: IdentityReader,
}

impl Compiler {
    pub(crate) fn identity(&mut self, at: &str, identity: &IdentityAt) -> IdentityReader {
        IdentityReader {
            name: self.value(format!("{at}.name"), &identity.name),
            mrn: self.value(format!("{at}.mrn"), &identity.mrn),
            dob: self.optional(format!("{at}.dob"), identity.dob.as_ref()),
        }
    }

    pub(crate) fn banner(&mut self, at: &str, banner: &Banner) -> BannerReader {
        BannerReader {
            ask: banner.ask.as_ref().map(|ask| self.ask(&format!("{at}.ask"), ask)),
            patient: self.identity(&format!("{at}.patient"), &banner.patient),
        }
    }
}

impl IdentityReader {
    /// The patient shown. Name and MRN must be legible; a date of birth that is absent is unknown.
    pub(crate) fn read(&self, place: Place<'_>, formats: &Formats) -> Read<PatientIdentity> {
        Ok(PatientIdentity {
            name: self.name.need(place)?.into(),
            mrn: self.mrn.need(place)?.into(),
            dob: match &self.dob {
                Some(dob) => dob.date(place, formats)?.map(Redacted::new),
                None => None,
            },
        })
    }
}

impl BannerReader {
    /// Reads the patient of a screen and holds it against the expected one.
    pub(crate) fn check(
        &self,
        view: &View<'_>,
        formats: &Formats,
        patient: &PatientIdentity,
        screen: &str,
    ) -> Read<PatientIdentity> {
        let seen = self.patient.read(Place::whole(view), formats)?;
        must_be(patient, &seen, screen)?;
        Ok(seen)
    }
}

/// A screen must show the patient of the row it was reached from.
pub(crate) fn must_be(patient: &PatientIdentity, seen: &PatientIdentity, screen: &str) -> Read<()> {
    match patient.compare(seen) {
        IdentityVerdict::Same => Ok(()),
        IdentityVerdict::Different(conflict) => {
            Err(PortalError::WrongPatient { screen: screen.to_owned(), conflict })
        }
    }
}

impl Stay {
    /// Holds the patient of a banner against the expected one: in the answer that stands under it, or where the
    /// profile says the banner stands.
    pub(crate) async fn check_banner(
        &self,
        banner: &BannerReader,
        answer: &Page,
        names: &Names,
        patient: &PatientIdentity,
        screen: &'static str,
    ) -> Read<PatientIdentity> {
        let asked = match &banner.ask {
            Some(ask) => Some(self.ask(screen, ask, names, Some(answer)).await?),
            None => None,
        };
        let page = asked.as_ref().unwrap_or(answer);
        let formats = &self.reader.profile.formats;
        self.read(page, |view| banner.check(view, formats, patient, screen)).await
    }
}

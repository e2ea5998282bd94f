//! Patients, clinicians and coverages.

use jiff::civil::Date;

/// A name with the parts American records carry.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PersonName {
    pub(crate) family: String,
    pub(crate) given: String,
    pub(crate) middle: Option<char>,
    pub(crate) suffix: Option<&'static str>,
}

impl PersonName {
    /// "Doe, Jane A" or "Doe Jr., John A": the banner's form.
    pub(crate) fn last_first(&self) -> String {
        let suffix = self.suffix.map(|s| format!(" {s}")).unwrap_or_default();
        let middle = self.middle.map(|m| format!(" {m}")).unwrap_or_default();
        format!("{}{suffix}, {}{middle}", self.family, self.given)
    }

    /// "Jane A. Doe" or "John A. Doe Jr.": the form of letters.
    pub(crate) fn first_last(&self) -> String {
        let suffix = self.suffix.map(|s| format!(" {s}")).unwrap_or_default();
        let middle = self.middle.map(|m| format!(" {m}.")).unwrap_or_default();
        format!("{}{middle} {}{suffix}", self.given, self.family)
    }
}

/// Sex as the banner prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sex {
    Female,
    Male,
}

impl Sex {
    pub(crate) fn letter(self) -> &'static str {
        match self {
            Sex::Female => "F",
            Sex::Male => "M",
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Sex::Female => "Female",
            Sex::Male => "Male",
        }
    }

    pub(crate) fn noun(self) -> &'static str {
        match self {
            Sex::Female => "woman",
            Sex::Male => "man",
        }
    }

    pub(crate) fn pronoun(self) -> &'static str {
        match self {
            Sex::Female => "she",
            Sex::Male => "he",
        }
    }
}

/// A street address.
#[derive(Clone)]
pub(crate) struct Address {
    pub(crate) street: String,
    pub(crate) city: &'static str,
    pub(crate) state: &'static str,
    pub(crate) zip: &'static str,
}

impl Address {
    pub(crate) fn one_line(&self) -> String {
        format!("{}, {}, {} {}", self.street, self.city, self.state, self.zip)
    }
}

/// Whose rules apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PayerKind {
    Medicare,
    Commercial,
}

/// One insurance, in rank order on the facesheet.
#[derive(Clone)]
pub(crate) struct Coverage {
    pub(crate) kind: PayerKind,
    pub(crate) payer: &'static str,
    pub(crate) plan: &'static str,
    /// The MBI without dashes for Medicare, else the payer's member id.
    pub(crate) member_id: String,
    pub(crate) group: Option<String>,
    pub(crate) effective: Date,
}

/// A practitioner.
#[derive(Clone)]
pub(crate) struct Clinician {
    pub(crate) name: PersonName,
    /// "MD", "DO", "NP" or "PA-C".
    pub(crate) credential: &'static str,
    pub(crate) specialty: &'static str,
    pub(crate) practice: &'static str,
    pub(crate) npi: String,
    pub(crate) phone: String,
    pub(crate) fax: String,
    pub(crate) address: Address,
}

impl Clinician {
    /// "Anna B. Smith, MD".
    pub(crate) fn signed_name(&self) -> String {
        format!("{}, {}", self.name.first_last(), self.credential)
    }

    /// "Smith, Anna B, MD": the form of lists.
    pub(crate) fn listed_name(&self) -> String {
        format!("{}, {}", self.name.last_first(), self.credential)
    }
}

/// The patient.
#[derive(Clone)]
pub(crate) struct Patient {
    pub(crate) name: PersonName,
    pub(crate) mrn: String,
    /// The portal's hidden key.
    pub(crate) pat_id: String,
    pub(crate) dob: Date,
    pub(crate) sex: Sex,
    pub(crate) address: Address,
    pub(crate) phone: String,
    pub(crate) mobile: Option<String>,
    pub(crate) emergency_name: String,
    pub(crate) emergency_relation: &'static str,
    pub(crate) emergency_phone: String,
    /// By rank, primary first.
    pub(crate) coverages: Vec<Coverage>,
    pub(crate) pcp: Clinician,
    pub(crate) height_in: i64,
    pub(crate) weight_lb: i64,
}

impl Patient {
    /// Full years on a day.
    pub(crate) fn age_on(&self, day: Date) -> i16 {
        let birthday_passed = (day.month(), day.day()) >= (self.dob.month(), self.dob.day());
        day.year() - self.dob.year() - i16::from(!birthday_passed)
    }

    /// Body mass index in kg/m², one decimal.
    pub(crate) fn bmi(&self) -> f64 {
        let (kg, m) = (self.weight_lb as f64 * 0.453_592_37, self.height_in as f64 * 0.0254);
        (kg / (m * m) * 10.0).round() / 10.0
    }
}

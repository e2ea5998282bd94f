//! Clinical facts: visits, sleep studies and titrations.

use jiff::civil::{Date, DateTime};

use super::person::Clinician;

/// Complaints that make sleep apnea likely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symptom {
    Snoring,
    Sleepiness,
    WitnessedApnea,
    Gasping,
    MorningHeadache,
    Insomnia,
    Fatigue,
}

/// Conditions that qualify an index from 5 to 14.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comorbidity {
    Hypertension,
    IschaemicHeartDisease,
    Stroke,
    Diabetes,
}

/// What a visit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    /// Complaints that make sleep apnea likely, before any test.
    Evaluation,
    /// Results of the sleep test.
    Results,
    /// CPAP was tried and did not work.
    CpapFailed,
    /// Goes on well with the device at home.
    OnTherapy,
    /// Chronic lung disease.
    Lungs,
    /// Amyotrophic lateral sclerosis.
    Nerves,
    /// Walking.
    Mobility,
}

impl Topic {
    /// True where sleepiness score and neck are measured.
    pub(crate) fn measures_sleep(self) -> bool {
        matches!(self, Topic::Evaluation | Topic::Results | Topic::CpapFailed)
    }
}

/// One office visit.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) topic: Topic,
    pub(crate) date: Date,
    pub(crate) author: Clinician,
    pub(crate) signed_at: DateTime,
    pub(crate) symptoms: Vec<Symptom>,
    /// "2 years", "6 months".
    pub(crate) duration: String,
    /// Epworth Sleepiness Scale, 0 to 24.
    pub(crate) epworth: i64,
    pub(crate) bmi: f64,
    pub(crate) neck_in: f64,
    pub(crate) mallampati: &'static str,
    pub(crate) blood_pressure: (i64, i64),
    pub(crate) pulse: i64,
    /// Oxygen saturation at rest on room air, in percent; not measured where `None`.
    pub(crate) saturation: Option<i64>,
    /// Forced vital capacity in percent of predicted.
    pub(crate) fvc: Option<i64>,
    /// Arterial carbon dioxide, awake, in mmHg.
    pub(crate) paco2: Option<i64>,
    pub(crate) comorbidities: Vec<Comorbidity>,
}

/// Where and how the study was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StudyKind {
    /// Attended in-laboratory polysomnography (Type I).
    Polysomnography,
    /// Home sleep apnea test (Type III).
    HomeTest,
    /// One attended night, its second half with CPAP.
    SplitNight,
}

/// The second half of a split night.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TreatedHalf {
    /// Last CPAP pressure, cmH2O.
    pub(crate) pressure: i64,
    pub(crate) trt_min: f64,
    pub(crate) tst_min: f64,
    pub(crate) events: i64,
    /// Events per hour that were left.
    pub(crate) residual_ahi: f64,
}

/// Where a study of another hospital comes from.
#[derive(Clone)]
pub(crate) struct OutsideFacility {
    pub(crate) name: &'static str,
    pub(crate) address: &'static str,
    /// That hospital's own number of the patient.
    pub(crate) mrn: String,
}

/// A diagnostic sleep study; of a split night its numbers are the diagnostic half's.
#[derive(Clone)]
pub(crate) struct Study {
    pub(crate) kind: StudyKind,
    pub(crate) device: &'static str,
    pub(crate) recording_start: DateTime,
    /// Recording time in minutes.
    pub(crate) trt_min: f64,
    /// Sleep time (home test: monitoring time) in minutes, the index's divisor.
    pub(crate) tst_min: f64,
    pub(crate) obstructive: i64,
    pub(crate) central: i64,
    pub(crate) mixed: i64,
    pub(crate) hypopneas: i64,
    /// Sum of the four above.
    pub(crate) events_total: i64,
    /// Events per hour under the 4 % rule, one decimal.
    pub(crate) ahi: f64,
    /// The same under the 3 % rule; always larger.
    pub(crate) ahi_3pct: f64,
    pub(crate) supine_ahi: f64,
    pub(crate) rem_ahi: f64,
    pub(crate) odi: f64,
    pub(crate) nadir_spo2: i64,
    pub(crate) mean_spo2: i64,
    /// Minutes below 88 %.
    pub(crate) t88_min: f64,
    pub(crate) interpreted_at: DateTime,
    /// The report prints the index under both rules, whatever its layout.
    pub(crate) both_scorings: bool,
    /// The report recommends no CPAP in particular.
    pub(crate) silent_on_cpap: bool,
    /// The report goes on with stages, positions and the technician's log.
    pub(crate) detailed: bool,
    pub(crate) treated: Option<TreatedHalf>,
    pub(crate) outside: Option<OutsideFacility>,
}

/// A night on which a pressure was sought for a patient known to have sleep apnea.
#[derive(Clone)]
pub(crate) struct Titration {
    pub(crate) device: &'static str,
    pub(crate) recording_start: DateTime,
    pub(crate) trt_min: f64,
    pub(crate) tst_min: f64,
    /// Highest CPAP pressure tried, cmH2O.
    pub(crate) cpap: i64,
    /// Events per hour left under that CPAP pressure.
    pub(crate) cpap_residual: f64,
    /// Bilevel pressures found after CPAP had failed, and the events per hour left under them.
    pub(crate) bilevel: Option<(i64, i64, f64)>,
    pub(crate) mask: &'static str,
    pub(crate) nadir_spo2: i64,
    pub(crate) interpreted_at: DateTime,
}

impl Study {
    /// The night's calendar day.
    pub(crate) fn date(&self) -> Date {
        self.recording_start.date()
    }

    /// Severity words by the usual bounds 5, 15, 30.
    pub(crate) fn severity(&self) -> &'static str {
        // Reports that print both rules grade by the larger index.
        let graded = if self.both_scorings { self.ahi_3pct } else { self.ahi };
        match graded {
            ahi if ahi < 15.0 => "mild",
            ahi if ahi < 30.0 => "moderate",
            _ => "severe",
        }
    }

    /// Sleep efficiency in percent.
    pub(crate) fn efficiency(&self) -> f64 {
        self.tst_min / self.trt_min * 100.0
    }
}

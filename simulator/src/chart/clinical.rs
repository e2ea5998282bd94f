//! Clinical facts: visits and sleep studies.

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

/// One office visit about sleep.
#[derive(Clone)]
pub(crate) struct Visit {
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
    pub(crate) saturation: i64,
    pub(crate) comorbidities: Vec<Comorbidity>,
}

/// Where and how the study was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StudyKind {
    /// Attended in-laboratory polysomnography (Type I).
    Polysomnography,
    /// Home sleep apnea test (Type III).
    HomeTest,
}

/// A diagnostic sleep study.
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
}

impl Study {
    /// The night's calendar day.
    pub(crate) fn date(&self) -> Date {
        self.recording_start.date()
    }

    /// Severity words by the usual bounds 5, 15, 30.
    pub(crate) fn severity(&self) -> &'static str {
        match self.ahi {
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

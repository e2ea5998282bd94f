//! `schema NAME`: the JSON Schemas of the answers and messages a program may read, generated from the types. The published
//! copies in `schemas/` are compared with them by a test.

use super::{audit, check, evidence, keys, migrate, orders, portal, read, rules};
use crate::cli::SchemaArgs;
use crate::error::{Exit, VerbResult};
use crate::output;
use domain::fax::FaxEnvelope;
use domain::model::ModelAnswer;
use domain::profile::Profile;
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};

/// Every published schema.
pub const NAMES: [&str; 17] = [
    "audit-list",
    "audit-verify",
    "check",
    "evidence-list",
    "fax-envelope",
    "keys-list",
    "migrate",
    "model-answer",
    "orders-list",
    "orders-show",
    "orders-summary",
    "portal-profile",
    "portal-status",
    "read",
    "rules-list",
    "rules-replay",
    "rules-test",
];

/// Prints one schema.
///
/// # Errors
/// Standard output cannot be written to.
pub fn run(args: &SchemaArgs) -> VerbResult {
    output::print_json(&schema(&args.name))?;
    Ok(Exit::Done)
}

/// A schema by its name; the command line lets only known ones through.
pub fn schema(name: &str) -> Schema {
    match name {
        "audit-list" => of::<audit::AuditList>(),
        "audit-verify" => of::<audit::AuditVerification>(),
        "check" => of::<check::CheckReport>(),
        "evidence-list" => of::<evidence::EvidenceList>(),
        "fax-envelope" => of::<FaxEnvelope>(),
        "migrate" => of::<migrate::MigrateReport>(),
        "keys-list" => of::<keys::KeysList>(),
        "model-answer" => of::<ModelAnswer>(),
        "orders-list" => of::<orders::OrdersList>(),
        "orders-show" => of::<orders::OrderReport>(),
        "orders-summary" => of::<orders::OrdersSummary>(),
        "portal-profile" => {
            SchemaGenerator::new(SchemaSettings::draft2020_12()).into_root_schema_for::<Profile>()
        }
        "portal-status" => of::<portal::PortalStatusReport>(),
        "rules-list" => of::<rules::RulesList>(),
        "rules-replay" => of::<rules::RulesReplay>(),
        "rules-test" => of::<rules::RulesTest>(),
        _ => of::<read::ReadReport>(),
    }
}

/// What is written, not what would be accepted: a key that is always written is required.
fn of<T: JsonSchema>() -> Schema {
    SchemaGenerator::new(SchemaSettings::draft2020_12().for_serialize()).into_root_schema_for::<T>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_published_schemas_are_those_of_the_types() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
        let outdated = |name: &&str| {
            let published = std::fs::read_to_string(folder.join(format!("{name}.schema.json")));
            published.unwrap_or_default().trim_end() != output::json(&schema(name)).expect("JSON")
        };
        let outdated: Vec<&str> = NAMES.into_iter().filter(outdated).collect();
        let none: [&str; 0] = [];
        assert_eq!(outdated, none, "for each run: epic-connector schema NAME > schemas/NAME.schema.json");
    }

    #[test]
    fn the_guides_envelope_is_one() {
        let guide = include_str!("../../docs/configuration.md");
        let example = guide.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("one");
        let envelope: FaxEnvelope = serde_json::from_str(example).expect("an envelope");
        let fields: serde_json::Value = serde_json::from_str(example).expect("JSON");
        assert_eq!(serde_json::to_value(&envelope).expect("JSON"), fields, "it shows every field");
    }

    #[test]
    fn the_shipped_profiles_fit_their_schema() {
        let schema = serde_json::to_value(schema("portal-profile")).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        for text in [
            include_str!("../../config/portals/hospital-a.toml"),
            include_str!("../../config/portals/hospital-b.toml"),
        ] {
            let profile: serde_json::Value = toml::from_str(text).expect("TOML");
            let mistakes: Vec<String> =
                validator.iter_errors(&profile).map(|error| error.to_string()).collect();
            assert_eq!(mistakes, Vec::<String>::new());
            let mut wrong = profile;
            wrong["stateles"] = true.into();
            assert!(!validator.is_valid(&wrong), "an unknown key is none of the schema's");
        }
    }
}

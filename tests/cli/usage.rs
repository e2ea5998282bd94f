//! Wrong usage, help, schemas.

use crate::program::Place;
use epic_connector::verbs::schema::NAMES;

#[test]
fn wrong_usage_ends_with_2_and_help_with_0() {
    let place = Place::new();
    for args in [&["reed", "x.pdf"][..], &["read"], &[], &["orders"], &["run", "--until-idle", "soon"]] {
        let ended = place.run(args);
        assert_eq!(ended.code, 2, "{args:?}");
        assert!(ended.stderr.contains("Usage") || ended.stderr.contains("duration"), "{}", ended.stderr);
    }
    let help = place.run(&["--help"]);
    assert_eq!(help.code, 0);
    assert!(help.stdout.contains("Exit codes") && !help.stdout.contains("worker"), "{}", help.stdout);
}

#[test]
fn every_schema_is_printed_as_published() {
    let place = Place::new();
    for name in NAMES {
        let ended = place.run(&["schema", name]);
        assert_eq!(ended.code, 0);
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{name}.schema.json"));
        assert_eq!(ended.stdout, std::fs::read_to_string(path).expect("published"), "{name}");
    }
}

//! Every call of every port that a fault can hit has one: the wrapper's calls are compared with the ports' own text.

#![expect(clippy::expect_used, reason = "a source that cannot be read fails the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Ports whose calls are answered by the simulated hospital, by workers, behind another port, or without any I/O: their
/// faults are injected there.
const ELSEWHERE: [&str; 18] = [
    "BackEnd",
    "Clock",
    "FaxFiles",
    "FaxMaker",
    "FaxQueue",
    "HtmlPrinter",
    "KeyWrapper",
    "LoginBrowser",
    "LoginSecret",
    "OpenChart",
    "PacketAssembler",
    "PageDrawer",
    "PageReader",
    "PortalEntrance",
    "PortalSession",
    "PortalShell",
    "Recordings",
    "Sealer",
];

type Calls = BTreeMap<String, BTreeSet<String>>;

fn sources(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder is in the repository");
    let paths = entries.map(|entry| entry.expect("a readable entry").path());
    let rust = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    rust.map(|path| std::fs::read_to_string(path).expect("a readable source")).collect()
}

/// The part of a source between a head and the brace that closes it at the start of a line.
fn blocks<'a>(source: &'a str, head: &'a str) -> impl Iterator<Item = &'a str> {
    source.split(head).skip(1).map(|rest| rest.split("\n}\n").next().unwrap_or(rest))
}

fn name(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

/// `pub trait NAME` → its `async fn`s.
fn of_ports() -> Calls {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/ports");
    let mut calls = Calls::new();
    for source in sources(&folder) {
        for block in blocks(&source, "\npub trait ") {
            let methods = block.split("async fn ").skip(1).map(name).collect();
            calls.insert(name(block), methods);
        }
    }
    calls
}

/// `impl<P: NAME + ?Sized> NAME for Faulty<P>` → the methods of `inner` that are called through `self.call`.
fn of_wrapper() -> Calls {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/faulty");
    let mut calls = Calls::new();
    for source in sources(&folder) {
        for block in blocks(&source, " ?Sized> ").filter(|block| block.contains(" for Faulty<P> {")) {
            let flat: String = block.split_whitespace().collect();
            // `self.call("thing","method",self.inner.method(`
            let methods = flat.split("self.call(").skip(1).filter_map(|call| {
                let (told, called) = call.split_once(",self.inner.")?;
                let (told, called) = (told.trim_end_matches('"').rsplit('"').next()?, name(called));
                assert_eq!(told, called, "a call is counted under another's name");
                Some(called)
            });
            calls.entry(name(block)).or_default().extend(methods);
        }
    }
    calls
}

#[test]
fn every_call_of_every_port_can_fail_before_and_after_its_effect() {
    let (ports, wrapper) = (of_ports(), of_wrapper());
    assert!(ports.len() > 15, "the ports were not found: {:?}", ports.keys());
    for (port, methods) in ports {
        if ELSEWHERE.contains(&port.as_str()) {
            continue;
        }
        let wrapped = wrapper.get(&port).cloned().unwrap_or_default();
        let missing: Vec<_> = methods.difference(&wrapped).collect();
        assert!(missing.is_empty(), "{port} is wrapped without faults for {missing:?}");
    }
}

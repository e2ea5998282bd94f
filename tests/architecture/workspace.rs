//! The workspace as cargo and the file system show it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, PackageId};
use regex::Regex;

/// Top-level entries that hold no sources of ours: build output and what a run leaves behind.
const NOT_OURS: [&str; 4] = ["target", "data", "demo-out", ".git"];

pub(crate) struct Workspace {
    metadata: Metadata,
}

/// Which of a package's dependencies are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What ends up in the program.
    Normal,
    /// What tests use.
    Dev,
}

impl Workspace {
    /// Reads `cargo metadata`, resolved for this platform with the features a build uses.
    pub(crate) fn load() -> Self {
        let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
        let metadata = MetadataCommand::new()
            .manifest_path(root().join("Cargo.toml"))
            .other_options(vec!["--filter-platform".to_owned(), platform])
            .exec()
            .expect("cargo metadata describes the workspace");
        Self { metadata }
    }

    /// Name and folder (relative to the root, "" for the root package) of every member.
    pub(crate) fn members(&self) -> BTreeMap<String, String> {
        let folder = |manifest: &Path| {
            let folder = manifest.parent().expect("a manifest lies in a folder");
            relative(folder)
        };
        let packages = self.metadata.workspace_packages();
        packages.iter().map(|p| (p.name.to_string(), folder(p.manifest_path.as_std_path()))).collect()
    }

    /// Members that `member` names in its manifest.
    pub(crate) fn edges(&self, member: &str, kind: Kind) -> BTreeSet<String> {
        let members = self.members();
        self.named(member, kind).into_iter().filter(|name| members.contains_key(name)).collect()
    }

    /// Everything `member` names in its manifest, whatever the platform or feature.
    pub(crate) fn named(&self, member: &str, kind: Kind) -> BTreeSet<String> {
        let packages = self.metadata.workspace_packages();
        let package = packages.iter().find(|package| package.name.as_str() == member);
        let wanted = |found: DependencyKind| match kind {
            Kind::Normal => found != DependencyKind::Development,
            Kind::Dev => found == DependencyKind::Development,
        };
        let dependencies = &package.expect("the member exists").dependencies;
        dependencies.iter().filter(|dependency| wanted(dependency.kind)).map(|d| d.name.clone()).collect()
    }

    /// Everything that ends up in a program that uses `member`, with the path that leads there.
    pub(crate) fn reach(&self, member: &str) -> BTreeMap<String, String> {
        let resolve = self.metadata.resolve.as_ref().expect("the dependencies are resolved");
        let start = self.metadata.workspace_packages();
        let start = start.iter().find(|package| package.name.as_str() == member).expect("the member exists");
        let mut paths: BTreeMap<&PackageId, String> = BTreeMap::from([(&start.id, member.to_owned())]);
        let mut open = vec![&start.id];
        while let Some(id) = open.pop() {
            let node = resolve.nodes.iter().find(|node| node.id == *id).expect("every package is resolved");
            for dependency in &node.deps {
                let normal = dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
                if normal && !paths.contains_key(&dependency.pkg) {
                    let path = format!("{} → {}", paths[id], self.name(&dependency.pkg));
                    paths.insert(&dependency.pkg, path);
                    open.push(&dependency.pkg);
                }
            }
        }
        paths.into_iter().map(|(id, path)| (self.name(id), path)).collect()
    }

    fn name(&self, id: &PackageId) -> String {
        self.metadata[id].name.to_string()
    }
}

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `path` as written from the root.
pub(crate) fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().into_owned()
}

/// The text of a file given from the root.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file of ours, as paths from the root, in order.
pub(crate) fn files() -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root().to_path_buf()];
    while let Some(folder) = open.pop() {
        for path in entries(&folder) {
            if NOT_OURS.contains(&relative(&path).as_str()) {
                continue;
            }
            match path.is_dir() {
                true => open.push(path),
                false => found.push(relative(&path)),
            }
        }
    }
    found.sort();
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    read.map(|entry| entry.expect("the folder can be read").path()).collect()
}

/// Every Rust file of ours, as paths from the root.
pub(crate) fn rust_files() -> Vec<String> {
    files().into_iter().filter(|path| path.ends_with(".rs")).collect()
}

/// Whether a module's file is compiled for tests alone: it, or a module it lies in, is declared under
/// `#[cfg(test)]`.
pub(crate) fn only_in_tests(path: &str) -> bool {
    let mut module = path.trim_end_matches(".rs").trim_end_matches("/mod");
    while let Some((folder, name)) = module.rsplit_once('/') {
        let declared = format!(r"#\[cfg\(test\)\]\s*(pub(\([a-z]+\))?\s+)?mod {};", regex::escape(name));
        let declared = Regex::new(&declared).expect("it compiles");
        let parents = [format!("{folder}.rs"), format!("{folder}/mod.rs"), format!("{folder}/lib.rs")];
        let parents = parents.iter().filter(|parent| root().join(parent).is_file());
        if parents.into_iter().any(|parent| declared.is_match(&read(parent))) {
            return true;
        }
        module = folder;
    }
    false
}

#[test]
fn modules_of_tests_are_told_from_others() {
    for path in ["domain/src/login/tests.rs", "domain/src/mfa/tests.rs"] {
        assert!(only_in_tests(path), "{path}");
    }
    for path in ["domain/src/lib.rs", "domain/src/mfa/code.rs", "src/telemetry/mod.rs", "src/main.rs"] {
        assert!(!only_in_tests(path), "{path}");
    }
}

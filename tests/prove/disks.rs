//! Disks that are really full and really read-only, at the start and in the middle: the data folder (store, keys,
//! browser), the blobs and the hand-over lie on small disks of their own. Work waits, is told of, and goes on by itself.
//!
//! Disks are mounted in a mount namespace of the test's own, which ends with it: the test starts itself again in one.
//! Where neither root nor a user namespace may mount, it fails.

use crate::health::{free_port, page};
use crate::support::{Connector, Hospital, pause};
use simulator::FaultPlan;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_mins(8);

/// Longer than any item's attempts last that are counted: 16 seconds.
const OUTAGE: Duration = Duration::from_secs(25);

/// Set for the run of this program that may mount.
const MAY_MOUNT: &str = "EPIC_PROVE_MAY_MOUNT";

const NAMESPACES: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];

/// Whether this is the run that may mount. Otherwise starts that one, and fails as it fails.
fn may_mount(test: &str) -> bool {
    if std::env::var_os(MAY_MOUNT).is_some() {
        return true;
    }
    let works = |namespace: &&&[&str]| {
        let probe = "mount -t tmpfs none /mnt && umount /mnt";
        let probed = Command::new("unshare").args(**namespace).args(["sh", "-c", probe]).output();
        probed.is_ok_and(|output| output.status.success())
    };
    let namespace = NAMESPACES.iter().find(works).expect(
        "nobody may mount a disk here: run this as root, or allow user namespaces \
         (sysctl kernel.unprivileged_userns_clone=1), and install util-linux",
    );
    let status = Command::new("unshare")
        .args(*namespace)
        .arg(std::env::current_exe().expect("this program"))
        .args(["--exact", &format!("disks::{test}"), "--nocapture"])
        .env(MAY_MOUNT, "1")
        .status()
        .expect("a run of its own");
    assert!(status.success(), "{test} failed in its mount namespace, see above");
    false
}

/// A small disk.
struct Disk {
    path: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Full,
    ReadOnly,
}

impl Disk {
    fn mount(path: PathBuf, megabytes: u32) -> Self {
        fs::create_dir_all(&path).expect("a mount point");
        let size = format!("size={megabytes}m");
        assert!(mount(&["-t", "tmpfs", "-o", &size, "none"], &path), "{} is not mounted", path.display());
        Self { path }
    }

    /// Fails at once where it is to be read-only and somebody writes at this moment.
    fn try_break(&self, fault: Fault) -> bool {
        match fault {
            Fault::ReadOnly => mount(&["-o", "remount,ro"], &self.path),
            Fault::Full => {
                let mut ballast = File::create(self.path.join(".ballast")).expect("a ballast");
                while ballast.write_all(&[1; 4096]).is_ok() {}
                true
            }
        }
    }

    fn mend(&self, fault: Fault) {
        match fault {
            Fault::ReadOnly => assert!(mount(&["-o", "remount,rw"], &self.path)),
            Fault::Full => fs::remove_file(self.path.join(".ballast")).expect("no ballast"),
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // The namespace takes it along otherwise; the hospital's folder cannot be removed under it.
        let _ = Command::new("umount").arg("--lazy").arg(&self.path).status();
    }
}

fn mount(options: &[&str], path: &Path) -> bool {
    Command::new("mount").args(options).arg(path).output().expect("mount runs").status.success()
}

/// A hospital whose connector has its data folder, its blobs and its hand-over on disks of their own.
struct Place {
    data: Disk,
    blobs: Disk,
    handover: Disk,
    hospital: Hospital,
    health: u16,
}

impl Place {
    async fn new(patients: usize, seed: u64) -> Self {
        let faults = FaultPlan { latency_ms: Some(80), ..FaultPlan::default() };
        let mut hospital = Hospital::start(patients, seed, faults).await;
        let at = |name: &str| hospital.folder().join(name);
        let (data, blobs) = (Disk::mount(at("data"), 256), Disk::mount(at("disk-blobs"), 128));
        let handover = Disk::mount(at("handover"), 64);
        let health = free_port();
        hospital.variables = [
            ("EPIC_CONNECTOR__BLOBS", format!("file:{}", blobs.path.display())),
            ("EPIC_CONNECTOR__HEALTH__LISTEN", format!("127.0.0.1:{health}")),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        Self { data, blobs, handover, hospital, health }
    }

    /// Waits until `/readyz` says that this fault of this disk is met.
    fn wait_until_told(&self, connector: &mut Connector, disk: &Disk, fault: Fault) {
        let way_out = match fault {
            Fault::Full => "free space",
            Fault::ReadOnly => "writable",
        };
        let folder = disk.path.display().to_string();
        let mut seen = None;
        let runs = connector.wait_until(LONG, || {
            seen = page(self.health, "/readyz");
            let told = |(status, text): &(u16, String)| {
                *status == 503 && text.lines().any(|line| line.contains(&folder) && line.contains(way_out))
            };
            seen.as_ref().is_some_and(told)
        });
        assert!(runs, "the service ended before its disk was missed:\n{}", connector.log());
        println!("{:?}", seen.expect("a page").1);
    }

    fn wait_until_ready(&self, connector: &mut Connector) {
        let runs = connector
            .wait_until(LONG, || page(self.health, "/readyz").is_some_and(|(status, _)| status == 200));
        assert!(runs, "the service ended:\n{}", connector.log());
    }

    async fn finish(&self, connector: &mut Connector) {
        let status = connector.wait(LONG);
        assert!(matches!(status.code(), Some(0 | 3)), "{status}:\n{}", connector.log());
        self.hospital.assert_truth().await;
        assert!(!connector.log().contains("counted=true"), "a part of the tree failed:\n{}", connector.log());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn disks_that_fill_up_or_turn_read_only_under_the_service_cost_nothing() {
    if !may_mount("disks_that_fill_up_or_turn_read_only_under_the_service_cost_nothing") {
        return;
    }
    // More work than four outages last.
    let place = Place::new(60, 611).await;
    let mut connector = Connector::start(&place.hospital, &[]);
    let faults = [
        (&place.data, Fault::Full, 1),
        (&place.blobs, Fault::Full, 2),
        (&place.handover, Fault::Full, 3),
        (&place.blobs, Fault::ReadOnly, 4),
    ];
    for (disk, fault, deliveries) in faults {
        let broken = connector
            .wait_until(LONG, || place.hospital.deliveries().len() >= deliveries && disk.try_break(fault));
        assert!(broken, "the work was done before {fault:?} of {}", disk.path.display());
        let began = Instant::now();
        place.wait_until_told(&mut connector, disk, fault);
        connector.wait_until(LONG, || began.elapsed() > OUTAGE);
        assert!(connector.has_ended().is_none(), "the service ended:\n{}", connector.log());
        disk.mend(fault);
        place.wait_until_ready(&mut connector);
        println!("{fault:?} of {} for {:.1} s", disk.path.display(), began.elapsed().as_secs_f64());
    }
    place.finish(&mut connector).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn disks_that_are_full_or_read_only_at_the_start_are_waited_for() {
    if !may_mount("disks_that_are_full_or_read_only_at_the_start_are_waited_for") {
        return;
    }
    let place = Place::new(4, 612).await;
    // The first start has nothing yet, the others find what earlier ones left.
    for fault in [Fault::Full, Fault::ReadOnly, Fault::Full] {
        for disk in [&place.data, &place.blobs] {
            while !disk.try_break(fault) {
                pause();
            }
            let mut connector = Connector::start(&place.hospital, &[]);
            place.wait_until_told(&mut connector, disk, fault);
            disk.mend(fault);
            place.wait_until_ready(&mut connector);
            connector.kill();
        }
    }
    let mut connector = Connector::start(&place.hospital, &[]);
    place.finish(&mut connector).await;
}

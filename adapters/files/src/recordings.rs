//! Recorded pages of portals: a folder a portal, in it the masked sources for people and tests, and their shapes.

use crate::atomic::write_atomic;
use crate::{blocking, error};
use async_trait::async_trait;
use domain::drift::{MaskedPage, PageShape};
use domain::ids::PortalName;
use domain::ports::{PortError, PortResult, Recordings};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

const THING: &str = "recorded pages";

/// The file that holds the shapes. Written last: with it the recording is whole.
const SHAPES: &str = "shapes.json";

/// Masked pages hold nobody's data.
const MODE: u32 = 0o644;

/// Meets [`Recordings`] with a folder.
#[derive(Clone, Debug)]
pub struct FolderRecordings {
    folder: PathBuf,
}

impl FolderRecordings {
    /// Recordings under a folder, which is made when something is recorded.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Where a portal's recording lies.
    pub fn of(&self, portal: &PortalName) -> PathBuf {
        self.folder.join(portal.as_str())
    }
}

#[async_trait]
impl Recordings for FolderRecordings {
    async fn shapes(&self, portal: &PortalName) -> PortResult<Vec<PageShape>> {
        let path = self.of(portal).join(SHAPES);
        blocking(THING, move || match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| {
                let cause = "are not readable; record the portal anew: `portal record NAME`";
                PortError::permanent(THING, cause)
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error::classed(THING, &error)),
        })
        .await
    }

    async fn record(&self, portal: &PortalName, pages: &[MaskedPage]) -> PortResult<()> {
        let (folder, pages) = (self.of(portal), pages.to_vec());
        let name = folder.display().to_string();
        blocking(THING, move || write(&folder, &pages).map_err(|error| error::writing(THING, &name, &error)))
            .await
    }
}

fn write(folder: &Path, pages: &[MaskedPage]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (number, page) in (1..).zip(pages) {
        let name = format!("{number:02}-{}.{}", page.shape.page, page.kind.ending());
        write_atomic(&folder.join(name), page.source.as_bytes(), MODE)?;
    }
    let shapes: Vec<&PageShape> = pages.iter().map(|page| &page.shape).collect();
    let text = serde_json::to_vec_pretty(&shapes)?;
    write_atomic(&folder.join(SHAPES), &text, MODE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::drift::MaskedKind;

    #[tokio::test]
    async fn what_was_recorded_is_read_back_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (recordings, portal) = (FolderRecordings::new(folder.path()), PortalName::new("hospital-x"));
        assert_eq!(recordings.shapes(&portal).await.unwrap(), []);
        for part in ["body>main", "body>nav"] {
            let shape =
                PageShape { page: "home".into(), parts: [part.to_owned()].into(), checks: Vec::new() };
            let page =
                MaskedPage { shape: shape.clone(), kind: MaskedKind::Html, source: "<p>xxx</p>".into() };
            recordings.record(&portal, &[page]).await.unwrap();
            assert_eq!(recordings.shapes(&portal).await.unwrap(), [shape]);
        }
        assert!(recordings.of(&portal).join("01-home.html").is_file());
    }
}

//! Reassembly: makes one packet of a request's fragments.
//!
//! Consumes `epic_reassembly`, emits `epic_ocr` (or `epic_parse` when the chart gave nothing to read). Commit
//! point: the request's packet. A restart loses at most one assembly, which gives the same bytes again. It
//! never looks into a file itself: worker processes do, behind [`PacketAssembler`].

use crate::environment::Environment;
use crate::stage::{self, StageFailure, StageWork};
use crate::stage_actor::StageActor;
use async_trait::async_trait;
use domain::keys;
use domain::patient_scraper::{ContentKind, Fragment};
use domain::ports::{AssembledPdf, BlobClass, FragmentBytes, PacketAssembler, PacketHead};
use domain::reassembly::{AssembledPacket, AssemblyNote, ManifestPage, NoteKind, PacketOrder};
use domain::request::Request;
use domain::retry::Cause;
use domain::work::{Stage, WorkItem};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The actor of this stage.
pub type Reassembly = StageActor<ReassemblyWork>;

/// What Reassembly does with an item.
pub struct ReassemblyWork {
    /// The ports.
    pub environment: Environment,
    /// Makes PDFs.
    pub assembler: Arc<dyn PacketAssembler>,
    /// The order of a packet's documents.
    pub order: Arc<PacketOrder>,
}

#[async_trait]
impl StageWork for ReassemblyWork {
    /// None when the chart gave no file at all.
    /// The round of the reading it was made of, and the packet; none of a chart that gave nothing.
    type Output = (u32, Option<AssembledPacket>);

    fn stage(&self) -> Stage {
        Stage::Reassembly
    }

    async fn already_done(
        &self,
        item: &WorkItem,
        request: &Request,
    ) -> Result<Option<Vec<WorkItem>>, StageFailure> {
        Ok(stage::request_done(request, item, self.environment.now()))
    }

    async fn perform(&self, item: &WorkItem) -> Result<(u32, Option<AssembledPacket>), StageFailure> {
        let request = self.environment.request(&item.subject.request()).await?.value;
        let captured = request.captured.as_ref().ok_or_else(|| {
            StageFailure::failed(Cause::Permanent, "the request has no captured chart to assemble")
        })?;
        let mut fragments = captured.fragments.clone();
        self.order.sort(&mut fragments);
        if fragments.is_empty() {
            return Ok((request.round, None));
        }
        let mut inputs = Vec::with_capacity(fragments.len());
        for fragment in &fragments {
            inputs.push(self.fragment_bytes(fragment).await?);
        }
        // Dated by the message, so that the same request makes the same bytes whenever it is assembled.
        let head = PacketHead { title: request.id.to_string(), date: request.row.received };
        let assembled = match self.assembler.assemble(&head, inputs).await {
            Ok(assembled) => assembled,
            Err(error) if error.class == domain::ports::ErrorClass::Transient => {
                return Err(StageFailure::failed(Cause::WorkerDied, error.to_string()));
            }
            Err(error) => return Err(error.into()),
        };
        Ok((request.round, Some(self.packet(&request, &fragments, assembled).await?)))
    }

    async fn commit(
        &self,
        item: &WorkItem,
        (round, packet): (u32, Option<AssembledPacket>),
    ) -> Result<Vec<WorkItem>, StageFailure> {
        stage::advance_request(&self.environment, item, |request| {
            if request.round != round {
                return None;
            }
            request.packet.clone_from(&packet);
            Some(if packet.is_some() { Stage::Ocr } else { Stage::Parse })
        })
        .await
    }
}

impl ReassemblyWork {
    async fn fragment_bytes(&self, fragment: &Fragment) -> Result<FragmentBytes, StageFailure> {
        // An HTML note enters the packet as the PDF printed of it.
        let (blob, kind) = match &fragment.printed {
            Some(printed) => (printed, ContentKind::Pdf),
            None => (&fragment.blob, fragment.kind),
        };
        let bytes = self.environment.blobs.get(blob).await?;
        let date = fragment.listed.service_date.map_or_else(String::new, |date| format!(" ({date})"));
        let bookmark = format!("{}{date}", fragment.listed.title.reveal());
        let heading = self.order.heading(&fragment.listed).to_owned();
        Ok(FragmentBytes { id: fragment.id.clone(), heading, bookmark, facts: facts(fragment), kind, bytes })
    }

    async fn packet(
        &self,
        request: &Request,
        fragments: &[Fragment],
        assembled: AssembledPdf,
    ) -> Result<AssembledPacket, StageFailure> {
        let contents: Vec<_> =
            fragments.iter().map(|fragment| (fragment.id.clone(), fragment.blob.to_string())).collect();
        let pages = (1..)
            .zip(&assembled.pages)
            .filter_map(|(number, page)| {
                let fragment = fragments.get(page.fragment)?;
                Some(ManifestPage {
                    page: number,
                    fragment: fragment.id.clone(),
                    epic_id: fragment.listed.epic_id.clone(),
                    section: fragment.listed.section,
                    fragment_page: page.fragment_page,
                    blank: page.blank,
                    repeats: page.repeats,
                    lost: page.lost.clone(),
                })
            })
            .collect();
        let notes = assembled
            .notes
            .into_iter()
            .filter_map(|note| {
                let fragment = fragments.get(note.fragment)?.id.clone();
                let left_out = note.kind == NoteKind::Quarantined;
                Some(AssemblyNote { fragment, kind: note.kind, note: note.note, left_out })
            })
            .collect();
        let pdf = self.environment.blobs.put(BlobClass::Packet, assembled.pdf).await?;
        Ok(AssembledPacket {
            id: keys::packet_id(&request.id, request.revision, &contents),
            pdf,
            pages,
            notes,
        })
    }
}

/// What the packet's own manifest says of a file, besides title and heading: where it came from and what it is, and
/// nothing of the patient that its pages do not show.
fn facts(fragment: &Fragment) -> BTreeMap<String, String> {
    let listed = &fragment.listed;
    let mut facts = BTreeMap::from([
        ("fragment".to_owned(), fragment.id.to_string()),
        ("chart_section".to_owned(), listed.section.name().to_owned()),
        ("epic_type".to_owned(), listed.epic_type.clone()),
    ]);
    let mut fact =
        |name: &str, value: Option<String>| facts.extend(value.map(|value| (name.to_owned(), value)));
    fact("service_date", listed.service_date.map(|date| date.to_string()));
    fact("part", fragment.part.map(|part| format!("{} of {}", part.number, part.of)));
    fact("made_of", fragment.printed.as_ref().map(|_| "printed from the note's html".to_owned()));
    facts
}

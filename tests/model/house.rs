//! One installation on in-memory ports, for one request: papers in, what the parser commits out.

use crate::charts::Chart;
use actors::audit::AuditTrail;
use actors::environment::Environment;
use actors::nudges::Nudges;
use actors::parser::{ModelDesk, ModelLimits, ParserWork};
use actors::stage::StageWork;
use domain::ids::{BlobRef, DestinationName, FragmentId, PacketId, PortalName};
use domain::inbox::InboxRow;
use domain::keys;
use domain::model::Prices;
use domain::ocr_pool::PageText;
use domain::parser::OrderSet;
use domain::patient::PatientIdentity;
use domain::patient_scraper::Section;
use domain::ports::{Clock, OrderStore, PageStore, RequestStore};
use domain::reassembly::{AssembledPacket, ManifestPage};
use domain::request::{CapturedChart, Request, RequestStatus};
use domain::work::Stage;
use epic_connector::settings::Settings;
use epic_connector::wiring;
use jiff::Timestamp;
use jiff::civil::date;
use memory::{ManualClock, MemoryStores};
use model::{HttpModel, ModelOptions, TokenLimit};
use std::sync::Arc;
use std::time::Duration;
use understanding::Knowledge;

/// When every chart arrives.
const NOW: Timestamp = Timestamp::constant(1_795_000_000, 0);

/// The only place where orders may go.
pub(crate) const DESTINATION: &str = "folder";

/// What `config/` says.
pub(crate) fn knowledge() -> Arc<Knowledge> {
    let settings = Settings::load(None, &Default::default()).expect("the defaults");
    Arc::new(wiring::knowledge(&settings).expect("config/ is right"))
}

/// A way to the obedient server, with all the money it may want.
pub(crate) fn desk(address: &str, may_satisfy_rules: bool) -> Arc<ModelDesk> {
    let options = ModelOptions {
        address: address.to_owned(),
        model: "obedient".to_owned(),
        hosts: vec!["127.0.0.1".to_owned()],
        key: None,
        azure_api_version: None,
        token_limit: TokenLimit::MaxTokens,
        deterministic: true,
        timeout: Duration::from_secs(60),
        connect_timeout: Duration::from_secs(60),
        retries: 0,
        retry_wait_max: Duration::ZERO,
        proxy: None,
    };
    let limits = ModelLimits {
        prices: Prices { input: 400_000, output: 1_600_000 },
        order_micro_usd: 10_000_000,
        day_micro_usd: 1_000_000_000,
        answer_tokens_max: 1_000,
        may_satisfy_rules,
    };
    Arc::new(ModelDesk::new(Arc::new(HttpModel::new(options).expect("this machine")), limits))
}

fn environment(stores: &MemoryStores, clock: Arc<dyn Clock>) -> Environment {
    Environment {
        requests: stores.requests.clone(),
        orders: stores.orders.clone(),
        signatures: stores.signatures.clone(),
        deliveries: stores.deliveries.clone(),
        steps: stores.steps.clone(),
        pages: stores.pages.clone(),
        blobs: stores.blobs.clone(),
        queue: stores.queue.clone(),
        audit: Arc::new(AuditTrail::new(stores.audit.clone())),
        sealer: stores.sealer.clone(),
        clock,
        nudges: Arc::new(Nudges::default()),
        outages: Arc::default(),
        stop_point: Arc::new(|_| {}),
        jitter: Arc::new(|| 0.0),
    }
}

/// The request of a chart as it stands before the parser.
fn request(chart: &Chart, pages: &[PageText], environment: &Environment) -> Request {
    let (portal, sealer) = (PortalName::new("riverside"), environment.sealer.as_ref());
    let row = InboxRow {
        message_id: "M-1".into(),
        folder: "CC'd Charts".to_owned(),
        chart_type: "Office Visit".to_owned(),
        subject: "CPAP order".into(),
        from: "Oakes, Martin".into(),
        received: date(2026, 11, 19).at(8, 0, 0, 0),
        patient: PatientIdentity {
            name: chart.name.as_str().into(),
            mrn: chart.mrn.as_str().into(),
            dob: Some(chart.birth.into()),
        },
        chart_ref: "1".into(),
    };
    let message = keys::message_key(sealer, &portal, row.message_id.reveal());
    let patient = keys::patient_key(sealer, &portal, row.patient.mrn.reveal());
    let id = keys::request_id(&message, &patient);
    let mut request = Request::new(id, portal, message, patient, row, None, NOW);
    let source = |page: &PageText| ManifestPage {
        page: page.page,
        fragment: FragmentId::new(format!("f{}", page.page)),
        epic_id: format!("D{}", page.page),
        section: Section::Media,
        fragment_page: 1,
        blank: false,
        repeats: None,
        lost: None,
    };
    let pages = pages.iter().map(source).collect();
    let (id, pdf) = (PacketId::new("packet"), BlobRef::new("pdf"));
    request.packet = Some(AssembledPacket { id, pdf, pages, notes: Vec::new() });
    request.captured = Some(CapturedChart {
        message_body: "CPAP order".into(),
        fragments: Vec::new(),
        ledger: Vec::new(),
        families: vec!["pap".to_owned()],
    });
    request.status = RequestStatus::InWork { stage: Stage::Parse };
    // The chart was read for whatever is ordered: nothing is sent back to it.
    request.round = 1;
    request
}

/// What the parser commits for a chart with these pages.
pub(crate) async fn parsed(
    chart: &Chart,
    pages: &[PageText],
    knowledge: &Arc<Knowledge>,
    model: Option<Arc<ModelDesk>>,
) -> OrderSet {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(NOW));
    let stores = MemoryStores::new(Arc::clone(&clock));
    let environment = environment(&stores, clock);
    let request = request(chart, pages, &environment);
    for page in pages {
        stores.pages.put(&PacketId::new("packet"), page).await.expect("stored");
    }
    assert!(stores.requests.create(&request).await.expect("stored"));
    let work = ParserWork {
        environment,
        knowledge: Arc::clone(knowledge),
        destinations: vec![DestinationName::new(DESTINATION)],
        done_outcomes: Arc::default(),
        model,
    };
    let item = request.item(Stage::Parse, NOW);
    let Ok(output) = work.perform(&item).await else { panic!("it is parsed whatever the model does") };
    let Ok(_) = work.commit(&item, output).await else { panic!("it is committed") };
    stores.orders.get(&request.id, request.revision).await.expect("read").expect("committed").value
}

//! A way to the server on which answers can be lost: the command is executed, and its caller sees the connection
//! break.

use crate::fixture::uri;
use mongodb::options::{ClientOptions, ServerAddress};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// Bytes before the first document of an OP_MSG: header, flags, kind of section.
pub(crate) const BEFORE_DOCUMENT: usize = 16 + 4 + 1;

/// Forwards to the server in `MONGODB_URI`.
pub(crate) struct LossyProxy {
    port: u16,
    /// The command whose next answer is lost.
    lose: Arc<Mutex<Option<&'static str>>>,
}

impl LossyProxy {
    #[expect(clippy::expect_used, reason = "without the way there is no test")]
    pub(crate) async fn start() -> Self {
        let options = ClientOptions::parse(uri()).await.expect("an address");
        let Some(ServerAddress::Tcp { host, port }) = options.hosts.first().cloned() else {
            unreachable!("the server has a host and a port")
        };
        let server = format!("{host}:{}", port.unwrap_or(27017));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let own_port = listener.local_addr().expect("its number").port();
        let lose = Arc::new(Mutex::new(None));
        let armed = Arc::clone(&lose);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if let Ok(server) = TcpStream::connect(&server).await {
                    forward(client, server, Arc::clone(&armed));
                }
            }
        });
        Self { port: own_port, lose }
    }

    /// The address of the way.
    pub(crate) fn uri(&self) -> String {
        format!("mongodb://127.0.0.1:{}/?directConnection=true&retryWrites=false&retryReads=false", self.port)
    }

    /// Loses the answer to the next command of this name, such as `insert`.
    pub(crate) fn lose_next(&self, command: &'static str) {
        *self.lose.lock().unwrap() = Some(command);
    }

    /// Whether the answer was lost by now.
    pub(crate) fn has_lost(&self) -> bool {
        self.lose.lock().unwrap().is_none()
    }
}

fn forward(client: TcpStream, server: TcpStream, lose: Arc<Mutex<Option<&'static str>>>) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let (ask, asked) = mpsc::unbounded_channel();
    tokio::spawn(requests(from_client, to_server, lose, ask));
    tokio::spawn(answers(from_server, to_client, asked));
}

/// Tells the way back for each request whether its answer goes on.
async fn requests(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    lose: Arc<Mutex<Option<&'static str>>>,
    ask: mpsc::UnboundedSender<bool>,
) {
    while let Some(message) = message(&mut from).await {
        let lost = {
            let mut lose = lose.lock().unwrap();
            let hit = lose.is_some_and(|command| names(&message, command));
            if hit {
                *lose = None;
            }
            hit
        };
        if ask.send(!lost).is_err() || to.write_all(&message).await.is_err() {
            return;
        }
    }
}

async fn answers(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut asked: mpsc::UnboundedReceiver<bool>) {
    while let (Some(message), Some(goes_on)) = (message(&mut from).await, asked.recv().await) {
        // Returning closes the connection: the server has executed what its caller learns nothing of.
        if !goes_on || to.write_all(&message).await.is_err() {
            return;
        }
    }
}

/// The next whole message of a connection.
pub(crate) async fn message(from: &mut OwnedReadHalf) -> Option<Vec<u8>> {
    let mut message = vec![0; 16];
    from.read_exact(&mut message).await.ok()?;
    let length = u32::from_le_bytes(message.get(..4)?.try_into().ok()?);
    message.resize(usize::try_from(length).ok()?.max(16), 0);
    from.read_exact(&mut message[16..]).await.ok()?;
    Some(message)
}

/// Whether the first field of the command has this name.
fn names(message: &[u8], command: &str) -> bool {
    // Length of the document, type of the field.
    let name = message.get(BEFORE_DOCUMENT + 4 + 1..).unwrap_or_default();
    name.strip_prefix(command.as_bytes()).is_some_and(|rest| rest.first() == Some(&0))
}

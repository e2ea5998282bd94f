//! A way to the server on which every command is heard, so that a test can ask what the store made the server do.

use crate::proxy::{BEFORE_DOCUMENT, message};
use mongodb::bson::{Document, RawDocument};
use mongodb::options::{ClientOptions, ServerAddress};
use std::sync::{Arc, Mutex};
use tokio::net::{TcpListener, TcpStream};

/// Hears what one or more stores ask.
#[derive(Clone)]
pub(crate) struct Watch {
    heard: Arc<Mutex<Vec<Document>>>,
    uri: String,
}

impl Watch {
    /// A way to the server at `uri`; `None` where an ear in between would hear nothing (TLS, several hosts).
    #[expect(clippy::expect_used, reason = "without the way there is no test")]
    pub(crate) async fn on(uri: &str) -> Option<Self> {
        let options = ClientOptions::parse(uri).await.expect("an address");
        let [ServerAddress::Tcp { host, port }] = options.hosts.as_slice() else { return None };
        if options.tls.is_some() || uri.starts_with("mongodb+srv:") {
            return None;
        }
        let server = format!("{host}:{}", port.unwrap_or(27017));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let own = format!("127.0.0.1:{}", listener.local_addr().expect("its number").port());
        let written = port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        let watch = Self { heard: Arc::default(), uri: uri.replacen(&written, &own, 1) };
        let heard = Arc::clone(&watch.heard);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if let Ok(server) = TcpStream::connect(&server).await {
                    forward(client, server, Arc::clone(&heard));
                }
            }
        });
        Some(watch)
    }

    /// The address of the way.
    pub(crate) fn uri(&self) -> &str {
        &self.uri
    }

    /// Every command so far.
    pub(crate) fn heard(&self) -> Vec<Document> {
        self.heard.lock().unwrap().clone()
    }
}

fn forward(client: TcpStream, server: TcpStream, heard: Arc<Mutex<Vec<Document>>>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::spawn(async move {
        while let Some(message) = message(&mut from_client).await {
            if let Some(command) = command(&message) {
                heard.lock().unwrap().push(command);
            }
            if tokio::io::AsyncWriteExt::write_all(&mut to_server, &message).await.is_err() {
                return;
            }
        }
    });
    tokio::spawn(async move {
        // A broken connection ends both ways; its caller sees it by itself.
        drop(tokio::io::copy(&mut from_server, &mut to_client).await);
    });
}

/// The document of an OP_MSG; other kinds of messages (the first greeting) hold no query.
fn command(message: &[u8]) -> Option<Document> {
    const OP_MSG: [u8; 4] = 2013_u32.to_le_bytes();
    if message.get(12..16)? != OP_MSG {
        return None;
    }
    let body = message.get(BEFORE_DOCUMENT..)?;
    let length = usize::try_from(u32::from_le_bytes(body.get(..4)?.try_into().ok()?)).ok()?;
    Document::try_from(RawDocument::from_bytes(body.get(..length)?).ok()?).ok()
}

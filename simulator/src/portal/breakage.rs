//! Answers that go wrong on the wire: cut off, reset, dripping, endless.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::response::Parts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::StreamExt;

use super::wire::ResetSwitch;

/// Largest answer that is read into memory to be broken off.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Size of the huge download.
const HUGE_BYTES: usize = 200 * 1024 * 1024;
/// It is sent in pieces of this size.
const PIECE_BYTES: usize = 64 * 1024;
/// Between two bytes of a dripping answer.
const DRIP: Duration = Duration::from_secs(1);

/// Promises the whole document, sends half of it and closes the connection.
pub(super) fn cut(kind: &'static str, bytes: &Bytes) -> Response {
    let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_LENGTH, bytes.len().to_string())];
    (headers, half_of(bytes, None)).into_response()
}

/// Sends half of an answer and tears the connection down.
pub(super) async fn reset(response: Response, switch: Option<ResetSwitch>) -> Response {
    let (Parts { status, mut headers, .. }, body) = response.into_parts();
    // An answer without a body breaks off before its first byte.
    let bytes = axum::body::to_bytes(body, ANSWER_BYTES_MAX).await.unwrap_or_default();
    headers.remove(CONTENT_LENGTH);
    headers.insert(CONTENT_LENGTH, (bytes.len() + 1).into());
    (status, headers, half_of(&bytes, switch)).into_response()
}

/// One byte a second.
pub(super) fn drip(kind: &'static str, bytes: Bytes) -> Response {
    let length = bytes.len().to_string();
    let drops = futures::stream::unfold(bytes, |mut left| async move {
        if left.is_empty() {
            return None;
        }
        tokio::time::sleep(DRIP).await;
        let drop = left.split_to(1);
        Some((Ok::<_, Infallible>(drop), left))
    });
    let headers = [(CONTENT_TYPE, kind.to_owned()), (CONTENT_LENGTH, length)];
    (headers, Body::from_stream(drops)).into_response()
}

/// 200 MB that begin like a PDF, of no announced length.
pub(super) fn huge(kind: &'static str) -> Response {
    let zeroes = Bytes::from(vec![0_u8; PIECE_BYTES]);
    let pieces = futures::stream::iter((0..HUGE_BYTES / PIECE_BYTES).map(move |_| zeroes.clone()));
    let head = futures::stream::iter([Bytes::from_static(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")]);
    ([(CONTENT_TYPE, kind)], Body::from_stream(head.chain(pieces).map(Ok::<_, Infallible>))).into_response()
}

fn half_of(bytes: &Bytes, switch: Option<ResetSwitch>) -> Body {
    let half = bytes.slice(..bytes.len() / 2);
    let first = futures::stream::iter([Ok(half)]);
    Body::from_stream(first.chain(futures::stream::once(async move {
        // The server sends what it has only when the body makes it wait.
        tokio::task::yield_now().await;
        if let Some(switch) = switch {
            switch.turn();
        }
        Err(io::Error::new(io::ErrorKind::ConnectionAborted, "broken off on purpose"))
    })))
}

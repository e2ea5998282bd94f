//! The listening socket, with connections that can be torn down by a TCP reset.
//!
//! A server library closes politely; a reset needs the socket. Each connection carries a switch that
//! its requests can turn: when it is closed after that, the other side sees ECONNRESET.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Wait after a failed accept, which mostly means that descriptors ran out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A listener on TCP.
pub(crate) struct Wire(pub(crate) TcpListener);

/// One connection's switch.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResetSwitch(Arc<AtomicBool>);

impl ResetSwitch {
    /// The connection, when it closes, closes by a reset.
    pub(crate) fn turn(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// One connection.
pub(crate) struct Cable {
    stream: TcpStream,
    reset: ResetSwitch,
}

impl Drop for Cable {
    fn drop(&mut self) {
        if self.reset.0.load(Ordering::Relaxed) {
            // A socket that refuses closes politely: the answer is cut off all the same.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl Listener for Wire {
    type Io = Cable;
    type Addr = ResetSwitch;

    async fn accept(&mut self) -> (Cable, ResetSwitch) {
        loop {
            match self.0.accept().await {
                Ok((stream, _)) => {
                    let reset = ResetSwitch::default();
                    return (Cable { stream, reset: reset.clone() }, reset);
                }
                Err(cause) => {
                    tracing::warn!(%cause, "the simulated portal cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<ResetSwitch> {
        Ok(ResetSwitch::default())
    }
}

impl Connected<IncomingStream<'_, Wire>> for ResetSwitch {
    fn connect_info(stream: IncomingStream<'_, Wire>) -> Self {
        stream.remote_addr().clone()
    }
}

impl AsyncRead for Cable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Cable {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

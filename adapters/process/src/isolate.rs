//! Putting a packet together although one of its files ends whoever opens it: hostile or broken, it must not keep the
//! others from being read. It is found by itself, left out with its cause, and the rest goes on.

use crate::command::Effort;
use crate::error::PoolError;
use crate::pool::WorkerPool;
use bytes::Bytes;
use documents::assemble::{AssembleRequest, Assembled};
use documents::protocol::{WorkerReply, WorkerRequest};

/// Workers that a call may cost. The first may have been innocent: the machine was short of memory, or of time.
pub(crate) const WORKERS_MAX: u32 = 2;

impl WorkerPool {
    /// Puts fragments together; `files` are their contents, in the request's order.
    ///
    /// If that costs two workers, every fragment is tried alone. One that costs its worker then as well is left out,
    /// where the request allows that, and told in the answer; unless all of them do, which is not the files' fault.
    pub async fn assemble(
        &self,
        mut request: AssembleRequest,
        files: &[Bytes],
    ) -> Result<(Assembled, Bytes), PoolError> {
        loop {
            let error = match self.assemble_twice(&request, files).await {
                Err(error) if error.cost_a_worker() && request.leave_out_faulty => error,
                answer => return answer,
            };
            if !self.give_up_some(&mut request, files, &error).await? {
                return Err(error);
            }
        }
    }

    async fn assemble_twice(
        &self,
        request: &AssembleRequest,
        files: &[Bytes],
    ) -> Result<(Assembled, Bytes), PoolError> {
        let mut workers = 0;
        loop {
            match self.assemble_once(request.clone(), files).await {
                Err(error) if error.cost_a_worker() => {
                    workers += 1;
                    if workers >= WORKERS_MAX {
                        return Err(error);
                    }
                }
                answer => return answer,
            }
        }
    }

    async fn assemble_once(
        &self,
        request: AssembleRequest,
        files: &[Bytes],
    ) -> Result<(Assembled, Bytes), PoolError> {
        let request = WorkerRequest::Assemble { request };
        match self.call(&request, files, Effort::Packet).await? {
            (WorkerReply::Assembled { assembled }, blobs) => {
                let pdf = blobs.into_iter().next();
                pdf.map(|pdf| (assembled, pdf)).ok_or_else(PoolError::another_answer)
            }
            _ => Err(PoolError::another_answer()),
        }
    }

    /// Marks the fragments that cost a worker all by themselves; whether there are any, and others too.
    async fn give_up_some(
        &self,
        request: &mut AssembleRequest,
        files: &[Bytes],
        error: &PoolError,
    ) -> Result<bool, PoolError> {
        let tried: Vec<usize> =
            (0..request.fragments.len()).filter(|at| request.fragments[*at].given_up.is_none()).collect();
        let mut found = Vec::new();
        if let [only] = tried.as_slice() {
            found.push((*only, error.to_string()));
        } else {
            for at in &tried {
                let Some(file) = files.get(*at) else { continue };
                let alone =
                    AssembleRequest { fragments: vec![request.fragments[*at].clone()], ..request.clone() };
                match self.assemble_once(alone, std::slice::from_ref(file)).await {
                    Err(error) if error.cost_a_worker() => found.push((*at, error.to_string())),
                    // Whatever else it is, the whole packet will say so.
                    _ => {}
                }
            }
            if found.len() == tried.len() {
                return Ok(false);
            }
        }
        for (at, cause) in &found {
            tracing::warn!(fragment = at, %cause, "a file is left out of its packet: it ends whoever opens it");
            if let Some(fragment) = request.fragments.get_mut(*at) {
                fragment.given_up = Some(cause.clone());
            }
        }
        Ok(!found.is_empty())
    }
}

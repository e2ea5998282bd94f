//! A page and the frames in it, to any depth: found by selectors, asked by scripts, clicked.
//!
//! Scripts run in a world of their own in each frame: they see the page's elements and none of its scripts' changes
//! to the language. All frames of a page live in one process (see the flags in `process`), so that one connection
//! reaches those of other hosts and sandboxed ones, too.

use crate::connection::{CallError, bounded};
use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::dom::{
    DescribeNodeParams, GetContentQuadsParams, Quad, ScrollIntoViewIfNeededParams,
};
use chromiumoxide::cdp::browser_protocol::page::{
    CreateIsolatedWorldParams, FrameId, FrameTree, GetFrameTreeParams,
};
use chromiumoxide::cdp::js_protocol::runtime::{
    EvaluateParams, ExecutionContextId, RemoteObject, RemoteObjectId,
};
use chromiumoxide::layout::Point;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// What our scripts' world is called.
const WORLD: &str = "epic-connector";

/// Elements smaller than this cannot be hit, in square pixels.
const AREA_MIN: f64 = 1.0;

/// A frame that is there now.
pub(crate) struct Frame {
    pub(crate) id: FrameId,
    world: ExecutionContextId,
}

/// A page and the frames in it; each call with a limit.
pub(crate) struct Frames<'a> {
    pub(crate) page: &'a Page,
    pub(crate) limit: Duration,
}

impl Frames<'_> {
    /// The frame that these selectors lead to, outermost first; none: the top page. None when one is not there.
    pub(crate) async fn find(&self, path: &[String]) -> Result<Option<Frame>, CallError> {
        let mut id = self.tree().await?.frame.id;
        let mut world = self.world(&id).await?;
        for selector in path {
            let Some(owner) =
                self.element(world, "(selector) => document.querySelector(selector)", selector).await?
            else {
                return Ok(None);
            };
            let describing = self.page.execute(DescribeNodeParams::builder().object_id(owner).build());
            let node = bounded(self.limit, "find a frame", describing).await?.result.node;
            let Some(inner) = node.frame_id else { return Ok(None) };
            world = self.world(&inner).await?;
            id = inner;
        }
        Ok(Some(Frame { id, world }))
    }

    /// Every frame of the page, the top page first.
    pub(crate) async fn all(&self) -> Result<Vec<Frame>, CallError> {
        let mut found = Vec::new();
        let mut open = vec![self.tree().await?];
        while let Some(tree) = open.pop() {
            let world = self.world(&tree.frame.id).await?;
            found.push(Frame { id: tree.frame.id, world });
            open.extend(tree.child_frames.unwrap_or_default().into_iter().rev());
        }
        Ok(found)
    }

    /// Calls a function in a frame; gives its answer.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        frame: &Frame,
        what: &'static str,
        function: &str,
        arguments: &(impl Serialize + ?Sized),
    ) -> Result<T, CallError> {
        let found = self.evaluate(frame.world, what, function, arguments, true).await?;
        serde_json::from_value(found.value.unwrap_or_default())
            .map_err(|_| failed(what, "an unexpected answer"))
    }

    /// Presses the element that a function gives; `false` where it gives none.
    pub(crate) async fn press(
        &self,
        frame: &Frame,
        function: &str,
        arguments: &(impl Serialize + ?Sized),
    ) -> Result<bool, CallError> {
        let Some(element) = self.element(frame.world, function, arguments).await? else { return Ok(false) };
        let showing = ScrollIntoViewIfNeededParams::builder().object_id(element.clone()).build();
        bounded(self.limit, "show a button", self.page.execute(showing)).await?;
        let placing = GetContentQuadsParams::builder().object_id(element).build();
        let placed = bounded(self.limit, "find a button", self.page.execute(placing)).await?;
        let middle = placed.result.quads.iter().find_map(middle);
        let middle = middle.ok_or_else(|| failed("press a button", "it cannot be seen"))?;
        bounded(self.limit, "press a button", self.page.click(middle)).await?;
        Ok(true)
    }

    async fn tree(&self) -> Result<FrameTree, CallError> {
        let asking = self.page.execute(GetFrameTreeParams::default());
        Ok(bounded(self.limit, "list its frames", asking).await?.result.frame_tree)
    }

    async fn world(&self, frame: &FrameId) -> Result<ExecutionContextId, CallError> {
        let mut creating = CreateIsolatedWorldParams::new(frame.clone());
        creating.world_name = Some(WORLD.to_owned());
        let made = bounded(self.limit, "enter a frame", self.page.execute(creating)).await?;
        Ok(made.result.execution_context_id)
    }

    async fn element(
        &self,
        world: ExecutionContextId,
        function: &str,
        arguments: &(impl Serialize + ?Sized),
    ) -> Result<Option<RemoteObjectId>, CallError> {
        Ok(self.evaluate(world, "find an element", function, arguments, false).await?.object_id)
    }

    async fn evaluate(
        &self,
        world: ExecutionContextId,
        what: &'static str,
        function: &str,
        arguments: &(impl Serialize + ?Sized),
        by_value: bool,
    ) -> Result<RemoteObject, CallError> {
        let arguments =
            serde_json::to_value(arguments).map_err(|_| failed(what, "an unreadable question"))?;
        // Several arguments are an array; one stands alone.
        let arguments = match arguments {
            serde_json::Value::Array(_) => format!("...{arguments}"),
            one => one.to_string(),
        };
        let mut asking = EvaluateParams::new(format!("({function})({arguments})"));
        asking.context_id = Some(world);
        asking.return_by_value = Some(by_value);
        asking.await_promise = Some(true);
        let answer = bounded(self.limit, what, self.page.execute(asking)).await?.result;
        if answer.exception_details.is_some() {
            return Err(failed(what, "a script failed"));
        }
        Ok(answer.result)
    }
}

pub(crate) fn failed(what: &'static str, cause: &str) -> CallError {
    CallError::Failed { what, cause: cause.to_owned() }
}

/// The middle of a shape that can be hit.
fn middle(quad: &Quad) -> Option<Point> {
    let corners: [f64; 8] = quad.inner().as_slice().try_into().ok()?;
    let xs = [corners[0], corners[2], corners[4], corners[6]];
    let ys = [corners[1], corners[3], corners[5], corners[7]];
    let area =
        (0..4).map(|at| xs[at] * ys[(at + 1) % 4] - xs[(at + 1) % 4] * ys[at]).sum::<f64>().abs() / 2.0;
    (area > AREA_MIN).then(|| Point { x: xs.iter().sum::<f64>() / 4.0, y: ys.iter().sum::<f64>() / 4.0 })
}

//! The whole of it, as something that answers requests.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::response::IntoResponse;
use bytes::Bytes;
use countersign_authority::Authority;
use countersign_model::{Chance, Clock};
use countersign_trail::{LogIns, TokenClocks};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use tower_service::Service;

use crate::problem::{Inner, Problem};
use crate::session::visit::{Places, Visit, two_credentials};
use crate::session::{self, Trail};
use crate::{Door, router};

/// Answers requests. Cheap to clone; needs no socket.
#[derive(Clone)]
pub struct Api {
    router: Router,
    office: Arc<Office>,
}

/// What handlers work with.
pub(crate) struct Office {
    pub(crate) authority: Arc<Authority>,
    pub(crate) clocks: Arc<dyn TokenClocks>,
    /// Told of who logs in. Without it nobody does.
    pub(crate) trail: Option<Trail>,
    /// For strangers.
    pub(crate) places: Places,
}

impl Api {
    /// The API over a record, and over what is known of clients' clocks.
    pub fn new(authority: Arc<Authority>, clocks: Arc<dyn TokenClocks>) -> Self {
        Self::of(Office { authority, clocks, trail: None, places: Places::default() })
    }

    /// The same, where people can log in: `log_ins` is told of each who does, or tries to.
    #[must_use]
    pub fn with_log_ins(
        self,
        log_ins: Arc<dyn LogIns>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> Self {
        let Office { authority, clocks, places, .. } = &*self.office;
        let (authority, clocks) = (Arc::clone(authority), Arc::clone(clocks));
        let trail = Some(Trail { log_ins, clock, chance });
        Self::of(Office { authority, clocks, trail, places: places.clone() })
    }

    fn of(office: Office) -> Self {
        let office = Arc::new(office);
        Self { router: router::router(Arc::clone(&office)), office }
    }

    /// Answers a request that came in by `door`; without one, nobody is known to ask. A body is
    /// read up to 64 KiB; how long it may take is up to whoever hands it in.
    pub async fn answer<B>(&self, mut request: Request<B>, door: Option<Door>) -> Response<Bytes>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let is_operator = matches!(door, Some(Door::Operator(_)));
        let extensions = request.extensions_mut();
        extensions.remove::<Door>();
        extensions.remove::<Visit>();
        let answer = match self.receive(&mut request, door).await {
            Ok(()) => {
                let answer: Result<_, Infallible> = self.router.clone().call(request).await;
                let Ok(answer) = answer;
                answer
            }
            Err(problem) => problem.into_response(),
        };
        let (mut head, body) = answer.into_parts();
        let mut body = match body.collect().await {
            Ok(body) => body.to_bytes(),
            // All bodies are in memory.
            Err(_) => Bytes::new(),
        };
        if let Some(inner) = head.extensions.remove::<Inner>() {
            tracing::error!(why = &*inner.0, "a request to the API could not be carried out");
            if is_operator {
                body = Problem::told(inner).body();
            }
        }
        if body.is_empty() && head.status != StatusCode::NOT_MODIFIED {
            head.headers.remove(CONTENT_TYPE);
        }
        head.headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Response::from_parts(head, body)
    }

    /// Notes by which door a request came, and who is logged in.
    async fn receive<B>(
        &self,
        request: &mut Request<B>,
        door: Option<Door>,
    ) -> Result<(), Problem> {
        match &door {
            Some(Door::Browser(arrival)) => {
                let parts = (request.method(), request.headers());
                let visit = Visit::of(&self.office, arrival, parts).await?;
                request.extensions_mut().insert(visit);
            }
            Some(Door::Token(..)) if session::is_there(request.headers()) => {
                return Err(two_credentials());
            }
            _ => {}
        }
        if let Some(door) = door {
            request.extensions_mut().insert(door);
        }
        Ok(())
    }
}

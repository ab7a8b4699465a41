//! What was wrong with a refused request, for whoever owns the folder.

use std::path::Path;

use anyhow::{Context, bail};
use bytes::Bytes;
use countersign_api::{BASE, refuse};
use countersign_explain::Report;
use countersign_trail::{Explanations, Viewer};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode};

use super::Connection;
use crate::folder::DataFolder;
use crate::{deployment, explain};

/// The reference in a path that asks for a refusal.
pub(super) fn reference(path: &str) -> Option<&str> {
    path.strip_prefix(BASE)?.strip_prefix("/refusals/")
}

/// Answers for whoever owns the folder.
pub(super) async fn answer(explanations: &Explanations, reference: &str) -> Response<Bytes> {
    let report = match explanations.find(Viewer::Operator, reference).await {
        Ok(Some(kept)) => serde_json::to_vec(&explain::report(kept)),
        Ok(None) => return refuse("not-found", "there is no refusal with this reference"),
        Err(fault) => return refuse("store-failed", &fault.to_string()),
    };
    let Ok(report) = report else {
        return refuse("store-failed", "what is known of it can't be written as JSON");
    };
    let mut response = Response::new(Bytes::from(report));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What is known about the refusal with that reference: by the server that runs on `folder`, else
/// by the folder itself. That needs no key: explanations hold no secret.
pub(crate) async fn explain(folder: &Path, reference: &str) -> anyhow::Result<Option<Report>> {
    let Some(mut connection) = Connection::open(folder).await? else {
        return from_folder(folder, reference).await;
    };
    let mut request = Request::new(Bytes::new());
    *request.method_mut() = Method::GET;
    *request.uri_mut() = format!("{BASE}/refusals/{reference}").parse()?;
    let answer = connection.send(request).await?;
    match answer.status {
        StatusCode::OK => Ok(Some(answer.json()?)),
        StatusCode::NOT_FOUND => Ok(None),
        _ => bail!(answer.sentence()),
    }
}

async fn from_folder(folder: &Path, reference: &str) -> anyhow::Result<Option<Report>> {
    let purpose = DataFolder::purpose_of(folder)?;
    let folder = DataFolder::open(folder, purpose)?;
    let explanations = deployment::explanations(&folder).await;
    let explanations = explanations.context("can't read what was refused")?;
    let kept = explanations.find(Viewer::Operator, reference).await?;
    Ok(kept.map(explain::report))
}

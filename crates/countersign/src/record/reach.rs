//! The three doors to the API: the control socket of the server that runs on a folder, the folder
//! itself, and a signed request to a server somewhere.

mod folder;
mod remote;

use std::process::ExitCode;

use anyhow::Context;
use bytes::Bytes;
use countersign_api::{ACT_AS_ENTITY, ACT_AS_ROLE, BASE};
use countersign_signing::percent;
use http::header::{CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_MATCH};
use http::{Method, Request, StatusCode};
use serde::Serialize;
use serde_json::Value;

use super::place::{Place, Seen};
use super::{refusal, shown};
use crate::control::{Answer, Connection};
use countersign_caller::EXIT_ENVIRONMENT;
use countersign_caller::terminal;
use folder::OpenFolder;
use remote::Remote;

/// By which door.
pub(super) enum Reach {
    Server(Connection),
    Folder(Box<OpenFolder>),
    Remote(Box<Remote>),
}

/// Where requests are made, and their answers shown.
pub(super) struct Desk {
    pub(super) reach: Reach,
    pub(super) json: bool,
    /// The entity that is acted for, and its role.
    pub(super) acting: Option<(u32, u32)>,
    pub(super) account: String,
}

/// Rows of a list, or why there are none.
pub(super) enum Rows {
    Read(Vec<Value>),
    Refused(ExitCode),
}

/// Rows that are asked for at a time.
const PART: usize = 200;

/// A request to the API.
pub(super) struct Ask {
    method: Method,
    /// Below the account, or below [`BASE`] where it concerns none.
    path: String,
    version: Option<HeaderValue>,
    body: Bytes,
}

impl Ask {
    /// To look at something.
    pub(super) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// To do something else.
    pub(super) fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), version: None, body: Bytes::new() }
    }

    /// With this as its body.
    pub(super) fn with(self, body: &impl Serialize) -> anyhow::Result<Self> {
        Ok(Self { body: serde_json::to_vec(body)?.into(), ..self })
    }

    fn into_request(
        self,
        base: &str,
        acting: Option<(u32, u32)>,
    ) -> anyhow::Result<Request<Bytes>> {
        let mut request = Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = format!("{base}{}", self.path).parse()?;
        let has_body = !request.body().is_empty();
        let headers = request.headers_mut();
        if has_body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(version) = self.version {
            headers.insert(IF_MATCH, version);
        }
        if let Some((entity, role)) = acting {
            let mut name = |name: HeaderName, number: u32| headers.insert(name, number.into());
            name(ACT_AS_ENTITY, entity);
            name(ACT_AS_ROLE, role);
        }
        Ok(request)
    }
}

impl Reach {
    /// Opens the door that `place` names.
    pub(super) async fn open(place: Place) -> anyhow::Result<Self> {
        if let Some(url) = &place.url {
            return Ok(Self::Remote(Box::new(Remote::open(url, &place)?)));
        }
        let folder = place.data_dir.context("name the data folder with --data-dir DIR")?;
        match Connection::open(&folder).await? {
            Some(connection) => Ok(Self::Server(connection)),
            None => {
                let opened = OpenFolder::open(&folder, place.key_file).await?;
                Ok(Self::Folder(Box::new(opened)))
            }
        }
    }

    /// The account that the door itself is of.
    pub(super) fn account(&self) -> Option<String> {
        match self {
            Self::Remote(remote) => Some(remote.account().to_owned()),
            Self::Server(_) | Self::Folder(_) => None,
        }
    }

    async fn send(&mut self, request: Request<Bytes>) -> anyhow::Result<Answer> {
        match self {
            Self::Server(connection) => connection.send(request).await,
            Self::Folder(folder) => Ok(folder.send(request).await),
            Self::Remote(remote) => remote.send(request).await,
        }
    }
}

impl Desk {
    /// Asks, and gives the answer, good or bad.
    pub(super) async fn send(&mut self, ask: Ask) -> anyhow::Result<Answer> {
        let base = if self.account.is_empty() {
            BASE.to_owned()
        } else {
            // Whatever is typed there stays one part of the path.
            format!("{BASE}/accounts/{}", percent::encode(self.account.as_bytes()))
        };
        let request = ask.into_request(&base, self.acting)?;
        self.reach.send(request).await
    }

    /// Asks, and shows what comes back, with these members first.
    pub(super) async fn ask(mut self, ask: Ask, first: &[&str]) -> anyhow::Result<ExitCode> {
        let answer = self.send(ask).await?;
        self.finish(&answer, first)
    }

    /// Asks for a change of the row at `row`: of the version that `seen` names, else of the one
    /// that it has now.
    pub(super) async fn change(
        mut self,
        row: &str,
        seen: &Seen,
        ask: Ask,
        first: &[&str],
    ) -> anyhow::Result<ExitCode> {
        let version = match seen.if_version {
            Some(version) => HeaderValue::try_from(format!("\"{version}\""))?,
            None => {
                let now = self.send(Ask::get(row)).await?;
                match now.headers.get(ETAG) {
                    Some(version) if now.status.is_success() => version.clone(),
                    _ => return self.finish(&now, first),
                }
            }
        };
        self.ask(Ask { version: Some(version), ..ask }, first).await
    }

    /// Shows a list to its end, or to the row `most`, in these columns.
    pub(super) async fn list(
        mut self,
        list: &str,
        query: &[(&str, String)],
        most: usize,
        columns: &[&str],
    ) -> anyhow::Result<ExitCode> {
        let rows = match self.rows(list, query, most).await? {
            Rows::Read(rows) => rows,
            Rows::Refused(code) => return Ok(code),
        };
        let text = if self.json { shown::json(&rows.into()) } else { shown::table(&rows, columns) };
        terminal::say(&text);
        Ok(ExitCode::SUCCESS)
    }

    /// Reads a list to its end, or to the row `most`.
    pub(super) async fn rows(
        &mut self,
        list: &str,
        query: &[(&str, String)],
        most: usize,
    ) -> anyhow::Result<Rows> {
        let query: String = query
            .iter()
            .map(|(name, value)| format!("&{name}={}", percent::encode(value.as_bytes())))
            .collect();
        let mut rows: Vec<Value> = Vec::new();
        let mut cursor = String::new();
        while rows.len() < most {
            let limit = (most - rows.len()).min(PART);
            let answer =
                self.send(Ask::get(format!("{list}?limit={limit}{query}{cursor}"))).await?;
            if let Some(code) = self.refused(&answer) {
                return Ok(Rows::Refused(code));
            }
            let mut part = value(&answer)?;
            if let Value::Array(items) = part["items"].take() {
                rows.extend(items);
            }
            let Some(next) = part["next"].as_str() else { break };
            cursor = format!("&cursor={}", percent::encode(next.as_bytes()));
        }
        Ok(Rows::Read(rows))
    }

    /// Says why, where an answer is a refusal: a sentence, or for programs a line of JSON, on
    /// standard error.
    pub(super) fn refused(&self, answer: &Answer) -> Option<ExitCode> {
        if answer.status.is_success() {
            return None;
        }
        let sentence = || terminal::plain(&format!("countersign: {}", answer.sentence()));
        terminal::note(&if self.json { refusal::json(answer) } else { sentence() });
        let is_broken = answer.status.is_server_error();
        Some(if is_broken { ExitCode::from(EXIT_ENVIRONMENT) } else { ExitCode::FAILURE })
    }

    /// Shows an answer. Exit codes: 0 done; 1 refused; 2 something is broken.
    pub(super) fn finish(&self, answer: &Answer, first: &[&str]) -> anyhow::Result<ExitCode> {
        if let Some(refused) = self.refused(answer) {
            return Ok(refused);
        }
        let value = value(answer)?;
        let text = if self.json { shown::json(&value) } else { shown::fields(&value, first) };
        terminal::say(&text);
        Ok(ExitCode::SUCCESS)
    }
}

/// What an answer holds; nothing, where it has nothing to show.
pub(super) fn value(answer: &Answer) -> anyhow::Result<Value> {
    if answer.status == StatusCode::NO_CONTENT {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    answer.json()
}

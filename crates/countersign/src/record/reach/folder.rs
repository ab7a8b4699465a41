//! A folder that no server runs on: the API is started for it, here.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use bytes::Bytes;
use countersign_api::{Api, Door};
use http::Request;
use http_body_util::Full;

use crate::control::Answer;
use crate::folder::{DataFolder, Purpose};
use crate::{deployment, key_file, system};

/// A folder, locked, and an API over its record.
pub(in crate::record) struct OpenFolder {
    api: Api,
    // Nobody else may use it meanwhile.
    _folder: DataFolder,
}

impl OpenFolder {
    pub(super) async fn open(path: &Path, key_file: Option<PathBuf>) -> anyhow::Result<Self> {
        let purpose = DataFolder::purpose_of(path)?;
        let key_file = match (key_file, purpose) {
            (Some(path), _) => path,
            (None, Purpose::Dev) => key_file::of_stand_in(path),
            (None, Purpose::Serve) => bail!(
                "no server runs on {}: start it, or give --key-file to change the folder itself",
                path.display()
            ),
        };
        let folder = DataFolder::open(path, purpose)?;
        let authority = deployment::authority(&folder, &key_file::read(&key_file)?).await?;
        let clocks = deployment::KeptClocks::of(&folder);
        Ok(Self { api: Api::new(Arc::new(authority), Arc::new(clocks)), _folder: folder })
    }

    pub(super) async fn send(&self, request: Request<Bytes>) -> Answer {
        let door = Door::Operator(system::user());
        let answer = self.api.answer(request.map(Full::new), Some(door)).await;
        let (head, body) = answer.into_parts();
        Answer { status: head.status, headers: head.headers, body }
    }
}

//! Whose credentials sign: a file, or the environment.
//!
//! Belongs here: finding them, and saying what is missing. Does not: printing any of them, which
//! no sentence of this module does.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use countersign_signing::{Credentials, Secret, TokenCredentials};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::terminal::note;

/// A credentials file is one small object.
const MAX_BYTES: u64 = 64 * 1024;

/// The members of the file; in the environment in upper case, behind [`PREFIX`].
const MEMBERS: [&str; 5] =
    ["account", "consumer_key", "consumer_secret", "token_id", "token_secret"];

const PREFIX: &str = "COUNTERSIGN_";

// No doc comment: it would become the help of the command.
#[derive(Args)]
pub struct CredentialArgs {
    /// JSON file with account, consumer_key, consumer_secret, token_id and token_secret, as `dev
    /// --credentials FILE` writes it. Without it, COUNTERSIGN_ACCOUNT, COUNTERSIGN_CONSUMER_KEY,
    /// COUNTERSIGN_CONSUMER_SECRET, COUNTERSIGN_TOKEN_ID and COUNTERSIGN_TOKEN_SECRET are used
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// Name this account in the header instead of the one of the credentials
    #[arg(long, value_name = "ACCOUNT")]
    realm: Option<String>,
}

impl CredentialArgs {
    /// Reads them. Warns where others can read them too.
    pub fn load(&self) -> anyhow::Result<Signer> {
        let mut signer = match &self.credentials {
            Some(path) => from_file(path)?,
            None => from_environment(|name| std::env::var_os(name))?,
        };
        if let Some(realm) = &self.realm {
            signer.realm.clone_from(realm);
        }
        Ok(signer)
    }
}

/// Who signs.
#[derive(Debug)]
pub struct Signer {
    /// The account.
    pub realm: String,
    /// Keys and secrets.
    pub credentials: Credentials,
    /// Where URLs begin that begin with `/`.
    pub base_url: Option<String>,
}

impl Signer {
    /// Takes the five [`MEMBERS`] from wherever they are.
    fn from(
        mut member: impl FnMut(&'static str) -> anyhow::Result<Zeroizing<String>>,
    ) -> anyhow::Result<Self> {
        let [account, consumer_key, consumer_secret, token_id, token_secret] = MEMBERS;
        // Blanks around one are from copying: no credential has any.
        let mut text = |name| member(name).map(|it| Zeroizing::new(it.trim().to_owned()));
        let token = TokenCredentials {
            token: text(token_id)?.to_string(),
            secret: Secret::new(text(token_secret)?.as_bytes()),
        };
        let credentials = Credentials {
            consumer_key: text(consumer_key)?.to_string(),
            consumer_secret: Secret::new(text(consumer_secret)?.as_bytes()),
            token: Some(token),
        };
        Ok(Self { realm: text(account)?.to_string(), credentials, base_url: None })
    }
}

fn from_file(path: &Path) -> anyhow::Result<Signer> {
    let name = path.display();
    let text = File::open(path).and_then(|file| {
        let mut text = Zeroizing::new(Vec::new());
        file.take(MAX_BYTES).read_to_end(&mut text).map(|_| text)
    });
    let text = text.with_context(|| format!("the credentials in {name} can't be read"))?;
    if let Some(mode) = readable_by_others(path) {
        note(&format!(
            "countersign: warning: others can read the secrets in {name} (mode {mode:o}): run \
             `chmod 600 {name}`"
        ));
    }
    from_json(&text).with_context(|| format!("the credentials in {name} can't be used"))
}

fn from_json(text: &[u8]) -> anyhow::Result<Signer> {
    let Ok(Value::Object(mut members)) = serde_json::from_slice(text) else {
        // What the parser says may quote the file.
        bail!("it is not a JSON object");
    };
    let base_url = match members.remove("base_url") {
        Some(Value::String(url)) => Some(url),
        _ => None,
    };
    let signer = Signer::from(|name| match members.remove(name) {
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(Zeroizing::new(text)),
        Some(_) => bail!("its member `{name}` is empty or no text"),
        None => bail!("it has no member `{name}`"),
    })?;
    Ok(Signer { base_url, ..signer })
}

fn from_environment(get: impl Fn(&str) -> Option<OsString>) -> anyhow::Result<Signer> {
    let variable = |member: &str| format!("{PREFIX}{}", member.to_ascii_uppercase());
    let value = |member: &str| get(&variable(member)).filter(|value| !value.is_empty());
    let missing: Vec<String> =
        MEMBERS.into_iter().filter(|name| value(name).is_none()).map(variable).collect();
    if missing.len() == MEMBERS.len() {
        bail!(
            "there are no credentials to sign with: give --credentials FILE (`countersign dev \
             --credentials FILE` writes one), or set {}",
            missing.join(", ")
        );
    }
    if !missing.is_empty() {
        bail!(
            "the credentials in the environment are not complete: set {} as well, or give \
             --credentials FILE",
            missing.join(" and ")
        );
    }
    Signer::from(|name| {
        let text = value(name).and_then(|value| value.into_string().ok());
        text.map(Zeroizing::new).with_context(|| format!("{} is not text", variable(name)))
    })
}

/// The file's mode, where it lets anybody but its owner read.
#[cfg(unix)]
fn readable_by_others(path: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    let mode = metadata.mode() & 0o777;
    (mode & 0o044 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn readable_by_others(_: &Path) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests;

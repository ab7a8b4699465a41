//! A request from a curl line, as browsers, Postman and people write it.
//!
//! Belongs here: what curl would send. Does not: quoting (`curl::words`), sending.

mod body;
mod options;
mod words;

use anyhow::{Context, ensure};
use countersign_client::Address;

use super::received::Received;
use body::{Data, Files};

/// Words after which another command begins, or a file.
const ENDS: [&str; 9] = ["|", ";", "&", "&&", "||", ">", ">>", "2>", "<"];

/// Reads a line. `files` reads a file that it takes its body from, by the name that stands in it.
///
/// # Errors
/// It is no curl line, or not a whole one, or what `files` says: a sentence that says what to do.
pub fn read(
    line: &str,
    files: &dyn Fn(&str) -> anyhow::Result<Vec<u8>>,
) -> anyhow::Result<Received> {
    let words = words::split(line.trim())?;
    let mut words = words.into_iter().skip_while(|word| ["$", "%", "#", ">"].contains(&&**word));
    let program = words.next().unwrap_or_default();
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
    ensure!(
        name == "curl" || name == "curl.exe",
        "this is not a curl line: it has to begin with `curl`, as \"Copy as cURL\" of a browser's \
         network tab gives it"
    );
    let mut line = Line::default();
    let files = Files(files);
    let mut words = words.take_while(|word| !ENDS.contains(&&**word));
    while let Some(word) = words.next() {
        line.take(&word, &mut words, files)?;
        if line.is_over {
            line.notes.push("only the request before --next is explained".to_owned());
            break;
        }
    }
    line.received()
}

#[derive(Default)]
struct Line {
    urls: Vec<String>,
    method: Option<String>,
    headers: Vec<(String, Vec<u8>)>,
    removed: Vec<String>,
    user_agent: Option<String>,
    target: Option<String>,
    query: Vec<Vec<u8>>,
    data: Data,
    is_head: bool,
    is_get: bool,
    is_upload: bool,
    keeps_dots: bool,
    is_over: bool,
    notes: Vec<String>,
}

impl Line {
    fn take(
        &mut self,
        word: &str,
        rest: &mut impl Iterator<Item = String>,
        files: Files<'_>,
    ) -> anyhow::Result<()> {
        if let Some(name) = word.strip_prefix("--") {
            let value = match options::has_value(name) {
                true => rest.next().with_context(|| needs_value(word))?,
                false => String::new(),
            };
            return self.option(name, value, files);
        }
        let Some(letters) = word.strip_prefix('-').filter(|it| !it.is_empty()) else {
            self.urls.push(word.to_owned());
            return Ok(());
        };
        for (at, letter) in letters.char_indices() {
            let name = options::long_name(letter);
            if options::short_has_value(letter) {
                let attached = &letters[at + letter.len_utf8()..];
                let value = match attached {
                    "" => rest.next().with_context(|| needs_value(word))?,
                    _ => attached.to_owned(),
                };
                return self.option(name, value, files);
            }
            self.option(name, String::new(), files)?;
        }
        Ok(())
    }

    fn option(&mut self, name: &str, value: String, files: Files<'_>) -> anyhow::Result<()> {
        match name {
            "url" => self.urls.push(value),
            "request" => self.method = Some(value),
            "header" => self.header(&value),
            "user-agent" => self.user_agent = Some(value),
            "request-target" => self.target = Some(value),
            "url-query" => self.query.push(body::of_query(&value, files)?),
            "data" | "data-ascii" => self.data.text(&value, files)?,
            "data-raw" => self.data.raw(&value),
            "data-binary" => self.data.binary(&value, files)?,
            "data-urlencode" => self.data.encoded(&value, files)?,
            "json" => self.data.json(&value, files)?,
            "form" | "form-string" => self.data.multipart(),
            "upload-file" => {
                self.is_upload = true;
                self.notes.push("the file of --upload-file is not read: no file is signed".into());
            }
            "get" => self.is_get = true,
            "head" => self.is_head = true,
            "path-as-is" => self.keeps_dots = true,
            "next" => self.is_over = true,
            "user" => {
                self.notes.push("--user is passed over: OAuth has a header of its own".into());
            }
            "oauth2-bearer" => self.notes.push("--oauth2-bearer is passed over".into()),
            "config" => self.notes.push("--config is passed over: its file is not read".into()),
            _ => {}
        }
        Ok(())
    }

    fn header(&mut self, text: &str) {
        if text.starts_with('@') {
            self.notes.push("--header @FILE is passed over: its file is not read".to_owned());
        } else if let Some((name, value)) = text.split_once(':') {
            let (name, value) = (name.trim().to_owned(), value.trim());
            // Without a value, it takes away what curl would add.
            match value {
                "" => self.removed.push(name),
                _ => self.headers.push((name, value.as_bytes().to_vec())),
            }
        } else if let Some(name) = text.strip_suffix(';') {
            self.headers.push((name.trim().to_owned(), Vec::new()));
        }
    }

    fn received(mut self) -> anyhow::Result<Received> {
        let has_body = self.data.is_given && !self.is_get;
        let address = self.address()?;
        let method = self.method.take().unwrap_or_else(|| self.usual_method(has_body).to_owned());
        let kind = self.data.kind.filter(|_| has_body);
        self.add("Content-Type", kind.map(str::to_owned));
        let agent = self.user_agent.take();
        self.add("User-Agent", agent);
        let mut received = Received::to(method, &address, self.headers);
        if !self.keeps_dots {
            received.target = without_dots(&received.target);
        }
        if let Some(target) = self.target {
            received.target = target;
        }
        received.body = if has_body { self.data.bytes } else { Vec::new() };
        received.notes = self.notes;
        Ok(received)
    }

    fn address(&mut self) -> anyhow::Result<Address> {
        if self.urls.len() > 1 {
            self.notes.push("the line has more than one URL: the first is explained".to_owned());
        }
        let mut url = self.urls.first().cloned().context(
            "the curl line has no URL: copy the whole line, and mind the quotes around it",
        )?;
        if !url.contains("://") {
            self.notes.push("the URL has no scheme: curl takes http://".to_owned());
            url = format!("http://{url}");
        }
        let mut address = Address::parse(&url).context("the URL in the curl line can't be used")?;
        let mut query = std::mem::take(&mut self.query);
        if self.is_get && !self.data.bytes.is_empty() {
            query.push(std::mem::take(&mut self.data.bytes));
        }
        for part in query {
            let separator = if address.target().contains('?') { '&' } else { '?' };
            let longer = format!("{address}{separator}{}", String::from_utf8_lossy(&part));
            address = Address::parse(&longer).context("the data does not fit into the URL")?;
        }
        Ok(address)
    }

    fn usual_method(&self, has_body: bool) -> &'static str {
        if self.is_head {
            "HEAD"
        } else if self.is_upload {
            "PUT"
        } else if has_body {
            "POST"
        } else {
            "GET"
        }
    }

    /// Adds a header that curl makes itself, unless the line says otherwise.
    fn add(&mut self, name: &str, value: Option<String>) {
        let mut said = self.headers.iter().map(|(name, _)| name).chain(&self.removed);
        if let Some(value) = value
            && !said.any(|it| it.eq_ignore_ascii_case(name))
        {
            self.headers.push((name.to_owned(), value.into_bytes()));
        }
    }
}

fn needs_value(option: &str) -> String {
    format!("the curl line ends after {option}: copy the whole line")
}

/// curl folds `.` and `..` in a path before it sends it (RFC 3986 section 5.2.4).
fn without_dots(target: &str) -> String {
    let (path, query) = target.split_at(target.find('?').unwrap_or(target.len()));
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let mut kept: Vec<&str> = Vec::new();
    for (at, segment) in segments.iter().enumerate() {
        let is_last = at + 1 == segments.len();
        match *segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            other => {
                kept.push(other);
                continue;
            }
        }
        if is_last {
            kept.push("");
        }
    }
    format!("/{}{query}", kept.join("/"))
}

#[cfg(test)]
mod tests;

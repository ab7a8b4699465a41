//! What is to be sent, as the command line says it. `countersign sign` says it in the same words.

use std::str::FromStr;

use anyhow::{Context, anyhow, bail};
use clap::Args;
use countersign_client::{Address, SigningRequest};
use countersign_signing::is_form;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, Method};

use super::content::{Content, FORM};

// No doc comment: it would become the help of the command.
#[derive(Args)]
pub struct MessageArgs {
    /// GET, POST, ...
    #[arg(value_parser = parse_method)]
    method: Method,
    /// Where to. A URL that begins with / begins at the base_url of the credentials file
    url: String,
    /// A header. Repeat it for more
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = parse_header)]
    headers: Vec<(HeaderName, HeaderValue)>,
    /// The body: a text, @FILE for a file's content, @- for standard input. JSON is sent as
    /// application/json; anything else needs a Content-Type header. A body of type
    /// application/x-www-form-urlencoded is signed, other bodies are not
    #[arg(
        short,
        long,
        value_name = "TEXT|@FILE",
        conflicts_with = "form",
        allow_hyphen_values = true
    )]
    data: Option<String>,
    /// A field of a form, percent-encoded for you. Repeat it for more
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_field,
        allow_hyphen_values = true)]
    form: Vec<(String, String)>,
}

impl MessageArgs {
    /// As a request, with its body opened.
    pub async fn request(self, base_url: Option<&str>) -> anyhow::Result<SigningRequest> {
        let mut request = SigningRequest::new(self.method, address(&self.url, base_url)?);
        for (name, value) in self.headers {
            request.headers.append(name, value);
        }
        let declared = request.headers.get(CONTENT_TYPE);
        if !self.form.is_empty() && declared.is_some_and(|it| !is_form(it.as_bytes())) {
            bail!("--form makes a body of type {FORM}: leave the Content-Type header out");
        }
        let content = match &self.data {
            Some(data) => Content::of_data(data, declared).await?,
            None => Content::of_form(&self.form),
        };
        request.body = content.body;
        set_default(&mut request.headers, CONTENT_TYPE, content.kind);
        set_default(&mut request.headers, ACCEPT, Some("*/*"));
        let agent = concat!("countersign/", env!("CARGO_PKG_VERSION"));
        set_default(&mut request.headers, USER_AGENT, Some(agent));
        Ok(request)
    }
}

fn set_default(headers: &mut HeaderMap, name: HeaderName, value: Option<&'static str>) {
    if let Some(value) = value {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

fn address(url: &str, base_url: Option<&str>) -> anyhow::Result<Address> {
    let whole = match (url.starts_with('/'), base_url) {
        (false, _) => url.to_owned(),
        (true, Some(base)) => format!("{}{url}", base.trim_end_matches('/')),
        (true, None) => bail!(
            "{url:?} is no whole URL, and no credentials file with a base_url says where it \
             begins: write it with http:// or https:// and the host"
        ),
    };
    // Not the URL itself: a user name in it may have a password beside it.
    Address::parse(&whole).context("the URL can't be used")
}

fn parse_method(text: &str) -> anyhow::Result<Method> {
    let method = Method::from_str(&text.to_ascii_uppercase());
    method.map_err(|_| anyhow!("a method is a word such as GET"))
}

fn parse_header(text: &str) -> anyhow::Result<(HeaderName, HeaderValue)> {
    let (name, value) = text.split_once(':').context("a header is written `Name: value`")?;
    let name = HeaderName::from_str(name.trim_end()).context("this is no name of a header")?;
    let value = value.trim().parse().context("a header's value has no line breaks")?;
    Ok((name, value))
}

fn parse_field(text: &str) -> anyhow::Result<(String, String)> {
    let (name, value) = text.split_once('=').context("a field is written `name=value`")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use countersign_client::RequestBody;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        message: MessageArgs,
    }

    async fn request(line: &[&str]) -> anyhow::Result<SigningRequest> {
        let line = Line::try_parse_from([&["x"], line].concat())?;
        line.message.request(Some("http://localhost:8080/")).await
    }

    #[tokio::test]
    async fn a_url_that_begins_with_a_slash_begins_at_the_base_url() {
        for (url, expected) in [
            ("/x?y=1", "http://localhost:8080/x?y=1"),
            ("https://a.b", "https://a.b/"),
            ("/", "http://localhost:8080/"),
        ] {
            assert_eq!(request(&["get", url]).await.unwrap().address.to_string(), expected);
        }
        let fault = address("/x", None).unwrap_err().to_string();
        assert!(fault.contains("write it with http:// or https://"), "{fault}");
        let fault = format!("{:#}", address("http://me:canary@h/", None).unwrap_err());
        assert!(fault.contains("user name") && !fault.contains("canary"), "{fault}");
    }

    #[tokio::test]
    async fn headers_are_sent_as_written_and_three_are_filled_in() {
        let line = ["POST", "/", "-H", "X-A:  1 ", "-H", "x-a: 2:3", "-H", "Accept: text/csv"];
        let headers = request(&[&line[..], &["-d", "[1]"]].concat()).await.unwrap().headers;
        assert_eq!(headers.get_all("x-a").iter().collect::<Vec<_>>(), ["1", "2:3"]);
        assert_eq!(headers["accept"], "text/csv");
        assert_eq!(headers["content-type"], "application/json");
        assert!(headers["user-agent"].to_str().unwrap().starts_with("countersign/"));
        for wrong in ["X-A", "X A: 1", ": 1", "X-A: 1\r\nX-B: 2"] {
            assert!(request(&["GET", "/", "-H", wrong]).await.is_err(), "{wrong:?}");
        }
    }

    #[tokio::test]
    async fn a_form_is_encoded_and_is_no_other_type() {
        let line = ["POST", "/", "--form", "a b=1+2", "--form", "c=d=ü", "--form", "e=-"];
        let form = request(&line).await.unwrap();
        assert_eq!(form.headers["content-type"], FORM);
        match form.body {
            RequestBody::Bytes(bytes) => assert_eq!(bytes, "a%20b=1%2B2&c=d%3D%C3%BC&e=-"),
            RequestBody::File(_) => panic!("a form is in memory"),
        }
        let other = [&line[..], &["-H", "Content-Type: text/plain"]].concat();
        assert!(request(&other).await.unwrap_err().to_string().contains("leave the Content-Type"));
        assert!(request(&[&line[..], &["-d", "x"]].concat()).await.is_err());
    }
}

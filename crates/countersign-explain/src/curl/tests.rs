use super::*;

fn read(line: &str) -> Received {
    super::read(line, &form).unwrap()
}

/// The only file that there is.
fn form(name: &str) -> anyhow::Result<Vec<u8>> {
    ensure!(name == "form.txt", "{name} can't be read");
    Ok(b"a=1\n&b=2\n".to_vec())
}

/// Method, address and target, content type, body.
fn shown(line: &str) -> String {
    let it = read(line);
    let kind = it.text("content-type").unwrap_or_default();
    let body = String::from_utf8(it.body.clone()).unwrap();
    let url = format!("{}://{}{}", it.scheme.as_str(), it.authority, it.target);
    format!("{} {url} [{kind}] {body}", it.method)
}

const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn the_request_is_the_one_that_curl_sends() {
    for (line, expected) in [
        ("curl https://a.b/x?y=1", "GET https://a.b/x?y=1 [] ".to_owned()),
        ("$ /usr/bin/curl -sSLk a.b | jq .", "GET http://a.b/ [] ".to_owned()),
        ("curl -XPUT https://a.b/ -d x=1 -dy=2", format!("PUT https://a.b/ [{FORM}] x=1&y=2")),
        (
            "curl -G https://a.b/?a=1 -d x=1 --data-urlencode 'y=a b+'",
            "GET https://a.b/?a=1&x=1&y=a+b%2B [] ".to_owned(),
        ),
        ("curl -I --url https://a.b/", "HEAD https://a.b/ [] ".to_owned()),
        (
            "curl https://a.b/ --json '{\"a\":1}'",
            "POST https://a.b/ [application/json] {\"a\":1}".to_owned(),
        ),
        (
            "curl https://a.b/ -H 'content-type: text/plain' --data-raw @x",
            "POST https://a.b/ [text/plain] @x".to_owned(),
        ),
        ("curl https://a.b/ -H 'Content-Type:' -d x", "POST https://a.b/ [] x".to_owned()),
        (
            "curl https://a.b/ -F f=@photo.jpg",
            "POST https://a.b/ [multipart/form-data] ".to_owned(),
        ),
        (
            "curl -o out --max-time 5 -b 'c=1' -x http://p:1 -k https://a.b/ -w '%{http_code}'",
            "GET https://a.b/ [] ".to_owned(),
        ),
        ("curl https://a.b/x/../y/./z/..?q=/../", "GET https://a.b/y/?q=/../ [] ".to_owned()),
        ("curl --path-as-is https://a.b/x/../y", "GET https://a.b/x/../y [] ".to_owned()),
        ("curl https://10.0.0.1/ -H 'Host: c.d:81'", "GET https://c.d:81/ [] ".to_owned()),
        (
            "curl https://a.b/ --url-query 'q=a b' --url-query +r=%2f",
            "GET https://a.b/?q=a+b&r=%2f [] ".to_owned(),
        ),
        ("curl https://a.b/ --next https://c.d/ -d x", "GET https://a.b/ [] ".to_owned()),
    ] {
        assert_eq!(shown(line), expected, "{line}");
    }
}

#[test]
fn a_body_is_read_from_its_file_as_curl_reads_it() {
    for (option, expected) in [
        ("-d", "a=1&b=2"),
        ("--data-binary", "a=1\n&b=2\n"),
        ("--data-urlencode", "a%3D1%0A%26b%3D2%0A"),
    ] {
        let received = read(&format!("curl https://a.b/ {option} @form.txt"));
        assert_eq!(received.body, expected.as_bytes(), "{option}");
    }
    let fault = super::read("curl https://a.b/ -d @other.txt", &form).unwrap_err().to_string();
    assert_eq!(fault, "other.txt can't be read");
}

#[test]
fn the_user_agent_is_known() {
    assert_eq!(read("curl -A x https://a.b/").text("user-agent").as_deref(), Some("x"));
    let both = "curl -A x -H 'User-Agent: y' https://a.b/";
    assert_eq!(read(both).text("User-Agent").as_deref(), Some("y"));
}

#[test]
fn what_is_passed_over_is_told() {
    let notes = read("curl -u me:canary https://a.b/ https://c.d/").notes;
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(!format!("{notes:?}").contains("canary"));
}

#[test]
fn what_is_no_curl_line_is_refused_with_what_to_do() {
    for (line, words) in [
        ("wget https://a.b/", "has to begin with `curl`"),
        ("", "has to begin with `curl`"),
        ("curl -H 'A: b'", "has no URL"),
        ("curl https://a.b/ -H", "ends after -H: copy the whole line"),
        ("curl https://a.b/ 'x", "quotes in the curl line do not match"),
        ("curl ftp://a.b/", "can't be used"),
        ("curl https://a.b/ -d @-", "write the body into the line"),
    ] {
        let fault = format!("{:#}", super::read(line, &form).unwrap_err());
        assert!(fault.contains(words), "{line}: {fault}");
    }
}

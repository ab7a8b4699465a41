//! What `countersign dev` prints when it is ready: the credentials, and lines to paste.

use super::credentials_file::CredentialsFile;

/// The path that the examples call.
const EXAMPLE: &str = "/services/rest/record/v1/customer?limit=10";

pub(super) fn text(credentials: &CredentialsFile) -> anyhow::Result<String> {
    let program = std::env::current_exe()?;
    let url = format!("{}{EXAMPLE}", credentials.base_url);
    Ok([
        summary(credentials),
        shell(credentials, &program.display().to_string(), &url),
        python(credentials, &url),
        node(credentials, &url),
        "\nRefusals are explained below. Ctrl-C ends it.\n".to_owned(),
    ]
    .concat())
}

fn summary(c: &CredentialsFile) -> String {
    format!(
        r#"
Countersign dev listens on {}

  account          {}
  consumer key     {}
  consumer secret  {}
  token ID         {}
  token secret     {}
  user             {} / {}  (role {})
  administrator    {} / {}
"#,
        c.base_url,
        c.account,
        c.consumer_key,
        c.consumer_secret,
        c.token_id,
        c.token_secret,
        c.login_email,
        c.login_password,
        c.role,
        c.admin_email,
        c.admin_password,
    )
}

fn shell(c: &CredentialsFile, program: &str, url: &str) -> String {
    format!(
        r#"
Shell:

  export COUNTERSIGN_ACCOUNT={}
  export COUNTERSIGN_CONSUMER_KEY={}
  export COUNTERSIGN_CONSUMER_SECRET={}
  export COUNTERSIGN_TOKEN_ID={}
  export COUNTERSIGN_TOKEN_SECRET={}
  {program} call GET '{url}'
  curl -H "$({program} sign GET '{url}')" '{url}'
"#,
        c.account, c.consumer_key, c.consumer_secret, c.token_id, c.token_secret,
    )
}

fn python(c: &CredentialsFile, url: &str) -> String {
    format!(
        r#"
Python (pip install requests-oauthlib):

  from requests_oauthlib import OAuth1Session
  session = OAuth1Session("{}", "{}",
      "{}", "{}",
      signature_method="HMAC-SHA256", realm="{}")
  print(session.get("{url}").text)
"#,
        c.consumer_key, c.consumer_secret, c.token_id, c.token_secret, c.account,
    )
}

fn node(c: &CredentialsFile, url: &str) -> String {
    format!(
        r#"
Node (npm install oauth-1.0a):

  const OAuth = require('oauth-1.0a'), crypto = require('crypto');
  const oauth = OAuth({{ realm: '{}', signature_method: 'HMAC-SHA256',
    consumer: {{ key: '{}', secret: '{}' }},
    hash_function: (text, key) =>
      crypto.createHmac('sha256', key).update(text).digest('base64') }});
  const url = '{url}';
  const token = {{ key: '{}', secret: '{}' }};
  const headers = oauth.toHeader(oauth.authorize({{ url, method: 'GET' }}, token));
  fetch(url, {{ headers }}).then(answer => answer.text()).then(console.log);
"#,
        c.account, c.consumer_key, c.consumer_secret, c.token_id, c.token_secret,
    )
}

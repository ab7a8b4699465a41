//! What `countersign dev` prints when it is ready: the credentials, and lines to paste.

use super::credentials_file::CredentialsFile;

/// The path that the examples call.
const EXAMPLE: &str = "/services/rest/record/v1/customer?limit=10";

pub(super) fn text(credentials: &CredentialsFile) -> anyhow::Result<String> {
    let CredentialsFile {
        base_url,
        account,
        consumer_key,
        consumer_secret,
        token_id,
        token_secret,
        login_email,
        login_password,
        role,
        admin_email,
        admin_password,
        ..
    } = credentials;
    let program = std::env::current_exe()?;
    let program = program.display();
    let url = format!("{base_url}{EXAMPLE}");
    Ok(format!(
        r#"
Countersign dev listens on {base_url}

  account          {account}
  consumer key     {consumer_key}
  consumer secret  {consumer_secret}
  token ID         {token_id}
  token secret     {token_secret}
  user             {login_email} / {login_password}  (role {role})
  administrator    {admin_email} / {admin_password}

Shell:

  export COUNTERSIGN_ACCOUNT={account}
  export COUNTERSIGN_CONSUMER_KEY={consumer_key}
  export COUNTERSIGN_CONSUMER_SECRET={consumer_secret}
  export COUNTERSIGN_TOKEN_ID={token_id}
  export COUNTERSIGN_TOKEN_SECRET={token_secret}
  {program} call GET '{url}'
  curl -H "$({program} sign GET '{url}')" '{url}'

Python (pip install requests-oauthlib):

  from requests_oauthlib import OAuth1Session
  session = OAuth1Session("{consumer_key}", "{consumer_secret}",
      "{token_id}", "{token_secret}",
      signature_method="HMAC-SHA256", realm="{account}")
  print(session.get("{url}").text)

Node (npm install oauth-1.0a):

  const OAuth = require('oauth-1.0a'), crypto = require('crypto');
  const oauth = OAuth({{ realm: '{account}', signature_method: 'HMAC-SHA256',
    consumer: {{ key: '{consumer_key}', secret: '{consumer_secret}' }},
    hash_function: (text, key) => crypto.createHmac('sha256', key).update(text).digest('base64') }});
  const url = '{url}';
  const token = {{ key: '{token_id}', secret: '{token_secret}' }};
  fetch(url, {{ headers: {{ ...oauth.toHeader(oauth.authorize({{ url, method: 'GET' }}, token)) }} }})
    .then(answer => answer.text()).then(console.log);

Refusals are explained below. Ctrl-C ends it.
"#
    ))
}

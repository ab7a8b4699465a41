//! What a refusal looks like to its caller, as plain data: one shape at a time, by path.
//!
//! The caller learns almost nothing; codes and bodies are the documented ones, since clients parse
//! them. What really happened is in the trail, under the reference that the gate adds.

use countersign_model::AccountId;

use crate::{PublicError, Surface};

/// The form that an error has for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// RESTlets: a small error object in the format of the request's body.
    Restlet(BodyFormat),
    /// REST web services: a problem document.
    Rest,
    /// SOAP web services: a fault in the namespaces of the endpoint's version.
    Soap(EndpointVersion),
}

/// The formats that a RESTlet answers in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFormat {
    /// Also for requests with no body or an unknown one.
    Json,
    /// For `application/xml` and `text/xml`.
    Xml,
    /// For `text/plain`.
    Text,
}

/// The version in the path of a SOAP endpoint, such as 2024.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndpointVersion {
    year: u16,
    release: u8,
}

impl Shape {
    /// By path and the request's `Content-Type`.
    pub fn of(path: &str, content_type: Option<&[u8]>) -> Self {
        match Surface::of(path) {
            Surface::Restlet => Self::Restlet(BodyFormat::of(content_type)),
            Surface::Rest => Self::Rest,
            Surface::Soap => Self::Soap(EndpointVersion::of(path)),
        }
    }
}

impl BodyFormat {
    fn of(content_type: Option<&[u8]>) -> Self {
        let media_type = content_type.unwrap_or_default().split(|b| *b == b';').next();
        let is = |name: &str| {
            media_type.is_some_and(|m| m.trim_ascii().eq_ignore_ascii_case(name.as_bytes()))
        };
        if is("application/xml") || is("text/xml") {
            Self::Xml
        } else if is("text/plain") {
            Self::Text
        } else {
            Self::Json
        }
    }
}

impl EndpointVersion {
    const NEWEST: Self = Self { year: 2025, release: 2 };

    fn of(path: &str) -> Self {
        let parse = || {
            let (_, version) = path.split_once("NetSuitePort_")?;
            let (year, release) = version.split_once('_')?;
            Some(Self { year: year.parse().ok()?, release: release.parse().ok()? })
        };
        parse().unwrap_or(Self::NEWEST)
    }
}

/// A whole answer, for the gate to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The value of `Content-Type`.
    pub content_type: &'static str,
    /// The value of `WWW-Authenticate`.
    pub authenticate: Option<String>,
    /// The value of `Retry-After`, in seconds.
    pub retry_after: Option<u32>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The answer to a refused request. `account` is the account it named, if we know it.
    pub fn refusal(error: PublicError, shape: Shape, account: Option<&AccountId>) -> Self {
        let words = Words::of(error, shape);
        let mut answer = Self::error(words.status, words.code, words.message, shape);
        if error == PublicError::InvalidLogin {
            let realm = account.map(|id| format!("realm=\"{id}\", ")).unwrap_or_default();
            answer.authenticate = Some(format!(
                "OAuth {realm}error=\"token_rejected\", \
                 error_description=\"Invalid login attempt.\""
            ));
            if let Shape::Soap(version) = shape {
                answer.body = invalid_credentials(version, words.message);
            }
        }
        if let (PublicError::TooManyAtATime, Shape::Soap(version)) = (error, shape) {
            answer.body = over_concurrency(version, words.message);
        }
        answer.retry_after = match error {
            PublicError::TooManyRequests { seconds } => Some(seconds),
            PublicError::TooManyAtATime | PublicError::Unavailable => Some(1),
            _ => None,
        };
        answer
    }

    /// Any error but a failed login, in the shape of the request. `code` and `message` are
    /// constants of ours.
    pub fn error(status: u16, code: &'static str, message: &'static str, shape: Shape) -> Self {
        let (content_type, status, body) = match shape {
            Shape::Restlet(BodyFormat::Json) => (
                "application/json",
                status,
                format!(r#"{{"error" : {{"code" : "{code}", "message" : "{message}"}}}}"#),
            ),
            Shape::Restlet(BodyFormat::Xml) => (
                "text/xml;charset=UTF-8",
                status,
                format!("<error><code>{code}</code><message>{message}</message></error>"),
            ),
            Shape::Restlet(BodyFormat::Text) => (
                "text/plain;charset=UTF-8",
                status,
                format!("error code: {code}\nerror message: {message}"),
            ),
            Shape::Rest => (
                "application/vnd.oracle.resource+json; type=error; charset=UTF-8",
                status,
                problem(status, code, message),
            ),
            // SOAP 1.1 section 6.2: a fault travels with status 500.
            Shape::Soap(_) => ("text/xml; charset=utf-8", 500, fault(party(status), message, "")),
        };
        Self { status, content_type, authenticate: None, retry_after: None, body }
    }
}

struct Words {
    status: u16,
    code: &'static str,
    message: &'static str,
}

impl Words {
    fn of(error: PublicError, shape: Shape) -> Self {
        let rest = matches!(shape, Shape::Rest);
        let (status, code, message) = match error {
            PublicError::BadHead(why) => (400, "INVALID_REQUEST", why),
            PublicError::InvalidRequest => (
                400,
                "INVALID_REQUEST",
                "The request could not be understood by the server due to malformed syntax.",
            ),
            PublicError::CrossSite => {
                (403, "CROSS_SITE_REQUEST", "These pages answer to no other site.")
            }
            PublicError::HostNotServed => (
                403,
                "HOST_NOT_SERVED",
                "This path answers for localhost, the public host and hosts of accounts only.",
            ),
            PublicError::FormTooLarge => (
                413,
                "REQUEST_BODY_TOO_LARGE",
                "A form body is signed as a whole, and this one is larger than the limit.",
            ),
            PublicError::InvalidLogin if rest => (
                401,
                "INVALID_LOGIN",
                "Invalid login attempt. For more details, see the Login Audit Trail in the \
                 NetSuite UI at Setup > Users/Roles > User Management > View Login Audit Trail.",
            ),
            PublicError::InvalidLogin => (401, "INVALID_LOGIN_ATTEMPT", "Invalid login attempt."),
            PublicError::TooManyRequests { .. } if rest => {
                (429, "REQUEST_LIMIT_EXCEEDED", "Request limit exceeded. Request blocked.")
            }
            PublicError::TooManyRequests { .. } => {
                (429, "SSS_REQUEST_LIMIT_EXCEEDED", "Request limit exceeded. Request blocked.")
            }
            PublicError::TooManyAtATime if rest => (
                429,
                "CONCURRENCY_LIMIT_EXCEEDED",
                "Concurrent request limit exceeded. Request blocked.",
            ),
            // With this status, as documented.
            PublicError::TooManyAtATime => (
                400,
                "SSS_REQUEST_LIMIT_EXCEEDED",
                "Concurrent request limit exceeded. Request blocked.",
            ),
            PublicError::InsufficientPermission => (
                403,
                "INSUFFICIENT_PERMISSION",
                "The role of this login does not have the permission that this request needs.",
            ),
            PublicError::Unavailable => (
                503,
                "UNEXPECTED_ERROR",
                "The request can not be decided at the moment. Try again later.",
            ),
        };
        Self { status, code, message }
    }
}

fn problem(status: u16, code: &str, message: &str) -> String {
    let (section, title) = match status {
        400 => ("rfc9110.html#section-15.5.1", "Bad Request"),
        401 => ("rfc9110.html#section-15.5.2", "Unauthorized"),
        403 => ("rfc9110.html#section-15.5.4", "Forbidden"),
        404 => ("rfc9110.html#section-15.5.5", "Not Found"),
        405 => ("rfc9110.html#section-15.5.6", "Method Not Allowed"),
        408 => ("rfc9110.html#section-15.5.9", "Request Timeout"),
        413 => ("rfc9110.html#section-15.5.14", "Content Too Large"),
        429 => ("rfc6585.html#section-4", "Too Many Requests"),
        500 => ("rfc9110.html#section-15.6.1", "Internal Server Error"),
        502 => ("rfc9110.html#section-15.6.3", "Bad Gateway"),
        503 => ("rfc9110.html#section-15.6.4", "Service Unavailable"),
        504 => ("rfc9110.html#section-15.6.5", "Gateway Timeout"),
        _ => ("rfc9110.html#section-15", "Error"),
    };
    format!(
        r#"{{"type":"https://www.rfc-editor.org/rfc/{section}","title":"{title}","status":{status},"o:errorDetails":[{{"detail":"{message}","o:errorCode":"{code}"}}]}}"#
    )
}

/// Whose fault it was. SOAP 1.1 section 4.4.1: what is the client's must not be sent again as it
/// is; what may succeed later is the server's.
fn party(status: u16) -> &'static str {
    match status {
        408 | 429 | 500.. => "Server",
        _ => "Client",
    }
}

fn invalid_credentials(version: EndpointVersion, message: &str) -> String {
    let detail = detail(version, "invalidCredentialsFault", "USER_ERROR", message);
    fault("Server.userException", message, &detail)
}

fn over_concurrency(version: EndpointVersion, message: &str) -> String {
    let name = "exceededConcurrentRequestLimitFault";
    let detail = detail(version, name, "WS_REQUEST_BLOCKED", message);
    fault("Server.userException", message, &detail)
}

fn detail(version: EndpointVersion, name: &str, code: &str, message: &str) -> String {
    let EndpointVersion { year, release } = version;
    format!(
        "<detail><platformFaults:{name} xmlns:platformFaults=\
         \"urn:faults_{year}_{release}.platform.webservices.netsuite.com\">\
         <platformFaults:code>{code}</platformFaults:code>\
         <platformFaults:message>{message}</platformFaults:message>\
         </platformFaults:{name}></detail>"
    )
}

fn fault(code: &str, message: &str, detail: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope \
         xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body><soapenv:Fault>\
         <faultcode>soapenv:{code}</faultcode><faultstring>{message}</faultstring>{detail}\
         </soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    )
}

#[cfg(test)]
mod tests;

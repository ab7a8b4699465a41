//! The calls that every client makes. Adding one needs no code.
//!
//! Where a library signs something wrongly, that is said here, with what is wrong: Countersign
//! refuses it, as every verifier does that follows RFC 5849, and in `dev` it says why.

use super::Client::{self, Oauth1Request, Oauth1aFetch, Oauth1aHttp};

/// One call.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) query: Query,
    pub(crate) body: Body,
    /// What other clients than those of [`Otherwise`] get is 200.
    pub(crate) otherwise: &'static [Otherwise],
}

/// The query.
#[derive(Clone, Copy)]
pub(crate) enum Query {
    None,
    /// Names and values, for the client to encode.
    Pairs(&'static [(&'static str, &'static str)]),
    /// As it stands in the URL that the client is given.
    Raw(&'static str),
}

/// The body.
#[derive(Clone, Copy)]
pub(crate) enum Body {
    None,
    /// Not signed.
    Json(&'static str),
    /// Signed; names and values, for the client to encode.
    Form(&'static [(&'static str, &'static str)]),
}

/// A library's own fault or limit.
pub(crate) struct Otherwise {
    pub(crate) clients: &'static [Client],
    pub(crate) how: How,
    /// What the library does, where RFC 5849 section 3.4.1 says otherwise.
    pub(crate) why: &'static str,
}

/// What comes of it.
pub(crate) enum How {
    /// Refused; in `dev` with this diagnosis.
    Refused(&'static str),
    /// The library has no way to send it.
    NotOffered,
}

const OAUTH_1_0A: &[Client] = &[Oauth1aFetch, Oauth1aHttp];

const fn signs_wrongly(diagnosis: &'static str, why: &'static str) -> Otherwise {
    Otherwise { clients: OAUTH_1_0A, how: How::Refused(diagnosis), why }
}

const PLUS: &[Otherwise] = &[signs_wrongly("plus-for-space", "signs + in a query as %2B")];
const NAMES: &[Otherwise] = &[
    signs_wrongly("names-double-encoded", "does not decode names of the query"),
    Otherwise {
        clients: &[Oauth1Request],
        how: How::NotOffered,
        why: "takes names that need no encoding only",
    },
];
const EQUALS: &[Otherwise] =
    &[signs_wrongly("value-cut", "keeps two of the pieces between equals signs")];
const QUESTION: &[Otherwise] =
    &[signs_wrongly("unexplained", "keeps two of the pieces between question marks")];
const EMPTY: &[Otherwise] = &[signs_wrongly("unexplained", "signs components that are empty")];
const EMPTY_REPEATED: &[Otherwise] =
    &[signs_wrongly("duplicates-collapsed", "loses an empty value of a name that is repeated")];
const QUERY_AND_FORM: &[Otherwise] = &[signs_wrongly(
    "form-body-not-signed",
    "signs of a name in query and form the query's value only",
)];

const fn get(name: &'static str, query: Query, otherwise: &'static [Otherwise]) -> Case {
    let path = "/services/rest/record/v1/customer";
    Case { name, method: "GET", path, query, body: Body::None, otherwise }
}

const fn send(method: &'static str, name: &'static str, query: Query, body: Body) -> Case {
    let path = "/services/rest/record/v1/customer";
    Case { name, method, path, query, body, otherwise: &[] }
}

const NOTHING: &[Otherwise] = &[];

pub(crate) const CASES: &[Case] = &[
    get("no query", Query::None, NOTHING),
    get("a plain query", Query::Pairs(&[("limit", "10"), ("offset", "0")]), NOTHING),
    Case {
        path: "/app/site/hosting/restlet.nl",
        ..get("a RESTlet", Query::Pairs(&[("script", "6"), ("deploy", "1")]), NOTHING)
    },
    Case {
        path: "/services/rest/record/v1/salesOrder/1%2F2/item%20a;v=1,(b)!",
        ..get("an odd path", Query::Pairs(&[("a", "1")]), NOTHING)
    },
    get("blanks", Query::Pairs(&[("q", "a b  c"), ("r", " ")]), NOTHING),
    get("plus and percent signs", Query::Pairs(&[("q", "1+1=2 100%"), ("r", "%41%zz")]), NOTHING),
    get("characters outside of ASCII", Query::Pairs(&[("q", "Zoë 日本 😀")]), NOTHING),
    get("repeated names", Query::Pairs(&[("id", "2"), ("id", "10"), ("id", "2")]), NOTHING),
    get("empty values", Query::Pairs(&[("a", ""), ("b", "x"), ("c", "")]), NOTHING),
    get("an empty value, repeated", Query::Pairs(&[("a", ""), ("a", "1")]), EMPTY_REPEATED),
    get("reserved characters", Query::Pairs(&[("q", "!'()*:@/?,;$&=#[]")]), NOTHING),
    get("unreserved characters", Query::Pairs(&[("q", "-._~AZaz09")]), NOTHING),
    get("quotes and braces", Query::Pairs(&[("q", "\"<>\\^`{|}")]), NOTHING),
    get(
        "names that sort oddly",
        Query::Pairs(&[
            ("a_", "1"),
            ("a.b", "2"),
            ("aB", "3"),
            ("a", "4"),
            ("a1", "5"),
            ("A", "6"),
        ]),
        NOTHING,
    ),
    get("names with brackets", Query::Pairs(&[("filter[name]", "x y")]), NAMES),
    get("plus means a blank", Query::Raw("q=a+b"), PLUS),
    get("reserved characters, raw", Query::Raw("q=!'()*:@/,;$"), NOTHING),
    get("a question mark, raw", Query::Raw("q=a?b"), QUESTION),
    get("an equals sign, raw", Query::Raw("q=a=b=c"), EQUALS),
    get("empty components", Query::Raw("&a=1&&b=2&"), EMPTY),
    get("no value", Query::Raw("flag&x=1"), NOTHING),
    get("escapes in lower case", Query::Raw("q=a%2fb%c3%bc"), NOTHING),
    get("escapes that need not be", Query::Raw("q=%7E%41"), NOTHING),
    send("DELETE", "DELETE", Query::Pairs(&[("force", "true")]), Body::None),
    send("POST", "JSON", Query::None, Body::Json(r#"{"name": "Zoë & Söhne", "q": "a=1&b=2"}"#)),
    send("PUT", "JSON and a query", Query::Pairs(&[("replace", "all of")]), Body::Json("[]")),
    send(
        "POST",
        "a form",
        Query::None,
        Body::Form(&[("a", "1 2"), ("b", "x+y&z=é"), ("a", "0"), ("empty", "")]),
    ),
    send(
        "POST",
        "a form with reserved characters",
        Query::Pairs(&[("script", "6")]),
        Body::Form(&[("q", "!'()*:@/?,;$~")]),
    ),
    Case {
        otherwise: QUERY_AND_FORM,
        ..send(
            "POST",
            "a name in query and form",
            Query::Pairs(&[("a", "1")]),
            Body::Form(&[("a", "2")]),
        )
    },
];

//! Which of curl's options take a value: those that say nothing about the request, too, must be
//! passed over as a whole.

/// Long options with a value, without those that are read (see `curl`).
const LONG: &[&str] = &[
    "abstract-unix-socket",
    "alt-svc",
    "aws-sigv4",
    "cacert",
    "capath",
    "cert",
    "cert-type",
    "ciphers",
    "config",
    "connect-timeout",
    "connect-to",
    "continue-at",
    "cookie",
    "cookie-jar",
    "curves",
    "dns-servers",
    "doh-url",
    "dump-header",
    "engine",
    "expect100-timeout",
    "haproxy-clientip",
    "happy-eyeballs-timeout-ms",
    "hsts",
    "interface",
    "ip-tos",
    "key",
    "key-type",
    "keepalive-time",
    "limit-rate",
    "local-port",
    "max-filesize",
    "max-redirs",
    "max-time",
    "netrc-file",
    "noproxy",
    "output",
    "output-dir",
    "parallel-max",
    "pass",
    "pinnedpubkey",
    "preproxy",
    "proto",
    "proto-default",
    "proto-redir",
    "proxy",
    "proxy-cacert",
    "proxy-cert",
    "proxy-header",
    "proxy-key",
    "proxy-user",
    "quote",
    "range",
    "rate",
    "referer",
    "resolve",
    "retry",
    "retry-delay",
    "retry-max-time",
    "socks4",
    "socks4a",
    "socks5",
    "socks5-hostname",
    "speed-limit",
    "speed-time",
    "stderr",
    "time-cond",
    "tls-max",
    "tls13-ciphers",
    "tlspassword",
    "tlsuser",
    "trace",
    "trace-ascii",
    "trace-config",
    "unix-socket",
    "write-out",
];

/// Short options with a value.
const SHORT: &str = "AbcCdDeEFHKmoPQrtTuUwxXyYz";

/// Short options that are read, by their long names.
const SHORT_NAMES: &[(char, &str)] = &[
    ('A', "user-agent"),
    ('d', "data"),
    ('F', "form"),
    ('G', "get"),
    ('H', "header"),
    ('I', "head"),
    ('K', "config"),
    ('T', "upload-file"),
    ('u', "user"),
    ('X', "request"),
    (':', "next"),
];

/// Long options that are read and have a value.
const READ: &[&str] = &[
    "data",
    "data-ascii",
    "data-binary",
    "data-raw",
    "data-urlencode",
    "form",
    "form-string",
    "header",
    "json",
    "oauth2-bearer",
    "request",
    "request-target",
    "upload-file",
    "url",
    "url-query",
    "user",
    "user-agent",
];

/// Whether the long option takes a value.
pub(super) fn has_value(name: &str) -> bool {
    LONG.contains(&name) || READ.contains(&name)
}

/// Whether the short option takes a value.
pub(super) fn short_has_value(letter: char) -> bool {
    SHORT.contains(letter)
}

/// The long name of a short option; nothing for those that are passed over.
pub(super) fn long_name(letter: char) -> &'static str {
    SHORT_NAMES.iter().find(|(short, _)| *short == letter).map_or("", |(_, name)| name)
}

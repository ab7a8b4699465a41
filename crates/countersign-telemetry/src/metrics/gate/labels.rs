//! What the gate's counts are told apart by.

use crate::metrics::label::label;

label! {
    /// What a listener answers.
    Plane("plane") {
        /// Everything.
        All = "all",
        /// Requests for upstreams, endpoints of Token-Based Authentication.
        Data = "data",
        /// Pages and API.
        Control = "control",
    }
}

label! {
    /// What kind of path. Where it can't be known (the head is wrong), [`Route::Unknown`].
    Route("route") {
        /// RESTlets, and every path that is nothing else.
        Restlet = "restlet",
        /// REST web services.
        Rest = "rest",
        /// SOAP web services.
        Soap = "soap",
        /// An own endpoint of Token-Based Authentication.
        Endpoint = "endpoint",
        /// A page, or the API behind the pages.
        Page = "page",
        /// Health and metrics.
        Probe = "probe",
        /// The head could not be read.
        Unknown = "unknown",
    }
}

label! {
    /// The first digit of a status.
    StatusClass("status") {
        /// 100 to 199.
        Informational = "1xx",
        /// 200 to 299.
        Success = "2xx",
        /// 300 to 399.
        Redirection = "3xx",
        /// 400 to 499.
        ClientError = "4xx",
        /// 500 and above.
        ServerError = "5xx",
    }
}

label! {
    /// What came of a request to the upstream.
    UpstreamResult("result") {
        /// It answered, whatever, and to the end.
        Answered = "answered",
        /// It could not be connected to.
        Unreachable = "unreachable",
        /// Its answer did not begin in time.
        TimedOut = "timed-out",
        /// It broke off before its answer, or answered with something that is no HTTP.
        Broken = "broken",
        /// It broke off within its answer, or went on with something that is no HTTP.
        CutOff = "cut-off",
        /// Nothing more of its answer came for too long.
        Stalled = "stalled",
        /// The client went away, or was given up, before the end of the answer.
        Abandoned = "abandoned",
    }
}

label! {
    /// Whether requests go to a server of an upstream.
    UpstreamState("state") {
        /// They do.
        Healthy = "healthy",
        /// They don't, until it answers again.
        Unhealthy = "unhealthy",
    }
}

label! {
    /// How a TLS handshake ended.
    TlsResult("result") {
        /// There is a connection.
        Done = "done",
        /// Not agreed upon, or no TLS at all.
        Failed = "failed",
        /// It took too long.
        TimedOut = "timed-out",
    }
}

label! {
    /// How a reload of certificates or settings ended.
    Reload("result") {
        /// The new ones are in use.
        Done = "done",
        /// They can't be used: the old ones still are.
        Failed = "failed",
    }
}

label! {
    /// What was used up.
    Limit("limit") {
        /// Connections at a time.
        Connections = "connections",
        /// Connections at a time of one address.
        ConnectionsOfSource = "connections-of-source",
        /// Requests a second of one address.
        RequestsOfSource = "requests-of-source",
        /// Requests a second of one token.
        RequestsOfToken = "requests-of-token",
        /// Requests at a time of one integration.
        ConcurrencyOfIntegration = "concurrency-of-integration",
        /// Requests at a time of one account.
        ConcurrencyOfAccount = "concurrency-of-account",
        /// WebSockets at a time.
        WebSockets = "websockets",
        /// WebSockets at a time of one token.
        WebSocketsOfToken = "websockets-of-token",
        /// How long a header of the PROXY protocol may take.
        ProxyHeaderTime = "proxy-header-time",
        /// The size of a head of HTTP/1.1.
        HeadSize = "head-size",
        /// How long a head may take, or a connection may wait for one.
        HeadTime = "head-time",
        /// The size of a form.
        FormSize = "form-size",
        /// Memory for forms.
        FormMemory = "form-memory",
        /// How long a form may take.
        FormTime = "form-time",
        /// How long nothing of a client's body may come.
        Idle = "idle",
        /// How long a client may take nothing of its answer.
        AnswerTime = "answer-time",
    }
}

impl StatusClass {
    /// Of a status.
    pub fn of(status: u16) -> Self {
        match status {
            0..200 => Self::Informational,
            200..300 => Self::Success,
            300..400 => Self::Redirection,
            400..500 => Self::ClientError,
            _ => Self::ServerError,
        }
    }
}

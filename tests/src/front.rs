//! A deployment with a certificate, whose server does what a settings file says.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::{Authority, Deployment, Issued, Served};

/// All that a server with TLS needs; the server is started with [`Front::start`].
pub struct Front {
    /// Its record, and an upstream.
    pub deployment: Deployment,
    /// Whom its clients trust.
    pub authority: Authority,
    /// The certificate that it begins with.
    pub issued: Issued,
}

impl Front {
    /// Makes it.
    pub fn new() -> Self {
        let authority = Authority::new();
        let issued = authority.issue();
        let front = Self { deployment: Deployment::furnished(), authority, issued };
        front.issued.put(&front.certificate(), &front.key());
        fs::write(front.authority_file(), &front.authority.certificate).unwrap();
        front
    }

    /// The file with the certificate.
    pub fn certificate(&self) -> PathBuf {
        self.beside("chain.pem")
    }

    /// The file with the certificate's key.
    pub fn key(&self) -> PathBuf {
        self.beside("key.pem")
    }

    /// The file with the authority's certificate.
    pub fn authority_file(&self) -> PathBuf {
        self.beside("authority.pem")
    }

    /// The section of a listener with TLS.
    pub fn tls(&self) -> String {
        format!("[listener.tls]\ncertificate = {:?}\nkey = {:?}\n", self.certificate(), self.key())
    }

    /// Two listeners: the first for data, with TLS; the second for what is answered here.
    pub fn listeners(&self) -> String {
        let data = "[[listener]]\naddress = \"127.0.0.1:0\"\nserves = \"data\"\n";
        let control = "[[listener]]\naddress = \"127.0.0.1:0\"\nserves = \"control\"\n";
        format!("{data}{}{control}", self.tls())
    }

    /// Writes the settings file. It begins with what every server needs.
    pub fn write(&self, settings: &str) -> PathBuf {
        let text = format!(
            "public_url = \"https://localhost:8443\"\ndata_dir = {:?}\nkey_file = {:?}\n{settings}",
            self.deployment.data(),
            self.deployment.key_file()
        );
        let path = self.beside("countersign.toml");
        fs::write(&path, text).unwrap();
        path
    }

    /// Starts a server with these settings.
    pub fn start(&self, settings: &str) -> Served {
        Served::start(&self.write(settings))
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.deployment.data().with_file_name(name)
    }
}

impl Default for Front {
    fn default() -> Self {
        Self::new()
    }
}

/// The sections of an upstream, and of a route of everything to it; further lines belong to the
/// route.
pub fn everything_to(servers: &[SocketAddr]) -> String {
    let servers: Vec<String> = servers.iter().map(|server| format!("http://{server}")).collect();
    format!(
        "[[upstream]]\nname = \"orders\"\nservers = {servers:?}\n\
         [[route]]\npath = \"/\"\nupstream = \"orders\"\n"
    )
}

//! Who started the server, where that is a service manager: it is told when the server is ready,
//! when it stops, and in between that it is alive (the protocol of systemd's `sd_notify`).

use std::env;
use std::ffi::OsString;
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{self as blocking, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UnixDatagram;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::monitor::Monitor;

/// How long a service manager may take to have room for a message.
const PATIENCE: Duration = Duration::from_secs(1);

/// A service manager, or nobody.
pub(crate) struct Supervisor {
    socket: Option<OsString>,
    /// It ends a server that says nothing for so long.
    watchdog: Option<Duration>,
}

impl Supervisor {
    /// The one that started this process.
    pub(crate) fn of_environment() -> Self {
        let for_us = match env::var("WATCHDOG_PID") {
            Ok(process) => process.parse() == Ok(std::process::id()),
            Err(_) => true,
        };
        let micros = env::var("WATCHDOG_USEC").ok().and_then(|micros| micros.parse().ok());
        Self {
            socket: env::var_os("NOTIFY_SOCKET").filter(|socket| !socket.is_empty()),
            watchdog: micros.filter(|micros| for_us && *micros > 0).map(Duration::from_micros),
        }
    }

    /// Tells all of it about a server that is ready now: `stop` is done when it is to stop. What
    /// goes on meanwhile is put to `beside`.
    pub(crate) fn attend<S: Future<Output = ()>>(
        self,
        stop: S,
        monitor: Arc<Monitor>,
        beside: &mut JoinSet<()>,
    ) -> impl Future<Output = ()> + use<S> {
        let supervisor = Arc::new(self);
        let telling = supervisor.clone();
        beside.spawn(async move {
            telling.ready().await;
            telling.keep_telling().await;
        });
        async move {
            stop.await;
            monitor.drain();
            supervisor.stopping().await;
        }
    }

    /// The server answers.
    async fn ready(&self) {
        self.tell("READY=1").await;
    }

    /// The server was told to stop, and finishes what it has begun.
    async fn stopping(&self) {
        self.tell("STOPPING=1").await;
    }

    /// Says that the server is alive, in time, as long as the runtime gives it a turn.
    async fn keep_telling(&self) {
        let Some(watchdog) = self.watchdog else { return std::future::pending().await };
        let mut half = tokio::time::interval((watchdog / 2).max(Duration::from_millis(1)));
        loop {
            half.tick().await;
            self.tell("WATCHDOG=1").await;
        }
    }

    async fn tell(&self, state: &str) {
        let Some(socket) = &self.socket else { return };
        if let Err(error) = send(socket, state).await {
            tracing::warn!(%error, state, "the service manager can't be told");
        }
    }
}

/// Waits until there is room for it, but no thread does: a manager that reads late would hold up
/// all that runs on it.
async fn send(socket: &OsString, state: &str) -> io::Result<()> {
    let address = match socket.as_bytes() {
        [b'@', name @ ..] => SocketAddr::from_abstract_name(name)?,
        path => SocketAddr::from_pathname(std::ffi::OsStr::from_bytes(path))?,
    };
    let connected = blocking::UnixDatagram::unbound()?;
    connected.connect_addr(&address)?;
    connected.set_nonblocking(true)?;
    let connected = UnixDatagram::from_std(connected)?;
    timeout(PATIENCE, connected.send(state.as_bytes())).await??;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixDatagram;

    use super::Duration;
    use super::{OsString, SocketAddr, SocketAddrExt, Supervisor, timeout};

    fn received(socket: &UnixDatagram) -> String {
        let mut bytes = [0; 64];
        let length = socket.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_service_manager_is_told_that_the_server_is_ready_alive_and_stopping() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let name = format!("@countersign-test-{}", std::process::id());
        let abstract_name = SocketAddr::from_abstract_name(&name[1..]).unwrap();
        for (socket, named) in [
            (UnixDatagram::bind(&path).unwrap(), path.into_os_string()),
            (UnixDatagram::bind_addr(&abstract_name).unwrap(), OsString::from(&name)),
        ] {
            let watchdog = Some(Duration::from_secs(30));
            let supervisor = Supervisor { socket: Some(named), watchdog };
            supervisor.ready().await;
            assert_eq!(received(&socket), "READY=1");
            let minute = Duration::from_secs(50);
            assert!(timeout(minute, supervisor.keep_telling()).await.is_err());
            supervisor.stopping().await;
            let told: Vec<String> = (0..5).map(|_| received(&socket)).collect();
            assert_eq!(
                told,
                ["WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1", "STOPPING=1"]
            );
        }
    }

    /// The kernel keeps a few messages (10 by default), then whoever sends waits.
    #[tokio::test(start_paused = true)]
    async fn a_service_manager_that_does_not_read_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        let watchdog = Some(Duration::from_millis(20));
        let supervisor = Supervisor { socket: Some(path.into_os_string()), watchdog };
        let minute = Duration::from_secs(60);
        assert!(timeout(minute, supervisor.keep_telling()).await.is_err());
        let ((), others) = tokio::join!(supervisor.stopping(), async { 1 });
        assert_eq!(others, 1);
        // As soon as it reads it is told again.
        socket.set_nonblocking(true).unwrap();
        while socket.recv(&mut [0; 64]).is_ok() {}
        supervisor.stopping().await;
        assert_eq!(received(&socket), "STOPPING=1");
    }

    #[tokio::test]
    async fn without_a_service_manager_nobody_is_told() {
        Supervisor { socket: None, watchdog: None }.ready().await;
    }
}

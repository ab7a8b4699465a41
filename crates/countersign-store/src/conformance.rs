//! What the ports promise, as tests, for both databases.
//!
//! PostgreSQL's run where `COUNTERSIGN_POSTGRES` names a server on which databases may be made
//! (`cargo xtask test` starts one), and are left out otherwise.

mod assertion_keys;
mod attempts;
mod changes;
mod clocks;
mod environments;
mod events;
mod evidence;
mod explanations;
mod fixtures;
mod furnishing;
mod integrations;
mod links;
mod loading;
mod opening;
mod people;
mod roles;
mod secrecy;
mod sessions;
mod sqlite_files;
mod tokens;
mod upgrade;
mod uses;
mod world;

/// Makes a test of each function, once for each database.
macro_rules! for_both {
    ($($promise:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $promise() {
                super::$promise($crate::conformance::world::World::sqlite().await).await;
            })+
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs COUNTERSIGN_POSTGRES; run by cargo xtask test"]
            async fn $promise() {
                super::$promise($crate::conformance::world::World::postgres().await).await;
            })+
        }
    };
}
use for_both;

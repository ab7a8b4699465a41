//! The commands and their options.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use countersign_caller::{call, scan, sign};

use crate::system::{OsChance, SystemClock};
use crate::{check_config, completions, dev, explain, init, record, serve, version};

/// A self-hosted authority for Token-Based Authentication (OAuth 1.0a as NetSuite uses it).
#[derive(Parser)]
#[command(version = version::VERSION, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start a stand-in on this machine: one command, no configuration
    Dev(dev::DevArgs),
    /// Make the data folder of a real deployment
    Init(init::InitArgs),
    /// Run a real deployment in front of an upstream
    Serve(serve::ServeArgs),
    /// Say what a settings file comes to, or all that is wrong with it; nothing is started
    CheckConfig(check_config::CheckConfigArgs),
    /// Accounts
    #[command(subcommand)]
    Account(record::AccountCommand),
    /// Integration records
    #[command(subcommand)]
    Integration(record::IntegrationCommand),
    /// Users of an account
    #[command(subcommand)]
    Entity(record::EntityCommand),
    /// Roles, and who has them
    #[command(subcommand)]
    Role(record::RoleCommand),
    /// Permissions that an account defines for its own API
    #[command(subcommand)]
    Permission(record::PermissionCommand),
    /// Access tokens
    #[command(subcommand)]
    Token(record::TokenCommand),
    /// The administrative trail of an account: what was changed, by whom, newest first
    Audit(record::AuditArgs),
    /// The keys that sign assertions for upstreams
    #[command(subcommand)]
    AssertionKey(record::AssertionKeyCommand),
    /// Sign a request and send it, to any server that speaks Token-Based Authentication
    Call(call::CallArgs),
    /// Sign a request and print the header
    Sign(sign::SignArgs),
    /// Say why a request was refused, or would be: by its reference, or from a copy of it
    Explain(explain::ExplainArgs),
    /// Look for credentials of Countersign in files, by their checksum; exits with 1 where there
    /// are some
    Scan(scan::ScanArgs),
    /// Print what a shell needs to complete these commands
    Completions(completions::CompletionsArgs),
}

impl Cli {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Dev(args) => dev::run(args).await,
            Command::Init(args) => init::run(args).await,
            Command::Serve(args) => serve::run(args).await,
            Command::CheckConfig(args) => check_config::run(&args),
            Command::Account(command) => command.run().await,
            Command::Integration(command) => command.run().await,
            Command::Entity(command) => command.run().await,
            Command::Role(command) => command.run().await,
            Command::Permission(command) => command.run().await,
            Command::Token(command) => command.run().await,
            Command::Audit(args) => args.run().await,
            Command::AssertionKey(command) => command.run().await,
            Command::Call(args) => call::run(args, &SystemClock, &OsChance).await,
            Command::Sign(args) => sign::run(args, &SystemClock, &OsChance).await,
            Command::Explain(args) => explain::run(args).await,
            Command::Scan(args) => Ok(scan::run(&args)),
            Command::Completions(args) => Ok(completions::run(&args)),
        }
    }
}

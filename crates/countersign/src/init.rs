//! `countersign init`: the first run of a real deployment.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use countersign_authority::{Founding, SetUpLink};
use countersign_model::{Account, AccountId, Email};

use crate::folder::{DataFolder, Purpose};
use crate::system::{self, OsChance, SystemClock};
use crate::{deployment, key_file, password, terminal};

#[derive(Args)]
pub(crate) struct InitArgs {
    /// The folder to make
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// The first account, such as 1234567
    #[arg(long, value_name = "ID", value_parser = AccountId::parse)]
    account: AccountId,
    /// The login of its first administrator
    #[arg(long, value_name = "ADDRESS", value_parser = Email::parse)]
    admin_email: Email,
    /// The file with the key that seals secrets; made if it is absent. Keep it apart from the
    /// folder and its backups
    #[arg(long, value_name = "FILE")]
    key_file: PathBuf,
    /// Read the administrator's password from standard input instead of printing a set-up link
    #[arg(long)]
    password_stdin: bool,
    /// Where people will reach this deployment: the set-up link begins with it
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    public_url: String,
}

pub(crate) async fn run(args: InitArgs) -> anyhow::Result<ExitCode> {
    system::check_clock(&SystemClock)?;
    let password = if args.password_stdin { Some(password::from_stdin()?) } else { None };
    let folder = DataFolder::create(&args.data_dir)?;
    let founding = Founding {
        id: args.account,
        admin_email: args.admin_email.clone(),
        password,
        data_key: None,
    };
    let (account, link) = match make(&folder, &args.key_file, founding).await {
        Ok(made) => made,
        Err(error) => {
            folder.discard();
            return Err(error);
        }
    };

    let mut text = format!(
        "Made {} for account {} with the administrator {}.\n\
         The key is in {}. Without it the folder can't be opened: keep a copy in a safe place.\n",
        folder.path().display(),
        account.id,
        args.admin_email,
        args.key_file.display(),
    );
    if let Some(link) = link {
        let url = args.public_url.trim_end_matches('/');
        text.push_str(&format!(
            "\nThe administrator sets a password here, once, within 24 hours (start `countersign \
             serve` first):\n\n  {url}/countersign/setup?link={}\n",
            &*link.secret
        ));
    }
    terminal::say(&text);
    Ok(ExitCode::SUCCESS)
}

/// Fills the folder, or leaves no key file behind that wasn't there.
async fn make(
    folder: &DataFolder,
    path: &Path,
    founding: Founding,
) -> anyhow::Result<(Account, Option<SetUpLink>)> {
    let (key, origin) = key_file::read_or_create(path, &OsChance)?;
    let made = async {
        let (account, _, link) = deployment::found(folder, &key, founding).await?;
        folder.complete(Purpose::Serve)?;
        Ok((account, link))
    };
    let made = made.await;
    if made.is_err() && origin == key_file::Origin::Made {
        // The first failure is the one to tell.
        let _ = std::fs::remove_file(path);
    }
    made
}

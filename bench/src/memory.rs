//! What a token costs in memory.

use anyhow::{Result, ensure};

use crate::bench::Bench;
use crate::fleet::Fleet;
use crate::machine::resident_bytes;
use crate::steady::make_keys;

const TOKENS: u32 = 1_000_000;
const SHARED: &str = "entities, roles and the allocator's own share of the room included";

/// As the machine sees it: by how much this process has grown.
pub(crate) fn resident(bench: &mut Bench) -> Result<()> {
    // So that nothing but the directory is still to come.
    let warm = Fleet::new(1_000)?;
    make_keys(&warm, &warm.directory()?)?;

    let fleet = Fleet::new(TOKENS)?;
    let before = resident_bytes()?;
    let directory = fleet.directory()?;
    let filled = resident_bytes()?;
    make_keys(&fleet, &directory)?;
    let keyed = resident_bytes()?;
    ensure!(directory.tokens() == TOKENS as usize, "two tokens have the same id");
    let each = |bytes: f64| (bytes - before) / f64::from(TOKENS);
    let detail = format!("resident memory, {TOKENS} tokens, all keys made; {SHARED}");
    bench.row("bytes_per_token", each(keyed), "B", detail);
    bench.row("before any key is made", each(filled), "B", "room for the key is in the entry");
    Ok(())
}

/// As the directory sees it: bytes that it holds of those it asked for.
pub(crate) fn asked_for(bench: &mut Bench) -> Result<()> {
    let fleet = Fleet::new(TOKENS)?;
    let mut made = None;
    let counted = bench.count(|| made = Some(fleet.directory()))?;
    let directory = made.transpose()?;
    let bytes = counted.bytes_held as f64 / f64::from(TOKENS);
    bench.row("bytes_per_token_asked_for", bytes, "B", "of the allocator, by a counter in it");
    drop(directory);
    Ok(())
}

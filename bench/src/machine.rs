//! The machine: what it is, which cores there are, how much memory this process has.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use rustix::time::{ClockId, clock_gettime};

/// The processor, the disk, the compiler, and whether anything else was running.
pub(crate) fn describe(rustc: &str, scratch: &Path) -> Result<String> {
    let cpu = fs::read_to_string("/proc/cpuinfo").context("can't read /proc/cpuinfo")?;
    let load = fs::read_to_string("/proc/loadavg").context("can't read /proc/loadavg")?;
    let load = load.split(' ').next().unwrap_or_default();
    let sha = if has_sha(&cpu) { "SHA extensions" } else { "no SHA extensions" };
    Ok(format!(
        "{}, {} cores, {sha}, {}, {rustc}, load {load} at the start",
        field(&cpu, "model name").unwrap_or("unknown processor"),
        cores()?.len(),
        file_system(scratch)?,
    ))
}

fn field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim())
}

fn has_sha(cpu: &str) -> bool {
    let flags = field(cpu, "flags").or_else(|| field(cpu, "Features")).unwrap_or_default();
    flags.split(' ').any(|flag| flag == "sha_ni" || flag == "sha2")
}

/// What `dir` lies on: a journal in memory is no journal.
fn file_system(dir: &Path) -> Result<String> {
    let dir = dir.canonicalize()?;
    let mounts = fs::read_to_string("/proc/self/mounts").context("can't read the mounts")?;
    let below = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (place, kind) = (words.next()?, words.next()?);
        dir.starts_with(place).then_some((place.len(), kind))
    });
    let nearest = below.max_by_key(|(length, _)| *length);
    Ok(match nearest {
        Some((_, "tmpfs" | "ramfs")) => "data folders IN MEMORY".to_owned(),
        Some((_, kind)) => format!("data folders on {kind}"),
        None => "data folders somewhere".to_owned(),
    })
}

/// The cores that this process may use.
pub(crate) fn cores() -> Result<Vec<usize>> {
    let set = sched_getaffinity(None)?;
    Ok((0..CpuSet::MAX_CPU).filter(|core| set.is_set(*core)).collect())
}

/// Keeps this thread, and the threads that it starts from now on, on one core.
pub(crate) fn stay_on(core: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(core);
    sched_setaffinity(None, &set).with_context(|| format!("can't stay on core {core}"))
}

/// Bytes of this process that are in memory.
pub(crate) fn resident_bytes() -> Result<f64> {
    memory_of("self", "VmRSS")
}

/// The same of another process, or one kind of it.
pub(crate) fn memory_of(process: &str, kind: &str) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"));
    let status = status.context("can't read the status")?;
    let kilobytes = field(&status, kind).and_then(|value| value.split(' ').next());
    let kilobytes: u64 = kilobytes.context("the status names no memory")?.parse()?;
    Ok(kilobytes as f64 * 1024.0)
}

/// How long this thread has been running on a core.
pub(crate) fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

/// How long the threads of a process have been running on a core, to a hundredth of a second.
pub(crate) fn process_time(id: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat"))?;
    // The second field, a name, may hold anything; what follows it are fields 3 and so on.
    let (_, rest) = stat.rsplit_once(')').context("the process has no name")?;
    let ticks: Vec<u64> = rest.split(' ').skip(12).take(2).filter_map(|n| n.parse().ok()).collect();
    Ok(Duration::from_millis(ticks.iter().sum::<u64>() * 10))
}

//! Builds and executes a batch, and reads the records of its calls.

use std::{
    fs::Permissions,
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::Arc,
    time::Duration,
};

use wasmelt_abi::{SLOT_BYTES, Status};
use wasmelt_driver::{BuildOptions, Diagnostic, Module, Runner, ScriptCall, build_script};

use crate::{
    batch::Batch,
    link::{Call, Job, link},
    outcome::{Outcome, Record, judge},
    process::{self, Finished},
};

/// What all batches need.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) options: &'a BuildOptions,
    pub(crate) runner: Runner,
    pub(crate) timeout: Duration,
    /// Where executables are put.
    pub(crate) directory: &'a Path,
    pub(crate) host_module: Arc<Module>,
}

/// The outcomes of the directives of `batch`, with their places in the script.
///
/// Components that cannot be built together are built one by one, so that a bad one does not take the others with it.
pub(crate) fn execute(batch: Batch, context: &Context<'_>) -> Vec<(usize, Outcome)> {
    let job = link(&batch, &context.host_module);
    let error = match build(&job, context) {
        Ok(executable) => return run(job, &executable, context),
        Err(error) => error,
    };
    if batch.components.len() > 1 {
        let single = |component| execute(Batch { components: vec![component] }, context);
        return batch.components.into_iter().flat_map(single).collect();
    }
    let failed = job.calls.iter().filter_map(|call| Some((call.directive?, Outcome::Failed(error.clone()))));
    failed.chain(job.outcomes.iter().cloned()).collect()
}

fn build(job: &Job, context: &Context<'_>) -> Result<Vec<u8>, String> {
    let calls: Vec<ScriptCall> = job.calls.iter().map(script_call).collect();
    build_script(&job.program, context.options, &calls).map_err(|diagnostics| {
        let messages = diagnostics.into_iter().map(|Diagnostic { message, .. }| message);
        format!("the program cannot be built: {}", messages.collect::<Vec<_>>().join("; "))
    })
}

fn script_call(call: &Call) -> ScriptCall {
    let results = u32::try_from(call.results.len()).expect("invariant: functions have at most 1000 results");
    ScriptCall { function: call.function, arguments: call.arguments.clone(), results }
}

fn run(job: Job, executable: &[u8], context: &Context<'_>) -> Vec<(usize, Outcome)> {
    let results = job.calls.iter().map(|call| call.results.len());
    let (records, end) = run_calls(executable, results, &context.runner, context.timeout, context.directory)
        .unwrap_or_else(|error| (Vec::new(), format!("the program cannot be run: {error}")));
    let mut records = records.into_iter();
    let mut outcomes = job.outcomes;
    for call in &job.calls {
        let outcome = match records.next() {
            Some(record) => judge(&record, &call.results, &call.expected),
            None => Outcome::Failed(end.clone()),
        };
        outcomes.extend(call.directive.map(|directive| (directive, outcome)));
    }
    outcomes
}

/// Runs the test program `executable` ([`build_script`]), of which each call has that many `results`, for at most `timeout`.
/// It is put into `directory` for that time. The records of its calls come back, up to the first that left none, and what to
/// say about that one.
///
/// # Errors
///
/// If the program cannot be written, started or waited for.
pub fn run_calls(
    executable: &[u8],
    results: impl Iterator<Item = usize>,
    runner: &Runner,
    timeout: Duration,
    directory: &Path,
) -> io::Result<(Vec<Record>, String)> {
    const PRIVATE: u32 = 0o700;
    let mut file = tempfile::Builder::new().permissions(Permissions::from_mode(PRIVATE)).tempfile_in(directory)?;
    file.write_all(executable)?;
    // An executable cannot be run while it is open for writing.
    let path = file.into_temp_path();
    let finished = process::run(&mut runner.command(&path), timeout)?;
    Ok((read_records(&finished.stdout, results), describe_end(&finished)))
}

/// The records in `output`, up to the first that is not whole.
fn read_records(mut output: &[u8], results: impl Iterator<Item = usize>) -> Vec<Record> {
    let mut records = Vec::new();
    for results in results {
        let Some(record) = read_record(&mut output, results) else { break };
        records.push(record);
    }
    records
}

fn read_record(output: &mut &[u8], results: usize) -> Option<Record> {
    let status = Status::from_number(u32::from_le_bytes(*output.split_off(..4)?.first_chunk()?))?;
    let slots = match status {
        Status::Returned => output.split_off(..results * SLOT_BYTES)?,
        Status::Trapped(_) => &[],
    };
    let (slots, _) = slots.as_chunks();
    Some(Record { status, results: slots.iter().map(|slot| u128::from_le_bytes(*slot)).collect() })
}

/// What to say about a call that left no record.
fn describe_end(finished: &Finished) -> String {
    let stderr = String::from_utf8_lossy(&finished.stderr);
    match stderr.lines().last() {
        Some(line) => format!("left no result, the program {}: {line}", finished.end),
        None => format!("left no result, the program {}", finished.end),
    }
}

#[cfg(test)]
mod tests {
    use wasmelt_abi::TrapCode;

    use super::*;

    #[test]
    fn records_are_read_up_to_the_first_that_is_cut_off() {
        let mut output = Vec::new();
        output.extend(0_u32.to_le_bytes());
        output.extend(7_u128.to_le_bytes());
        output.extend((TrapCode::Unreachable as u32).to_le_bytes());
        output.extend(0_u32.to_le_bytes());
        output.extend([0; 10]);
        let returned = |results| Record { status: Status::Returned, results };
        let trapped = Record { status: Status::Trapped(TrapCode::Unreachable), results: Vec::new() };
        let expected = [returned(vec![7]), trapped, returned(Vec::new())];
        assert_eq!(read_records(&output, [1, 2, 0, 1].into_iter()), expected);
    }
}

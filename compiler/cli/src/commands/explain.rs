//! `wasmelt explain`: what a diagnostic's code means.

use wasmelt_driver::diagnostics::Code;

use crate::report::{self, Status};

/// `wasmelt explain`
#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    /// The code, as errors show it: E0103 [default: a list of all]
    #[arg(value_name = "CODE", value_parser = parse_code)]
    code: Option<Code>,
}

/// Explains a code, or lists all.
pub(crate) fn explain(args: &ExplainArgs) -> Status {
    match args.code {
        Some(code) => report::result(&format!("{code}: {}\n\n{}", code.summary(), code.explanation())),
        None => {
            let lines = Code::ALL.iter().map(|code| format!("{code}  {}\n", code.summary()));
            report::result(&lines.collect::<String>())
        }
    }
}

fn parse_code(text: &str) -> Result<Code, String> {
    let wanted = |code: &&Code| code.id().eq_ignore_ascii_case(text);
    Code::ALL.iter().find(wanted).copied().ok_or_else(|| String::from("`wasmelt explain` lists the codes"))
}

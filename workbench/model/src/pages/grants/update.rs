//! Writing the policy, and running the module with it.

use std::{path::Path, sync::Arc};

use wasmelt_policy::Policy;
use wasmelt_targets::Target;

use crate::{Dialog, DialogKind, Effect, Generation, Job, Message, State, shell};

use super::{
    Action, Denied, Ended, Field, Pane, Phase, Progress, Purpose, RunEvent, RunRequest, Status, Stream, change,
};

pub(crate) fn update(state: &mut State, action: Action) -> Vec<Effect> {
    let grants = &mut state.grants;
    match action {
        Action::Show(pane) => grants.pane = pane,
        Action::Toggle(card) => grants.open = (grants.open != Some(card)).then_some(card),
        Action::Open(card) => {
            grants.open = Some(card);
            grants.pane = Pane::Cards;
        }
        Action::EditText(text) => grants.draft.edit(text),
        Action::Revert => grants.draft.revert(),
        Action::Edit(field, text) => edit(state, field, text),
        Action::Browse => {
            let dialog = Dialog { purpose: crate::Purpose::GrantFolder, kind: DialogKind::Folder, folder: None };
            return shell::ask(state, dialog);
        }
        Action::Change(change) => change::change(grants, &change),
        Action::RunOn(architecture) => grants.run.architecture = architecture,
        Action::Run => {
            grants.run.once.clear();
            return begin(state, Purpose::Run);
        }
        Action::Learn => return begin(state, Purpose::Learn),
        Action::Stop => return stop(state),
        Action::SendInput => return send_input(state),
        Action::EndInput => return tell(state, Message::EndOfInput),
        Action::AllowOnce(denial) => return allow(state, denial, Lasting::Once),
        Action::AllowAndRerun(denial) => return allow(state, denial, Lasting::Always),
        Action::KeepDenied(denial) => {
            if let Some(denial) = grants.run.denials.get_mut(denial) {
                denial.kept = true;
            }
        }
        Action::UseLearned => {
            if let Some(policy) = grants.run.learned.take() {
                grants.draft.change(|draft| *draft = policy);
            }
        }
        Action::DiscardLearned => grants.run.learned = None,
    }
    Vec::new()
}

pub(crate) fn report(state: &mut State, job: Generation, event: RunEvent) -> Vec<Effect> {
    if state.grants.run.job() != Some(job) {
        return Vec::new();
    }
    match event {
        RunEvent::Began { emulator } => began(state, emulator),
        RunEvent::Progress(progress) => progressed(state, &progress),
        RunEvent::Ended(result) => return ended(state, result),
    }
    Vec::new()
}

/// Another module is opened: what runs is stopped and forgotten. The policy stays.
pub(crate) fn close(state: &mut State) -> Vec<Effect> {
    let run = &mut state.grants.run;
    let stopped = run.job().map(|generation| Effect::Cancel { generation });
    let kept = super::Run { architecture: run.architecture, ..super::Run::default() };
    *run = kept;
    stopped.into_iter().collect()
}

/// A folder was chosen for a new grant.
pub(crate) fn chosen(state: &mut State, folder: &Path) {
    state.grants.forms.host_path = folder.display().to_string();
    state.grants.forms.problem = None;
}

fn edit(state: &mut State, field: Field, text: String) {
    let grants = &mut state.grants;
    let forms = &mut grants.forms;
    let place = match field {
        Field::HostPath => &mut forms.host_path,
        Field::GuestPath => &mut forms.guest_path,
        Field::VariableName => &mut forms.variable_name,
        Field::VariableValue => &mut forms.variable_value,
        Field::FixedArgument => &mut forms.fixed_argument,
        Field::Connect => &mut forms.connect,
        Field::Listen => &mut forms.listen,
        Field::Seed => return change::seed(grants, text),
        Field::Limit(kind) => return change::limit(grants, kind, text),
        Field::RunArguments => &mut grants.run.arguments,
        Field::Input => &mut grants.run.input,
    };
    *place = text;
    forms.problem = None;
}

/// Builds and runs the open module, unless it is being run already or its arguments cannot be told apart.
fn begin(state: &mut State, purpose: Purpose) -> Vec<Effect> {
    let run = &state.grants.run;
    let (Some(opened), None, Some(arguments)) = (state.module.opened(), run.job(), shlex::split(&run.arguments)) else {
        return Vec::new();
    };
    let source = Arc::clone(&opened.source);
    let mut policy = state.grants.policy();
    run.once.iter().for_each(|allowance| policy.allow(allowance));
    let target = Target::baseline(run.architecture);
    let request = RunRequest { purpose, source, target, policy: policy.clone(), arguments };
    let (job, effect) = state.start(Job::Run { request });
    begun(state, job, purpose, policy);
    vec![effect]
}

fn begun(state: &mut State, job: Generation, purpose: Purpose, granted: Policy) {
    let run = &mut state.grants.run;
    run.phase = Phase::Building { job, purpose };
    run.console = Default::default();
    // What was decided to stay denied is not asked again.
    run.denials.retain(|denial| denial.kept);
    run.denials.iter_mut().for_each(|denial| denial.times = 0);
    run.learned = None;
    run.granted = granted;
    run.again = false;
    if state.grants.pane == Pane::Cards {
        state.grants.pane = Pane::Run;
    }
}

/// A program is killed, and its end comes as a report. A build cannot be stopped; nobody waits for it any more.
fn stop(state: &mut State) -> Vec<Effect> {
    let run = &mut state.grants.run;
    run.again = false;
    let cancelled = run.job().map(|generation| Effect::Cancel { generation });
    if let Phase::Building { .. } = run.phase {
        run.phase = Phase::Abandoned;
    }
    cancelled.into_iter().collect()
}

fn send_input(state: &mut State) -> Vec<Effect> {
    let run = &mut state.grants.run;
    if !matches!(run.phase, Phase::Running { .. }) {
        return Vec::new();
    }
    let line = std::mem::take(&mut run.input) + "\n";
    run.console.write(Stream::Input, &line);
    tell(state, Message::Input(line))
}

fn tell(state: &State, message: Message) -> Vec<Effect> {
    match state.grants.run.phase {
        Phase::Running { job, .. } => vec![Effect::Tell { generation: job, message }],
        _ => Vec::new(),
    }
}

/// For how long something is allowed.
#[derive(Clone, Copy)]
enum Lasting {
    Once,
    Always,
}

/// Allows what a denial was about, and runs the module again: what runs already cannot be given anything.
fn allow(state: &mut State, denial: usize, lasting: Lasting) -> Vec<Effect> {
    let run = &mut state.grants.run;
    let Some(allowance) = run.denials.get(denial).and_then(|denial| denial.allowance.clone()) else {
        return Vec::new();
    };
    match lasting {
        Lasting::Once => run.once.push(allowance),
        Lasting::Always => state.grants.draft.change(|policy| policy.allow(&allowance)),
    }
    if let Phase::Running { .. } = state.grants.run.phase {
        let effects = stop(state);
        state.grants.run.again = true;
        return effects;
    }
    let mut effects = stop(state);
    effects.extend(begin(state, Purpose::Run));
    effects
}

fn began(state: &mut State, emulator: Option<String>) {
    let run = &mut state.grants.run;
    if let Phase::Building { job, purpose } = run.phase {
        run.phase = Phase::Running { job, purpose, emulator };
    }
}

fn progressed(state: &mut State, progress: &Progress) {
    let run = &mut state.grants.run;
    run.console.lose(progress.lost);
    for (stream, text) in &progress.output {
        run.console.write(*stream, text);
    }
    for (event, times) in &progress.denials {
        match run.denials.iter_mut().find(|denial| denial.event.allow == event.allow) {
            Some(denial) => denial.times = *times,
            None => run.denials.push(Denied::new(event.clone(), *times)),
        }
    }
}

fn ended(state: &mut State, result: Result<Ended, String>) -> Vec<Effect> {
    let run = &mut state.grants.run;
    let phase = std::mem::take(&mut run.phase);
    run.phase = match result {
        Err(text) => Phase::Failed { text },
        Ok(ended) => {
            // Of a program that was stopped, what it would have needed is not known.
            run.learned = ended.learned.clone().filter(|_| ended.status != Status::Stopped);
            let emulator = if let Phase::Running { emulator, .. } = phase { emulator } else { None };
            Phase::Ended { ended, emulator }
        }
    };
    if run.again { begin(state, Purpose::Run) } else { Vec::new() }
}

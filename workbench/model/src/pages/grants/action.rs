//! What can be asked of the page of grants.

use wasmelt_policy::LimitKind;
use wasmelt_targets::Architecture;

use super::{Card, Change, Pane};

/// What can be asked of the page.
#[derive(Clone, Debug)]
pub enum Action {
    /// Show another part of the page.
    Show(Pane),
    /// Open a card, or close it.
    Toggle(Card),
    /// Open a card.
    Open(Card),
    /// The policy's text was edited.
    EditText(String),
    /// Go back from a text that is no policy to the last one that was.
    Revert,
    /// The text of a field changed.
    Edit(Field, String),
    /// Choose a folder for a new grant.
    Browse,
    /// Change the policy.
    Change(Change),
    /// Choose what the module runs on.
    RunOn(Architecture),
    /// Run the module.
    Run,
    /// Run it once to see what it needs.
    Learn,
    /// End the running program.
    Stop,
    /// Send the program the text of the input field, as a line.
    SendInput,
    /// Let the program read to the end of its input.
    EndInput,
    /// Allow a denial, by its number, for one more run.
    AllowOnce(usize),
    /// Allow a denial from now on, and run again.
    AllowAndRerun(usize),
    /// Let a denial be one.
    KeepDenied(usize),
    /// Take the policy that was learnt.
    UseLearned,
    /// Forget it.
    DiscardLearned,
}

/// A field of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// A path of the host that is to be granted.
    HostPath,
    /// The path under which the program is to see it; the host's, if it is empty.
    GuestPath,
    /// A variable's name.
    VariableName,
    /// A variable's value; the process's, if it is empty.
    VariableValue,
    /// An argument that the program always gets.
    FixedArgument,
    /// An address to connect to.
    Connect,
    /// An address to listen on.
    Listen,
    /// The seed of random bytes.
    Seed,
    /// A limit.
    Limit(LimitKind),
    /// The arguments of the next run.
    RunArguments,
    /// The next line of input.
    Input,
}

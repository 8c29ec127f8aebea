//! The programs: functions of structured statements that use no operands across statements.

/// Functions; each may call those before it, and the last is called from outside.
pub(crate) type Program = Vec<Body>;

/// What stands one after another.
pub(crate) type Body = Vec<Statement>;

/// A control instruction, by a number that is unique in its function. The function itself is 0.
pub(crate) type Label = usize;

/// A tag. The last carries a double and a vector as well.
pub(crate) type Tag = u32;

/// How many tags there are.
pub(crate) const TAGS: Tag = 4;
/// The one that carries more than a number.
pub(crate) const WIDE: Tag = TAGS - 1;

/// A statement. A function has a parameter and a variable.
#[derive(Clone, Debug)]
pub(crate) enum Statement {
    /// Enters a number and the variable into the account.
    Log(u32),
    /// The variable becomes three times itself, and this more.
    Set(u32),
    Throw(Tag, u32),
    /// Calls a function that throws if the parameter is odd.
    CallThrow(Tag, u32),
    /// If the parameter's two low bits are these.
    If(u32, Body),
    /// Calls a function with the parameter plus 1.
    Call(usize),
    Branch(Label),
    Return,
    /// In a clause of this `try`.
    Rethrow(Label),
    Block(Label, Body),
    Try(Label, Body, Vec<(Option<Tag>, Body)>),
    /// A `try` that delegates to the second label.
    Delegate(Label, Body, Label),
    /// A block around a `try_table`, whose clauses lead out of the block, and what follows the `try_table` in it.
    TryTable(Label, Body, Vec<Clause>, Body),
}

/// A clause of a `try_table`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clause {
    pub(crate) tag: Option<Tag>,
    pub(crate) reference: bool,
    /// Whether the exception is thrown again, by its reference.
    pub(crate) again: bool,
}

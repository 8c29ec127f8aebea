//! What became of the module's functions: text, intermediate code, machine code.

use serde::Serialize;

use crate::Effect;

/// What the page knows.
#[derive(Clone, Debug, Default)]
pub struct State {}

/// What can be asked of the page.
#[derive(Clone, Debug)]
pub enum Action {}

/// What there is to draw.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct View {}

pub(crate) fn update(_: &mut crate::State, action: Action) -> Vec<Effect> {
    match action {}
}

pub(crate) fn view(_: &crate::State) -> View {
    View {}
}

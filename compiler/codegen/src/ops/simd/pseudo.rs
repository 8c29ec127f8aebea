//! `pmin` and `pmax`: "pseudo" because they order NaN and zeros as `<` does, unlike `min` and `max`.
//!
//! ```text
//! pmin a b    b < a ? b : a
//! pmax a b    a < b ? b : a
//! ```

use cranelift_codegen::ir::{InstBuilder, Type, condcodes::FloatCC};

use crate::function::Translator;

/// `pmin`: `[a, b] → [b where it is less than a, else a]`.
pub(crate) fn minimum(t: &mut Translator<'_>, lanes: Type) {
    let (a, b) = t.pop2_lanes(lanes);
    let less = t.ins().fcmp(FloatCC::LessThan, b, a);
    let less = t.as_lanes(less, lanes);
    let result = t.ins().bitselect(less, b, a);
    t.push_lanes(result);
}

/// `pmax`: `[a, b] → [b where a is less than it, else a]`.
pub(crate) fn maximum(t: &mut Translator<'_>, lanes: Type) {
    let (a, b) = t.pop2_lanes(lanes);
    let less = t.ins().fcmp(FloatCC::LessThan, a, b);
    let less = t.as_lanes(less, lanes);
    let result = t.ins().bitselect(less, b, a);
    t.push_lanes(result);
}

//! Which components share an executable.

use crate::resolve::Component;

/// Most memories of an executable that holds several components: each takes a while to reserve, above all in an emulator.
const MAX_MEMORIES: usize = 16;

/// Components that share an executable.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) components: Vec<Component>,
}

/// Divides `components` among as few executables as their memories allow.
pub(crate) fn pack(components: Vec<Component>) -> Vec<Batch> {
    let mut batches: Vec<(Batch, usize)> = Vec::new();
    for component in components {
        match batches.last_mut() {
            Some((batch, memories)) if *memories + component.memories <= MAX_MEMORIES => {
                *memories += component.memories;
                batch.components.push(component);
            }
            _ => {
                let memories = component.memories;
                batches.push((Batch { components: vec![component] }, memories));
            }
        }
    }
    batches.into_iter().map(|(batch, _)| batch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_share_an_executable_up_to_a_number_of_memories() {
        let sizes = |memories| {
            let components = (0..40).map(|_| Component { events: Vec::new(), memories }).collect();
            pack(components).iter().map(|batch| batch.components.len()).collect::<Vec<_>>()
        };
        assert_eq!(sizes(0), [40]);
        assert_eq!(sizes(1), [16, 16, 8]);
        assert_eq!(sizes(20), [1; 40]);
    }
}

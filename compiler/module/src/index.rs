//! Index spaces, each a type of its own (WebAssembly core specification, section 2.5.1 "Indices").

use std::fmt;

macro_rules! index {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(pub u32);

            impl $name {
                /// The index for a slice.
                pub fn index(self) -> usize {
                    self.0 as usize
                }

                /// The index of position `position`.
                ///
                /// # Panics
                ///
                /// If `position` needs more than 32 bits, which no index space of a module does.
                pub fn at(position: usize) -> $name {
                    $name(u32::try_from(position).expect("invariant: index spaces have at most 2³² entries"))
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }
        )*
    };
}

index! {
    /// A type of a module.
    TypeIndex;
    /// A function of a module; imports come first.
    FunctionIndex;
    /// A table of a module; imports come first.
    TableIndex;
    /// A memory of a module; imports come first.
    MemoryIndex;
    /// A global of a module; imports come first.
    GlobalIndex;
    /// A tag of a module; imports come first.
    TagIndex;
    /// An element segment of a module.
    ElementIndex;
    /// A data segment of a module.
    DataIndex;
    /// A type of a program: equal types of different modules are one.
    TypeId;
    /// A module of a program.
    ModuleIndex;
    /// An instance of a program.
    InstanceIndex;
}

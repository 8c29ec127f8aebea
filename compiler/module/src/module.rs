//! What a module declares, as plain data.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use wasmparser::{AbstractHeapType, FuncType, GlobalType, HeapType, MemoryType, RefType, SubType, TableType};

use crate::{
    ConstExpr, DataIndex, ElementIndex, Facts, FunctionIndex, GlobalIndex, MemoryIndex, TableIndex, TagIndex,
    TypeIndex, program,
};

/// A valid module.
#[derive(Debug)]
pub struct Module {
    /// Name for people: the name section's, or the one given by whoever loaded the bytes.
    pub name: String,
    /// The whole binary.
    pub bytes: Arc<[u8]>,
    /// Types, in order of the type section.
    pub types: Vec<SubType>,
    /// Which of them form recursion groups, in order: each type is in one.
    pub recursion_groups: Vec<Range<u32>>,
    /// Imports, in order.
    pub imports: Vec<Import>,
    /// All functions, imports first.
    pub functions: Vec<Function>,
    /// All tables, imports first.
    pub tables: Vec<Table>,
    /// All memories, imports first.
    pub memories: Vec<Memory>,
    /// All globals, imports first.
    pub globals: Vec<Global>,
    /// All tags, imports first.
    pub tags: Vec<Tag>,
    /// Exports, in order.
    pub exports: Vec<Export>,
    /// The start function.
    pub start: Option<FunctionIndex>,
    /// Element segments.
    pub elements: Vec<ElementSegment>,
    /// Data segments.
    pub data: Vec<DataSegment>,
    /// What the function bodies do, as far as it shapes the program.
    pub facts: Facts,
    /// What is known of branches, by function and offset of the operator in its body; without effect on what the module does.
    pub branch_hints: BTreeMap<FunctionIndex, BTreeMap<u32, BranchHint>>,
    /// Positions in `exports`, in order of the exports' names.
    pub(crate) exports_by_name: Vec<usize>,
    /// Names of the functions that the name section leaves nameless: where they are exported, else imported.
    pub(crate) spare_names: BTreeMap<FunctionIndex, String>,
}

/// An import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Name of the module it is imported from.
    pub module: String,
    /// Name in that module.
    pub name: String,
    /// What it has to be.
    pub ty: ImportType,
    /// Byte offset of the import in the module.
    pub offset: usize,
}

/// The type of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportType {
    /// A function.
    Function(TypeIndex),
    /// A table.
    Table(TableType),
    /// A memory.
    Memory(MemoryType),
    /// A global.
    Global(GlobalType),
    /// A tag, of this function type.
    Tag(TypeIndex),
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its type.
    pub ty: TypeIndex,
    /// Its name in the name section, as it stands there (possibly mangled).
    pub name: Option<String>,
    /// Its body; `None` if it is imported.
    pub body: Option<FunctionBody>,
}

/// Where a function's body lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionBody {
    /// The body's bytes in [`Module::bytes`]: local declarations, then operators up to the final `end`.
    pub range: Range<usize>,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its type.
    pub ty: TableType,
    /// What its elements are at first; `None` for null, and for imported tables.
    pub init: Option<ConstExpr>,
    /// Whether it is imported.
    pub imported: bool,
}

/// A memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Its type.
    pub ty: MemoryType,
    /// Whether it is imported.
    pub imported: bool,
}

/// A global.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Global {
    /// Its type.
    pub ty: GlobalType,
    /// Its initial value; `None` if it is imported.
    pub init: Option<ConstExpr>,
}

/// A tag: a kind of exceptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The function type whose parameters are what its exceptions carry.
    pub ty: TypeIndex,
    /// Whether it is imported.
    pub imported: bool,
}

/// An export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Its name.
    pub name: String,
    /// What it exports.
    pub item: ExternIndex,
}

/// Something that can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExternIndex {
    /// A function.
    Function(FunctionIndex),
    /// A table.
    Table(TableIndex),
    /// A memory.
    Memory(MemoryIndex),
    /// A global.
    Global(GlobalIndex),
    /// A tag.
    Tag(TagIndex),
}

/// When a segment is used, and for which table or memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SegmentMode<Target> {
    /// Copied at instantiation.
    Active {
        /// The table or memory.
        target: Target,
        /// Where in it.
        offset: ConstExpr,
    },
    /// Copied by `table.init` or `memory.init`.
    Passive,
    /// Only declares references to functions; empty after instantiation.
    Declared,
}

/// An element segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementSegment {
    /// When and where it is used.
    pub mode: SegmentMode<TableIndex>,
    /// Type of its items.
    pub ty: RefType,
    /// Its items.
    pub items: ElementItems,
}

/// The items of an element segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ElementItems {
    /// Functions by index.
    Functions(Vec<FunctionIndex>),
    /// Constant expressions.
    Expressions(Vec<ConstExpr>),
}

impl ElementItems {
    /// How many items there are.
    pub fn len(&self) -> usize {
        match self {
            ElementItems::Functions(functions) => functions.len(),
            ElementItems::Expressions(expressions) => expressions.len(),
        }
    }

    /// Those that are functions.
    pub fn functions(&self) -> &[FunctionIndex] {
        match self {
            ElementItems::Functions(functions) => functions,
            ElementItems::Expressions(_) => &[],
        }
    }

    /// Those that are constant expressions.
    pub fn expressions(&self) -> &[ConstExpr] {
        match self {
            ElementItems::Functions(_) => &[],
            ElementItems::Expressions(expressions) => expressions,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A data segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSegment {
    /// When and where it is used; never [`SegmentMode::Declared`].
    pub mode: SegmentMode<MemoryIndex>,
    /// Its bytes in [`Module::bytes`].
    pub range: Range<usize>,
}

/// Which way a conditional branch mostly goes: an `if` is taken if it goes on with its first arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BranchHint {
    /// It is mostly taken.
    Taken,
    /// It is mostly not taken.
    NotTaken,
}

impl Module {
    /// Type `ty`.
    pub fn ty(&self, ty: TypeIndex) -> &SubType {
        &self.types[ty.index()]
    }

    /// Type `ty`, which is one of functions.
    pub fn func_type(&self, ty: TypeIndex) -> &FuncType {
        self.ty(ty).unwrap_func()
    }

    /// The type of `function`.
    pub fn function_type(&self, function: FunctionIndex) -> &FuncType {
        self.func_type(self.functions[function.index()].ty)
    }

    /// `ty`, or the most specific abstract type above it.
    pub fn abstract_type(&self, ty: HeapType) -> AbstractHeapType {
        match ty {
            HeapType::Abstract { ty, .. } => ty,
            HeapType::Concrete(index) | HeapType::Exact(index) => {
                let index = index.as_module_index().expect("invariant: a module refers to its types by index");
                program::kind(self.ty(TypeIndex(index)))
            }
        }
    }

    /// The type of `tag`.
    pub fn tag_type(&self, tag: TagIndex) -> &FuncType {
        self.func_type(self.tags[tag.index()].ty)
    }

    /// How many functions are imported.
    pub fn imported_functions(&self) -> usize {
        self.functions.partition_point(|function| function.body.is_none())
    }

    /// The export called `name`.
    pub fn export(&self, name: &str) -> Option<ExternIndex> {
        let by_name = |&at: &usize| self.exports[at].name.as_str().cmp(name);
        let found = self.exports_by_name.binary_search_by(by_name).ok()?;
        Some(self.exports[self.exports_by_name[found]].item)
    }

    /// The bytes of data segment `segment`.
    pub fn data_bytes(&self, segment: DataIndex) -> &[u8] {
        &self.bytes[self.data[segment.index()].range.clone()]
    }

    /// Element segment `segment`.
    pub fn element(&self, segment: ElementIndex) -> &ElementSegment {
        &self.elements[segment.index()]
    }
}

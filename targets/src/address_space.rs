//! Where the parts of an executable lie.
//!
//! ```text
//! image                 code, constants, instance state, the runtime's own data
//! memory_base(0)        memory 0: up to 4 GiB, then its guard; 8 GiB + 64 KiB in all
//! growable_tables       the tables that can grow, side by side
//! memory_base(k)        memory k, one every 16 GiB
//! ```
//!
//! All addresses stay below 2³⁹ for up to 30 memories, the smallest user address space of an aarch64 Linux kernel.

use crate::Architecture;

/// The link-time addresses of programs for one architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressSpace {
    /// Lowest address of the executable's image.
    pub image_base: u64,
    /// Whether the image ends where memory 0 begins, rather than begins at `image_base`.
    pub image_meets_memory: bool,
    /// Address of byte 0 of memory 0.
    ///
    /// On x86_64 it is low: it then folds into the displacement of an access. And it is 1 MiB below a multiple of 1 GiB, with
    /// the image in front: so a small image and the start of the memory are in one page of the page tables, and what
    /// is reserved for the memory has no entries in the next level, which the kernel would look through when it maps and
    /// unmaps it. That is 3 µs of a program's life. On aarch64 it is at 4 GiB, an address that one `mov` forms.
    pub first_memory: u64,
    /// Largest page size of a kernel for this architecture, in bytes; what is mapped separately is aligned to it.
    pub page_size: u64,
}

impl AddressSpace {
    /// Bytes of address space kept for a 32-bit memory with a guard: a 32-bit index plus a 32-bit offset reaches below
    /// 8 GiB, and the widest access (16 bytes) that starts there ends within the next 64 KiB.
    pub const GUARDED_MEMORY: u64 = (8 << 30) + (64 << 10);
    /// Most bytes of a memory, whatever its type allows: with 64-bit indices it may be larger than with 32-bit ones, but no
    /// larger than the place that each memory has.
    pub const LARGEST_MEMORY: u64 = 8 << 30;
    /// Distance between the bases of two memories, in bytes.
    pub const MEMORY_STRIDE: u64 = 16 << 30;
    /// Address of the region of tables that can grow, between the end of memory 0's guard and memory 1.
    pub const GROWABLE_TABLES: u64 = 14 << 30;
    /// Bytes of the region of tables that can grow.
    pub const GROWABLE_TABLES_SIZE: u64 = 2 << 30;

    /// The address space of programs for `architecture`.
    pub const fn of(architecture: Architecture) -> AddressSpace {
        match architecture {
            Architecture::X86_64 => {
                let (first_memory, page_size) = ((1 << 30) - (1 << 20), 4 << 10);
                AddressSpace { image_base: 0x40_0000, image_meets_memory: true, first_memory, page_size }
            }
            Architecture::Aarch64 => {
                let (first_memory, page_size) = (4 << 30, 64 << 10);
                AddressSpace { image_base: 0x40_0000, image_meets_memory: false, first_memory, page_size }
            }
        }
    }

    /// Address of byte 0 of the program's memory number `index`.
    pub const fn memory_base(&self, index: u32) -> u64 {
        match index {
            0 => self.first_memory,
            // Lossless: u32 to u64; `From` is not const.
            _ => AddressSpace::MEMORY_STRIDE * index as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_do_not_overlap() {
        for architecture in Architecture::ALL {
            let space = AddressSpace::of(architecture);
            assert!(space.image_base < space.first_memory);
            assert!(space.memory_base(0) + AddressSpace::GUARDED_MEMORY <= AddressSpace::GROWABLE_TABLES);
            let tables_end = AddressSpace::GROWABLE_TABLES + AddressSpace::GROWABLE_TABLES_SIZE;
            assert!(tables_end <= space.memory_base(1));
            assert!(space.memory_base(1) + AddressSpace::GUARDED_MEMORY <= space.memory_base(2));
            assert!(space.memory_base(30) + AddressSpace::GUARDED_MEMORY <= 1 << 39);
        }
    }
}

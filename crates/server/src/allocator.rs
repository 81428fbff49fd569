//! Where memory comes from.
//!
//! jemalloc, because it gives memory back to the system after a storm of connections has passed,
//! which glibc's allocator does not. A thread of its own returns what was not used for a second,
//! and there is one arena for each processor instead of four.

#[global_allocator]
static JEMALLOC: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// What jemalloc reads at its start; `_RJEM_MALLOC_CONF` in the environment wins over it.
const CONF: &[u8] =
    b"background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0,percpu_arena:percpu\0";

/// jemalloc looks for a pointer to its settings under this name, jemalloc(3), "Tuning".
#[expect(
    unsafe_code,
    reason = "a symbol with a fixed name is how jemalloc is told its settings"
)]
#[expect(
    unreachable_pub,
    reason = "the linker reaches it, and only what is public is kept"
)]
#[unsafe(export_name = "_rjem_malloc_conf")]
pub static MALLOC_CONF: Option<&'static u8> = Some(&CONF[0]);

//! The loops of loops.h over `SlotMap`. They are compiled together with the
//! crate, so that its functions are inlined into them, as is usual in Rust.

use slotmap::{DefaultKey, SlotMap};
use std::ptr;

/// `struct key` of loops.h.
#[repr(C, align(8))]
pub struct Key {
    key: DefaultKey,
    padding: u64,
}

/// `struct work` of loops.h.
#[repr(C)]
pub struct Work {
    keys: *mut Key,
    order: *const u32,
    count: u64,
    zero: u64,
}

impl Work {
    /// The key whose turn is `i`, `skip` places further on.
    #[inline(always)]
    unsafe fn key(&self, i: u64, skip: u64) -> &mut DefaultKey {
        let place = u64::from(*self.order.add(i as usize)) + skip;
        &mut (*self.keys.add(place as usize)).key
    }
}

type Map = SlotMap<DefaultKey, [u64; 2]>;

static mut MAP: *mut Map = ptr::null_mut();

const NOT_LIVE: u64 = 1;

#[inline(always)]
fn sum_of(value: Option<&[u64; 2]>) -> u64 {
    match value {
        Some(value) => value[0] + value[1],
        None => NOT_LIVE,
    }
}

/// # Safety
/// No two functions of this library may run at the same time.
#[no_mangle]
pub unsafe extern "C" fn slotmap_clear(count: u64) {
    if !MAP.is_null() {
        drop(Box::from_raw(MAP));
    }
    MAP = Box::into_raw(Box::new(Map::with_capacity(count as usize)));
}

/// # Safety
/// `work` is as loops.h says, and `slotmap_clear` was called before.
#[no_mangle]
pub unsafe extern "C" fn slotmap_create(work: Work) -> u64 {
    let map = &mut *MAP;
    for i in 0..work.count {
        *work.key(i, 0) = map.insert([i, i]);
    }
    0
}

/// # Safety
/// As `slotmap_create`; the keys were made by it or by `slotmap_replace`.
#[no_mangle]
pub unsafe extern "C" fn slotmap_delete(work: Work) -> u64 {
    let map = &mut *MAP;
    let mut sum = 0;
    for i in 0..work.count {
        sum += sum_of(map.remove(*work.key(i, 0)).as_ref());
    }
    sum
}

/// # Safety
/// As `slotmap_delete`.
#[no_mangle]
pub unsafe extern "C" fn slotmap_replace(work: Work) -> u64 {
    let map = &mut *MAP;
    let mut sum = 0;
    for i in 0..work.count {
        let key = work.key(i, 0);
        sum += sum_of(map.remove(*key).as_ref());
        *key = map.insert([i, i]);
    }
    sum
}

/// # Safety
/// As `slotmap_delete`.
#[no_mangle]
pub unsafe extern "C" fn slotmap_find(work: Work) -> u64 {
    let map = &*MAP;
    let mut sum = 0;
    for i in 0..work.count {
        sum += sum_of(map.get(*work.key(i, 0)));
    }
    sum
}

/// # Safety
/// As `slotmap_delete`.
#[no_mangle]
pub unsafe extern "C" fn slotmap_find_chained(work: Work) -> u64 {
    let map = &*MAP;
    let mut sum = 0;
    for i in 0..work.count {
        sum += sum_of(map.get(*work.key(i, sum & work.zero)));
    }
    sum
}

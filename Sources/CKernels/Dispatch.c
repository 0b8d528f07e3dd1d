// Which copy of each kernel runs: the best the processor has, or the one the process asked for.
#include <stdatomic.h>

#include "CKernels.h"

static _Atomic int chosen = -1;
static _Thread_local int overridden = -1;

int ck_isa_best(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return ck_isa_v4;
  if (__builtin_cpu_supports("x86-64-v3")) return ck_isa_v3;
#endif
  return ck_isa_baseline;
}

int ck_isa(void) {
  if (overridden >= 0) return overridden;
  int isa = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (isa < 0) {
    isa = ck_isa_best();
    atomic_store_explicit(&chosen, isa, memory_order_relaxed);
  }
  return isa;
}

void ck_isa_set(int isa) { atomic_store_explicit(&chosen, isa, memory_order_relaxed); }

int ck_isa_override(int isa) {
  int before = overridden;
  overridden = isa;
  return before;
}

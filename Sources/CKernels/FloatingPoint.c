// Denormals cost up to a hundred cycles each and add nothing here, so each worker flushes them.
#include "CKernels.h"

#if defined(__x86_64__)
#include <xmmintrin.h>

uint64_t ck_flush_denormals(void) {
  unsigned before = _mm_getcsr();
  _mm_setcsr(before | 0x8040u);  // flush-to-zero (bit 15), denormals-are-zero (bit 6)
  return before;
}
void ck_restore_denormals(uint64_t control) { _mm_setcsr((unsigned)control); }
#elif defined(__aarch64__)
uint64_t ck_flush_denormals(void) {
  uint64_t before;
  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  __asm__ volatile("msr fpcr, %0" ::"r"(before | (1ull << 24)));
  return before;
}
void ck_restore_denormals(uint64_t control) { __asm__ volatile("msr fpcr, %0" ::"r"(control)); }
#else
uint64_t ck_flush_denormals(void) { return 0; }
void ck_restore_denormals(uint64_t control) { (void)control; }
#endif

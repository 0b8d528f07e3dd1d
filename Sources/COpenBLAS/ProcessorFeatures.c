// What the processor has of the instruction sets that OpenBLAS's kernels are made of.
#include "COpenBLAS.h"

#if defined(__x86_64__)
#include <cpuid.h>

static int extended(unsigned leaf, unsigned registerNumber, unsigned bit) {
  unsigned r[4] = {0, 0, 0, 0};
  if (!__get_cpuid_count(leaf, 0, &r[0], &r[1], &r[2], &r[3])) return 0;
  return (r[registerNumber] >> bit) & 1;
}
#endif

int cob_processor_features(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  int found = 0;
  if (__builtin_cpu_supports("sse3")) found |= cob_sse3;
  if (__builtin_cpu_supports("ssse3")) found |= cob_ssse3;
  if (__builtin_cpu_supports("sse4.1")) found |= cob_sse41;
  if (__builtin_cpu_supports("sse4.2")) found |= cob_sse42;
  if (__builtin_cpu_supports("avx")) found |= cob_avx;
  if (__builtin_cpu_supports("avx2")) found |= cob_avx2;
  if (__builtin_cpu_supports("fma")) found |= cob_fma3;
  if (__builtin_cpu_supports("fma4")) found |= cob_fma4;
  if (extended(0x80000001, 3, 31)) found |= cob_3dnow;
  // Not of use where the system does not keep the registers; the others then come to nothing too.
  if (__builtin_cpu_supports("x86-64-v4")) {
    found |= cob_avx512;
    if (__builtin_cpu_supports("avx512bf16")) found |= cob_avx512bf16;
    if (extended(7, 3, 23)) found |= cob_avx512fp16;
  }
  return found;
#else
  return -1;
#endif
}

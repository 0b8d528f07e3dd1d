// How the heap treats large blocks.
#if defined(__GLIBC__) || defined(__linux__)
#include <malloc.h>
#endif

#include "CKernels.h"

void ck_keep_large_blocks(void) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 512 << 20);
#endif
}

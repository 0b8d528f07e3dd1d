// How the heap treats large blocks, and how a process ends when it is refused one.
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>
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

void ck_end_for_want_of_memory(size_t bytes) {
  char said[200];
  int length = snprintf(said, sizeof said,
                        "retort: no memory for %zu bytes more -- raise the limit (`ulimit -v`), or "
                        "take a smaller batch or model or fewer threads\n",
                        bytes);
  // If the message cannot be written, nothing more can be done.
  if (length > 0 && write(2, said, (size_t)length) < 0) _exit(1);
  _exit(1);
}

#if defined(__GLIBC__)
// Out of memory, Swift's runtime traps and OpenBLAS waits for ever. These replace the heap's own
// functions and end the process in order instead of returning null: only whole files count, so
// ending at any instant loses nothing.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

// A request larger than any machine's memory is meant to be refused.
enum { mostBits = 46 };

// Counting, for tests: allocations of one thread, independent of other threads.
static _Thread_local int counting;
static _Thread_local size_t countedBlocks, countedBytes;

void ck_count_blocks(int begin, size_t *blocks, size_t *bytes) {
  counting = begin;
  if (begin) countedBlocks = countedBytes = 0;
  *blocks = countedBlocks;
  *bytes = countedBytes;
}

static void *had(void *block, size_t bytes) {
  if (counting) {
    countedBlocks++;
    countedBytes += bytes;
  }
  if (block == NULL && bytes > 0 && bytes >> mostBits == 0) ck_end_for_want_of_memory(bytes);
  return block;
}

void *malloc(size_t bytes) { return had(__libc_malloc(bytes), bytes); }

void *calloc(size_t count, size_t bytes) {
  size_t all = 0;
  int overflows = __builtin_mul_overflow(count, bytes, &all);
  void *block = __libc_calloc(count, bytes);
  return overflows ? block : had(block, all);
}

void *realloc(void *old, size_t bytes) { return had(__libc_realloc(old, bytes), bytes); }

void *memalign(size_t alignment, size_t bytes) {
  return had(__libc_memalign(alignment, bytes), bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) { return memalign(alignment, bytes); }

int posix_memalign(void **place, size_t alignment, size_t bytes) {
  if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) {
    return EINVAL;
  }
  void *block = memalign(alignment, bytes);
  if (block == NULL) return ENOMEM;
  *place = block;
  return 0;
}
#else
void ck_count_blocks(int begin, size_t *blocks, size_t *bytes) { *blocks = *bytes = 0; }
#endif

#define _GNU_SOURCE
#include "COpenBLAS.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

// CBLAS's own numbers.
enum { rowMajor = 101, asIs = 111, transposed = 112 };

// OpenBLAS maps one buffer for each thread that is inside it, of 128 MiB on x86-64 and less
// elsewhere, and some pages. When the system refuses the mapping it tries again for ever, so that
// the room is tried for before.
enum { bufferBytes = 136 << 20 };
// The library itself, its data and what its start needs.
enum { libraryBytes = 64 << 20 };

static struct {
  void (*sgemm)(int, int, int, int, int, int, float, const float *, int, const float *, int, float,
                float *, int);
  void (*set_threads)(int);
  char *(*core_name)(void);
  char *(*configuration)(void);
  // Not in every build.
  void *(*allocate)(int);
  void (*release)(void *);
} library;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int state = -1;
static char reason[512];

enum { mostBuffers = 1024 };
// Buffers that OpenBLAS has mapped and keeps.
static void *known[mostBuffers];
static _Atomic int mapped;
// Threads inside it.
static _Atomic int inside;

// Whether `bytes` of memory could be had right now.
static int hasRoom(size_t bytes) {
  void *place =
      mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (place == MAP_FAILED) return 0;
  munmap(place, bytes);
  return 1;
}

static void *symbol(void *handle, const char *name, int isNeeded) {
  void *found = dlsym(handle, name);
  if (found == NULL && isNeeded && reason[0] == 0) {
    snprintf(reason, sizeof reason, "libopenblas has no function %s", name);
  }
  return found;
}

static cob_state load(void) {
  if (!hasRoom(libraryBytes)) return cob_no_memory;
  // No threads of its own: they would take memory and time, and are never used.
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  // An empty name is none: left to itself, it takes one for an unknown core and then a lesser one.
  const char *core = getenv("OPENBLAS_CORETYPE");
  if (core != NULL && core[0] == 0) unsetenv("OPENBLAS_CORETYPE");
  void *handle = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) handle = dlopen("libopenblas.so", RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) {
    const char *said = dlerror();
    snprintf(reason, sizeof reason, "%s", said == NULL ? "" : said);
    return cob_missing;
  }
  library.sgemm = symbol(handle, "cblas_sgemm", 1);
  library.set_threads = symbol(handle, "openblas_set_num_threads", 1);
  library.core_name = symbol(handle, "openblas_get_corename", 1);
  library.configuration = symbol(handle, "openblas_get_config", 1);
  library.allocate = symbol(handle, "blas_memory_alloc", 0);
  library.release = symbol(handle, "blas_memory_free", 0);
  if (reason[0] != 0) return cob_incomplete;
  // Results differ between thread counts.
  library.set_threads(1);
  return cob_ready;
}

// With the lock held.
static cob_state loaded(void) {
  int found = atomic_load_explicit(&state, memory_order_acquire);
  if (found < 0) {
    found = load();
    atomic_store_explicit(&state, found, memory_order_release);
  }
  return found;
}

static int isKnown(const void *buffer, int count) {
  for (int i = 0; i < count; i++) {
    if (known[i] == buffer) return 1;
  }
  return 0;
}

// With the lock held: has OpenBLAS map buffers until there are `wanted`. They stay for later
// products.
static cob_state map(int wanted) {
  int count = atomic_load(&mapped);
  if (wanted <= count) return cob_ready;
  if (library.allocate == NULL || library.release == NULL || wanted > mostBuffers) {
    if (!hasRoom((size_t)(wanted - count) * bufferBytes)) return cob_no_memory;
    atomic_store(&mapped, wanted);
    return cob_ready;
  }
  // It hands out those that are free first: they are held until it has to map another.
  void *held[mostBuffers];
  int holding = 0;
  while (count < wanted && holding < mostBuffers && hasRoom(bufferBytes)) {
    void *buffer = library.allocate(0);
    held[holding++] = buffer;
    if (!isKnown(buffer, count)) known[count++] = buffer;
  }
  for (int i = 0; i < holding; i++) library.release(held[i]);
  atomic_store(&mapped, count);
  return count < wanted ? cob_no_memory : cob_ready;
}

cob_state cob_load(void) {
  pthread_mutex_lock(&lock);
  cob_state found = loaded();
  pthread_mutex_unlock(&lock);
  return found;
}

const char *cob_reason(void) { return reason; }

size_t cob_buffer_bytes(void) { return bufferBytes; }

cob_state cob_reserve(int threads) {
  pthread_mutex_lock(&lock);
  cob_state found = loaded();
  if (found == cob_ready) found = map(threads);
  pthread_mutex_unlock(&lock);
  return found;
}

cob_state cob_sgemm(int transpose_a, int transpose_b, int m, int n, int k, const float *a,
                    int a_stride, const float *b, int b_stride, float beta, float *c, int c_stride) {
  int threads = atomic_fetch_add_explicit(&inside, 1, memory_order_acquire) + 1;
  if (threads > atomic_load_explicit(&mapped, memory_order_acquire)) {
    cob_state found = cob_reserve(threads);
    if (found != cob_ready) {
      atomic_fetch_sub_explicit(&inside, 1, memory_order_release);
      return found;
    }
  }
  library.sgemm(rowMajor, transpose_a ? transposed : asIs, transpose_b ? transposed : asIs, m, n, k,
                1, a, a_stride, b, b_stride, beta, c, c_stride);
  atomic_fetch_sub_explicit(&inside, 1, memory_order_release);
  return cob_ready;
}

const char *cob_core_name(void) { return cob_load() == cob_ready ? library.core_name() : ""; }

const char *cob_configuration(void) {
  return cob_load() == cob_ready ? library.configuration() : "";
}

// OpenBLAS, loaded when the first product needs it and not before: its own start takes threads,
// time and address space that most commands have no use for, and where memory is short it waits for
// ever. The package links nothing of it; `libopenblas.so.0` has to be installed.
#ifndef COPENBLAS_H
#define COPENBLAS_H

#include <stddef.h>

// What loading, or a thread's first product, came to.
typedef enum {
  cob_ready = 0,
  cob_missing,     // no library; `cob_reason` has the loader's words
  cob_incomplete,  // a library that lacks a function; `cob_reason` names it
  cob_no_memory,   // no room for the library, or for one more thread's buffer
} cob_state;

// Instruction sets that OpenBLAS's kernels for x86-64 are made of.
enum {
  cob_sse3 = 1 << 0,
  cob_ssse3 = 1 << 1,
  cob_sse41 = 1 << 2,
  cob_sse42 = 1 << 3,
  cob_avx = 1 << 4,
  cob_avx2 = 1 << 5,
  cob_fma3 = 1 << 6,
  cob_fma4 = 1 << 7,
  cob_3dnow = 1 << 8,
  cob_avx512 = 1 << 9,  // F, CD, BW, DQ and VL
  cob_avx512bf16 = 1 << 10,
  cob_avx512fp16 = 1 << 11,
};

// Those that this processor has, and the system lets us use; -1 where the kernels are not x86-64's.
int cob_processor_features(void);

// Loads the library, once, on one thread; later calls say what the first one came to.
cob_state cob_load(void);

// Why it is not loaded; "" where it is.
const char *cob_reason(void);

// Makes room for this many threads to multiply at once: after `cob_ready` none of them can wait for
// memory that is not there.
cob_state cob_reserve(int threads);

// Address space that one thread's buffer takes, at most.
size_t cob_buffer_bytes(void);

// Row-major c = op(a) op(b) + beta c; loads the library and makes room, where nobody has.
cob_state cob_sgemm(int transpose_a, int transpose_b, int m, int n, int k, const float *a,
                    int a_stride, const float *b, int b_stride, float beta, float *c, int c_stride);

// Of the loaded library, else "".
const char *cob_core_name(void);
const char *cob_configuration(void);

#endif

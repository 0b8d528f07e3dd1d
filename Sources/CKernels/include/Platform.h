// System services of the kernels: instruction sets, threads, the heap and files.
#ifndef RETORT_PLATFORM_H
#define RETORT_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- Dispatch.c
enum { ck_isa_baseline = 0, ck_isa_v3 = 1, ck_isa_v4 = 2 };
/// Best instruction set of this processor.
int ck_isa_best(void);
/// Instruction set in force on the calling thread.
int ck_isa(void);
/// Sets the instruction set of the process (must not exceed `ck_isa_best`).
void ck_isa_set(int isa);
/// Overrides it on the calling thread; -1 removes the override. Returns the override before.
int ck_isa_override(int isa);

// ---- Heap.c
/// Makes the C heap keep freed blocks of up to 64 MiB, if it can be configured (glibc).
void ck_keep_large_blocks(void);
/// Starts counting, or stops it and returns how many blocks of how many bytes the calling thread
/// allocated in between; 0 if the heap cannot be counted (not glibc).
void ck_count_blocks(int begin, size_t *blocks, size_t *bytes);
/// Reports that `bytes` bytes cannot be allocated, and ends the process with exit code 1.
__attribute__((noreturn)) void ck_end_for_want_of_memory(size_t bytes);

// ---- Thread.c
/// A thread with one job; joined or detached once.
typedef struct {
  uintptr_t thread;
} ck_thread;
/// Starts one; `stackBytes` 0 is the system's own size. Returns an errno, 0 when it was started.
int ck_thread_start(size_t stackBytes, void *(*body)(void *), void *context, ck_thread *started);
/// Waits for its end.
void ck_thread_join(ck_thread started);
/// Lets it end by itself.
void ck_thread_detach(ck_thread started);

// ---- Writeback.c
/// Asks the system to start writing a file's bytes, if it can be asked (Linux); does not wait.
void ck_start_writing(int descriptor);

// ---- FloatingPoint.c
/// Turns denormals into zeros on the calling thread; returns the control word before.
uint64_t ck_flush_denormals(void);
void ck_restore_denormals(uint64_t control);

// ---- WorkerPool.c
typedef struct ck_pool ck_pool;
/// A pool in which `threads` threads take part, the caller being one; NULL if none could start.
ck_pool *ck_pool_create(int threads);
void ck_pool_destroy(ck_pool *pool);
/// Threads that do take part, the caller being one.
int ck_pool_threads(const ck_pool *pool);
/// Runs body(context, part) for part = 0 ..< parts; returns when all have ended.
void ck_pool_run(ck_pool *pool, ptrdiff_t parts, void (*body)(void *, ptrdiff_t), void *context);

#ifdef __cplusplus
}
#endif

#endif

// A few threads that wait for parts. A call publishes a job under a new epoch; workers spin for a
// bounded time for the next epoch, then sleep on a condition variable. Which thread runs a part is
// undetermined; what a part computes is not.
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "CKernels.h"

enum { spinLimit = 20000 };

struct ck_pool {
  pthread_mutex_t lock;
  pthread_cond_t started, ended;
  atomic_long epoch;
  atomic_long next;
  ptrdiff_t parts;
  void (*body)(void *, ptrdiff_t);
  void *context;
  atomic_int busy;
  atomic_bool stopping;
  int workers;
  pthread_t threads[];
};

static inline void pauseBriefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void takeParts(ck_pool *pool) {
  uint64_t control = ck_flush_denormals();
  for (;;) {
    long part = atomic_fetch_add(&pool->next, 1);
    if (part >= pool->parts) break;
    pool->body(pool->context, part);
  }
  ck_restore_denormals(control);
}

static void *work(void *argument) {
  ck_pool *pool = argument;
  long seen = 0;
  for (;;) {
    int spins = 0;
    while (atomic_load(&pool->epoch) == seen && spins < spinLimit) {
      pauseBriefly();
      spins++;
    }
    if (atomic_load(&pool->epoch) == seen) {
      pthread_mutex_lock(&pool->lock);
      while (atomic_load(&pool->epoch) == seen) pthread_cond_wait(&pool->started, &pool->lock);
      pthread_mutex_unlock(&pool->lock);
    }
    seen = atomic_load(&pool->epoch);
    if (atomic_load(&pool->stopping)) return NULL;
    takeParts(pool);
    if (atomic_fetch_sub(&pool->busy, 1) == 1) {
      pthread_mutex_lock(&pool->lock);
      pthread_cond_signal(&pool->ended);
      pthread_mutex_unlock(&pool->lock);
    }
  }
}

static void publish(ck_pool *pool) {
  pthread_mutex_lock(&pool->lock);
  atomic_fetch_add(&pool->epoch, 1);
  pthread_cond_broadcast(&pool->started);
  pthread_mutex_unlock(&pool->lock);
}

ck_pool *ck_pool_create(int threads) {
  int wanted = threads > 1 ? threads - 1 : 0;
  ck_pool *pool = calloc(1, sizeof(ck_pool) + (size_t)wanted * sizeof(pthread_t));
  if (pool == NULL) return NULL;
  pthread_mutex_init(&pool->lock, NULL);
  pthread_cond_init(&pool->started, NULL);
  pthread_cond_init(&pool->ended, NULL);
  for (int i = 0; i < wanted; i++) {
    if (pthread_create(&pool->threads[pool->workers], NULL, work, pool) != 0) break;
    pool->workers++;
  }
  return pool;
}

void ck_pool_destroy(ck_pool *pool) {
  atomic_store(&pool->stopping, true);
  publish(pool);
  for (int i = 0; i < pool->workers; i++) pthread_join(pool->threads[i], NULL);
  pthread_cond_destroy(&pool->started);
  pthread_cond_destroy(&pool->ended);
  pthread_mutex_destroy(&pool->lock);
  free(pool);
}

int ck_pool_threads(const ck_pool *pool) { return pool->workers + 1; }

void ck_pool_run(ck_pool *pool, ptrdiff_t parts, void (*body)(void *, ptrdiff_t), void *context) {
  pool->parts = parts;
  pool->body = body;
  pool->context = context;
  atomic_store(&pool->next, 0);
  if (pool->workers == 0 || parts <= 1) {
    takeParts(pool);
    return;
  }
  atomic_store(&pool->busy, pool->workers);
  publish(pool);
  takeParts(pool);
  for (int spins = 0; atomic_load(&pool->busy) > 0 && spins < spinLimit; spins++) pauseBriefly();
  if (atomic_load(&pool->busy) > 0) {
    pthread_mutex_lock(&pool->lock);
    while (atomic_load(&pool->busy) > 0) pthread_cond_wait(&pool->ended, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
  }
}

// Threads that run one job each; WorkerPool.c has threads that wait for parts.
#include <pthread.h>

#include "CKernels.h"

int ck_thread_start(size_t stackBytes, void *(*body)(void *), void *context, ck_thread *started) {
  pthread_attr_t attributes;
  int code = pthread_attr_init(&attributes);
  if (code != 0) return code;
  if (stackBytes > 0) code = pthread_attr_setstacksize(&attributes, stackBytes);
  pthread_t thread;
  if (code == 0) code = pthread_create(&thread, &attributes, body, context);
  if (code == 0) started->thread = (uintptr_t)thread;
  pthread_attr_destroy(&attributes);
  return code;
}

void ck_thread_join(ck_thread started) { pthread_join((pthread_t)started.thread, NULL); }

void ck_thread_detach(ck_thread started) { pthread_detach((pthread_t)started.thread); }

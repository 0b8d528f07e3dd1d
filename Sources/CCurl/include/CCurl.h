// libcurl, loaded when a request is first made and not before: it and what it links take about as
// long to load as the rest of the program, and most commands never speak to a server. The package
// links nothing of it and needs no header of it; `libcurl.so.4` has to be installed.
#ifndef CCURL_H
#define CCURL_H

#include <stddef.h>

typedef enum {
  ccu_ready = 0,
  ccu_missing,     // no library; `ccu_reason` has the loader's words
  ccu_incomplete,  // a library that lacks a function; `ccu_reason` names it
} ccu_state;

// Loads the library, once, on one thread; later calls say what the first one came to.
ccu_state ccu_load(void);

// Why it is not loaded; "" where it is.
const char *ccu_reason(void);

// A connection that is used again for the next request to the same server; one thread at a time.
typedef struct ccu_client ccu_client;

// NULL where memory is short. After `ccu_ready` only.
ccu_client *ccu_open(void);
void ccu_close(ccu_client *client);

// What became of a request.
typedef enum {
  ccu_answered = 0,
  ccu_timed_out,
  ccu_stopped,    // `stop` said so
  ccu_too_long,   // the answer is longer than `limit`
  ccu_failed,     // anything else; `words` says what
} ccu_outcome;

typedef struct {
  ccu_outcome outcome;
  long status;  // of HTTP; 0 where no answer came
  double retry_after;  // seconds that the answer asks to wait; -1 where it asks nothing
  unsigned char *body;
  size_t size;
  char words[256];
} ccu_answer;

// Sends a request and waits for the answer; redirects are not followed. `body` NULL: GET.
// `headers`: `count` lines. `direct`: no proxy, whatever the environment says. `stop` is asked now
// and then, at least once a second.
void ccu_exchange(ccu_client *client, const char *url, const char *const *headers, int count,
                  const void *body, size_t size, size_t limit, long connect_ms, long total_ms,
                  int direct, int (*stop)(void), ccu_answer *answer);

// Frees the body.
void ccu_release(ccu_answer *answer);

#endif

#define _GNU_SOURCE
#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Numbers of libcurl's interface, which it keeps for ever (curl/curl.h, soname 4).
enum {
  optWriteData = 10001,
  optURL = 10002,
  optErrorBuffer = 10010,
  optWriteFunction = 20011,
  optPostFields = 10015,
  optHeaders = 10023,
  optHeaderData = 10029,
  optNoProgress = 43,
  optPost = 47,
  optProgressData = 10057,
  optGet = 80,
  optHeaderFunction = 20079,
  optNoSignal = 99,
  optTimeout = 155,
  optConnectTimeout = 156,
  optNoProxy = 10177,
  optProtocols = 181,
  optProgressFunction = 20219,
  optPostSize = 30120,
  infoStatus = 0x200002,
  globalAll = 3,
  protocolHTTP = 1 << 0,
  protocolHTTPS = 1 << 1,
  codeWriteError = 23,
  codeTimedOut = 28,
  codeAborted = 42,
};

typedef long long curl_off;

static struct {
  int (*global)(long);
  void *(*open)(void);
  void (*reset)(void *);
  int (*set)(void *, int, ...);
  int (*perform)(void *);
  int (*info)(void *, int, ...);
  void (*close)(void *);
  void *(*append)(void *, const char *);
  void (*free_list)(void *);
  const char *(*words)(int);
} library;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static ccu_state state = ccu_missing;
static char reason[512];

static void *symbol(void *handle, const char *name) {
  void *found = dlsym(handle, name);
  if (found == NULL && reason[0] == 0) {
    snprintf(reason, sizeof reason, "libcurl has no function %s", name);
  }
  return found;
}

static void load(void) {
  void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) handle = dlopen("libcurl-gnutls.so.4", RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) {
    const char *said = dlerror();
    snprintf(reason, sizeof reason, "%s", said == NULL ? "no libcurl" : said);
    return;
  }
  library.global = symbol(handle, "curl_global_init");
  library.open = symbol(handle, "curl_easy_init");
  library.reset = symbol(handle, "curl_easy_reset");
  library.set = symbol(handle, "curl_easy_setopt");
  library.perform = symbol(handle, "curl_easy_perform");
  library.info = symbol(handle, "curl_easy_getinfo");
  library.close = symbol(handle, "curl_easy_cleanup");
  library.append = symbol(handle, "curl_slist_append");
  library.free_list = symbol(handle, "curl_slist_free_all");
  library.words = symbol(handle, "curl_easy_strerror");
  if (reason[0] == 0 && library.global(globalAll) != 0) {
    snprintf(reason, sizeof reason, "libcurl does not start");
  }
  state = reason[0] == 0 ? ccu_ready : ccu_incomplete;
}

ccu_state ccu_load(void) {
  pthread_once(&once, load);
  return state;
}

const char *ccu_reason(void) { return reason; }

struct ccu_client {
  void *handle;
};

ccu_client *ccu_open(void) {
  ccu_client *client = calloc(1, sizeof *client);
  if (client == NULL) return NULL;
  client->handle = library.open();
  if (client->handle == NULL) {
    free(client);
    return NULL;
  }
  return client;
}

void ccu_close(ccu_client *client) {
  if (client == NULL) return;
  library.close(client->handle);
  free(client);
}

typedef struct {
  ccu_answer *answer;
  size_t capacity;
  size_t limit;
  int is_too_long;
  int (*stop)(void);
} exchange;

static size_t take(char *bytes, size_t one, size_t count, void *context) {
  exchange *it = context;
  ccu_answer *answer = it->answer;
  size_t more = one * count;
  if (more > it->limit - answer->size) {
    it->is_too_long = 1;
    return 0;
  }
  if (answer->size + more > it->capacity) {
    size_t wanted = (answer->size + more) * 2;
    unsigned char *grown = realloc(answer->body, wanted);
    if (grown == NULL) return 0;
    answer->body = grown;
    it->capacity = wanted;
  }
  memcpy(answer->body + answer->size, bytes, more);
  answer->size += more;
  return more;
}

// Seconds of `Retry-After`; a date in its place is left to the caller's own patience.
static size_t look(char *bytes, size_t one, size_t count, void *context) {
  exchange *it = context;
  size_t size = one * count;
  static const char name[] = "retry-after:";
  if (size > sizeof name && strncasecmp(bytes, name, sizeof name - 1) == 0) {
    char text[32] = {0};
    size_t length = size - (sizeof name - 1);
    if (length < sizeof text) {
      memcpy(text, bytes + sizeof name - 1, length);
      char *end = text;
      double seconds = strtod(text, &end);
      if (end != text && seconds >= 0 && seconds < 1e6 && (*end == 0 || *end == '\r' || *end == '\n'))
        it->answer->retry_after = seconds;
    }
  }
  return size;
}

static int watch(void *context, curl_off a, curl_off b, curl_off c, curl_off d) {
  (void)a, (void)b, (void)c, (void)d;
  exchange *it = context;
  return it->stop != NULL && it->stop() ? 1 : 0;
}

void ccu_exchange(ccu_client *client, const char *url, const char *const *headers, int count,
                  const void *body, size_t size, size_t limit, long connect_ms, long total_ms,
                  int direct, int (*stop)(void), ccu_answer *answer) {
  memset(answer, 0, sizeof *answer);
  answer->retry_after = -1;
  exchange it = {.answer = answer, .limit = limit, .stop = stop};
  void *handle = client->handle;
  // Options go, the connection stays.
  library.reset(handle);
  void *list = NULL;
  for (int i = 0; i < count; i++) {
    void *longer = library.append(list, headers[i]);
    if (longer == NULL) break;
    list = longer;
  }
  char words[256] = {0};
  library.set(handle, optErrorBuffer, words);
  library.set(handle, optURL, url);
  library.set(handle, optProtocols, (long)(protocolHTTP | protocolHTTPS));
  library.set(handle, optHeaders, list);
  library.set(handle, optNoSignal, 1L);
  library.set(handle, optConnectTimeout, connect_ms);
  library.set(handle, optTimeout, total_ms);
  if (direct) library.set(handle, optNoProxy, "*");
  if (body != NULL) {
    library.set(handle, optPost, 1L);
    library.set(handle, optPostFields, body);
    library.set(handle, optPostSize, (curl_off)size);
  } else {
    library.set(handle, optGet, 1L);
  }
  library.set(handle, optWriteFunction, take);
  library.set(handle, optWriteData, &it);
  library.set(handle, optHeaderFunction, look);
  library.set(handle, optHeaderData, &it);
  library.set(handle, optProgressFunction, watch);
  library.set(handle, optProgressData, &it);
  library.set(handle, optNoProgress, 0L);
  int code = library.perform(handle);
  library.info(handle, infoStatus, &answer->status);
  library.free_list(list);
  switch (code) {
    case 0: answer->outcome = ccu_answered; break;
    case codeTimedOut: answer->outcome = ccu_timed_out; break;
    case codeAborted: answer->outcome = ccu_stopped; break;
    case codeWriteError: answer->outcome = it.is_too_long ? ccu_too_long : ccu_failed; break;
    default: answer->outcome = ccu_failed;
  }
  if (code != 0) {
    snprintf(answer->words, sizeof answer->words, "%s", words[0] != 0 ? words : library.words(code));
  }
}

void ccu_release(ccu_answer *answer) {
  free(answer->body);
  answer->body = NULL;
  answer->size = 0;
}

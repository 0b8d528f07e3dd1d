// SHA-256 of several messages at once (FIPS 180-4), by the processor's own instructions.
//
// One message is a chain: each step waits for the one before, and the unit that makes the steps
// stands idle half of the time. Two messages side by side fill it. The bytes of a digest do not
// depend on what was digested beside it.
#include "CKernels.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

#define SHA_TARGET __attribute__((target("sha,sse4.1,ssse3")))

static const uint32_t roundConstants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static const uint32_t firstState[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/// A message under way: whole blocks in place, then one or two blocks that hold its end.
typedef struct {
  // a, b, e, f and c, d, g, h, as the instructions want them.
  __m128i abef, cdgh;
  const uint8_t *next;
  size_t blocks;
  // Blocks of `tail` that follow; 0 once they are being read.
  size_t tailBlocks;
  uint8_t tail[128];
  uint8_t *digest;
} sha_lane;

/// Four rounds, and the words of the message that twelve rounds later are due.
#define SHA_ROUNDS(s, i)                                                                      \
  do {                                                                                        \
    __m128i wk = _mm_add_epi32(s##w[(i) & 3],                                                 \
                               _mm_load_si128((const __m128i *)(roundConstants + 4 * (i))));  \
    s##cdgh = _mm_sha256rnds2_epu32(s##cdgh, s##abef, wk);                                    \
    s##abef = _mm_sha256rnds2_epu32(s##abef, s##cdgh, _mm_shuffle_epi32(wk, 0x0E));           \
    if ((i) < 12) {                                                                           \
      __m128i between = _mm_alignr_epi8(s##w[((i) + 3) & 3], s##w[((i) + 2) & 3], 4);         \
      __m128i sum = _mm_add_epi32(                                                            \
          _mm_sha256msg1_epu32(s##w[(i) & 3], s##w[((i) + 1) & 3]), between);                 \
      s##w[(i) & 3] = _mm_sha256msg2_epu32(sum, s##w[((i) + 3) & 3]);                         \
    }                                                                                         \
  } while (0)

#define SHA_LOAD(s, p)                                                                        \
  const __m128i s##a0 = s##abef, s##c0 = s##cdgh;                                             \
  __m128i s##w[4];                                                                            \
  for (int i = 0; i < 4; i++) {                                                               \
    s##w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)((p) + 16 * i)), swap);       \
  }

#define SHA_ADD(s)                                                                            \
  s##abef = _mm_add_epi32(s##abef, s##a0);                                                    \
  s##cdgh = _mm_add_epi32(s##cdgh, s##c0)

SHA_TARGET static void oneLane(sha_lane *x, size_t n) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  __m128i xabef = x->abef, xcdgh = x->cdgh;
  const uint8_t *p = x->next;
  for (size_t block = 0; block < n; block++, p += 64) {
    SHA_LOAD(x, p);
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) SHA_ROUNDS(x, i);
    SHA_ADD(x);
  }
  x->abef = xabef, x->cdgh = xcdgh, x->next = p, x->blocks -= n;
}

SHA_TARGET static void twoLanes(sha_lane *x, sha_lane *y,
                                                                          size_t n) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  __m128i xabef = x->abef, xcdgh = x->cdgh, yabef = y->abef, ycdgh = y->cdgh;
  const uint8_t *p = x->next, *q = y->next;
  for (size_t block = 0; block < n; block++, p += 64, q += 64) {
    SHA_LOAD(x, p);
    SHA_LOAD(y, q);
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) {
      SHA_ROUNDS(x, i);
      SHA_ROUNDS(y, i);
    }
    SHA_ADD(x);
    SHA_ADD(y);
  }
  x->abef = xabef, x->cdgh = xcdgh, x->next = p, x->blocks -= n;
  y->abef = yabef, y->cdgh = ycdgh, y->next = q, y->blocks -= n;
}

SHA_TARGET static void begin(sha_lane *lane, const uint8_t *bytes,
                                                             size_t count, uint8_t *digest) {
  const uint32_t *s = firstState;
  lane->abef = _mm_set_epi32((int)s[0], (int)s[1], (int)s[4], (int)s[5]);
  lane->cdgh = _mm_set_epi32((int)s[2], (int)s[3], (int)s[6], (int)s[7]);
  lane->next = bytes;
  lane->blocks = count / 64;
  lane->digest = digest;
  // The end: what is left, a one, zeros, the length in bits, big-endian.
  size_t rest = count % 64;
  lane->tailBlocks = rest < 56 ? 1 : 2;
  memset(lane->tail, 0, sizeof(lane->tail));
  if (rest > 0) memcpy(lane->tail, bytes + count - rest, rest);
  lane->tail[rest] = 0x80;
  uint64_t bits = __builtin_bswap64((uint64_t)count * 8);
  memcpy(lane->tail + 64 * lane->tailBlocks - 8, &bits, 8);
}

/// Goes on to the blocks of the end when the others are done; 0 when those are done too.
static int hasBlocks(sha_lane *lane) {
  if (lane->blocks == 0 && lane->tailBlocks > 0) {
    lane->next = lane->tail;
    lane->blocks = lane->tailBlocks;
    lane->tailBlocks = 0;
  }
  return lane->blocks > 0;
}

SHA_TARGET static void finish(const sha_lane *lane) {
  uint32_t abef[4], cdgh[4];
  _mm_storeu_si128((__m128i *)abef, lane->abef);
  _mm_storeu_si128((__m128i *)cdgh, lane->cdgh);
  const uint32_t words[8] = {abef[3], abef[2], cdgh[3], cdgh[2], abef[1], abef[0], cdgh[1], cdgh[0]};
  for (int i = 0; i < 8; i++) {
    uint32_t word = __builtin_bswap32(words[i]);
    memcpy(lane->digest + 4 * i, &word, 4);
  }
}

int ck_has_sha256(void) {
  // cpuid leaf 7, EBX bit 29; the compiler's own test does not know it.
  uint32_t a, b, c, d;
  __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(0), "c"(0));
  if (a < 7) return 0;
  __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(7), "c"(0));
  return (b >> 29 & 1) && __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("ssse3");
}

void ck_sha256_messages(ptrdiff_t n, const uint8_t *const *messages, const size_t *counts,
                        uint8_t *digests) {
  sha_lane lanes[2];
  sha_lane *x = &lanes[0], *y = &lanes[1];
  ptrdiff_t taken = 0;
  int hasX = 0, hasY = 0;
  for (;;) {
    if (!hasX && taken < n) {
      begin(x, messages[taken], counts[taken], digests + 32 * taken);
      hasX = 1, taken++;
    }
    if (!hasY && taken < n) {
      begin(y, messages[taken], counts[taken], digests + 32 * taken);
      hasY = 1, taken++;
    }
    if (hasX && hasBlocks(x) && hasY && hasBlocks(y)) {
      twoLanes(x, y, x->blocks < y->blocks ? x->blocks : y->blocks);
    } else if (hasX && x->blocks > 0) {
      oneLane(x, x->blocks);
    } else if (hasY && hasBlocks(y)) {
      oneLane(y, y->blocks);
    } else if (!hasX && !hasY) {
      return;
    }
    if (hasX && !hasBlocks(x)) finish(x), hasX = 0;
    if (hasY && !hasBlocks(y)) finish(y), hasY = 0;
  }
}

#else

int ck_has_sha256(void) { return 0; }

void ck_sha256_messages(ptrdiff_t n, const uint8_t *const *messages, const size_t *counts,
                        uint8_t *digests) {
  (void)n, (void)messages, (void)counts, (void)digests;
  __builtin_trap();
}

#endif

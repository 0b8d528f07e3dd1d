// Iterates over one row of the vocabulary, sixteen columns at a time.
#ifndef RETORT_ROWS_H
#define RETORT_ROWS_H

#include "Vector.h"

/// Calls `act` for each group of up to 16 columns; the lanes beyond V of the last one are `fill`.
#define FOR_EACH_GROUP(V) for (ptrdiff_t j = 0, n = (V); j < (V); j += 16, n -= 16)
#define READ(p, fill) (n >= 16 ? load16((p) + j) : loadPart((p) + j, n, (fill)))
#define WRITE(p, x)                \
  do {                             \
    if (n >= 16) {                 \
      store16((p) + j, (x));       \
    } else {                       \
      storePart((p) + j, n, (x));  \
    }                              \
  } while (0)

/// The largest element; NaN is ignored. Four parallel maxima hide their latency.
CK_INLINE float rowMaximum(ptrdiff_t V, const float *x) {
  v16 a = splat16(-INFINITY), b = a, c = a, d = a;
  ptrdiff_t j = 0;
  for (; j + 64 <= V; j += 64) {
    a = max16(load16(x + j), a);
    b = max16(load16(x + j + 16), b);
    c = max16(load16(x + j + 32), c);
    d = max16(load16(x + j + 48), d);
  }
  for (; j < V; j += 16) {
    a = max16(V - j >= 16 ? load16(x + j) : loadPart(x + j, V - j, -INFINITY), a);
  }
  return maximum16(max16(max16(a, b), max16(c, d)));
}

#endif

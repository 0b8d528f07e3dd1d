// What a row of logits says of its tokens beyond the largest: sums over it, and draws from it.
#include "Rows.h"

/// Sums in doubles every this many groups, so that the tail of a large vocabulary is not lost.
enum { groupsAtOnce = 64 };

CK_INLINE void ck_tempered_sums_body(int isa, ptrdiff_t V, const float *x, float top, float f,
                                     double *sums) {
#pragma clang fp contract(fast)
  v16 plain = splat16(0), weighed = plain, squares = plain;
  double found[3] = {0, 0, 0};
  int groups = 0;
  FOR_EACH_GROUP(V) {
    v16 a = READ(x, -INFINITY) - top, e = exp16(a * f);
    plain += e;
    weighed += e > 0 ? e * a : splat16(0);
    squares += e * e;
    if (++groups == groupsAtOnce) {
      found[0] += (double)sum16(plain);
      found[1] += (double)sum16(weighed);
      found[2] += (double)sum16(squares);
      plain = weighed = squares = splat16(0);
      groups = 0;
    }
  }
  sums[0] = found[0] + (double)sum16(plain);
  sums[1] = found[1] + (double)sum16(weighed);
  sums[2] = found[2] + (double)sum16(squares);
}
CK_KERNEL(ck_tempered_sums, (ptrdiff_t V, const float *x, float top, float f, double *sums),
          (V, x, top, f, sums))

ptrdiff_t ck_drawn(ptrdiff_t V, const float *weights, double total, ptrdiff_t N,
                   const double *thresholds, int32_t *ids, int32_t *hits) {
  ptrdiff_t found = 0, next = 0;
  int32_t last = -1;
  double sum = 0;
  for (ptrdiff_t v = 0; v < V && next < N; v++) {
    float weight = weights[v];
    if (weight == 0) continue;
    last = (int32_t)v;
    sum += (double)weight;
    int32_t hit = 0;
    while (next < N && thresholds[next] * total < sum) {
      hit++;
      next++;
    }
    if (hit > 0) {
      ids[found] = last;
      hits[found++] = hit;
    }
  }
  // The sum of the walk may end a rounding below the total.
  if (next < N && last >= 0) {
    if (found == 0 || ids[found - 1] != last) {
      ids[found] = last;
      hits[found++] = 0;
    }
    hits[found - 1] += (int32_t)(N - next);
  }
  return found;
}

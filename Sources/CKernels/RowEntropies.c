// Entropies of rows: H = log S - (sum e^(t - m) (t - m)) / S, S = sum e^(t - m), m the largest.
#include "Divergence.h"

CK_INLINE void entropies_form(int isa, int isHalf, ptrdiff_t R, ptrdiff_t V, target_row all,
                              const int32_t *rows, float *entropies) {
#pragma clang fp contract(fast)
  for (ptrdiff_t r = 0; r < R; r++) {
    target_row t = all;
    if (isHalf) {
      t.halves += (ptrdiff_t)rows[r] * V;
    } else {
      t.floats += r * V;
    }
    float mt = targetMaximum(isa, isHalf, V, t);
    v16 sum = splat16(0), weighed = splat16(0);
    FOR_EACH_GROUP(V) {
      v16 b = logTargets(isa, isHalf, t, j, n) - mt;
      v16 p = exp16(b);
      sum += p;
      // Of a probability that is 0 the logarithm may be anything.
      weighed += p > 0 ? p * b : splat16(0);
    }
    double S = (double)sum16(sum);
    double H = log(S) - (double)sum16(weighed) / S;
    entropies[r] = H < 0 ? 0 : (float)H;
  }
}

CK_INLINE void ck_row_entropies_body(int isa, ptrdiff_t R, ptrdiff_t V, const float *targets,
                                     const uint16_t *halves, const int32_t *rows,
                                     float *entropies) {
  target_row all = {halves, targets};
  if (halves != NULL) {
    entropies_form(isa, 1, R, V, all, rows, entropies);
  } else {
    entropies_form(isa, 0, R, V, all, rows, entropies);
  }
}
CK_KERNEL(ck_row_entropies,
          (ptrdiff_t R, ptrdiff_t V, const float *targets, const uint16_t *halves,
           const int32_t *rows, float *entropies),
          (R, V, targets, halves, rows, entropies))

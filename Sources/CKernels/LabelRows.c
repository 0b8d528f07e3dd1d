// Converts logits to stored rows: log-softmax rounded to halves, and what the rounding keeps, in
// one pass; and sums rows that were read back. p = softmax(logits), d = the halves' values.
#include "Half.h"
#include "RowFigures.h"

/// Columns j ..< j + n of a row whose exponentials are e; figures only if they are wanted.
CK_INLINE void labelGroup(int isa, int isMeasured, ptrdiff_t j, ptrdiff_t n, const float *x,
                          const float *e, float m, float logSum, float perSum, uint16_t *halves,
                          figure_sums *sums) {
#pragma clang fp contract(fast)
  v16 y = (READ(x, -INFINITY) - m) - logSum;
  // Values rounded above 0 become 0. A NaN stays: it is in the sum too.
  v16 stored = y > 0 ? splat16(0) : y;
  h16 h = halves16(isa, stored);
  if (n >= 16) {
    storeHalves(halves + j, h);
  } else {
    storeHalvesPart(halves + j, n, h);
  }
  if (!isMeasured) return;
  v16 p = READ(e, 0) * perSum;
  v16 d = floats16(isa, h);
  // delta is at most 2^-12 |y|, and below 1/16 wherever p is not 0.
  addFigures(1, p, y, d, sums);
}

CK_INLINE figure_sums labelRow(int isa, int isMeasured, ptrdiff_t V, const float *x, const float *e,
                            float m, float logSum, float perSum, uint16_t *halves) {
  figure_sums sums = NO_FIGURES;
  ptrdiff_t full = V / 16 * 16;
  for (ptrdiff_t j = 0; j < full; j += 16) {
    labelGroup(isa, isMeasured, j, 16, x, e, m, logSum, perSum, halves, &sums);
  }
  if (full < V) {
    labelGroup(isa, isMeasured, full, V - full, x, e, m, logSum, perSum, halves, &sums);
  }
  return sums;
}

CK_INLINE void ck_label_rows_body(int isa, ptrdiff_t R, ptrdiff_t V, const float *logits,
                                  const int32_t *tokens, const float *weights, uint16_t *halves,
                                  float *scratch, ck_row_figures *figures) {
  for (ptrdiff_t r = 0; r < R; r++, logits += V, halves += V) {
    float m = rowMaximum(V, logits);
    v16 total = splat16(0);
    FOR_EACH_GROUP(V) {
      v16 e = exp16(READ(logits, -INFINITY) - m);
      WRITE(scratch, e);
      total += e;
    }
    float sum = sum16(total);
    double logSum = log((double)sum);
    ck_row_figures f = {0, 0, 0, 0, 0, 0};
    // Only the maximum adds 1, each other element at most 1; false for NaN and infinity.
    f.isDistribution = sum >= 1.0f && (double)sum <= 1.001 * (double)V;
    if (!f.isDistribution || weights[r] == 0) {
      labelRow(isa, 0, V, logits, scratch, m, (float)logSum, 1 / sum, halves);
    } else {
      figure_sums s = labelRow(isa, 1, V, logits, scratch, m, (float)logSum, 1 / sum, halves);
      f.crossEntropy = logSum - ((double)logits[tokens[r]] - (double)m);
      f.massKept = (double)sum16(s.kept);
      f.entropy = (double)sum16(s.entropy);
      f.divergence = divergenceOf(s);
    }
    figures[r] = f;
  }
}
CK_KERNEL(ck_label_rows,
          (ptrdiff_t R, ptrdiff_t V, const float *logits, const int32_t *tokens,
           const float *weights, uint16_t *halves, float *scratch, ck_row_figures *figures),
          (R, V, logits, tokens, weights, halves, scratch, figures))

CK_INLINE void ck_half_row_masses_body(int isa, ptrdiff_t R, ptrdiff_t V, const uint16_t *halves,
                                       float *masses, float *largest) {
  for (ptrdiff_t r = 0; r < R; r++, halves += V) {
    v16 sum = splat16(0), top = splat16(-INFINITY);
    FOR_EACH_GROUP(V) {
      v16 y = floats16(isa, n >= 16 ? loadHalves(halves + j) : loadHalvesPart(halves + j, n));
      sum += exp16(y);
      top = max16(y, top);
    }
    masses[r] = sum16(sum);
    largest[r] = maximum16(top);
  }
}
CK_KERNEL(ck_half_row_masses,
          (ptrdiff_t R, ptrdiff_t V, const uint16_t *halves, float *masses, float *largest),
          (R, V, halves, masses, largest))

CK_INLINE void ck_half_to_float_body(int isa, ptrdiff_t n, const uint16_t *x, float *y) {
  ptrdiff_t j = 0;
  for (; j + 16 <= n; j += 16) store16(y + j, floats16(isa, loadHalves(x + j)));
  if (j < n) storePart(y + j, n - j, floats16(isa, loadHalvesPart(x + j, n - j)));
}
CK_KERNEL(ck_half_to_float, (ptrdiff_t n, const uint16_t *x, float *y), (n, x, y))

// Attention with operands of its products rounded to bfloat16: queries, keys, values and gradients
// once, P and dS as each product takes them. Sums, softmax and everything else are float32.
//
// The algorithm is that of AttentionForward.c and AttentionBackward.c. Only the layout of operands
// differs: units of 32 bits hold two neighbours along the axis that is summed over.
//
// Runs      rows as they are: unit (row, i) holds columns 2 i and 2 i + 1.
// Pairs     unit (i, column) holds rows 2 i and 2 i + 1 of that column.
//
// The includer defines BFLOAT(name), the names of the operations on units, and BFLOAT_ROWS, the
// rows of a tile whose sums fit the registers.
#ifndef RETORT_ATTENTION_BFLOAT_H
#define RETORT_ATTENTION_BFLOAT_H

#include "AttentionTile.h"

enum {
  forwardQueries = 32,
  forwardKeys = 128,
  backwardQueries = 64,
  backwardKeys = 64,
  staleness = 8
};

typedef int32_t i16u __attribute__((ext_vector_type(16), aligned(4)));
typedef int32_t i8u __attribute__((ext_vector_type(8), aligned(4)));
CK_INLINE i16 loadUnits(const int32_t *p) { return *(const i16u *)p; }
CK_INLINE void storeUnits(int32_t *p, i16 x) { *(i16u *)p = x; }

/// Units of a run of D floats: whole vectors.
CK_INLINE ptrdiff_t runUnits(ptrdiff_t D) { return roundUp(D, 32) / 2; }

CK_INLINE v16 loadUpTo(const float *p, ptrdiff_t n) {
  return n >= 16 ? load16(p) : n > 0 ? loadPart(p, n, 0) : splat16(0);
}

/// Rows up to `end` as runs; zero beyond T and D.
CK_INLINE void packRuns(ptrdiff_t T, ptrdiff_t end, ptrdiff_t D, const float *x, ptrdiff_t stride,
                        int32_t *y) {
  const ptrdiff_t units = runUnits(D);
  for (ptrdiff_t t = 0; t < T; t++) {
    for (ptrdiff_t i = 0; i < units; i += 16) {
      const float *run = x + t * stride + 2 * i;
      storeUnits(y + t * units + i,
                 BFLOAT(fromRun)(loadUpTo(run, D - 2 * i), loadUpTo(run + 16, D - 2 * i - 16)));
    }
  }
  memset(y + T * units, 0, (size_t)((end - T) * units) * sizeof(int32_t));
}

/// Rows up to `end`, even, as pairs; zero beyond T and D.
CK_INLINE void packPairs(ptrdiff_t T, ptrdiff_t end, ptrdiff_t D, const float *x, ptrdiff_t stride,
                         int32_t *y) {
  const ptrdiff_t Dp = roundUp(D, 16);
  for (ptrdiff_t t = 0; t < end; t += 2) {
    for (ptrdiff_t i = 0; i < Dp; i += 16) {
      v16 even = t < T ? loadUpTo(x + t * stride + i, D - i) : splat16(0);
      v16 odd = t + 1 < T ? loadUpTo(x + (t + 1) * stride + i, D - i) : splat16(0);
      storeUnits(y + t / 2 * Dp + i, BFLOAT(fromRows)(even, odd));
    }
  }
}

/// sum (m rows of 16 n floats) += a b over `steps` units; unit (i, p) of a is a[i * ai + p * ap].
CK_INLINE void addUnits(const int m, const int n, ptrdiff_t steps, const int32_t *a, ptrdiff_t ai,
                        ptrdiff_t ap, const int32_t *b, ptrdiff_t ldb, v16 sum[8][2]) {
  for (ptrdiff_t p = 0; p < steps; p++) {
    v16 row[2];
#pragma unroll
    for (int j = 0; j < n; j++) row[j] = (v16)loadUnits(b + p * ldb + 16 * j);
#pragma unroll
    for (int i = 0; i < m; i++) {
      int32_t x = a[i * ai + p * ap];
#pragma unroll
      for (int j = 0; j < n; j++) sum[i][j] = BFLOAT(multiplyAdd)(x, row[j], sum[i][j]);
    }
  }
}

/// s (8 x 16 n) = runs of a times the columns of b.
CK_INLINE void unitScores(const int n, ptrdiff_t steps, const int32_t *a, ptrdiff_t lda,
                          const int32_t *b, ptrdiff_t ldb, v16 s[8][2]) {
#pragma unroll
  for (int i = 0; i < 8; i += BFLOAT_ROWS) {
#pragma unroll
    for (int r = 0; r < BFLOAT_ROWS; r++) s[i + r][0] = s[i + r][1] = splat16(0);
    addUnits(BFLOAT_ROWS, n, steps, a + i * lda, lda, 1, b, ldb, s + i);
  }
}

/// c (8 x Dp) = or += a b over `steps` units, rows of b and c Dp apart.
CK_INLINE void unitOutputs(ptrdiff_t Dp, ptrdiff_t steps, const int32_t *a, ptrdiff_t ai,
                           ptrdiff_t ap, const int32_t *b, float *c, int accumulate) {
  for (ptrdiff_t j = 0; j < Dp; j += 32) {
    const int n = Dp - j >= 32 ? 2 : 1;
#pragma unroll
    for (int i = 0; i < 8; i += BFLOAT_ROWS) {
      v16 sum[8][2];
#pragma unroll
      for (int r = 0; r < BFLOAT_ROWS; r++) {
        const float *row = c + (i + r) * Dp + j;
        sum[r][0] = accumulate ? load16(row) : splat16(0);
        sum[r][1] = accumulate && n == 2 ? load16(row + 16) : splat16(0);
      }
      if (n == 2) {
        addUnits(BFLOAT_ROWS, 2, steps, a + i * ai, ai, ap, b + j, Dp, sum);
      } else {
        addUnits(BFLOAT_ROWS, 1, steps, a + i * ai, ai, ap, b + j, Dp, sum);
      }
#pragma unroll
      for (int r = 0; r < BFLOAT_ROWS; r++) {
        float *row = c + (i + r) * Dp + j;
        store16(row, sum[r][0]);
        if (n == 2) store16(row + 16, sum[r][1]);
      }
    }
  }
}

/// y (units, ldy apart) = the transpose of runs x of `units` units, rows a multiple of 16.
CK_INLINE void transposeUnits(ptrdiff_t rows, ptrdiff_t units, const int32_t *x, int32_t *y,
                              ptrdiff_t ldy) {
  transpose(rows, units, (const float *)x, (float *)y, ldy);
}

/// y = x factor, D floats of a row.
CK_INLINE void scaleRow(ptrdiff_t D, const float *x, float factor, float *y) {
  ptrdiff_t j = 0;
  for (; j + 16 <= D; j += 16) store16(y + j, load16(x + j) * factor);
  if (j < D) storePart(y + j, D - j, load16(x + j) * factor);
}

#endif

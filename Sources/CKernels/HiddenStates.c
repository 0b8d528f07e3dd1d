// Hidden states as stored, and how well a distribution rebuilt from them keeps the original.
#include "RowFigures.h"

typedef int8_t s16 __attribute__((ext_vector_type(16)));

/// q = round to nearest even (x / scale), scale = largest magnitude / 127. A row whose scale is
/// below the normal numbers becomes zeros. NaN is ignored: the caller checks for it.
CK_INLINE void ck_quantize_bytes_body(int isa, ptrdiff_t n, const float *x, int8_t *y,
                                      float *scale) {
  const ptrdiff_t V = n;
  v16 top = splat16(0);
  {
    FOR_EACH_GROUP(V) {
      v16 a = READ(x, 0);
      top = max16(max16(a, -a), top);
    }
  }
  float d = maximum16(top) / 127.0f;
  *scale = d >= 1.17549435e-38f ? d : 0;
  float inverse = *scale > 0 ? 1.0f / d : 0;
  FOR_EACH_GROUP(V) {
    // Adding 1.5 * 2^23 rounds to a whole number; its low bits are that number.
    v16 shifted = READ(x, 0) * inverse + 12582912.0f;
    i16 whole = __builtin_convertvector(shifted - 12582912.0f, i16);
    s16 bytes = __builtin_convertvector(whole, s16);
    memcpy(y + j, &bytes, n >= 16 ? 16 : (size_t)n);
  }
}
CK_KERNEL(ck_quantize_bytes, (ptrdiff_t n, const float *x, int8_t *y, float *scale),
          (n, x, y, scale))

CK_INLINE void ck_bytes_to_float_body(int isa, ptrdiff_t n, const int8_t *x, float scale,
                                      float *y) {
  const ptrdiff_t V = n;
  FOR_EACH_GROUP(V) {
    s16 bytes = (s16)((int8_t)0);
    memcpy(&bytes, x + j, n >= 16 ? 16 : (size_t)n);
    v16 value = __builtin_convertvector(__builtin_convertvector(bytes, i16), v16) * scale;
    WRITE(y, value);
  }
}
CK_KERNEL(ck_bytes_to_float, (ptrdiff_t n, const int8_t *x, float scale, float *y),
          (n, x, scale, y))

/// log sum e^x = m + log(sum); whether the sum is that of a distribution.
typedef struct {
  float m, logSum, perSum;
  int isDistribution;
} normaliser;

CK_INLINE normaliser normalise(ptrdiff_t V, const float *x) {
  normaliser result;
  result.m = rowMaximum(V, x);
  v16 total = splat16(0);
  FOR_EACH_GROUP(V) { total += exp16(READ(x, -INFINITY) - result.m); }
  float sum = sum16(total);
  // Only the maximum adds 1, each other element at most 1; false for NaN and infinity.
  result.isDistribution = sum >= 1.0f && (double)sum <= 1.001 * (double)V;
  result.logSum = (float)log((double)sum);
  result.perSum = 1 / sum;
  return result;
}

CK_INLINE void ck_rebuilt_rows_body(int isa, ptrdiff_t R, ptrdiff_t V, const float *logits,
                                    const float *rebuilt, const int32_t *tokens,
                                    const float *weights, ck_row_figures *figures) {
#pragma clang fp contract(fast)
  for (ptrdiff_t r = 0; r < R; r++, logits += V, rebuilt += V) {
    ck_row_figures f = {0, 0, 0, 0, 0, 1};
    normaliser a = normalise(V, logits), b = normalise(V, rebuilt);
    f.isDistribution = a.isDistribution && b.isDistribution;
    if (f.isDistribution && weights[r] != 0) {
      // Relative to the largest, so that nothing large is subtracted from something large.
      float shiftA = a.logSum, shiftB = b.logSum;
      figure_sums sums = NO_FIGURES;
      FOR_EACH_GROUP(V) {
        v16 y = (READ(logits, -INFINITY) - a.m) - shiftA;
        v16 d = (READ(rebuilt, -INFINITY) - b.m) - shiftB;
        addFigures(0, exp16(y), y, d, &sums);
      }
      f.entropy = (double)sum16(sums.entropy);
      f.divergence = divergenceOf(sums);
      f.massKept = 1;
      ptrdiff_t next = tokens[r];
      f.crossEntropy = (double)shiftA - ((double)logits[next] - (double)a.m);
      f.keptCrossEntropy = (double)shiftB - ((double)rebuilt[next] - (double)b.m);
    }
    figures[r] = f;
  }
}
CK_KERNEL(ck_rebuilt_rows,
          (ptrdiff_t R, ptrdiff_t V, const float *logits, const float *rebuilt,
           const int32_t *tokens, const float *weights, ck_row_figures *figures),
          (R, V, logits, rebuilt, tokens, weights, figures))

// Softmax cross-entropy against one token a row, fused with its gradient. q = softmax(logits).
#include "Rows.h"

/// A row is exponentiated a block of columns at a time, each against its own maximum, so that a row
/// too long for the first-level cache is read and written only twice in all. Blocks have 1024
/// columns, or more when there would be more than 256 of them.
enum { leastColumns = 1024, mostBlocks = 256 };

CK_INLINE ptrdiff_t blockColumns(ptrdiff_t V) {
  ptrdiff_t columns = ((V + mostBlocks - 1) / mostBlocks + 63) / 64 * 64;
  return columns < leastColumns ? leastColumns : columns;
}

/// x = exp(x - m); returns the sum. Four parallel sums hide their latency.
CK_INLINE float exponentiate(ptrdiff_t V, float m, float *x) {
  v16 sum[4] = {splat16(0), splat16(0), splat16(0), splat16(0)};
  ptrdiff_t j = 0;
  for (; j + 64 <= V; j += 64) {
#pragma unroll
    for (int k = 0; k < 4; k++) {
      v16 e = exp16(load16(x + j + 16 * k) - m);
      store16(x + j + 16 * k, e);
      sum[k] += e;
    }
  }
  for (; j + 16 <= V; j += 16) {
    v16 e = exp16(load16(x + j) - m);
    store16(x + j, e);
    sum[0] += e;
  }
  if (j < V) {
    v16 e = exp16(loadPart(x + j, V - j, -INFINITY) - m);
    storePart(x + j, V - j, e);
    sum[0] += e;
  }
  return sum16((sum[0] + sum[1]) + (sum[2] + sum[3]));
}

/// x = x factor - shift.
CK_INLINE void scaleAndShift(ptrdiff_t V, float factor, float shift, float *x) {
#pragma clang fp contract(fast)
  ptrdiff_t j = 0;
  for (; j + 16 <= V; j += 16) store16(x + j, load16(x + j) * factor - shift);
  if (j < V) storePart(x + j, V - j, loadPart(x + j, V - j, 0) * factor - shift);
}

/// The mean of x - origin.
CK_INLINE double meanAbove(ptrdiff_t V, float origin, const float *x) {
  v16 sum = splat16(0);
  FOR_EACH_GROUP(V) sum += READ(x, origin) - origin;
  return (double)sum16(sum) / (double)V;
}

CK_INLINE void ck_cross_entropy_hard_body(int isa, ptrdiff_t R, ptrdiff_t V, float *logits,
                                          const int32_t *tokens, const float *weights,
                                          float epsilon, float gradientScale, ck_loss *loss) {
#pragma clang fp contract(fast)
  // The smoothed target: on = 1 - e + e/V at the token, off = e/V elsewhere; its negative entropy.
  double off = (double)epsilon / (double)V, on = 1.0 - (double)epsilon + off;
  double negativeEntropy = epsilon > 0 ? on * log(on) + (double)(V - 1) * off * log(off) : 0;
  ptrdiff_t columns = blockColumns(V);
  float maxima[mostBlocks];
  ck_loss total = {0, 0, 0};
  for (ptrdiff_t r = 0; r < R; r++, logits += V) {
    float weight = weights[r];
    if (weight == 0) {
      memset(logits, 0, (size_t)V * sizeof(float));
      continue;
    }
    float atToken = logits[tokens[r]], m = -INFINITY, sum = 0;
    double mean = epsilon > 0 ? meanAbove(V, atToken, logits) : 0;
    for (ptrdiff_t b = 0, j = 0; j < V; b++, j += columns) {
      ptrdiff_t n = V - j < columns ? V - j : columns;
      // Finite, so that the exponentials of a block of -inf are 0.
      float top = fmaxf(rowMaximum(n, logits + j), -1e30f);
      float part = exponentiate(n, top, logits + j);
      maxima[b] = top;
      if (b == 0) {
        m = top;
        sum = part;
      } else if (top > m) {
        sum = sum * expf(m - top) + part;
        m = top;
      } else {
        sum += part * expf(top - m);
      }
    }
    double crossEntropy = log((double)sum) - (double)(atToken - m);
    double rowLoss = crossEntropy;
    if (epsilon > 0) rowLoss -= (double)epsilon * mean;
    total.loss += (double)weight * rowLoss;
    total.crossEntropy += (double)weight * crossEntropy;
    // If the two are alike, their difference is only rounding; the true value is never below 0.
    total.divergence += (double)weight * fmax(rowLoss + negativeEntropy, 0);
    // d loss / d logit[v] = q[v] - target[v]
    float scale = gradientScale * weight, perSum = scale / sum, offTarget = scale * (float)off;
    for (ptrdiff_t b = 0, j = 0; j < V; b++, j += columns) {
      ptrdiff_t n = V - j < columns ? V - j : columns;
      float factor = maxima[b] == m ? perSum : perSum * expf(maxima[b] - m);
      scaleAndShift(n, factor, offTarget, logits + j);
    }
    logits[tokens[r]] -= scale * (1.0f - epsilon);
  }
  loss->loss += total.loss;
  loss->crossEntropy += total.crossEntropy;
  loss->divergence += total.divergence;
}
CK_KERNEL(ck_cross_entropy_hard,
          (ptrdiff_t R, ptrdiff_t V, float *logits, const int32_t *tokens, const float *weights,
           float epsilon, float gradientScale, ck_loss *loss),
          (R, V, logits, tokens, weights, epsilon, gradientScale, loss))

// The forward of AttentionBfloat.h.
#include "AttentionBfloat.h"

/// Eight keys from `key` on against queries from `first` on: pairs of rows of their P to p, rows of
/// 32. `before` such rows of this key block and the outputs so far follow the maximum when it
///   moves.
CK_INLINE void softmaxUnits(const int n, const int diagonal, ptrdiff_t D, ptrdiff_t Dp,
                            const int32_t *K, const int32_t *QT, float scale, ptrdiff_t key,
                            ptrdiff_t first, int32_t *p, ptrdiff_t before, float *out,
                            v16 maximum[2], v16 sum[2]) {
#pragma clang fp contract(fast)
  v16 s[8][2], top[2];
  unitScores(n, (D + 1) / 2, K, runUnits(D), QT, forwardQueries, s);
#pragma unroll
  for (int j = 0; j < n; j++) {
#pragma unroll
    for (int i = 0; i < 8; i++) {
      if (diagonal) s[i][j] = causal(s[i][j], key + i, first + 16 * j, -INFINITY);
    }
    top[j] = max16(max16(max16(s[0][j], s[1][j]), max16(s[2][j], s[3][j])),
                   max16(max16(s[4][j], s[5][j]), max16(s[6][j], s[7][j]))) *
             scale;
  }
  if (key == 0) {
#pragma unroll
    for (int j = 0; j < n; j++) maximum[j] = top[j];
  } else {
    i16 above = top[0] > maximum[0] + (float)staleness;
    if (n == 2) above |= top[1] > maximum[1] + (float)staleness;
    if (__builtin_expect(__builtin_reduce_or(above) != 0, 0)) {
      // Earlier sums are scaled by a whole power of two, so that P loses no bit.
#pragma unroll
      for (int j = 0; j < n; j++) {
        v16 rise = __builtin_elementwise_ceil(max16(top[j] - maximum[j], splat16(0)));
        v16 factor = powerOfTwo(-rise);
        maximum[j] += rise;
        sum[j] *= factor;
        for (ptrdiff_t i = 1; i <= before; i++) {
          int32_t *row = p - i * forwardQueries + 16 * j;
          i16 units = loadUnits(row);
          v16 odd = (v16)(units & (int32_t)0xFFFF0000), even = (v16)(units << 16);
          storeUnits(row, BFLOAT(fromRows)(even * factor, odd * factor));
        }
        for (int lane = 0; lane < 16; lane++) {
          float *row = out + (16 * j + lane) * Dp;
          for (ptrdiff_t i = 0; i < Dp; i += 16) store16(row + i, load16(row + i) * factor[lane]);
        }
      }
    }
  }
#pragma unroll
  for (int j = 0; j < n; j++) {
#pragma unroll
    for (int i = 0; i < 8; i += 2) {
      v16 even = powerOfTwo(s[i][j] * scale - maximum[j]);
      v16 odd = powerOfTwo(s[i + 1][j] * scale - maximum[j]);
      if (diagonal) {
        even = causal(even, key + i, first + 16 * j, 0);
        odd = causal(odd, key + i + 1, first + 16 * j, 0);
      }
      sum[j] += even + odd;
      storeUnits(p + i / 2 * forwardQueries + 16 * j, BFLOAT(fromRows)(even, odd));
    }
  }
}

CK_INLINE void forwardUnits(ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, const ptrdiff_t D,
                            const float *q, const float *k, const float *v, ptrdiff_t stride,
                            float *y, ptrdiff_t yStride, float *logSumExp, float scale,
                            float *scratch) {
  const ptrdiff_t Dp = roundUp(D, 16), units = runUnits(D);
  ptrdiff_t Tp = roundUp(T, tileRows), group = H / K;
  int32_t *keyRuns = (int32_t *)scratch, *V = keyRuns + Tp * units, *Q = V + Tp / 2 * Dp;
  int32_t *QT = Q + forwardQueries * units, *P = QT + forwardQueries * units;
  float *out = (float *)(P + forwardKeys / 2 * forwardQueries);
  float exponent = scale * log2OfE;
  for (ptrdiff_t kv = 0; kv < K; kv++) {
    packRuns(T, Tp, D, k + kv * D, stride, keyRuns);
    packPairs(T, Tp, D, v + kv * D, stride, V);
    for (ptrdiff_t h = kv * group; h < (kv + 1) * group; h++) {
      for (ptrdiff_t t = 0; t < T; t += forwardQueries) {
        ptrdiff_t rows = smaller(T - t, forwardQueries), vectors = (rows + 15) / 16;
        ptrdiff_t keys = roundUp(t + rows, tileRows);
        packRuns(rows, 16 * vectors, D, q + t * stride + h * D, stride, Q);
        transposeUnits(16 * vectors, units, Q, QT, forwardQueries);
        v16 maximum[2] = {splat16(0), splat16(0)}, sum[2] = {splat16(0), splat16(0)};
        for (ptrdiff_t block = 0; block < keys; block += forwardKeys) {
          ptrdiff_t end = smaller(block + forwardKeys, keys);
          for (ptrdiff_t key = block; key < end; key += tileRows) {
            const int32_t *tile = keyRuns + key * units;
            ptrdiff_t before = (key - block) / 2;
            int32_t *p = P + before * forwardQueries;
            if (key >= t + 16) {  // on the diagonal, the first vector of queries before it
              softmaxUnits(1, 1, D, Dp, tile, QT + 16, exponent, key, t + 16, p + 16, before,
                           out + 16 * Dp, maximum + 1, sum + 1);
            } else if (vectors == 1) {
              softmaxUnits(1, 1, D, Dp, tile, QT, exponent, key, t, p, before, out, maximum, sum);
            } else if (key + tileRows > t) {
              softmaxUnits(2, 1, D, Dp, tile, QT, exponent, key, t, p, before, out, maximum, sum);
            } else {
              softmaxUnits(2, 0, D, Dp, tile, QT, exponent, key, t, p, before, out, maximum, sum);
            }
          }
          for (ptrdiff_t i = 0; i < 16 * vectors; i += tileRows) {
            ptrdiff_t count = smaller(t + i + tileRows, end) - block;
            if (count > 0) {
              unitOutputs(Dp, count / 2, P + i, 1, forwardQueries, V + block / 2 * Dp,
                          out + i * Dp, block > 0);
            }
          }
        }
        float inverse[forwardQueries], logarithm[forwardQueries];
        for (ptrdiff_t j = 0; j < vectors; j++) {
          store16(inverse + 16 * j, 1.0f / sum[j]);
          store16(logarithm + 16 * j, maximum[j] * logOf2 + log16(sum[j]));
        }
        for (ptrdiff_t i = 0; i < rows; i++) {
          logSumExp[(t + i) * H + h] = logarithm[i];
          scaleRow(D, out + i * Dp, inverse[i], y + (t + i) * yStride + h * D);
        }
      }
    }
  }
}

/// The head widths of most models are constants in their own copies, where that is faster.
CK_INLINE void attentionForwardUnits(ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D,
                                     const float *q, const float *k, const float *v,
                                     ptrdiff_t stride, float *y, ptrdiff_t yStride,
                                     float *logSumExp, float scale, float *scratch) {
  if (BFLOAT_ROWS == 8 && D == 32) {
    forwardUnits(T, H, K, 32, q, k, v, stride, y, yStride, logSumExp, scale, scratch);
  } else if (BFLOAT_ROWS == 8 && D == 64) {
    forwardUnits(T, H, K, 64, q, k, v, stride, y, yStride, logSumExp, scale, scratch);
  } else {
    forwardUnits(T, H, K, D, q, k, v, stride, y, yStride, logSumExp, scale, scratch);
  }
}

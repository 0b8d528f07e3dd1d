// The backward of AttentionBfloat.h.
#include "AttentionBfloat.h"

/// Operands of a block of queries, in the layout its products need.
typedef struct {
  const int32_t *QT, *dYT;                ///< runs, transposed: rows of 64
  const float *logSumExp, *delta;         ///< in base 2; dY . Y
  float scale;
} QueryBlock;

/// P and dS of eight keys from `key` on against queries t + j … t + j + 16 n: runs of both (32
/// units a key), and pairs of dS (rows of 64).
CK_INLINE void gradientUnits(const int n, const int diagonal, ptrdiff_t D, const int32_t *K,
                             const int32_t *V, const QueryBlock *block, ptrdiff_t key, ptrdiff_t t,
                             ptrdiff_t j, int32_t *P, int32_t *dS, int32_t *dSPairs) {
#pragma clang fp contract(fast)
  enum { runs = backwardQueries / 2 };
  v16 s[8][2], p[8][2];
  v16 logSumExp[2], delta[2];
#pragma unroll
  for (int v = 0; v < n; v++) {
    logSumExp[v] = load16(block->logSumExp + j + 16 * v);
    delta[v] = load16(block->delta + j + 16 * v);
  }
  unitScores(n, (D + 1) / 2, K, runUnits(D), block->QT + j, backwardQueries, s);
#pragma unroll
  for (int i = 0; i < 8; i++) {
#pragma unroll
    for (int v = 0; v < n; v++) {
      p[i][v] = powerOfTwo(s[i][v] * block->scale - logSumExp[v]);
      if (diagonal) p[i][v] = causal(p[i][v], key + i, t + j + 16 * v, 0);
    }
    if (n == 2) {
      storeUnits(P + i * runs + j / 2, BFLOAT(fromRun)(p[i][0], p[i][1]));
    } else {
      *(i8u *)(P + i * runs + j / 2) = BFLOAT(fromRun)(p[i][0], p[i][0]).lo;
    }
  }
  unitScores(n, (D + 1) / 2, V, runUnits(D), block->dYT + j, backwardQueries, s);
#pragma unroll
  for (int i = 0; i < 8; i++) {
#pragma unroll
    for (int v = 0; v < n; v++) s[i][v] = p[i][v] * (s[i][v] - delta[v]);
    if (n == 2) {
      storeUnits(dS + i * runs + j / 2, BFLOAT(fromRun)(s[i][0], s[i][1]));
    } else {
      *(i8u *)(dS + i * runs + j / 2) = BFLOAT(fromRun)(s[i][0], s[i][0]).lo;
    }
  }
#pragma unroll
  for (int i = 0; i < 8; i += 2) {
#pragma unroll
    for (int v = 0; v < n; v++) {
      storeUnits(dSPairs + i / 2 * backwardQueries + j + 16 * v,
                 BFLOAT(fromRows)(s[i][v], s[i + 1][v]));
    }
  }
}

CK_INLINE void backwardUnits(ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, const ptrdiff_t D,
                             const float *q, const float *k, const float *v, ptrdiff_t stride,
                             const float *y, const float *dy, ptrdiff_t yStride,
                             const float *logSumExp, float scale, float *dq, float *dk, float *dv,
                             ptrdiff_t dStride, float *scratch) {
  enum { queries = backwardQueries, runs = queries / 2 };
  const ptrdiff_t Dp = roundUp(D, 16), units = runUnits(D);
  ptrdiff_t Tp = roundUp(T, tileRows), group = H / K;
  int32_t *keyRuns = (int32_t *)scratch, *valueRuns = keyRuns + Tp * units;
  int32_t *keyPairs = valueRuns + Tp * units;
  float *dK = (float *)(keyPairs + Tp / 2 * Dp), *dV = dK + Tp * Dp;
  int32_t *Q = (int32_t *)(dV + Tp * Dp), *dY = Q + queries * units, *QT = dY + queries * units;
  int32_t *dYT = QT + queries * units, *queryPairs = dYT + queries * units;
  int32_t *gradientPairs = queryPairs + queries / 2 * Dp;
  float *dQ = (float *)(gradientPairs + queries / 2 * Dp), *sums = dQ + queries * Dp;
  float *delta = sums + queries;
  int32_t *P = (int32_t *)(delta + queries), *dS = P + backwardKeys * runs;
  int32_t *dSPairs = dS + backwardKeys * runs;
  for (ptrdiff_t kv = 0; kv < K; kv++) {
    packRuns(T, Tp, D, k + kv * D, stride, keyRuns);
    packRuns(T, Tp, D, v + kv * D, stride, valueRuns);
    packPairs(T, Tp, D, k + kv * D, stride, keyPairs);
    memset(dK, 0, (size_t)(2 * Tp * Dp) * sizeof(float));  // dK and dV
    for (ptrdiff_t h = kv * group; h < (kv + 1) * group; h++) {
      for (ptrdiff_t t = 0; t < T; t += queries) {
        ptrdiff_t rows = smaller(T - t, queries), vectors = (rows + 15) / 16;
        ptrdiff_t keys = roundUp(t + rows, tileRows), even = roundUp(rows, 2);
        const float *dOut = dy + t * yStride + h * D, *out = y + t * yStride + h * D;
        packRuns(rows, 16 * vectors, D, q + t * stride + h * D, stride, Q);
        packRuns(rows, 16 * vectors, D, dOut, yStride, dY);
        transposeUnits(16 * vectors, units, Q, QT, queries);
        transposeUnits(16 * vectors, units, dY, dYT, queries);
        packPairs(rows, even, D, q + t * stride + h * D, stride, queryPairs);
        packPairs(rows, even, D, dOut, yStride, gradientPairs);
        for (ptrdiff_t i = 0; i < 16 * vectors; i++) {
          v16 sum = splat16(0);
          for (ptrdiff_t j = 0; i < rows && j < D; j += 16) {
            sum = fma16(loadUpTo(out + i * yStride + j, D - j),
                        loadUpTo(dOut + i * yStride + j, D - j), sum);
          }
          delta[i] = sum16(sum);
          sums[i] = i < rows ? logSumExp[(t + i) * H + h] * log2OfE : 0;
        }
        QueryBlock block = {QT, dYT, sums, delta, scale * log2OfE};
        for (ptrdiff_t first = 0; first < keys; first += backwardKeys) {
          ptrdiff_t end = smaller(first + backwardKeys, keys);
          for (ptrdiff_t key = first; key < end; key += tileRows) {
            const int32_t *keyRows = keyRuns + key * units, *valueRows = valueRuns + key * units;
            int32_t *p = P + (key - first) * runs, *ds = dS + (key - first) * runs;
            int32_t *dsPairs = dSPairs + (key - first) / 2 * queries;
            ptrdiff_t from = key >= t ? key - t : 0, j = from / 16 * 16, stop = 16 * vectors;
            // The vectors from the diagonal's on; an odd one first.
            if ((stop - j) & 16) {
              gradientUnits(1, 1, D, keyRows, valueRows, &block, key, t, j, p, ds, dsPairs);
              j += 16;
            }
            for (; j < stop; j += 32) {
              if (key + tileRows > t + j) {
                gradientUnits(2, 1, D, keyRows, valueRows, &block, key, t, j, p, ds, dsPairs);
              } else {
                gradientUnits(2, 0, D, keyRows, valueRows, &block, key, t, j, p, ds, dsPairs);
              }
            }
            unitOutputs(Dp, (even - from) / 2, p + from / 2, runs, 1, gradientPairs + from / 2 * Dp,
                        dV + key * Dp, 1);
            unitOutputs(Dp, (even - from) / 2, ds + from / 2, runs, 1, queryPairs + from / 2 * Dp,
                        dK + key * Dp, 1);
          }
          for (ptrdiff_t i = 0; i < rows; i += tileRows) {
            ptrdiff_t count = smaller(t + i + tileRows, end) - first;
            unitOutputs(Dp, count / 2, dSPairs + i, 1, queries, keyPairs + first / 2 * Dp,
                        dQ + i * Dp, first > 0);
          }
        }
        for (ptrdiff_t i = 0; i < rows; i++) {
          scaleRow(D, dQ + i * Dp, scale, dq + (t + i) * dStride + h * D);
        }
      }
    }
    for (ptrdiff_t t = 0; t < T; t++) {
      scaleRow(D, dK + t * Dp, scale, dk + t * dStride + kv * D);
      scaleRow(D, dV + t * Dp, 1, dv + t * dStride + kv * D);
    }
  }
}

/// The head widths of most models are constants in their own copies, where that is faster.
CK_INLINE void attentionBackwardUnits(ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D,
                                      const float *q, const float *k, const float *v,
                                      ptrdiff_t stride, const float *y, const float *dy,
                                      ptrdiff_t yStride, const float *logSumExp, float scale,
                                      float *dq, float *dk, float *dv, ptrdiff_t dStride,
                                      float *scratch) {
  if (BFLOAT_ROWS == 8 && D == 32) {
    backwardUnits(T, H, K, 32, q, k, v, stride, y, dy, yStride, logSumExp, scale, dq, dk, dv,
                  dStride, scratch);
  } else if (BFLOAT_ROWS == 8 && D == 64) {
    backwardUnits(T, H, K, 64, q, k, v, stride, y, dy, yStride, logSumExp, scale, dq, dk, dv,
                  dStride, scratch);
  } else {
    backwardUnits(T, H, K, D, q, k, v, stride, y, dy, yStride, logSumExp, scale, dq, dk, dv,
                  dStride, scratch);
  }
}

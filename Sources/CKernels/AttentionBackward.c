// Gradient of causal grouped-query attention, head by head: blocks of queries against tiles of
// keys, P recomputed from the log-sum-exp of each row.
//
// Y = P V:                dV = P^T dY, dP = dY V^T
// P = softmax(S):         dS = P (dP - delta), delta[t] = sum_j P dP = dY[t] . Y[t]
// S = (scale Q) K^T:      dQ = scale dS K, dK = dS^T (scale Q)
//
// Scores are exponents of two, so Q is packed times scale / log 2 and dK multiplied by log 2.
//
// With a window, P and so dS are 0 outside it: tiles of keys that end before the window of a
// block's first query are left out.
#include "AttentionTile.h"

enum { queryBlock = 64, keyBlock = 64 };

/// P and dS (8 x 16 n) of eight keys from `key` on and queries from `first` on, rows of 64.
CK_INLINE void gradientTile(const int isa, const int n, const int diagonal, const int windowed,
                            ptrdiff_t window, ptrdiff_t D, ptrdiff_t Dp, const float *K, const float *V, const float *QT,
                            const float *dYT, ptrdiff_t key, ptrdiff_t first,
                            const float *logSumExp, const float *delta, float *P, float *dS) {
  v16 s[8][2];
  scoreTile(isa, n, D, K, Dp, QT, queryBlock, s);
#pragma unroll
  for (int j = 0; j < n; j++) {
#pragma unroll
    for (int i = 0; i < 8; i++) {
      v16 p = powerOfTwo(s[i][j] - load16(logSumExp + 16 * j));
      if (diagonal) p = causal(p, key + i, first + 16 * j, 0);
      if (windowed) p = within(window, p, key + i, first + 16 * j, 0);
      store16(P + i * queryBlock + 16 * j, p);
    }
  }
  scoreTile(isa, n, D, V, Dp, dYT, queryBlock, s);
#pragma unroll
  for (int j = 0; j < n; j++) {
#pragma unroll
    for (int i = 0; i < 8; i++) {
      v16 p = load16(P + i * queryBlock + 16 * j);
      store16(dS + i * queryBlock + 16 * j, p * (s[i][j] - load16(delta + 16 * j)));
    }
  }
}

/// All queries of a block, `vectors` of 16, against eight keys.
CK_INLINE void gradientRow(const int isa, const int diagonal, const int windowed,
                           ptrdiff_t window, ptrdiff_t vectors, ptrdiff_t D, ptrdiff_t Dp,
                           const float *K, const float *V, const float *QT,
                           const float *dYT, ptrdiff_t key, ptrdiff_t t, const float *logSumExp,
                           const float *delta, float *P, float *dS) {
  ptrdiff_t j = diagonal ? (key - t) / 16 * 16 : 0, end = 16 * vectors;
  if ((end - j) & 16) {
    gradientTile(isa, 1, diagonal, windowed, window, D, Dp, K, V, QT + j, dYT + j, key, t + j, logSumExp + j,
                 delta + j, P + j, dS + j);
    j += 16;
  }
  for (; j < end; j += 32) {
    gradientTile(isa, 2, diagonal, windowed, window, D, Dp, K, V, QT + j, dYT + j, key, t + j, logSumExp + j,
                 delta + j, P + j, dS + j);
  }
}

CK_INLINE void backward(const int isa, const int windowed, ptrdiff_t window, ptrdiff_t T,
                        ptrdiff_t H, ptrdiff_t K, const ptrdiff_t D,
                        const float *q, const float *k, const float *v, ptrdiff_t stride,
                        const float *y, const float *dy, ptrdiff_t yStride, const float *logSumExp,
                        float scale, float *dq, float *dk, float *dv, ptrdiff_t dStride,
                        float *scratch) {
  const ptrdiff_t Dp = roundUp(D, 16);
  ptrdiff_t Tp = roundUp(T, tileRows), group = H / K;
  float *packedK = scratch, *V = packedK + Tp * Dp, *dK = V + Tp * Dp, *dV = dK + Tp * Dp;
  float *Q = dV + Tp * Dp, *dY = Q + queryBlock * Dp, *QT = dY + queryBlock * Dp;
  float *dYT = QT + queryBlock * Dp, *dQ = dYT + queryBlock * Dp, *P = dQ + queryBlock * Dp;
  float *dS = P + keyBlock * queryBlock, *sums = dS + keyBlock * queryBlock;
  float *delta = sums + queryBlock;
  for (ptrdiff_t kv = 0; kv < K; kv++) {
    pack(T, Tp, D, Dp, k + kv * D, stride, 1, packedK);
    pack(T, Tp, D, Dp, v + kv * D, stride, 1, V);
    memset(dK, 0, (size_t)(2 * Tp * Dp) * sizeof(float));  // dK and dV
    for (ptrdiff_t h = kv * group; h < (kv + 1) * group; h++) {
      for (ptrdiff_t t = 0; t < T; t += queryBlock) {
        ptrdiff_t rows = smaller(T - t, queryBlock), vectors = (rows + 15) / 16;
        ptrdiff_t keys = roundUp(t + rows, tileRows);
        ptrdiff_t start = windowed && t >= window ? (t - window + 1) / tileRows * tileRows : 0;
        pack(rows, 16 * vectors, D, Dp, q + t * stride + h * D, stride, scale * log2OfE, Q);
        pack(rows, 16 * vectors, D, Dp, dy + t * yStride + h * D, yStride, 1, dY);
        transpose(16 * vectors, Dp, Q, QT, queryBlock);
        transpose(16 * vectors, Dp, dY, dYT, queryBlock);
        for (ptrdiff_t i = 0; i < 16 * vectors; i++) {
          v16 sum = splat16(0);
          if (i < rows) {
            const float *out = y + (t + i) * yStride + h * D;
            for (ptrdiff_t j = 0; j < D; j += 16) {
              v16 part = D - j >= 16 ? load16(out + j) : loadPart(out + j, D - j, 0);
              sum += part * load16(dY + i * Dp + j);
            }
          }
          delta[i] = sum16(sum);
          sums[i] = i < rows ? logSumExp[(t + i) * H + h] * log2OfE : 0;
        }
        for (ptrdiff_t block = start; block < keys; block += keyBlock) {
          ptrdiff_t end = smaller(block + keyBlock, keys);
          for (ptrdiff_t key = block; key < end; key += tileRows) {
            const float *keyRows = packedK + key * Dp, *valueRows = V + key * Dp;
            float *p = P + (key - block) * queryBlock, *ds = dS + (key - block) * queryBlock;
            ptrdiff_t from = 0;
            if (key >= t) {
              from = key - t;
              gradientRow(isa, 1, windowed, window, vectors, D, Dp, keyRows, valueRows, QT, dYT, key, t, sums, delta,
                          p, ds);
            } else {
              gradientRow(isa, 0, windowed, window, vectors, D, Dp, keyRows, valueRows, QT, dYT, key, t, sums, delta,
                          p, ds);
            }
            outputTile(isa, Dp, rows - from, p + from, queryBlock, 1, dY + from * Dp,
                       dV + key * Dp, 1);
            outputTile(isa, Dp, rows - from, ds + from, queryBlock, 1, Q + from * Dp,
                       dK + key * Dp, 1);
          }
          for (ptrdiff_t i = 0; i < rows; i += tileRows) {
            ptrdiff_t count = smaller(t + i + tileRows, end) - block;
            outputTile(isa, Dp, count, dS + i, 1, queryBlock, packedK + block * Dp, dQ + i * Dp,
                       block > start);
          }
        }
        for (ptrdiff_t i = 0; i < rows; i++) {
          float *row = dq + (t + i) * dStride + h * D;
          ptrdiff_t j = 0;
          for (; j + 16 <= D; j += 16) store16(row + j, load16(dQ + i * Dp + j) * scale);
          if (j < D) storePart(row + j, D - j, load16(dQ + i * Dp + j) * scale);
        }
      }
    }
    for (ptrdiff_t t = 0; t < T; t++) {
      float *rowK = dk + t * dStride + kv * D, *rowV = dv + t * dStride + kv * D;
      ptrdiff_t j = 0;
      for (; j + 16 <= D; j += 16) {
        store16(rowK + j, load16(dK + t * Dp + j) * logOf2);
        store16(rowV + j, load16(dV + t * Dp + j));
      }
      if (j < D) {
        storePart(rowK + j, D - j, load16(dK + t * Dp + j) * logOf2);
        storePart(rowV + j, D - j, load16(dV + t * Dp + j));
      }
    }
  }
}

CK_INLINE void ck_attention_backward_body(int isa, ptrdiff_t T, ptrdiff_t H, ptrdiff_t K,
                                          ptrdiff_t D, const float *q, const float *k,
                                          const float *v, ptrdiff_t stride, const float *y,
                                          const float *dy, ptrdiff_t yStride,
                                          const float *logSumExp, float scale,
                                          ptrdiff_t window, float *dq, float *dk, float *dv,
                                          ptrdiff_t dStride, float *scratch) {
  // The head widths of most models are constants in their own copies.
  if (window < T) {
    backward(isa, 1, window, T, H, K, D, q, k, v, stride, y, dy, yStride, logSumExp, scale, dq, dk,
             dv, dStride, scratch);
  } else if (isa == ck_isa_v4 && D == 32) {
    backward(isa, 0, 0, T, H, K, 32, q, k, v, stride, y, dy, yStride, logSumExp, scale, dq, dk, dv,
             dStride, scratch);
  } else if (isa == ck_isa_v4 && D == 64) {
    backward(isa, 0, 0, T, H, K, 64, q, k, v, stride, y, dy, yStride, logSumExp, scale, dq, dk, dv,
             dStride, scratch);
  } else {
    backward(isa, 0, 0, T, H, K, D, q, k, v, stride, y, dy, yStride, logSumExp, scale, dq, dk, dv,
             dStride, scratch);
  }
}
CK_KERNEL(ck_attention_backward,
          (ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D, const float *q, const float *k,
           const float *v, ptrdiff_t stride, const float *y, const float *dy, ptrdiff_t yStride,
           const float *logSumExp, float scale, ptrdiff_t window, float *dq, float *dk, float *dv,
           ptrdiff_t dStride, float *scratch),
          (T, H, K, D, q, k, v, stride, y, dy, yStride, logSumExp, scale, window, dq, dk, dv,
           dStride, scratch))

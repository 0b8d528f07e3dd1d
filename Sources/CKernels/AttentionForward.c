// Causal grouped-query attention of one sequence, head by head.
//
//   S = scale Q K^T,  P = softmax of S over keys 0…t,  Y = P V
//
// With a window w, keys t - w + 1…t only. Scores outside it are a large negative number, not
// infinity: the first keys of a block of queries may all lie outside the window of the last of
// them, and a maximum must be finite to be subtracted.
//
// Nothing of size T x T is stored: only the log-sum-exp of each row, from which the backward
// recomputes P (Dao et al. 2022). Scores of a tile become P while they are still in registers: rows
// are scaled by a maximum that may be out of date by up to 2^staleness, and the earlier sums are
// scaled down only when a tile exceeds it by more. Operands of a head are packed once into rows of
// Dp = D rounded up to 16 floats, zero beyond D and T.
#include "AttentionTile.h"

enum { queryBlock = 32, keyBlock = 128, staleness = 8 };
static const float outsideWindow = -1e30f;

ptrdiff_t ck_attention_scratch(ptrdiff_t T, ptrdiff_t D) {
  ptrdiff_t Tp = roundUp(T, 64), Dp = roundUp(D, 16);
  // Scratch of the backward, whose bfloat16 form needs most: K, V, K by pairs of rows, dK, dV; a
  // block of 64 queries: Q and dY unchanged, transposed and by pairs, and dQ; P and dS of 64 keys;
  // log-sum-exp and delta.
  return 5 * Tp * Dp + 6 * 64 * Dp + 2 * 64 * 64 + 2 * 64;
}

/// Eight keys from `key` on against queries from `first` on: their P (8 x 16 n) to p, rows of 32.
/// `before` rows of P of this key block and the outputs so far follow the maximum when it moves.
/// `start` is the first key of all; keys more than `window` - 1 before a query are outside.
CK_INLINE void softmaxTile(const int isa, const int n, const int diagonal, const int windowed,
                           ptrdiff_t window, ptrdiff_t start, ptrdiff_t D, ptrdiff_t Dp,
                           const float *K, const float *QT, ptrdiff_t key, ptrdiff_t first,
                           float *p, ptrdiff_t before, float *out, v16 maximum[2], v16 sum[2]) {
  v16 s[8][2], top[2];
  scoreTile(isa, n, D, K, Dp, QT, queryBlock, s);
#pragma unroll
  for (int j = 0; j < n; j++) {
#pragma unroll
    for (int i = 0; i < 8; i++) {
      if (diagonal) s[i][j] = causal(s[i][j], key + i, first + 16 * j, -INFINITY);
      if (windowed) s[i][j] = within(window, s[i][j], key + i, first + 16 * j, outsideWindow);
    }
    top[j] = max16(max16(max16(s[0][j], s[1][j]), max16(s[2][j], s[3][j])),
                   max16(max16(s[4][j], s[5][j]), max16(s[6][j], s[7][j])));
  }
  if (key == start) {
#pragma unroll
    for (int j = 0; j < n; j++) maximum[j] = top[j];
  } else {
    i16 above = top[0] > maximum[0] + (float)staleness;
    if (n == 2) above |= top[1] > maximum[1] + (float)staleness;
    if (__builtin_expect(__builtin_reduce_or(above) != 0, 0)) {
#pragma unroll
      for (int j = 0; j < n; j++) {
        v16 now = max16(top[j], maximum[j]), factor = powerOfTwo(maximum[j] - now);
        maximum[j] = now;
        sum[j] *= factor;
        for (ptrdiff_t i = 1; i <= before; i++) {
          float *row = p - i * queryBlock + 16 * j;
          store16(row, load16(row) * factor);
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
    for (int i = 0; i < 8; i++) {
      v16 e = powerOfTwo(s[i][j] - maximum[j]);
      if (diagonal) e = causal(e, key + i, first + 16 * j, 0);
      if (windowed) e = within(window, e, key + i, first + 16 * j, 0);
      sum[j] += e;
      store16(p + i * queryBlock + 16 * j, e);
    }
  }
}

CK_INLINE void forward(const int isa, const int windowed, ptrdiff_t window, ptrdiff_t T,
                       ptrdiff_t H, ptrdiff_t K, const ptrdiff_t D, const float *q,
                       const float *k, const float *v, ptrdiff_t stride, float *y,
                       ptrdiff_t yStride, float *logSumExp, float scale, float *scratch) {
  const ptrdiff_t Dp = roundUp(D, 16);
  ptrdiff_t Tp = roundUp(T, tileRows), group = H / K;
  float *packedK = scratch, *V = packedK + Tp * Dp, *Q = V + Tp * Dp, *QT = Q + queryBlock * Dp;
  float *out = QT + queryBlock * Dp, *P = out + queryBlock * Dp;
  for (ptrdiff_t kv = 0; kv < K; kv++) {
    pack(T, Tp, D, Dp, k + kv * D, stride, 1, packedK);
    pack(T, Tp, D, Dp, v + kv * D, stride, 1, V);
    for (ptrdiff_t h = kv * group; h < (kv + 1) * group; h++) {
      for (ptrdiff_t t = 0; t < T; t += queryBlock) {
        ptrdiff_t rows = smaller(T - t, queryBlock), vectors = (rows + 15) / 16;
        ptrdiff_t keys = roundUp(t + rows, tileRows);
        ptrdiff_t start = windowed && t >= window ? (t - window + 1) / tileRows * tileRows : 0;
        pack(rows, 16 * vectors, D, Dp, q + t * stride + h * D, stride, scale * log2OfE, Q);
        transpose(16 * vectors, Dp, Q, QT, queryBlock);
        v16 maximum[2] = {splat16(0), splat16(0)}, sum[2] = {splat16(0), splat16(0)};
        for (ptrdiff_t block = start; block < keys; block += keyBlock) {
          ptrdiff_t end = smaller(block + keyBlock, keys);
          for (ptrdiff_t key = block; key < end; key += tileRows) {
            const float *tile = packedK + key * Dp;
            float *p = P + (key - block) * queryBlock;
            if (key + tileRows > t) {
              // Keys on the diagonal: queries of the first vector may all lie before them.
              if (key >= t + 16) {
                softmaxTile(isa, 1, 1, windowed, window, start, D, Dp, tile, QT + 16, key, t + 16, p + 16, key - block,
                            out + 16 * Dp, maximum + 1, sum + 1);
              } else if (vectors == 1) {
                softmaxTile(isa, 1, 1, windowed, window, start, D, Dp, tile, QT, key, t, p, key - block, out, maximum, sum);
              } else {
                softmaxTile(isa, 2, 1, windowed, window, start, D, Dp, tile, QT, key, t, p, key - block, out, maximum, sum);
              }
            } else if (vectors == 1) {
              softmaxTile(isa, 1, 0, windowed, window, start, D, Dp, tile, QT, key, t, p, key - block, out, maximum, sum);
            } else {
              softmaxTile(isa, 2, 0, windowed, window, start, D, Dp, tile, QT, key, t, p, key - block, out, maximum, sum);
            }
          }
          for (ptrdiff_t i = 0; i < 16 * vectors; i += tileRows) {
            ptrdiff_t count = smaller(t + i + tileRows, end) - block;
            if (count > 0) {
              outputTile(isa, Dp, count, P + i, 1, queryBlock, V + block * Dp, out + i * Dp,
                         block > start);
            }
          }
        }
        float inverse[queryBlock], logarithm[queryBlock];
        for (ptrdiff_t j = 0; j < vectors; j++) {
          store16(inverse + 16 * j, 1.0f / sum[j]);
          store16(logarithm + 16 * j, maximum[j] * logOf2 + log16(sum[j]));
        }
        for (ptrdiff_t i = 0; i < rows; i++) {
          logSumExp[(t + i) * H + h] = logarithm[i];
          float *row = y + (t + i) * yStride + h * D;
          ptrdiff_t j = 0;
          for (; j + 16 <= D; j += 16) store16(row + j, load16(out + i * Dp + j) * inverse[i]);
          if (j < D) storePart(row + j, D - j, load16(out + i * Dp + j) * inverse[i]);
        }
      }
    }
  }
}

/// The head widths of most models are constants in their own copies.
CK_INLINE void ck_attention_forward_body(int isa, ptrdiff_t T, ptrdiff_t H, ptrdiff_t K,
                                         ptrdiff_t D, const float *q, const float *k,
                                         const float *v, ptrdiff_t stride, float *y,
                                         ptrdiff_t yStride, float *logSumExp, float scale,
                                         ptrdiff_t window, float *scratch) {
  if (window < T) {
    forward(isa, 1, window, T, H, K, D, q, k, v, stride, y, yStride, logSumExp, scale, scratch);
  } else if (isa == ck_isa_v4 && D == 32) {
    forward(isa, 0, 0, T, H, K, 32, q, k, v, stride, y, yStride, logSumExp, scale, scratch);
  } else if (isa == ck_isa_v4 && D == 64) {
    forward(isa, 0, 0, T, H, K, 64, q, k, v, stride, y, yStride, logSumExp, scale, scratch);
  } else {
    forward(isa, 0, 0, T, H, K, D, q, k, v, stride, y, yStride, logSumExp, scale, scratch);
  }
}
CK_KERNEL(ck_attention_forward,
          (ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D, const float *q, const float *k,
           const float *v, ptrdiff_t stride, float *y, ptrdiff_t yStride, float *logSumExp,
           float scale, ptrdiff_t window, float *scratch),
          (T, H, K, D, q, k, v, stride, y, yStride, logSumExp, scale, window, scratch))

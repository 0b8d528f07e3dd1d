// Shared parts of both directions of attention: register tiles, a power of two, packed operands.
//
// Scores are stored transposed, keys down and queries across the lanes, so that maxima and sums
// over keys are lane by lane, and so that P serves every product without rearranging: its rows are
// operands of P^T dY, its columns of P V.
#ifndef RETORT_ATTENTION_TILE_H
#define RETORT_ATTENTION_TILE_H

#include "Vector.h"

/// Keys of a tile of scores, rows of a tile of outputs.
enum { tileRows = 8 };
/// Scores are exponents of two: this is folded into the scale of the queries.
static const float log2OfE = 1.44269504f, logOf2 = 0.693147181f;

CK_INLINE ptrdiff_t roundUp(ptrdiff_t n, ptrdiff_t to) { return (n + to - 1) / to * to; }
CK_INLINE ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

/// 2^x for x < 127, to 2 parts in 10^7; 2^-126 below that; NaN stays.
///
/// x = n + r with |r| <= 1/2, 2^r by a polynomial that is exact at 0 and elsewhere the best of
/// degree 5 (relative error 9.2e-8), 2^n by adding n to the exponent's bits: the sum with
/// 1.5 * 2^23 ends in n, and the shift drops the rest of it.
CK_INLINE v16 powerOfTwo(v16 x) {
#pragma clang fp contract(fast)
  x = -126.0f > x ? splat16(-126.0f) : x;
  v16 shifted = x + 12582912.0f;
  v16 r = x - (shifted - 12582912.0f);
  v16 p = r * 1.32647273e-3f + 9.67151299e-3f;
  p = p * r + 5.55073358e-2f;
  p = p * r + 2.40222424e-1f;
  p = p * r + 6.93147004e-1f;
  p = p * r + 1.0f;
  return (v16)((i16)p + ((i16)shifted << 23));
}

/// log x of positive finite x, to about 1e-7 absolute and relative.
///
/// x = 2^e f with f in [sqrt(1/2), sqrt(2)), log f = 2 artanh s, s = (f - 1) / (f + 1), by its
/// series up to s^9 (the remainder is below 1e-9).
CK_INLINE v16 log16(v16 x) {
#pragma clang fp contract(fast)
  i16 bits = (i16)x - 0x3F3504F3;
  i16 exponent = bits >> 23;
  v16 f = (v16)((bits & 0x7FFFFF) + 0x3F3504F3);
  v16 s = (f - 1.0f) / (f + 1.0f), z = s * s;
  v16 series = z * 0.111111111f + 0.142857143f;
  series = series * z + 0.2f;
  series = series * z + 0.333333333f;
  v16 twice = s + s;
  return __builtin_convertvector(exponent, v16) * logOf2 + (twice + twice * (z * series));
}

/// sum (m rows of 16 n floats) += a (m x k) b (k x 16 n): m, n constants, all sums in registers.
/// Element (i, p) of a is a[i * ai + p * ap].
CK_INLINE void addProduct(const int m, const int n, ptrdiff_t k, const float *a, ptrdiff_t ai,
                          ptrdiff_t ap, const float *b, ptrdiff_t ldb, v16 sum[8][2]) {
#pragma clang fp contract(fast)
  for (ptrdiff_t p = 0; p < k; p++) {
    v16 row[2];
#pragma unroll
    for (int j = 0; j < n; j++) row[j] = load16(b + p * ldb + 16 * j);
#pragma unroll
    for (int i = 0; i < m; i++) {
      float x = a[i * ai + p * ap];
#pragma unroll
      for (int j = 0; j < n; j++) sum[i][j] += x * row[j];
    }
  }
}

/// Rows and vectors across of a tile whose sums fit the registers.
CK_INLINE int registerRows(const int isa) { return isa == ck_isa_v4 ? 8 : isa == ck_isa_v3 ? 4 : 2; }

/// s (8 x 16 n) = a b, as registers allow; n is 1 or 2.
CK_INLINE void scoreTile(const int isa, const int n, ptrdiff_t D, const float *a, ptrdiff_t lda,
                         const float *b, ptrdiff_t ldb, v16 s[8][2]) {
  if (isa == ck_isa_v4) {
#pragma unroll
    for (int i = 0; i < 8; i++) s[i][0] = s[i][1] = splat16(0);
    addProduct(8, n, D, a, lda, 1, b, ldb, s);
    return;
  }
  const int m = registerRows(isa);
  for (int i = 0; i < 8; i += m) {
    for (int j = 0; j < n; j++) {
      v16 part[8][2];
      for (int r = 0; r < m; r++) part[r][0] = splat16(0);
      addProduct(m, 1, D, a + i * lda, lda, 1, b + 16 * j, ldb, part);
      for (int r = 0; r < m; r++) s[i + r][j] = part[r][0];
    }
  }
}

/// c (m rows of 16 n floats) = or += a b.
CK_INLINE void registerTile(const int m, const int n, ptrdiff_t k, const float *a, ptrdiff_t ai,
                            ptrdiff_t ap, const float *b, ptrdiff_t ldb, float *c, ptrdiff_t ldc,
                            int accumulate) {
  v16 sum[8][2];
#pragma unroll
  for (int i = 0; i < m; i++) {
#pragma unroll
    for (int j = 0; j < n; j++) {
      sum[i][j] = accumulate ? load16(c + i * ldc + 16 * j) : splat16(0);
    }
  }
  addProduct(m, n, k, a, ai, ap, b, ldb, sum);
#pragma unroll
  for (int i = 0; i < m; i++) {
#pragma unroll
    for (int j = 0; j < n; j++) store16(c + i * ldc + 16 * j, sum[i][j]);
  }
}

/// c (8 x Dp) = or += a (8 x k) b (k x Dp), rows of b and c Dp floats apart.
CK_INLINE void outputTile(const int isa, ptrdiff_t Dp, ptrdiff_t k, const float *a, ptrdiff_t ai,
                          ptrdiff_t ap, const float *b, float *c, int accumulate) {
  const int m = registerRows(isa);
  for (int i = 0; i < tileRows; i += m) {
    ptrdiff_t j = 0;
    if (isa == ck_isa_v4) {
      for (; j + 32 <= Dp; j += 32) {
        registerTile(m, 2, k, a + i * ai, ai, ap, b + j, Dp, c + i * Dp + j, Dp, accumulate);
      }
    }
    for (; j < Dp; j += 16) {
      registerTile(m, 1, k, a + i * ai, ai, ap, b + j, Dp, c + i * Dp + j, Dp, accumulate);
    }
  }
}

/// y (rows up to `end`, Dp apart) = factor x; zero beyond D and beyond T.
CK_INLINE void pack(ptrdiff_t T, ptrdiff_t end, ptrdiff_t D, ptrdiff_t Dp, const float *x,
                    ptrdiff_t stride, float factor, float *y) {
  for (ptrdiff_t t = 0; t < T; t++) {
    ptrdiff_t i = 0;
    for (; i + 16 <= D; i += 16) store16(y + t * Dp + i, load16(x + t * stride + i) * factor);
    if (i < D) store16(y + t * Dp + i, loadPart(x + t * stride + i, D - i, 0) * factor);
  }
  memset(y + T * Dp, 0, (size_t)((end - T) * Dp) * sizeof(float));
}

/// y (16 x 16, rows ldy apart) = the transpose of x (16 x 16, rows ldx apart).
CK_INLINE void transposeTile(const float *x, ptrdiff_t ldx, float *y, ptrdiff_t ldy) {
  v16 a[16], b[16];
#pragma unroll
  for (int i = 0; i < 16; i++) a[i] = load16(x + i * ldx);
  // Exchange single floats, pairs, fours, eights between rows 1, 2, 4, 8 apart.
#pragma unroll
  for (int i = 0; i < 16; i += 2) {
    b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12,
                                   28, 14, 30);
    b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27,
                                       13, 29, 15, 31);
  }
#pragma unroll
  for (int i = 0; i < 16; i++) {
    if (i & 2) continue;
    a[i] = __builtin_shufflevector(b[i], b[i + 2], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12,
                                   13, 28, 29);
    a[i + 2] = __builtin_shufflevector(b[i], b[i + 2], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27,
                                       14, 15, 30, 31);
  }
#pragma unroll
  for (int i = 0; i < 16; i++) {
    if (i & 4) continue;
    b[i] = __builtin_shufflevector(a[i], a[i + 4], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24,
                                   25, 26, 27);
    b[i + 4] = __builtin_shufflevector(a[i], a[i + 4], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15,
                                       28, 29, 30, 31);
  }
#pragma unroll
  for (int i = 0; i < 8; i++) {
    store16(y + i * ldy, __builtin_shufflevector(b[i], b[i + 8], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17,
                                                 18, 19, 20, 21, 22, 23));
    store16(y + (i + 8) * ldy,
            __builtin_shufflevector(b[i], b[i + 8], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27,
                                    28, 29, 30, 31));
  }
}

/// y (D rows, ldy apart) = the transpose of x (rows Dp apart), rows a multiple of 16.
CK_INLINE void transpose(ptrdiff_t rows, ptrdiff_t Dp, const float *x, float *y, ptrdiff_t ldy) {
  for (ptrdiff_t t = 0; t < rows; t += 16) {
    for (ptrdiff_t i = 0; i < Dp; i += 16) transposeTile(x + t * Dp + i, Dp, y + i * ldy + t, ldy);
  }
}

/// x where key <= query, `outside` elsewhere; lanes are queries from `query` on.
CK_INLINE v16 causal(v16 x, ptrdiff_t key, ptrdiff_t query, float outside) {
  const i16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return lane >= (int32_t)(key - query) ? x : splat16(outside);
}

/// x where query < key + window, `outside` elsewhere; lanes as above.
CK_INLINE v16 within(ptrdiff_t window, v16 x, ptrdiff_t key, ptrdiff_t query, float outside) {
  const i16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return lane < (int32_t)(key + window - query) ? x : splat16(outside);
}

#endif

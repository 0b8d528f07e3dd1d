// Root-mean-square norm (Zhang and Sennrich 2019). R rows of width C.
#include "Vector.h"

CK_INLINE void ck_rms_norm_forward_body(int isa, ptrdiff_t R, ptrdiff_t C, const float *x,
                                        const float *w, float *y, float *inverse, float epsilon) {
#pragma clang fp contract(fast)
  for (ptrdiff_t r = 0; r < R; r++, x += C, y += C) {
    v16 sum = splat16(0), other = splat16(0);
    ptrdiff_t j = 0;
    for (; j + 32 <= C; j += 32) {
      v16 a = load16(x + j), b = load16(x + j + 16);
      sum += a * a;
      other += b * b;
    }
    for (; j < C; j += 16) {
      v16 a = j + 16 <= C ? load16(x + j) : loadPart(x + j, C - j, 0);
      sum += a * a;
    }
    float factor = 1.0f / sqrtf(sum16(sum + other) / (float)C + epsilon);
    inverse[r] = factor;
    for (j = 0; j + 16 <= C; j += 16) {
      store16(y + j, load16(x + j) * factor * load16(w + j));
    }
    for (; j < C; j++) y[j] = x[j] * factor * w[j];
  }
}
CK_KERNEL(ck_rms_norm_forward,
          (ptrdiff_t R, ptrdiff_t C, const float *x, const float *w, float *y, float *inverse,
           float epsilon),
          (R, C, x, w, y, inverse, epsilon))

// y[j] = w[j] x[j] i, i = (mean(x^2) + e)^(-1/2), di/dx[j] = -i^3 x[j] / C
// dx[j] += i w[j] dy[j] - i^3 x[j] mean(dy w x),   dw[j] += dy[j] x[j] i

enum { normRows = 4 };

/// `rows` rows, a constant: dw is read and written once for all of them, row by row.
CK_INLINE void normRowsBackward(const int rows, ptrdiff_t C, const float *x, const float *w,
                                const float *inverse, const float *dy, float *dx, float *dw) {
#pragma clang fp contract(fast)
  v16 sum[normRows];
  float i[normRows], shift[normRows];
  ptrdiff_t j = 0;
#pragma unroll
  for (int r = 0; r < rows; r++) sum[r] = splat16(0);
  for (; j + 16 <= C; j += 16) {
    v16 weight = load16(w + j);
#pragma unroll
    for (int r = 0; r < rows; r++) sum[r] += load16(dy + r * C + j) * weight * load16(x + r * C + j);
  }
  if (j < C) {
    v16 weight = loadPart(w + j, C - j, 0);
#pragma unroll
    for (int r = 0; r < rows; r++) {
      sum[r] += loadPart(dy + r * C + j, C - j, 0) * weight * loadPart(x + r * C + j, C - j, 0);
    }
  }
#pragma unroll
  for (int r = 0; r < rows; r++) {
    i[r] = inverse[r];
    shift[r] = i[r] * i[r] * i[r] * sum16(sum[r]) / (float)C;
  }
  for (j = 0; j + 16 <= C; j += 16) {
    v16 weight = load16(w + j), dWeight = load16(dw + j);
#pragma unroll
    for (int r = 0; r < rows; r++) {
      v16 a = load16(x + r * C + j), d = load16(dy + r * C + j) * i[r];
      store16(dx + r * C + j, load16(dx + r * C + j) + (d * weight - a * shift[r]));
      dWeight += d * a;
    }
    store16(dw + j, dWeight);
  }
  for (; j < C; j++) {
#pragma unroll
    for (int r = 0; r < rows; r++) {
      float a = x[r * C + j], d = dy[r * C + j] * i[r];
      dx[r * C + j] += d * w[j] - a * shift[r];
      dw[j] += d * a;
    }
  }
}

CK_INLINE void ck_rms_norm_backward_body(int isa, ptrdiff_t R, ptrdiff_t C, const float *x,
                                         const float *w, const float *inverse, const float *dy,
                                         float *dx, float *dw) {
  ptrdiff_t r = 0;
  for (; r + normRows <= R; r += normRows) {
    normRowsBackward(normRows, C, x + r * C, w, inverse + r, dy + r * C, dx + r * C, dw);
  }
  for (; r < R; r++) {
    normRowsBackward(1, C, x + r * C, w, inverse + r, dy + r * C, dx + r * C, dw);
  }
}
CK_KERNEL(ck_rms_norm_backward,
          (ptrdiff_t R, ptrdiff_t C, const float *x, const float *w, const float *inverse,
           const float *dy, float *dx, float *dw),
          (R, C, x, w, inverse, dy, dx, dw))

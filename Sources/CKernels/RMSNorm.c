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
CK_INLINE void ck_rms_norm_backward_body(int isa, ptrdiff_t R, ptrdiff_t C, const float *x,
                                         const float *w, const float *inverse, const float *dy,
                                         float *dx, float *dw) {
#pragma clang fp contract(fast)
  for (ptrdiff_t r = 0; r < R; r++, x += C, dy += C, dx += C) {
    v16 sum = splat16(0);
    ptrdiff_t j = 0;
    for (; j + 16 <= C; j += 16) sum += load16(dy + j) * load16(w + j) * load16(x + j);
    if (j < C) {
      sum += loadPart(dy + j, C - j, 0) * loadPart(w + j, C - j, 0) * loadPart(x + j, C - j, 0);
    }
    float i = inverse[r];
    float shift = i * i * i * sum16(sum) / (float)C;
    for (j = 0; j + 16 <= C; j += 16) {
      v16 a = load16(x + j), d = load16(dy + j);
      store16(dx + j, load16(dx + j) + (d * load16(w + j) * i - a * shift));
      store16(dw + j, load16(dw + j) + d * a * i);
    }
    for (; j < C; j++) {
      dx[j] += dy[j] * w[j] * i - x[j] * shift;
      dw[j] += dy[j] * x[j] * i;
    }
  }
}
CK_KERNEL(ck_rms_norm_backward,
          (ptrdiff_t R, ptrdiff_t C, const float *x, const float *w, const float *inverse,
           const float *dy, float *dx, float *dw),
          (R, C, x, w, inverse, dy, dx, dw))

// Layer norm (Ba et al. 2016). R rows of width C.
#include "Vector.h"

CK_INLINE void ck_layer_norm_forward_body(int isa, ptrdiff_t R, ptrdiff_t C, const float *x,
                                          const float *w, const float *b, float *y,
                                          float epsilon) {
#pragma clang fp contract(fast)
  for (ptrdiff_t r = 0; r < R; r++, x += C, y += C) {
    v16 sum = splat16(0);
    ptrdiff_t j = 0;
    for (; j + 16 <= C; j += 16) sum += load16(x + j);
    if (j < C) sum += loadPart(x + j, C - j, 0);
    float mean = sum16(sum) / (float)C;
    // Of the deviations, in a second pass: the difference of two large sums would cancel.
    v16 squares = splat16(0);
    for (j = 0; j + 16 <= C; j += 16) {
      v16 d = load16(x + j) - mean;
      squares += d * d;
    }
    if (j < C) {
      v16 d = loadPart(x + j, C - j, mean) - mean;
      squares += d * d;
    }
    float inverse = 1.0f / sqrtf(sum16(squares) / (float)C + epsilon);
    for (j = 0; j + 16 <= C; j += 16) {
      store16(y + j, (load16(x + j) - mean) * inverse * load16(w + j) + load16(b + j));
    }
    for (; j < C; j++) y[j] = (x[j] - mean) * inverse * w[j] + b[j];
  }
}
CK_KERNEL(ck_layer_norm_forward,
          (ptrdiff_t R, ptrdiff_t C, const float *x, const float *w, const float *b, float *y,
           float epsilon),
          (R, C, x, w, b, y, epsilon))

// y = h w + b, h = (x - mean) i, i = 1 / sqrt(variance + epsilon). With g = dy w:
// dx += i (g - mean(g) - h mean(g h)),   dw += dy h,   db += dy
CK_INLINE void ck_layer_norm_backward_body(int isa, ptrdiff_t R, ptrdiff_t C, const float *x,
                                           const float *w, const float *dy, float *dx, float *dw,
                                           float *db, float epsilon) {
#pragma clang fp contract(fast)
  for (ptrdiff_t r = 0; r < R; r++, x += C, dy += C, dx += C) {
    v16 sum = splat16(0);
    ptrdiff_t j = 0;
    for (; j + 16 <= C; j += 16) sum += load16(x + j);
    if (j < C) sum += loadPart(x + j, C - j, 0);
    float mean = sum16(sum) / (float)C;
    v16 squares = splat16(0), slope = splat16(0), product = splat16(0);
    for (j = 0; j + 16 <= C; j += 16) {
      v16 d = load16(x + j) - mean, g = load16(dy + j) * load16(w + j);
      squares += d * d;
      slope += g;
      product += g * d;
    }
    if (j < C) {
      v16 d = loadPart(x + j, C - j, mean) - mean;
      v16 g = loadPart(dy + j, C - j, 0) * loadPart(w + j, C - j, 0);
      squares += d * d;
      slope += g;
      product += g * d;
    }
    float inverse = 1.0f / sqrtf(sum16(squares) / (float)C + epsilon);
    float shift = sum16(slope) / (float)C;
    float turn = sum16(product) * inverse * inverse / (float)C;
    for (j = 0; j + 16 <= C; j += 16) {
      v16 d = load16(x + j) - mean, gradient = load16(dy + j), g = gradient * load16(w + j);
      store16(dx + j, load16(dx + j) + (g - shift - d * turn) * inverse);
      store16(dw + j, load16(dw + j) + gradient * d * inverse);
      store16(db + j, load16(db + j) + gradient);
    }
    for (; j < C; j++) {
      float d = x[j] - mean, g = dy[j] * w[j];
      dx[j] += (g - shift - d * turn) * inverse;
      dw[j] += dy[j] * d * inverse;
      db[j] += dy[j];
    }
  }
}
CK_KERNEL(ck_layer_norm_backward,
          (ptrdiff_t R, ptrdiff_t C, const float *x, const float *w, const float *dy, float *dx,
           float *dw, float *db, float epsilon),
          (R, C, x, w, dy, dx, dw, db, epsilon))

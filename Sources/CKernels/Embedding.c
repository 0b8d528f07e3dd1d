// Rows of a table, and their gradient.
#include "Vector.h"

void ck_embedding_forward(ptrdiff_t T, ptrdiff_t C, const int32_t *tokens, const float *table,
                          float *y) {
  for (ptrdiff_t t = 0; t < T; t++) {
    memcpy(y + t * C, table + (ptrdiff_t)tokens[t] * C, (size_t)C * sizeof(float));
  }
}

CK_INLINE void ck_embedding_backward_body(int isa, ptrdiff_t T, ptrdiff_t C,
                                          const int32_t *tokens, const float *dy, float *dtable) {
  for (ptrdiff_t t = 0; t < T; t++) {
    float *restrict row = dtable + (ptrdiff_t)tokens[t] * C;
    const float *restrict d = dy + t * C;
    for (ptrdiff_t j = 0; j < C; j++) row[j] += d[j];
  }
}
CK_KERNEL(ck_embedding_backward,
          (ptrdiff_t T, ptrdiff_t C, const int32_t *tokens, const float *dy, float *dtable),
          (T, C, tokens, dy, dtable))

// Cross-entropy against whole distributions over rows of logits, fused with its gradient.
// q = softmax(logits), p = the target; p_T and q_T are those at temperature T.
#include "Divergence.h"

CK_INLINE void soft_body(int isa, int isHalf, ptrdiff_t R, ptrdiff_t V, float *logits,
                         target_row targets, const int32_t *rows, const int32_t *tokens,
                         const float *weights, float temperature, float mix, float gradientScale,
                         float *scratch, ck_loss *loss, ptrdiff_t *bad) {
#pragma clang fp contract(fast)
  float *eqOne = scratch, *eqT = scratch + V, *epT = scratch + 2 * V;
  double t2 = (double)temperature * (double)temperature, tolerance = massTolerance(V);
  ck_loss total = {0, 0, 0};
  *bad = -1;
  for (ptrdiff_t r = 0; r < R; r++, logits += V) {
    opened_row row;
    if (!openRow(isa, isHalf, r, V, logits, targets, rows, tokens, weights, tolerance, eqOne, epT,
                 &row, bad)) {
      continue;
    }
    target_row t = row.target;
    float weight = weights[r], mx = row.mx, mt = row.mt, sumQ = row.sumQ, sumP = row.sumP;
    float sumQT = 1, sumPT = 1;
    int isPlain = temperature == 1;
    double atOne = row.divergence, crossEntropy = row.crossEntropy, excess = 0;
    double atT = atOne;
    if (!isPlain) {
      if (isHalf) mt = targetMaximum(isa, isHalf, V, t);
      divergence(isa, isHalf, V, logits, mx, t, mt, 1 / temperature, eqT, epT, &sumQT, &sumPT);
      atT = fineDivergence(isa, isHalf, 1, V, logits, mx, t, mt, 1 / temperature, sumQT, sumPT,
                           eqT, epT, &excess);
    }
    total.loss +=
        (double)weight * ((double)mix * t2 * atT + (1.0 - (double)mix) * crossEntropy);
    total.crossEntropy += (double)weight * crossEntropy;
    total.divergence += (double)weight * atOne;
    // mix T^2 KL: d / d logit = mix T (q_T - p_T);  (1 - mix) CE: (1 - mix) (q - onehot)
    float scale = gradientScale * weight, hard = scale * (1 - mix);
    if (isPlain) {
      float q = scale / sumQ, p = scale * mix / sumP;
      FOR_EACH_GROUP(V) WRITE(logits, READ(eqOne, 0) * q - READ(epT, 0) * p);
    } else {
      // q_T - p_T: the result of `fineDivergence`, without its excess.
      float one = hard / sumQ, soft = scale * mix * temperature;
      float difference = (float)((double)soft / (1 + excess)), less = difference * (float)excess;
      FOR_EACH_GROUP(V) {
        WRITE(logits, READ(eqOne, 0) * one + (READ(eqT, 0) * difference - READ(epT, 0) * less));
      }
    }
    logits[tokens[r]] -= hard;
  }
  loss->loss += total.loss;
  loss->crossEntropy += total.crossEntropy;
  loss->divergence += total.divergence;
}

CK_INLINE void ck_cross_entropy_soft_body(int isa, ptrdiff_t R, ptrdiff_t V, float *logits,
                                          const float *targets, const int32_t *tokens,
                                          const float *weights, float temperature, float mix,
                                          float gradientScale, float *scratch, ck_loss *loss,
                                          ptrdiff_t *bad) {
  target_row all = {NULL, targets};
  soft_body(isa, 0, R, V, logits, all, NULL, tokens, weights, temperature, mix, gradientScale,
            scratch, loss, bad);
}
CK_KERNEL(ck_cross_entropy_soft,
          (ptrdiff_t R, ptrdiff_t V, float *logits, const float *targets, const int32_t *tokens,
           const float *weights, float temperature, float mix, float gradientScale,
           float *scratch, ck_loss *loss, ptrdiff_t *bad),
          (R, V, logits, targets, tokens, weights, temperature, mix, gradientScale, scratch, loss,
           bad))

CK_INLINE void ck_cross_entropy_halves_body(int isa, ptrdiff_t R, ptrdiff_t V, float *logits,
                                            const uint16_t *targets, const int32_t *rows,
                                            const int32_t *tokens, const float *weights,
                                            float temperature, float mix, float gradientScale,
                                            float *scratch, ck_loss *loss, ptrdiff_t *bad) {
  target_row all = {targets, NULL};
  soft_body(isa, 1, R, V, logits, all, rows, tokens, weights, temperature, mix, gradientScale,
            scratch, loss, bad);
}
CK_KERNEL(ck_cross_entropy_halves,
          (ptrdiff_t R, ptrdiff_t V, float *logits, const uint16_t *targets, const int32_t *rows,
           const int32_t *tokens, const float *weights, float temperature, float mix,
           float gradientScale, float *scratch, ck_loss *loss, ptrdiff_t *bad),
          (R, V, logits, targets, rows, tokens, weights, temperature, mix, gradientScale, scratch,
           loss, bad))

// Reverse divergence from whole distributions over rows of logits, fused with its gradient.
// q = softmax(logits), p = the target with its logarithms raised to a floor, renormalised; p_T and
// q_T are those at temperature T.
//
//   loss      = mix T^2 KL(q_T || p_T) + (1 - mix) CE,   KL = sum_v q_T (log q_T - log p_T)
//   d / dx[v] = mix T q_T[v] (log q_T[v] - log p_T[v] - KL) + (1 - mix) (q[v] - onehot[v])
//
// Where p is 0 and q is not, KL would be infinite for any other values of the row; the floor makes
// it finite, with a gradient that moves mass away from impossible tokens.
#include "Divergence.h"

/// y = the target's logarithms over its largest, none further below the log of its sum than
/// `floor`.
CK_INLINE void flooredTargets(int isa, int isHalf, ptrdiff_t V, target_row t, float mt, float least,
                              float *y) {
  FOR_EACH_GROUP(V) {
    v16 b = logTargets(isa, isHalf, t, j, n) - mt;
    WRITE(y, max16(b, splat16(least)));
  }
}

CK_INLINE void reverse_body(int isa, int isHalf, ptrdiff_t R, ptrdiff_t V, float *logits,
                            target_row targets, const int32_t *rows, const int32_t *tokens,
                            const float *weights, float temperature, float mix, float floor,
                            float gradientScale, float *scratch, ck_loss *loss, ptrdiff_t *bad) {
#pragma clang fp contract(fast)
  float *eq = scratch, *ep = scratch + V, *y = scratch + 2 * V;
  double t2 = (double)temperature * (double)temperature, tolerance = massTolerance(V);
  float factor = 1 / temperature;
  ck_loss total = {0, 0, 0};
  *bad = -1;
  for (ptrdiff_t r = 0; r < R; r++, logits += V) {
    opened_row row;
    if (!openRow(isa, isHalf, r, V, logits, targets, rows, tokens, weights, tolerance, eq, ep, &row,
                 bad)) {
      continue;
    }
    target_row t = row.target;
    float weight = weights[r], mx = row.mx, mt = row.mt, sumQ = row.sumQ, sumP = row.sumP;
    double forward = row.divergence, crossEntropy = row.crossEntropy, excess;
    float top = isHalf ? targetMaximum(isa, isHalf, V, t) : mt;
    float least = (float)(log((double)sumP) + (double)mt - (double)top + (double)floor);
    flooredTargets(isa, isHalf, V, t, top, least, y);
    // The same functions with target and student exchanged.
    target_row student = {NULL, logits};
    float sumQT, sumPT;
    divergence(isa, 0, V, y, 0, student, mx, factor, ep, eq, &sumPT, &sumQT);
    double found = fineDivergence(isa, 0, 0, V, y, 0, student, mx, factor, sumPT, sumQT, ep, eq,
                                  &excess);
    total.loss +=
        (double)weight * ((double)mix * t2 * found + (1.0 - (double)mix) * crossEntropy);
    total.crossEntropy += (double)weight * crossEntropy;
    total.divergence += (double)weight * forward;
    float scale = gradientScale * weight, hard = scale * (1 - mix);
    float soft = scale * mix * temperature / sumQT, perQ = hard / sumQ;
    // log q_T - log p_T - KL = ((x - mx) - y) / T - shift
    float shift = (float)(log((double)sumQT) - log((double)sumPT) + found);
    FOR_EACH_GROUP(V) {
      v16 x = READ(logits, logOfZero) - mx;
      v16 d = (x - READ(y, logOfZero)) * factor - shift;
      WRITE(logits, READ(eq, 0) * soft * d + (hard == 0 ? splat16(0) : exp16(x) * perQ));
    }
    logits[tokens[r]] -= hard;
  }
  loss->loss += total.loss;
  loss->crossEntropy += total.crossEntropy;
  loss->divergence += total.divergence;
}

CK_INLINE void ck_reverse_divergence_body(int isa, ptrdiff_t R, ptrdiff_t V, float *logits,
                                          const float *targets, const uint16_t *halves,
                                          const int32_t *rows, const int32_t *tokens,
                                          const float *weights, float temperature, float mix,
                                          float floor, float gradientScale, float *scratch,
                                          ck_loss *loss, ptrdiff_t *bad) {
  target_row all = {halves, targets};
  if (halves != NULL) {
    reverse_body(isa, 1, R, V, logits, all, rows, tokens, weights, temperature, mix, floor,
                 gradientScale, scratch, loss, bad);
  } else {
    reverse_body(isa, 0, R, V, logits, all, rows, tokens, weights, temperature, mix, floor,
                 gradientScale, scratch, loss, bad);
  }
}
CK_KERNEL(ck_reverse_divergence,
          (ptrdiff_t R, ptrdiff_t V, float *logits, const float *targets, const uint16_t *halves,
           const int32_t *rows, const int32_t *tokens, const float *weights, float temperature,
           float mix, float floor, float gradientScale, float *scratch, ck_loss *loss,
           ptrdiff_t *bad),
          (R, V, logits, targets, halves, rows, tokens, weights, temperature, mix, floor,
           gradientScale, scratch, loss, bad))

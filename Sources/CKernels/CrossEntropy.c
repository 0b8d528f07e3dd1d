// Softmax cross-entropy against distributions over rows of logits, fused with its gradient.
// q = softmax(logits).
#include "Rows.h"

/// Stands for log 0: e^x is exactly 0, and 0 * x is 0, not NaN.
static const float logOfZero = -1e30f;

/// e = exp((x - m) * factor); returns the sum.
CK_INLINE float exponentials(ptrdiff_t V, const float *x, float m, float factor, float *e) {
  v16 sum = splat16(0);
  FOR_EACH_GROUP(V) {
    v16 y = exp16((READ(x, -INFINITY) - m) * factor);
    WRITE(e, y);
    sum += y;
  }
  return sum16(sum);
}

/// One row at one temperature: eq = exp((x - mx) f), ep = exp((t - mt) f), their sums, and
/// KL(p || q) = sum p (log p - log q).
CK_INLINE double divergence(ptrdiff_t V, const float *x, float mx, const float *t, float mt,
                            float factor, float *eq, float *ep, float *sumQ, float *sumP) {
#pragma clang fp contract(fast)
  v16 totalQ = splat16(0), totalP = splat16(0), difference = splat16(0);
  FOR_EACH_GROUP(V) {
    v16 a = (READ(x, -INFINITY) - mx) * factor;
    v16 b = (max16(READ(t, -INFINITY), splat16(logOfZero)) - mt) * factor;
    v16 q = exp16(a), p = exp16(b);
    WRITE(eq, q);
    WRITE(ep, p);
    totalQ += q;
    totalP += p;
    // Lanes beyond V hold -inf in a and p = 0: 0 * inf must not get in.
    difference += p > 0 ? p * (b - a) : splat16(0);
  }
  *sumQ = sum16(totalQ);
  *sumP = sum16(totalP);
  return (double)sum16(difference) / (double)*sumP + log((double)*sumQ) - log((double)*sumP);
}

CK_INLINE void ck_cross_entropy_soft_body(int isa, ptrdiff_t R, ptrdiff_t V, float *logits,
                                          const float *targets, const int32_t *tokens,
                                          const float *weights, float temperature, float mix,
                                          float gradientScale, float *scratch, ck_loss *loss) {
#pragma clang fp contract(fast)
  float *ep = scratch, *eqT = scratch + V, *epT = scratch + 2 * V;
  ck_loss total = {0, 0, 0};
  for (ptrdiff_t r = 0; r < R; r++, logits += V, targets += V) {
    float weight = weights[r];
    if (weight == 0) {
      memset(logits, 0, (size_t)V * sizeof(float));
      continue;
    }
    float mx = rowMaximum(V, logits), mt = rowMaximum(V, targets);
    float atToken = logits[tokens[r]] - mx, sumQ, sumP, sumQT, sumPT;
    double atT = 0;
    if (temperature != 1) {
      atT = divergence(V, logits, mx, targets, mt, 1 / temperature, eqT, epT, &sumQT, &sumPT);
    }
    double atOne = divergence(V, logits, mx, targets, mt, 1, logits, ep, &sumQ, &sumP);
    if (temperature == 1) atT = atOne;
    double crossEntropy = log((double)sumQ) - (double)atToken;
    double t2 = (double)temperature * (double)temperature;
    total.loss +=
        (double)weight * ((double)mix * t2 * atT + (1.0 - (double)mix) * crossEntropy);
    total.crossEntropy += (double)weight * crossEntropy;
    total.divergence += (double)weight * atOne;
    // mix T^2 KL: d / d logit = mix T (q_T - p_T);  (1 - mix) CE: (1 - mix) (q - onehot)
    float scale = gradientScale * weight, hard = scale * (1 - mix), perQ = hard / sumQ;
    if (temperature == 1) {
      float q = scale / sumQ, p = scale * mix / sumP;
      FOR_EACH_GROUP(V) WRITE(logits, READ(logits, 0) * q - READ(ep, 0) * p);
    } else {
      float q = scale * mix * temperature / sumQT, p = scale * mix * temperature / sumPT;
      FOR_EACH_GROUP(V) {
        WRITE(logits, READ(logits, 0) * perQ + (READ(eqT, 0) * q - READ(epT, 0) * p));
      }
    }
    logits[tokens[r]] -= hard;
  }
  loss->loss += total.loss;
  loss->crossEntropy += total.crossEntropy;
  loss->divergence += total.divergence;
}
CK_KERNEL(ck_cross_entropy_soft,
          (ptrdiff_t R, ptrdiff_t V, float *logits, const float *targets, const int32_t *tokens,
           const float *weights, float temperature, float mix, float gradientScale,
           float *scratch, ck_loss *loss),
          (R, V, logits, targets, tokens, weights, temperature, mix, gradientScale, scratch,
           loss))

CK_INLINE void ck_log_softmax_body(int isa, ptrdiff_t R, ptrdiff_t V, const float *x, float *y) {
  for (ptrdiff_t r = 0; r < R; r++, x += V, y += V) {
    float m = rowMaximum(V, x);
    v16 sum = splat16(0);
    FOR_EACH_GROUP(V) sum += exp16(READ(x, -INFINITY) - m);
    float logSum = (float)log((double)sum16(sum));
    FOR_EACH_GROUP(V) WRITE(y, READ(x, 0) - m - logSum);
  }
}
CK_KERNEL(ck_log_softmax, (ptrdiff_t R, ptrdiff_t V, const float *x, float *y), (R, V, x, y))

void ck_logarithm(ptrdiff_t n, const float *p, float *y) {
  for (ptrdiff_t j = 0; j < n; j++) y[j] = p[j] > 0 ? logf(p[j]) : -INFINITY;
}

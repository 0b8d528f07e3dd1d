// Cross-entropy against the k likeliest tokens and the mass of all others, over rows of logits,
// fused with its gradient. q = softmax(logits), Q = the sum of q over the tail, p_i and P are those
// of the target, all divided by their sum.
//
//   bucket:  loss = sum_i p_i log (p_i / q_i) + P log (P / Q)
//            the tail is one outcome: the student chooses how to share it out
//   spread:  loss = sum_i p_i log (p_i / q_i) + sum_tail u log (u / q_v),   u = P / (V - k)
#include "Rows.h"

/// Stands for log 0: e^x is exactly 0, and 0 * x is 0, not NaN.
static const float logOfZero = -1e30f;

/// Moves the logits of the head to `head` and leaves -infinity, so that sums over the row are sums
/// over the tail: the tail's weight is not a difference that cancels. False for an invalid or
/// repeated id.
CK_INLINE int takeHead(ptrdiff_t V, ptrdiff_t k, float *logits, const int32_t *ids, float *head) {
  for (ptrdiff_t i = 0; i < k; i++) {
    if (ids[i] < 0 || ids[i] >= V) return 0;
    head[i] = logits[ids[i]];
    if (head[i] == -INFINITY) return 0;
    logits[ids[i]] = -INFINITY;
  }
  return 1;
}

typedef struct {
  float sumQ;     ///< sum of exp(x - m)
  float sumP;     ///< sum of p as given
  float weighed;  ///< sum of p (log p - (x - m))
} head_sums;

/// head: logits in, exp(x - m) out; p: overwritten.
CK_INLINE head_sums headSums(ptrdiff_t k, float *head, float m, const float *logP, float *p) {
#pragma clang fp contract(fast)
  v16 sumQ = splat16(0), sumP = splat16(0), weighed = splat16(0);
  FOR_EACH_GROUP(k) {
    v16 a = READ(head, logOfZero) - m, b = READ(logP, logOfZero);
    b = b < logOfZero ? splat16(logOfZero) : b;  // a NaN stays
    v16 e = exp16(a), y = exp16(b);
    WRITE(head, e);
    WRITE(p, y);
    sumQ += e;
    sumP += y;
    weighed += y * (b - a);
  }
  return (head_sums){sum16(sumQ), sum16(sumP), sum16(weighed)};
}

CK_INLINE void ck_cross_entropy_top_body(int isa, ptrdiff_t R, ptrdiff_t V, ptrdiff_t k,
                                         float *logits, const int32_t *ids, const float *logP,
                                         const float *tails, int isSpread, const int32_t *rows,
                                         const int32_t *tokens, const float *weights, float mix,
                                         float gradientScale, float *scratch, ck_loss *loss,
                                         ptrdiff_t *bad) {
#pragma clang fp contract(fast)
  float *head = scratch, *p = scratch + k;
  ck_loss total = {0, 0, 0};
  *bad = -1;
  for (ptrdiff_t r = 0; r < R; r++, logits += V) {
    float weight = weights[r];
    if (weight == 0) {
      memset(logits, 0, (size_t)V * sizeof(float));
      continue;
    }
    const int32_t *rowIds = ids + (ptrdiff_t)rows[r] * k;
    double tail = (double)tails[rows[r]], sum = NAN;
    float atToken = logits[tokens[r]], m = 0, mTail = 0;
    head_sums h = {0, 0, 0};
    if (takeHead(V, k, logits, rowIds, head)) {
      // The tail is summed around its own maximum, the head around the larger of both.
      float mHead = rowMaximum(k, head);
      mTail = k < V ? rowMaximum(V, logits) : mHead;
      m = mHead > mTail ? mHead : mTail;
      h = headSums(k, head, m, logP + (ptrdiff_t)rows[r] * k, p);
      sum = (double)h.sumP + tail;
    }
    // The writer's tolerance, which NaN and infinity also fail; without a tail its mass must be 0.
    if (!(fabs(sum - 1.0) <= 1e-3 && tail >= 0 && (k < V || tail == 0))) {
      if (*bad < 0) *bad = r;
      memset(logits, 0, (size_t)V * sizeof(float));
      continue;
    }
    v16 sums = splat16(0), logitSums = splat16(0);
    FOR_EACH_GROUP(V) {
      v16 x = READ(logits, -INFINITY) - mTail, e = exp16(x);
      WRITE(logits, e);
      sums += e;
      if (isSpread) logitSums += x == -INFINITY ? splat16(0) : x;
    }
    double sumTail = (double)sum16(sums), shift = (double)mTail - (double)m;
    double scaled = exp(shift), all = (double)h.sumQ + sumTail * scaled, logAll = log(all);
    double P = tail / sum, u = k < V ? P / (double)(V - k) : 0;
    double divergence =
        ((double)h.weighed + (double)h.sumP * (logAll - log(sum))) / sum;
    if (P > 0 && isSpread) {
      divergence += P * (log(u) - shift + logAll) - u * (double)sum16(logitSums);
    } else if (P > 0) {
      divergence += P * (log(P) - log(sumTail) - shift + logAll);
    }
    if (divergence < 0) divergence = 0;  // a rounding of the sums: it never is
    double crossEntropy = logAll + (double)m - (double)atToken;
    total.loss += (double)weight * ((double)mix * divergence + (1.0 - (double)mix) * crossEntropy);
    total.crossEntropy += (double)weight * crossEntropy;
    total.divergence += (double)weight * divergence;
    // mix KL + (1 - mix) CE: q - mix target - (1 - mix) onehot; the tail's target is u, or P q / Q
    float scale = gradientScale * weight, soft = scale * mix;
    double ofTail = (double)scale * (scaled / all);
    if (!isSpread && P > 0) ofTail -= (double)soft * (P / sumTail);
    float times = (float)ofTail, less = isSpread ? (float)((double)soft * u) : 0;
    FOR_EACH_GROUP(V) WRITE(logits, READ(logits, 0) * times - less);
    float ofHead = (float)((double)scale / all), ofP = (float)((double)soft / sum);
    for (ptrdiff_t i = 0; i < k; i++) logits[rowIds[i]] = head[i] * ofHead - p[i] * ofP;
    logits[tokens[r]] -= scale * (1 - mix);
  }
  loss->loss += total.loss;
  loss->crossEntropy += total.crossEntropy;
  loss->divergence += total.divergence;
}
CK_KERNEL(ck_cross_entropy_top,
          (ptrdiff_t R, ptrdiff_t V, ptrdiff_t k, float *logits, const int32_t *ids,
           const float *logP, const float *tails, int isSpread, const int32_t *rows,
           const int32_t *tokens, const float *weights, float mix, float gradientScale,
           float *scratch, ck_loss *loss, ptrdiff_t *bad),
          (R, V, k, logits, ids, logP, tails, isSpread, rows, tokens, weights, mix, gradientScale,
           scratch, loss, bad))

// Divergences of whole distributions that stay finite where the target is 0, over rows of logits,
// fused with their gradients: Jensen-Shannon, skewed in both directions, total variation.
// q = softmax(logits), p = the target; p_T and q_T are those at temperature T, written p and q
// below.
//
//   loss      = mix S D(p, q) + (1 - mix) CE,   S = T^2, but T for total variation
//   d / dx[v] = mix S / T q[v] (g[v] - sum_u q[u] g[u]) + (1 - mix) (q[v] - onehot[v])
//   g         = dD / dq
//
// Everything is computed from d = log q - log p, so that nothing is lost where p and q are alike:
// with z = (share) (e^-d - 1) a mixture over q is 1 + z, and g is known up to a constant, which
// does not affect the gradient. 1 + z is at least the share of q or p in the mixture, and loses the
// digits of z that it rounds away: shares are at least 0.01.
#include "Divergence.h"

/// log x for normal x > 0, to about 1e-7 of itself (Moshier, Cephes `logf`).
CK_INLINE v16 log16(v16 x) {
#pragma clang fp contract(fast)
  i16 bits = (i16)x;
  i16 exponent = ((bits >> 23) & 0xFF) - 127;
  v16 m = (v16)((bits & 0x7FFFFF) | 0x3F800000);
  i16 isLarge = m > 1.41421356f;
  m = isLarge ? m * 0.5f : m;
  v16 e = __builtin_convertvector(isLarge ? exponent + 1 : exponent, v16);
  v16 f = m - 1.0f;
  v16 y = f * 7.0376836292e-2f - 1.1514610310e-1f;
  y = y * f + 1.1676998740e-1f;
  y = y * f - 1.2420140846e-1f;
  y = y * f + 1.4249322787e-1f;
  y = y * f - 1.6668057665e-1f;
  y = y * f + 2.0000714765e-1f;
  y = y * f - 2.4999993993e-1f;
  y = y * f + 3.3333331174e-1f;
  y = y * f * f * f - e * 2.12194440e-4f - f * f * 0.5f;
  return e * 0.693359375f + (f + y);
}

/// log (1 + z) for z > -1, to about 1e-7 of itself: the part that 1 + z rounds away is added back.
CK_INLINE v16 logOnePlus16(v16 z) {
  v16 u = 1.0f + z;
  return log16(u) + (z - (u - 1.0f)) / u;
}

/// e^-d - 1; beyond |d| = 88 the value at that end.
CK_INLINE v16 expMinusOne16(v16 d) {
#pragma clang fp contract(fast)
  i16 isNear = (d < 0.5f) & (d > -0.5f);
  v16 s = isNear ? d : splat16(0);
  v16 h = s * -1.98412698e-4f + 1.38888889e-3f;
  h = h * s - 8.33333333e-3f;
  h = h * s + 4.16666667e-2f;
  h = h * s - 1.66666667e-1f;
  h = h * s + 0.5f;
  h = h * s * s;
  return isNear ? h - s : clampedExp16(-d) - 1.0f;
}

typedef struct {
  v16 divergence, slope;
} mixed;

/// The summand of D, and g, of some columns.
CK_INLINE mixed mixedTerms(int kind, float share, v16 p, v16 q, v16 d) {
  mixed m;
  if (kind == ck_jensen_shannon) {
    // M = share p + (1 - share) q
    v16 ofQ = -logOnePlus16(share * expMinusOne16(d));
    v16 ofP = -logOnePlus16((1 - share) * expMinusOne16(-d));
    m.divergence = share * p * ofP + (1 - share) * q * ofQ;
    m.slope = (1 - share) * ofQ;
  } else if (kind == ck_skew_forward) {
    // M = share p + (1 - share) q;  p log (p / M);  g = -(1 - share) (p / M - 1) + constant
    v16 z = (1 - share) * expMinusOne16(-d);
    m.divergence = -p * logOnePlus16(z);
    m.slope = (1 - share) * (z / (1.0f + z));
  } else if (kind == ck_skew_reverse) {
    // M = share q + (1 - share) p;  q log (q / M);  g = log (q / M) - share (q / M - 1) + constant
    v16 z = (1 - share) * expMinusOne16(d);
    v16 ofQ = -logOnePlus16(z);
    m.divergence = q * ofQ;
    m.slope = ofQ + share * (z / (1.0f + z));
  } else {
    v16 half = d > 0 ? splat16(0.5f) : d < 0 ? splat16(-0.5f) : splat16(0);
    m.divergence = (q - p) * half;
    m.slope = half;
  }
  return m;
}

CK_INLINE void mixture_body(int isa, int isHalf, int kind, ptrdiff_t R, ptrdiff_t V, float *logits,
                            target_row targets, const int32_t *rows, const int32_t *tokens,
                            const float *weights, float share, float temperature, float mix,
                            float gradientScale, float *scratch, ck_loss *loss, ptrdiff_t *bad) {
#pragma clang fp contract(fast)
  float *eq = scratch, *ep = scratch + V;
  double tolerance = massTolerance(V), T = (double)temperature;
  double size = kind == ck_total_variation ? T : T * T;
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
    double forward = row.divergence, crossEntropy = row.crossEntropy;
    float sumQT = sumQ, sumPT = sumP;
    if (temperature != 1) {
      if (isHalf) mt = targetMaximum(isa, isHalf, V, t);
      divergence(isa, isHalf, V, logits, mx, t, mt, factor, eq, ep, &sumQT, &sumPT);
    }
    float shift = (float)(log((double)sumQT) - log((double)sumPT));
    float perQ = 1 / sumQT, perP = 1 / sumPT;
    v16 found = splat16(0), weighed = splat16(0);
    FOR_EACH_GROUP(V) {
      v16 a = (READ(logits, logOfZero) - mx) * factor;
      v16 b = (logTargets(isa, isHalf, t, j, n) - mt) * factor;
      v16 q = READ(eq, 0) * perQ, p = READ(ep, 0) * perP;
      mixed m = mixedTerms(kind, share, p, q, (a - b) - shift);
      found += m.divergence;
      v16 slope = q * m.slope;
      weighed += slope;
      WRITE(eq, slope);
      WRITE(ep, q);
    }
    double D = (double)sum16(found);
    if (D < 0) D = 0;  // a rounding of the sums: it never is
    total.loss +=
        (double)weight * ((double)mix * size * D + (1.0 - (double)mix) * crossEntropy);
    total.crossEntropy += (double)weight * crossEntropy;
    total.divergence += (double)weight * forward;
    float scale = gradientScale * weight, hard = scale * (1 - mix);
    float soft = (float)((double)scale * (double)mix * size / T), mean = sum16(weighed);
    float perOne = hard / sumQ;
    FOR_EACH_GROUP(V) {
      v16 gradient = (READ(eq, 0) - READ(ep, 0) * mean) * soft;
      if (hard != 0) gradient += exp16(READ(logits, logOfZero) - mx) * perOne;
      WRITE(logits, gradient);
    }
    logits[tokens[r]] -= hard;
  }
  loss->loss += total.loss;
  loss->crossEntropy += total.crossEntropy;
  loss->divergence += total.divergence;
}

CK_INLINE void mixture_form(int isa, int kind, ptrdiff_t R, ptrdiff_t V, float *logits,
                            target_row all, const int32_t *rows, const int32_t *tokens,
                            const float *weights, float share, float temperature, float mix,
                            float gradientScale, float *scratch, ck_loss *loss, ptrdiff_t *bad) {
  if (all.halves != NULL) {
    mixture_body(isa, 1, kind, R, V, logits, all, rows, tokens, weights, share, temperature, mix,
                 gradientScale, scratch, loss, bad);
  } else {
    mixture_body(isa, 0, kind, R, V, logits, all, rows, tokens, weights, share, temperature, mix,
                 gradientScale, scratch, loss, bad);
  }
}

CK_INLINE void ck_mixture_divergence_body(int isa, int kind, ptrdiff_t R, ptrdiff_t V,
                                          float *logits, const float *targets,
                                          const uint16_t *halves, const int32_t *rows,
                                          const int32_t *tokens, const float *weights, float share,
                                          float temperature, float mix, float gradientScale,
                                          float *scratch, ck_loss *loss, ptrdiff_t *bad) {
  target_row all = {halves, targets};
#define CK_FORM(kind)                                                                           \
  mixture_form(isa, kind, R, V, logits, all, rows, tokens, weights, share, temperature, mix, \
               gradientScale, scratch, loss, bad)
  switch (kind) {
    case ck_jensen_shannon: CK_FORM(ck_jensen_shannon); break;
    case ck_skew_forward: CK_FORM(ck_skew_forward); break;
    case ck_skew_reverse: CK_FORM(ck_skew_reverse); break;
    default: CK_FORM(ck_total_variation); break;
  }
#undef CK_FORM
}
CK_KERNEL(ck_mixture_divergence,
          (int kind, ptrdiff_t R, ptrdiff_t V, float *logits, const float *targets,
           const uint16_t *halves, const int32_t *rows, const int32_t *tokens,
           const float *weights, float share, float temperature, float mix, float gradientScale,
           float *scratch, ck_loss *loss, ptrdiff_t *bad),
          (kind, R, V, logits, targets, halves, rows, tokens, weights, share, temperature, mix,
           gradientScale, scratch, loss, bad))

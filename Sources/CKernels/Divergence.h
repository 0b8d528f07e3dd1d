// Shared by losses against whole distributions: rows of targets in either form, and the divergence
// of one row from another. q = softmax(logits), p = the target; p_T and q_T alike at temperature T.
#ifndef RETORT_DIVERGENCE_H
#define RETORT_DIVERGENCE_H

#include "Half.h"
#include "Rows.h"

/// Stands for log 0: e^x is exactly 0, and 0 * x is 0, not NaN.
static const float logOfZero = -1e30f;

/// Logarithms of the probabilities of one row: halves, normalised, or floats up to a constant.
typedef struct {
  const uint16_t *halves;
  const float *floats;
} target_row;

/// log p of columns j ..< j + n, log 0 where p is 0. A NaN stays one.
CK_INLINE v16 logTargets(int isa, int isHalf, target_row t, ptrdiff_t j, ptrdiff_t n) {
  v16 b = splat16(logOfZero);
  if (isHalf) {
    b = floats16(isa, n >= 16 ? loadHalves(t.halves + j) : loadHalvesPart(t.halves + j, n));
  } else {
    b = READ(t.floats, logOfZero);
  }
  return b < logOfZero ? splat16(logOfZero) : b;
}

CK_INLINE float targetMaximum(int isa, int isHalf, ptrdiff_t V, target_row t) {
  if (!isHalf) return rowMaximum(V, t.floats);
  v16 top = splat16(logOfZero);
  FOR_EACH_GROUP(V) top = max16(logTargets(isa, isHalf, t, j, n), top);
  return maximum16(top);
}

typedef struct {
  v16 sumQ, sumP, difference;
} soft_sums;

/// Columns j ..< j + n: eq = exp((x - mx) f), ep = exp((t - mt) f).
CK_INLINE void softGroup(int isa, int isHalf, ptrdiff_t j, ptrdiff_t n, const float *x, float mx,
                         target_row t, float mt, float factor, float *eq, float *ep,
                         soft_sums *sums) {
#pragma clang fp contract(fast)
  v16 a = (READ(x, logOfZero) - mx) * factor;
  v16 b = (logTargets(isa, isHalf, t, j, n) - mt) * factor;
  v16 q = exp16(a), p = exp16(b);
  WRITE(eq, q);
  WRITE(ep, p);
  sums->sumQ += q;
  sums->sumP += p;
  sums->difference += p * (b - a);
}

/// One row at one temperature: the exponentials, their sums, KL(p || q) = sum p (log p - log q).
CK_INLINE double divergence(int isa, int isHalf, ptrdiff_t V, const float *x, float mx,
                            target_row t, float mt, float factor, float *eq, float *ep,
                            float *sumQ, float *sumP) {
  soft_sums sums = {splat16(0), splat16(0), splat16(0)};
  ptrdiff_t full = V / 16 * 16;
  for (ptrdiff_t j = 0; j < full; j += 16) {
    softGroup(isa, isHalf, j, 16, x, mx, t, mt, factor, eq, ep, &sums);
  }
  if (full < V) softGroup(isa, isHalf, full, V - full, x, mx, t, mt, factor, eq, ep, &sums);
  *sumQ = sum16(sums.sumQ);
  *sumP = sum16(sums.sumP);
  return (double)sum16(sums.difference) / (double)*sumP + log((double)*sumQ) -
         log((double)*sumP);
}

/// Below this, `divergence`, whose sums cancel, has lost digits: a value of a thousandth is good to
/// a thousandth of itself at worst.
static const double roughDivergence = 1e-3;

typedef struct {
  v16 excess, divergence;
} fine_sums;

/// Columns j ..< j + n, with d = log p - log q: q - p = p (e^-d - 1), and p d + q - p, which sums
/// to the divergence and is never below 0. Near d = 0 both by the series of e^-d - 1 + d, whose
/// eighth term is below 2^-24 of its first at |d| = 1/2; elsewhere nothing cancels.
CK_INLINE void fineGroup(int isa, int isHalf, int isKept, ptrdiff_t j, ptrdiff_t n, const float *x,
                         float mx, target_row t, float mt, float factor, float shift, float perQ,
                         float perP, float *eq, float *ep, fine_sums *sums) {
#pragma clang fp contract(fast)
  v16 d = ((logTargets(isa, isHalf, t, j, n) - mt) - (READ(x, logOfZero) - mx)) * factor - shift;
  v16 p = READ(ep, 0) * perP, q = READ(eq, 0) * perQ;
  i16 isNear = (d < 0.5f) & (d > -0.5f);
  v16 s = isNear ? d : splat16(0);
  v16 h = s * -1.98412698e-4f + 1.38888889e-3f;
  h = h * s - 8.33333333e-3f;
  h = h * s + 4.16666667e-2f;
  h = h * s - 1.66666667e-1f;
  h = h * s + 0.5f;
  h = h * s * s;
  v16 excess = isNear ? p * (h - s) : q - p;
  sums->excess += excess;
  sums->divergence += isNear ? p * h : p * d + excess;
  if (isKept) {
    WRITE(eq, excess);
    WRITE(ep, p);
  }
}

/// KL(p || q) to almost all digits, however alike p and q are: no term is below 0. `excess`, which
/// should be 0, shows the rounding of the two sums of exponentials, which shifts every d equally.
///
/// - eq, ep: exponentials in; if `isKept`, q - p (but for `excess`) and p out.
CK_INLINE double fineDivergence(int isa, int isHalf, int isKept, ptrdiff_t V, const float *x,
                                float mx, target_row t, float mt, float factor, float sumQ,
                                float sumP, float *eq, float *ep, double *excess) {
  fine_sums sums = {splat16(0), splat16(0)};
  float shift = (float)(log((double)sumP) - log((double)sumQ)), perQ = 1 / sumQ, perP = 1 / sumP;
  ptrdiff_t full = V / 16 * 16;
  for (ptrdiff_t j = 0; j < full; j += 16) {
    fineGroup(isa, isHalf, isKept, j, 16, x, mx, t, mt, factor, shift, perQ, perP, eq, ep, &sums);
  }
  if (full < V) {
    fineGroup(isa, isHalf, isKept, full, V - full, x, mx, t, mt, factor, shift, perQ, perP, eq, ep,
              &sums);
  }
  double r = (double)sum16(sums.excess), sum = (double)sum16(sums.divergence);
  *excess = r;
  double found = sum - (r - log1p(r));
  return found < 0 ? 0 : found;  // two rows that are one: a rounding of 1e-14
}

/// How far stored halves may be from summing to 1: 0.001 when they were written, and rounding,
/// which moves the sum by at most 2^-11 sum p |log p| <= 2^-11 log V; twice that, for float32.
CK_INLINE double massTolerance(ptrdiff_t V) { return 1e-3 + 0x1p-10 * log((double)V); }

/// Whether the sum of e^(t - mt) is that of a distribution. NaN, +infinity, values above 0 by more
/// than rounding, and a row of zeros all fail.
CK_INLINE int isDistribution(int isHalf, float sumP, float mt, double tolerance, ptrdiff_t V) {
  if (isHalf) return fabs((double)sumP - 1.0) <= tolerance;
  // mt is the largest element: it alone contributes 1.
  return mt > logOfZero && sumP >= 1.0f && (double)sumP <= 1.001 * (double)V;
}

/// One row at temperature 1: what every loss needs of it first, and reports.
typedef struct {
  target_row target;
  /// The largest logit; what is taken off the target's logarithms, 0 for halves.
  float mx, mt;
  /// Sums of exp(x - mx) and exp(t - mt).
  float sumQ, sumP;
  /// KL(p || q), and -log q of the token.
  double divergence, crossEntropy;
} opened_row;

/// Opens row `r`, with its exponentials in eq and ep. Where it has no weight, or its target is no
/// distribution, its gradient is 0 and the result is 0; the first of the latter becomes `bad`.
CK_INLINE int openRow(int isa, int isHalf, ptrdiff_t r, ptrdiff_t V, float *logits,
                      target_row targets, const int32_t *rows, const int32_t *tokens,
                      const float *weights, double tolerance, float *eq, float *ep,
                      opened_row *row, ptrdiff_t *bad) {
#pragma clang fp contract(fast)
  if (weights[r] == 0) {
    memset(logits, 0, (size_t)V * sizeof(float));
    return 0;
  }
  target_row t = targets;
  if (isHalf) {
    t.halves += (ptrdiff_t)rows[r] * V;
  } else {
    t.floats += r * V;
  }
  float mx = rowMaximum(V, logits), mt = isHalf ? 0 : targetMaximum(isa, isHalf, V, t);
  float sumQ, sumP;
  double found = divergence(isa, isHalf, V, logits, mx, t, mt, 1, eq, ep, &sumQ, &sumP), excess;
  if (!isDistribution(isHalf, sumP, mt, tolerance, V)) {
    if (*bad < 0) *bad = r;
    memset(logits, 0, (size_t)V * sizeof(float));
    return 0;
  }
  if (found < roughDivergence) {
    found = fineDivergence(isa, isHalf, 0, V, logits, mx, t, mt, 1, sumQ, sumP, eq, ep, &excess);
  }
  float atToken = logits[tokens[r]] - mx;
  opened_row opened = {t, mx, mt, sumQ, sumP, found, log((double)sumQ) - (double)atToken};
  *row = opened;
  return 1;
}

#endif

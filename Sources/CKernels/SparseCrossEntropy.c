// Cross-entropy against a few tokens of each row, over rows of logits, fused with its gradient.
// q_T = softmax(logits / T); w_i the weights of the entries at T, W their sum, P and Q_T the mass
// of all other tokens.
//
//   kept       w_i = p_T[i]; P is one outcome (ghost), dropped (renormalise), or the next token's
//              loss = sum_i w_i log (w_i / q_T[i]) + P log (P / Q_T)
//   weights    w_i as they are, T = 1, nothing else:  loss = -sum_i w_i log q[i] - entropy
//
//   d / d logit[v] = T ((W + P) q_T[v] - w_v),  less P q_T[v] / Q_T for v outside the entries
#include "Rows.h"

/// Stands for log 0: e^x is exactly 0, and 0 * x is 0, not NaN.
static const float logOfZero = -1e30f;

/// The entries of one row: those that are stored and, where the tail goes to the next token and
/// that is not among them, that token.
typedef struct {
  ptrdiff_t n;      ///< with the added one
  ptrdiff_t stored; ///< without it
  const int32_t *ids;
  const float *logs;
  int32_t token;    ///< the added entry's
  ptrdiff_t own;    ///< place of the token among the entries; below 0: nowhere
  float odds;
} sparse_row;

CK_INLINE int32_t entry(const sparse_row *row, ptrdiff_t i) {
  return i < row->stored ? row->ids[i] : row->token;
}

/// Weights of a row at one temperature; log w_i = logs_i f + shift for the stored ones.
typedef struct {
  double sum, tail, shift;
  double added;     ///< what the next token gets of the tail
} sparse_weights;

/// Moves the logits of the entries to `head` and leaves -infinity, so that sums over the row are
/// sums over the tail: the tail's weight is not a difference that cancels. False for ids that do
/// not ascend or lie outside.
CK_INLINE int takeEntries(ptrdiff_t V, const sparse_row *row, float *logits, float *head) {
  int32_t last = -1;
  for (ptrdiff_t i = 0; i < row->stored; i++) {
    int32_t id = row->ids[i];
    if (id <= last || id >= V) return 0;
    last = id;
  }
  for (ptrdiff_t i = 0; i < row->n; i++) {
    head[i] = logits[entry(row, i)];
    logits[entry(row, i)] = -INFINITY;
  }
  return 1;
}

/// y[v] = exp((x[v] - top) f); returns the sum. x may be y.
CK_INLINE double tailExponentials(ptrdiff_t V, const float *x, float top, float f, float *y) {
#pragma clang fp contract(fast)
  v16 sums = splat16(0);
  FOR_EACH_GROUP(V) {
    v16 e = exp16((READ(x, -INFINITY) - top) * f);
    WRITE(y, e);
    sums += e;
  }
  return (double)sum16(sums);
}

/// Weights at temperature 1 / f into `w`. False where the row is no distribution.
CK_INLINE int weigh(ptrdiff_t V, const sparse_row *row, const ck_sparse_rows *all, float f, float *w,
                    sparse_weights *found) {
#pragma clang fp contract(fast)
  ptrdiff_t k = row->stored;
  const float *logs = row->logs;
  v16 sums = splat16(0);
  if (all->odds == NULL) {
    FOR_EACH_GROUP(k) {
      v16 e = exp16(READ(logs, logOfZero));
      WRITE(w, e);
      sums += e;
    }
    *found = (sparse_weights){(double)sum16(sums), 0, 0, 0};
    // A hundred times its mean is no draw any more. NaN and infinity fail too.
    return found->sum > 0 && found->sum < 100;
  }
  float top = rowMaximum(k, logs);
  // False for NaN; the largest alone may be of probability 1.
  if (!(top <= 0x1p-16f && top > logOfZero)) return 0;
  v16 plain = splat16(0);
  FOR_EACH_GROUP(k) {
    v16 b = READ(logs, logOfZero);
    b = b < logOfZero ? splat16(logOfZero) : b;  // a NaN stays
    v16 e = exp16((b - top) * f);
    WRITE(w, e);
    sums += e;
    plain += exp16(b);
  }
  double sum = (double)sum16(sums), kept = (double)sum16(plain);
  // Of the tail, without a difference that cancels: 1 / (1 + e^-odds).
  double ratio = exp((double)row->odds), share = 1 / (1 + ratio), tail = ratio * share;
  if (ratio > 1e30) {
    share = 1 / ratio;
    tail = 1;
  }
  if (!(sum >= 1 && kept <= 1.0 + (double)all->tolerance && tail >= 0)) return 0;
  if (f == 1 && fabs(kept + tail - 1) > (double)all->tolerance) return 0;
  if (k >= V && tail > 0) return 0;
  double added = 0;
  if (all->tail == ck_tail_renormalise) {
    share = 1;
    tail = 0;
  } else if (all->tail == ck_tail_label) {
    added = tail;
    tail = 0;
  }
  float scale = (float)(share / sum);
  FOR_EACH_GROUP(k) WRITE(w, READ(w, 0) * scale);
  *found = (sparse_weights){share + added, tail, log(share / sum) - (double)top * (double)f, added};
  if (row->n > k) w[k] = 0;
  if (added > 0) w[row->own] += (float)added;
  return 1;
}

typedef struct {
  double loss;       ///< of the entries and the tail, at this temperature
  double all;        ///< sum of exp((x - m) f) over the whole row
  double scaled;     ///< exp((mTail - m) f)
} sparse_term;

/// - head: logits of the entries; exponents: exp((head - m) f), written unless NULL; may be head.
CK_INLINE sparse_term termAt(const sparse_row *row, const ck_sparse_rows *all, float f,
                             const float *head, float *exponents, float m, float mTail,
                             double sumTail, const float *w, sparse_weights weights,
                             float entropy) {
#pragma clang fp contract(fast)
  ptrdiff_t k = row->stored;
  const float *logs = row->logs;
  int isKept = all->odds != NULL;
  float shift = (float)weights.shift;
  v16 sums = splat16(0), weighed = splat16(0);
  FOR_EACH_GROUP(k) {
    v16 a = (READ(head, logOfZero) - m) * f, y = READ(w, 0);
    v16 e = exp16(a);
    if (exponents) WRITE(exponents, e);
    sums += e;
    v16 b = splat16(0);
    if (isKept) {
      b = READ(logs, logOfZero) * f + shift;
      b = b < logOfZero ? splat16(logOfZero) : b;
    }
    weighed += y * (b - a);
  }
  double sumHead = (double)sum16(sums), entries = (double)sum16(weighed);
  if (row->n > k) {
    double a = ((double)head[k] - (double)m) * (double)f, e = exp(a);
    if (exponents) exponents[k] = (float)e;
    sumHead += e;
    if (weights.added > 0) entries += weights.added * (log(weights.added) - a);
  } else if (weights.added > 0) {
    // The token's weight is its own and what it was given: the sum took its stored logarithm.
    double y = (double)w[row->own], b = (double)logs[row->own] * (double)f + weights.shift;
    if (b < (double)logOfZero) b = (double)logOfZero;
    entries += y * (log(y) - b);
  }
  sparse_term term;
  term.scaled = exp(((double)mTail - (double)m) * (double)f);
  term.all = sumHead + sumTail * term.scaled;
  double logAll = log(term.all);
  term.loss = entries + weights.sum * logAll;
  if (weights.tail > 0) {
    term.loss += weights.tail * (log(weights.tail) - log(sumTail) -
                                 ((double)mTail - (double)m) * (double)f + logAll);
  }
  if (isKept) {
    if (term.loss < 0) term.loss = 0;  // a rounding of the sums: it never is
  } else {
    term.loss -= (double)entropy;
  }
  return term;
}

CK_INLINE void ck_cross_entropy_sparse_body(int isa, ptrdiff_t R, ptrdiff_t V, float *logits,
                                            const ck_sparse_rows *all, const int32_t *rows,
                                            const int32_t *tokens, const float *weights,
                                            float temperature, float mix, float gradientScale,
                                            float *scratch, ck_loss *loss, ptrdiff_t *bad) {
#pragma clang fp contract(fast)
  // The tail's exponentials at T where it is not 1; the entries' logits; their weights.
  float *tailAtT = scratch, *head = scratch + V, *w = scratch + 2 * V;
  int isPlain = temperature == 1;
  float f = 1 / temperature;
  double T = (double)temperature;
  ck_sparse_rows next = {1, NULL, NULL, NULL, NULL, NULL, NULL, ck_tail_ghost, 1e-3f};
  const float zero = 0;
  ck_loss total = {0, 0, 0};
  *bad = -1;
  for (ptrdiff_t r = 0; r < R; r++, logits += V) {
    float weight = weights[r];
    if (weight == 0) {
      memset(logits, 0, (size_t)V * sizeof(float));
      continue;
    }
    ptrdiff_t place = rows[r], k = all->counts[place];
    const ck_sparse_rows *from = all;
    sparse_row row = {k, k, all->ids + place * all->capacity, all->logs + place * all->capacity,
                      tokens[r], -1, all->odds ? all->odds[place] : 0};
    float rowF = f, entropy = all->entropies ? all->entropies[place] : 0;
    int rowIsPlain = isPlain;
    if (k == 0) {
      // A row without a label learns the next token.
      from = &next;
      row = (sparse_row){1, 1, tokens + r, &zero, tokens[r], 0, 0};
      rowF = 1;
      rowIsPlain = 1;
      entropy = 0;
    } else if (from->odds && from->tail == ck_tail_label) {
      for (ptrdiff_t i = 0; i < k && row.own < 0; i++) {
        if (row.ids[i] == tokens[r]) row.own = i;
      }
      if (row.own < 0) {
        row.own = k;
        row.n = k + 1;
      }
    }
    float atToken = logits[tokens[r]];
    sparse_weights one, atT;
    int isGood = k >= 0 && k <= all->capacity && row.n <= V && takeEntries(V, &row, logits, head);
    if (isGood && !rowIsPlain) {
      // Only to see that the row is a distribution at both.
      sparse_row same = row;
      same.odds = all->oddsAtT[place];
      isGood = weigh(V, &same, from, rowF, w, &atT);
    }
    if (!isGood || !weigh(V, &row, from, 1, w, &one)) {
      if (*bad < 0) *bad = r;
      memset(logits, 0, (size_t)V * sizeof(float));
      continue;
    }
    // The tail is summed around its own maximum, the entries around the larger of both.
    float mHead = rowMaximum(row.n, head), mTail = row.n < V ? rowMaximum(V, logits) : mHead;
    float m = mHead > mTail ? mHead : mTail;
    double sumTailAtT = 0;
    if (!rowIsPlain) sumTailAtT = tailExponentials(V, logits, mTail, rowF, tailAtT);
    double sumTail = tailExponentials(V, logits, mTail, 1, logits);
    // At 1, where nothing else is wanted, the exponentials replace the entries' logits.
    sparse_term atOne = termAt(&row, from, 1, head, rowIsPlain ? head : NULL, m, mTail, sumTail, w,
                               one, entropy);
    double crossEntropy = log(atOne.all) + (double)m - (double)atToken;
    double soft = atOne.loss;
    float scale = gradientScale * weight;
    double hard = (double)scale * (1 - (double)mix);
    if (rowIsPlain) {
      double s = (double)scale * (double)mix;
      double ofHead = (s * (one.sum + one.tail) + hard) / atOne.all;
      double ofTail = ofHead * atOne.scaled;
      if (one.tail > 0) ofTail -= s * one.tail / sumTail;
      float times = (float)ofTail, each = (float)ofHead, less = (float)s;
      FOR_EACH_GROUP(V) WRITE(logits, READ(logits, 0) * times);
      for (ptrdiff_t i = 0; i < row.n; i++) logits[entry(&row, i)] = head[i] * each - w[i] * less;
    } else {
      row.odds = all->oddsAtT[place];
      weigh(V, &row, from, rowF, w, &atT);
      double ofOne = hard / atOne.all;
      float plainTail = (float)(ofOne * atOne.scaled);
      sparse_term term =
          termAt(&row, from, rowF, head, NULL, m, mTail, sumTailAtT, w, atT, entropy);
      soft = term.loss * T * T;
      double s = (double)scale * (double)mix * T, ofHead = s * (atT.sum + atT.tail) / term.all;
      double ofTail = ofHead * term.scaled;
      if (atT.tail > 0) ofTail -= s * atT.tail / sumTailAtT;
      float times = (float)ofTail;
      FOR_EACH_GROUP(V) {
        WRITE(logits, READ(logits, 0) * plainTail + READ(tailAtT, 0) * times);
      }
      for (ptrdiff_t i = 0; i < row.n; i++) {
        double a = (double)head[i] - (double)m, q = hard > 0 ? ofOne * exp(a) : 0;
        logits[entry(&row, i)] = (float)(q + ofHead * exp(a * (double)rowF) - s * (double)w[i]);
      }
    }
    logits[tokens[r]] -= (float)hard;
    total.loss += (double)weight * ((double)mix * soft + (1.0 - (double)mix) * crossEntropy);
    total.crossEntropy += (double)weight * crossEntropy;
    total.divergence += (double)weight * atOne.loss;
  }
  loss->loss += total.loss;
  loss->crossEntropy += total.crossEntropy;
  loss->divergence += total.divergence;
}
CK_KERNEL(ck_cross_entropy_sparse,
          (ptrdiff_t R, ptrdiff_t V, float *logits, const ck_sparse_rows *all, const int32_t *rows,
           const int32_t *tokens, const float *weights, float temperature, float mix,
           float gradientScale, float *scratch, ck_loss *loss, ptrdiff_t *bad),
          (R, V, logits, all, rows, tokens, weights, temperature, mix, gradientScale, scratch, loss,
           bad))

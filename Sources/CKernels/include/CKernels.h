// Row-wise kernels of Retort. Every function here is one portable body compiled three times on
// x86-64 (v4 = AVX-512, v3 = AVX2 + FMA, baseline = SSE2) and once elsewhere; `ck_isa` says which
// copy runs. Matrices are row-major float32; a stride counts floats from one row to the next.
// No function allocates. Lengths are checked by the Swift wrappers, not here.
//
// Legend: R rows, T tokens of one slice, C model width, F feed-forward width, V vocabulary,
// H heads, K key-value heads, D head width.
#ifndef RETORT_CKERNELS_H
#define RETORT_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "Platform.h"
#include "Weights.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- RMSNorm.c        y = x * inverse * w,  inverse = 1 / sqrt(mean(x^2) + epsilon)
void ck_rms_norm_forward(ptrdiff_t R, ptrdiff_t C, const float *x, const float *w, float *y,
                         float *inverse, float epsilon);
/// dx and dw are accumulated.
void ck_rms_norm_backward(ptrdiff_t R, ptrdiff_t C, const float *x, const float *w,
                          const float *inverse, const float *dy, float *dx, float *dw);

// ---- LayerNorm.c      y = (x - mean) / sqrt(variance + epsilon) * w + b; y may be x
void ck_layer_norm_forward(ptrdiff_t R, ptrdiff_t C, const float *x, const float *w,
                           const float *b, float *y, float epsilon);
/// dx, dw and db are accumulated.
void ck_layer_norm_backward(ptrdiff_t R, ptrdiff_t C, const float *x, const float *w,
                            const float *dy, float *dx, float *dw, float *db, float epsilon);

// ---- GELU.c           gelu(x) = x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
/// y may be x.
void ck_gelu_forward(ptrdiff_t n, const float *x, float *y);
/// y = gelu(gate) * up;  gu rows hold F gates, then F ups; y may be gu.
void ck_gelu_gated_forward(ptrdiff_t R, ptrdiff_t F, const float *gu, float *y);
/// dx is overwritten and may be x.
void ck_gelu_backward(ptrdiff_t n, const float *x, const float *dy, float *dx);
/// dgu is overwritten and may be gu.
void ck_gelu_gated_backward(ptrdiff_t R, ptrdiff_t F, const float *gu, const float *dy, float *dgu);

// ---- RowVectors.c
/// y[r,:] += b, rows `stride` apart.
void ck_add_to_rows(ptrdiff_t R, ptrdiff_t C, const float *b, float *y, ptrdiff_t stride);
/// b += sum over r of y[r,:], row by row.
void ck_add_rows(ptrdiff_t R, ptrdiff_t C, const float *y, float *b);
/// y *= factor
void ck_scale(ptrdiff_t n, float factor, float *y);

// ---- SwiGLU.c         y = silu(gate) * up;  gu rows hold F gates, then F ups
void ck_swiglu_forward(ptrdiff_t R, ptrdiff_t F, const float *gu, float *y);
/// dgu is overwritten and may be gu itself.
void ck_swiglu_backward(ptrdiff_t R, ptrdiff_t F, const float *gu, const float *dy, float *dgu);

// ---- RotaryEmbedding.c
/// Rotates, in place, `heads` heads of width D that start each row of x; angle of row t is that of
/// position positions[t]; cosines and sines are (positions, D/2). sign -1 undoes sign +1.
void ck_rotary(ptrdiff_t T, ptrdiff_t heads, ptrdiff_t D, float *x, ptrdiff_t stride,
               const int32_t *positions, const float *cosines, const float *sines, float sign);

// ---- Embedding.c
void ck_embedding_forward(ptrdiff_t T, ptrdiff_t C, const int32_t *tokens, const float *table,
                          float *y);
/// dtable is accumulated, in token order.
void ck_embedding_backward(ptrdiff_t T, ptrdiff_t C, const int32_t *tokens, const float *dy,
                           float *dtable);

// ---- AttentionForward.c, AttentionBackward.c
/// Floats of scratch that one sequence of at most T tokens needs.
ptrdiff_t ck_attention_scratch(ptrdiff_t T, ptrdiff_t D);
/// Causal attention of one sequence. q (T, H*D), k and v (T, K*D) are columns of rows `stride`
/// apart; y (T, H*D) rows `yStride` apart; logSumExp (T, H). A position sees `window` >= 1 keys,
/// including itself; a window of at least T means all.
void ck_attention_forward(ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D, const float *q,
                          const float *k, const float *v, ptrdiff_t stride, float *y,
                          ptrdiff_t yStride, float *logSumExp, float scale, ptrdiff_t window,
                          float *scratch);
/// dq, dk, dv (laid out as q, k, v, rows dStride apart) are overwritten.
void ck_attention_backward(ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D, const float *q,
                           const float *k, const float *v, ptrdiff_t stride, const float *y,
                           const float *dy, ptrdiff_t yStride, const float *logSumExp,
                           float scale, ptrdiff_t window, float *dq, float *dk, float *dv,
                           ptrdiff_t dStride, float *scratch);

// ---- AttentionBfloat.c
/// As above with the operands of all products rounded to bfloat16, to nearest even: q, k, v and dy
/// once, P and dS as each product takes them. Sums and softmax are float32.
void ck_attention_forward_bfloat(ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D,
                                 const float *q, const float *k, const float *v, ptrdiff_t stride,
                                 float *y, ptrdiff_t yStride, float *logSumExp, float scale,
                                 float *scratch);
void ck_attention_backward_bfloat(ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D,
                                  const float *q, const float *k, const float *v,
                                  ptrdiff_t stride, const float *y, const float *dy,
                                  ptrdiff_t yStride, const float *logSumExp, float scale,
                                  float *dq, float *dk, float *dv, ptrdiff_t dStride,
                                  float *scratch);

// ---- CachedAttention.c
// The cache of one key-value head: keys (capacity / 16, D, 16), values (capacity, D); float32, or
// bfloat16 when `halved`; capacity is a multiple of 16.
/// Writes k and v (D) as those of one position.
void ck_cache_store(int halved, ptrdiff_t position, ptrdiff_t D, const float *k, const float *v,
                    void *keys, void *values);
/// One new position: `heads` query heads that share a key-value head, q and y (heads, D), against
/// positions first ..< length, at least one; scratch: `length` floats, rounded up to 16. `next`:
/// the keys needed next, with values as far behind them, to prefetch meanwhile; NULL for none. They
/// change no result.
void ck_cached_attention(int halved, ptrdiff_t first, ptrdiff_t length, ptrdiff_t heads,
                         ptrdiff_t D, const float *query, const void *keys, const void *values,
                         const void *next, float *y, float scale, float *scratch);

// ---- CachedForward.c
/// Function of the feed-forward network's first product.
enum { ck_activation_silu_gated = 0, ck_activation_gelu_gated = 1, ck_activation_gelu = 2 };
typedef struct {
  /// NULL if products read the residual stream itself.
  const float *inputNorm, *middleNorm;
  /// gateUp: panel p holds gates 32 p ..< 32 p + 32, then their ups; zeros beyond F. Without gates
  /// (F, C) as it is.
  ck_packed_weights projections, output, gateUp, down;
  // NULL for weights that a family does not have.
  /// Biases of layer norms.
  const float *inputNormBias, *middleNormBias;
  /// Biases of products; gateUpBias laid out as the rows of gateUp.
  const float *projectionBias, *outputBias, *gateUpBias, *downBias;
  /// (D), norms of each head's queries and keys.
  const float *queryNorm, *keyNorm;
  /// (H D), (K D), norms of all queries of a row, and of all its keys.
  const float *queryRowNorm, *keyRowNorm;
  /// (C), norms of what attention and the feed-forward network add to the residual stream.
  const float *attentionNorm, *feedForwardNorm;
  /// (positions, D / 2)
  const float *cosines, *sines;
  /// Number of keys a position sees, including itself.
  ptrdiff_t window;
} ck_cached_layer;
typedef struct {
  int format, halved;
  /// Whether norms are layer norms, not root-mean-square norms; an activation.
  int layerNorm, activation;
  ptrdiff_t layerCount, C, F, H, K, D;
  /// Positions of a slot's cache, a multiple of 16; rows of a step.
  ptrdiff_t positions, rowCapacity;
  /// Factors on attention's scores and on embeddings.
  float epsilon, scale, embeddingScale;
  const ck_cached_layer *layers;
  ck_packed_weights embedding, readout;
  const float *finalNorm, *finalNormBias;
  /// (positions, C), added to the embeddings; NULL for none.
  const float *positionTable;
  /// (slots, layers, K, keys and values)
  void *cache;
  float *residual, *projected, *attended, *logits;
  /// (rowCapacity, C), where some layer has an attentionNorm or feedForwardNorm.
  float *branch;
  uint32_t *inputs, *activated, *threadMemory;
} ck_cached_forward;
/// New positions of one sequence.
typedef struct {
  ptrdiff_t slot, first, count, position;
  /// Number of last rows whose logits are wanted.
  ptrdiff_t logits;
} ck_cached_run;
typedef struct {
  ptrdiff_t rows, runCount;
  const int32_t *tokens;
  const ck_cached_run *runs;
} ck_cached_step;
/// Units of `inputs`, `activated`, and of `threadMemory` for each thread.
ptrdiff_t ck_cached_inputs_units(const ck_cached_forward *f);
ptrdiff_t ck_cached_activated_units(const ck_cached_forward *f);
ptrdiff_t ck_cached_thread_units(const ck_cached_forward *f);
/// One step on all threads of the pool: logits of the last rows of each run that wants them, in
/// order. A slot is in at most one run.
void ck_cached_forward_run(const ck_cached_forward *f, const ck_cached_step *step, ck_pool *pool);

// ---- Selection.c
/// Floats of scratch for ck_largest.
ptrdiff_t ck_largest_scratch(ptrdiff_t n, ptrdiff_t k);
/// The indices of the largest elements, larger ones first, among equals the lower index first: the
/// k largest, 1 <= k <= n, and a few more. Returns their number: if it exceeds `capacity`, nothing
/// is found and the call must be repeated with that much room; 0 when an element is not finite.
ptrdiff_t ck_largest(ptrdiff_t n, const float *x, ptrdiff_t k, ptrdiff_t capacity,
                     int32_t *indices, float *scratch);
/// y = e^(factor (x - top))
void ck_exponentials(ptrdiff_t n, const float *x, float top, float factor, float *y);

// ---- HardCrossEntropy.c, CrossEntropy.c
/// Sums over rows, each times its weight.
typedef struct {
  double loss;          ///< what is minimised
  double crossEntropy;  ///< -log q[token] at temperature 1
  double divergence;    ///< KL(target distribution || q) at temperature 1
} ck_loss;
/// Hard (epsilon 0) or smoothed targets. logits (R, V) become the gradient of
/// gradientScale * loss. Rows of weight 0 get gradient 0 and are not read.
void ck_cross_entropy_hard(ptrdiff_t R, ptrdiff_t V, float *logits, const int32_t *tokens,
                           const float *weights, float epsilon, float gradientScale,
                           ck_loss *loss);
/// y = log softmax(x), row by row; y may be x.
void ck_log_softmax(ptrdiff_t R, ptrdiff_t V, const float *x, float *y);

// ---- Mixing.c
/// y = log(exp(y) + exp(x + shift)), element by element; -infinity is probability 0, NaN stays.
void ck_add_logarithms(ptrdiff_t n, float shift, const float *x, float *y);

// ---- MatrixProduct.c  (over MatrixTile.h, which states the order of the sums)
/// Whether the processor multiplies bfloat16 (AVX512_BF16).
int ck_has_bfloat16(void);
/// c (m, n) = op(a) op(b), or += with `accumulate` (else c is not read). a is (m, k), transposed
/// (k, m); b (k, n), transposed (n, k); m, n, k > 0. bfloat16: operands are rounded to it, to
/// nearest even, sums are float32; it runs on every processor. Scratch (1 MiB) is allocated on a
/// thread's first product and freed with the thread. An element depends on its row of op(a), its
/// column of op(b), k and the instruction set alone: any split of m or n gives the same bits.
void ck_matrix_product(int bfloat16, int aTransposed, int bTransposed, ptrdiff_t m, ptrdiff_t n,
                       ptrdiff_t k, const float *a, ptrdiff_t aStride, const float *b,
                       ptrdiff_t bStride, float *c, ptrdiff_t cStride, int accumulate);
/// 32-bit units that the panels of op(b) (k, n) take.
ptrdiff_t ck_panels_units(int bfloat16, ptrdiff_t n, ptrdiff_t k);
/// Packs op(b) once for many products: panels of 64 columns; the panel of column j (a multiple of
/// 64) starts at unit j * ceil(k / (bfloat16 ? 2 : 1)).
void ck_panels_pack(int bfloat16, int bTransposed, ptrdiff_t n, ptrdiff_t k, const float *b,
                    ptrdiff_t bStride, uint32_t *panels);
/// The product of a (m, k) and packed panels, bit for bit that of ck_matrix_product.
void ck_panels_product(int bfloat16, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a,
                       ptrdiff_t aStride, const uint32_t *panels, float *c, ptrdiff_t cStride,
                       int accumulate);

// ---- SoftCrossEntropy.c
/// Soft targets: targetLogits (R, V) are logarithms of probabilities up to a constant a row,
/// -inf for probability 0. scratch: 3 V floats. bad: the first row that is no distribution (NaN,
/// +inf, nothing but -inf), or -1; such a row adds nothing and has gradient 0.
void ck_cross_entropy_soft(ptrdiff_t R, ptrdiff_t V, float *logits, const float *targetLogits,
                           const int32_t *tokens, const float *weights, float temperature,
                           float mix, float gradientScale, float *scratch, ck_loss *loss,
                           ptrdiff_t *bad);
/// As above from stored halves: row r of the logits goes with row rows[r] of targets (…, V),
/// logarithms of probabilities that sum to 1; a row whose sum is off is bad too.
void ck_cross_entropy_halves(ptrdiff_t R, ptrdiff_t V, float *logits, const uint16_t *targets,
                             const int32_t *rows, const int32_t *tokens, const float *weights,
                             float temperature, float mix, float gradientScale, float *scratch,
                             ck_loss *loss, ptrdiff_t *bad);

// ---- ReverseDivergence.c
/// KL(q_T || p_T) of rows of logits from whole distributions whose logarithms are raised to
/// `floor`; targets are floats (R, V) or halves (…, V) with rows, as above, the other one is null.
/// scratch: 3 V floats.
void ck_reverse_divergence(ptrdiff_t R, ptrdiff_t V, float *logits, const float *targets,
                           const uint16_t *halves, const int32_t *rows, const int32_t *tokens,
                           const float *weights, float temperature, float mix, float floor,
                           float gradientScale, float *scratch, ck_loss *loss, ptrdiff_t *bad);

// ---- RowEntropies.c
/// entropies[r] of row r in nats; targets are floats (R, V) or halves (…, V) with rows, as above.
/// NaN for a row with one.
void ck_row_entropies(ptrdiff_t R, ptrdiff_t V, const float *targets, const uint16_t *halves,
                      const int32_t *rows, float *entropies);

// ---- MixtureDivergence.c
/// Divergence between a row of logits and its target; `share` is beta or alpha.
typedef enum {
  ck_jensen_shannon,
  ck_skew_forward,
  ck_skew_reverse,
  ck_total_variation,
} ck_mixture;
/// Targets as of ck_reverse_divergence. scratch: 2 V floats.
void ck_mixture_divergence(int kind, ptrdiff_t R, ptrdiff_t V, float *logits, const float *targets,
                           const uint16_t *halves, const int32_t *rows, const int32_t *tokens,
                           const float *weights, float share, float temperature, float mix,
                           float gradientScale, float *scratch, ck_loss *loss, ptrdiff_t *bad);

// ---- TopCrossEntropy.c
/// Targets of k tokens, 1 <= k <= V: ids and logP (…, k), tails (…) the mass of all other tokens,
/// which are one outcome (isSpread 0) or alike (1). Row r of the logits goes with row rows[r].
/// scratch: 2 k floats. bad as above: also for an invalid or repeated id.
void ck_cross_entropy_top(ptrdiff_t R, ptrdiff_t V, ptrdiff_t k, float *logits,
                          const int32_t *ids, const float *logP, const float *tails, int isSpread,
                          const int32_t *rows, const int32_t *tokens, const float *weights,
                          float mix, float gradientScale, float *scratch, ck_loss *loss,
                          ptrdiff_t *bad);

// ---- SparseCrossEntropy.c
/// What becomes of the mass of tokens that a row does not keep.
enum { ck_tail_ghost, ck_tail_renormalise, ck_tail_label };
/// Rows of a few tokens each, ids ascending within a row.
typedef struct {
  ptrdiff_t capacity;      ///< entries that a row has room for
  const int32_t *counts;   ///< (rows): entries; 0: the row learns the next token alone
  const int32_t *ids;      ///< (rows, capacity)
  const float *logs;       ///< (rows, capacity): natural logarithms of the entries' weights
  const float *odds;       ///< (rows): log (tail / entries) at temperature 1; NULL: weights as they are
  const float *oddsAtT;    ///< (rows): same at the temperature of the loss
  const float *entropies;  ///< (rows): taken off the loss of weights as they are; NULL: 0
  int tail;                ///< ck_tail_…
  float tolerance;         ///< how far from 1 a row may sum
} ck_sparse_rows;
/// Cross-entropy against rows of a few tokens, as ck_cross_entropy_soft; weights as they are have
/// temperature 1 only. Row r of the logits goes with row rows[r]. scratch: 3 V floats. A row is bad
/// if its ids do not ascend below V, or its weights are no distribution.
void ck_cross_entropy_sparse(ptrdiff_t R, ptrdiff_t V, float *logits, const ck_sparse_rows *all,
                             const int32_t *rows, const int32_t *tokens, const float *weights,
                             float temperature, float mix, float gradientScale, float *scratch,
                             ck_loss *loss, ptrdiff_t *bad);

// ---- SparseSums.c
/// e = exp((x - top) f): sums of e, of e (x - top) and of e^2 over a row; -infinity counts for
/// nothing.
void ck_tempered_sums(ptrdiff_t V, const float *x, float top, float f, double *sums);
/// Walks along the row of weights (V), of sum `total`, and stops where the sum so far passes each
/// of N ascending thresholds in [0, 1): ids ascending, and how often each was hit. Returns how many
/// ids.
ptrdiff_t ck_drawn(ptrdiff_t V, const float *weights, double total, ptrdiff_t N,
                   const double *thresholds, int32_t *ids, int32_t *hits);

// ---- RowFigures.h
/// How well a kept row q keeps the distribution p that it was made from, in nats.
typedef struct {
  double crossEntropy;      ///< -log p(next token)
  double keptCrossEntropy;  ///< -log q(next token); 0 where it is not measured
  double entropy;           ///< of p
  double massKept;          ///< p on tokens that are not kept as 0
  double divergence;        ///< KL(p || q)
  int isDistribution;       ///< 0 where either row holds NaN, infinity, or nothing but -inf
} ck_row_figures;

// ---- LabelRows.c
/// halves (R, V) = log softmax(logits), none above 0. All figures but isDistribution are 0 for rows
/// of weight 0. scratch: V floats.
void ck_label_rows(ptrdiff_t R, ptrdiff_t V, const float *logits, const int32_t *tokens,
                   const float *weights, uint16_t *halves, float *scratch,
                   ck_row_figures *figures);
/// For each row of stored logarithms, the sum of their exponentials (NaN if one is NaN) and the
/// largest element, ignoring NaN.
void ck_half_row_masses(ptrdiff_t R, ptrdiff_t V, const uint16_t *halves, float *masses,
                        float *largest);
void ck_half_to_float(ptrdiff_t n, const uint16_t *x, float *y);

// ---- HiddenStates.c
/// One row as bytes: y[i] scale is x[i] to half a scale; scale = largest magnitude / 127.
void ck_quantize_bytes(ptrdiff_t n, const float *x, int8_t *y, float *scale);
void ck_bytes_to_float(ptrdiff_t n, const int8_t *x, float scale, float *y);
/// p = softmax(logits), q = softmax(rebuilt), which keeps all tokens. All figures but
/// isDistribution are 0 for rows of weight 0. logits, rebuilt: (R, V).
void ck_rebuilt_rows(ptrdiff_t R, ptrdiff_t V, const float *logits, const float *rebuilt,
                     const int32_t *tokens, const float *weights, ck_row_figures *figures);

// ---- AdamW.c
typedef struct {
  float learningRate, beta1, beta2, epsilon, decay;
  float firstCorrection, secondCorrection;  ///< 1 - beta^step
  float gradientScale;
} ck_adamw_step;
void ck_adamw(ptrdiff_t n, float *p, const float *g, float *m, float *v,
              const ck_adamw_step *step);

// ---- Reductions.c
/// Sum of squares in double; not finite if any element is not.
double ck_sum_of_squares(ptrdiff_t n, const float *x);
/// y += x; returns the `ck_sum_of_squares` of the new y, to the last bit.
double ck_add_and_sum_of_squares(ptrdiff_t n, const float *x, float *y);
/// y += x
void ck_add(ptrdiff_t n, const float *x, float *y);

#ifdef __cplusplus
}
#endif
#endif

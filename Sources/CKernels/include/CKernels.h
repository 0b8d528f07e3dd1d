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

#ifdef __cplusplus
extern "C" {
#endif

// ---- Dispatch.c
enum { ck_isa_baseline = 0, ck_isa_v3 = 1, ck_isa_v4 = 2 };
/// Best instruction set this processor has.
int ck_isa_best(void);
/// Instruction set in force on the calling thread.
int ck_isa(void);
/// Sets the instruction set of the process (must not exceed `ck_isa_best`).
void ck_isa_set(int isa);
/// Overrides it on the calling thread; -1 removes the override. Returns the override before.
int ck_isa_override(int isa);

// ---- FloatingPoint.c
/// Turns denormals into zeros on the calling thread; returns the control word before.
uint64_t ck_flush_denormals(void);
void ck_restore_denormals(uint64_t control);

// ---- WorkerPool.c
typedef struct ck_pool ck_pool;
/// A pool in which `threads` threads take part, the caller being one; NULL if none could start.
ck_pool *ck_pool_create(int threads);
void ck_pool_destroy(ck_pool *pool);
/// Runs body(context, part) for part = 0 ..< parts; returns when all have ended.
void ck_pool_run(ck_pool *pool, ptrdiff_t parts, void (*body)(void *, ptrdiff_t), void *context);

// ---- RMSNorm.c        y = x * inverse * w,  inverse = 1 / sqrt(mean(x^2) + epsilon)
void ck_rms_norm_forward(ptrdiff_t R, ptrdiff_t C, const float *x, const float *w, float *y,
                         float *inverse, float epsilon);
/// dx and dw are accumulated.
void ck_rms_norm_backward(ptrdiff_t R, ptrdiff_t C, const float *x, const float *w,
                          const float *inverse, const float *dy, float *dx, float *dw);

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
/// apart; y (T, H*D) rows `yStride` apart; logSumExp (T, H).
void ck_attention_forward(ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D, const float *q,
                          const float *k, const float *v, ptrdiff_t stride, float *y,
                          ptrdiff_t yStride, float *logSumExp, float scale, float *scratch);
/// dq, dk, dv (laid out as q, k, v, rows dStride apart) are overwritten.
void ck_attention_backward(ptrdiff_t T, ptrdiff_t H, ptrdiff_t K, ptrdiff_t D, const float *q,
                           const float *k, const float *v, ptrdiff_t stride, const float *y,
                           const float *dy, ptrdiff_t yStride, const float *logSumExp,
                           float scale, float *dq, float *dk, float *dv, ptrdiff_t dStride,
                           float *scratch);

// ---- AttentionBfloat.c
/// The same with the operands of all products rounded to bfloat16, to nearest even: q, k, v and dy
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
/// One new position of one sequence against its cache: keys transposed (K, D, capacity), values
/// (K, capacity, D), `length` positions filled; q and y (H*D); scratch `capacity` floats;
/// capacity is a multiple of 16.
void ck_cached_attention(ptrdiff_t length, ptrdiff_t capacity, ptrdiff_t H, ptrdiff_t K,
                         ptrdiff_t D, const float *q, const float *keys, const float *values,
                         float *y, float scale, float *scratch);
/// Writes k and v (T, K*D), rows `stride` apart, into a cache from position `start` on.
void ck_cache_store(ptrdiff_t T, ptrdiff_t start, ptrdiff_t capacity, ptrdiff_t K, ptrdiff_t D,
                    const float *k, const float *v, ptrdiff_t stride, float *keys, float *values);

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
/// Soft targets: targetLogits (R, V) are logarithms of probabilities up to a constant a row,
/// -inf for probability 0. scratch: 3 V floats.
void ck_cross_entropy_soft(ptrdiff_t R, ptrdiff_t V, float *logits, const float *targetLogits,
                           const int32_t *tokens, const float *weights, float temperature,
                           float mix, float gradientScale, float *scratch, ck_loss *loss);
/// y = log softmax(x), row by row; y may be x.
void ck_log_softmax(ptrdiff_t R, ptrdiff_t V, const float *x, float *y);
/// log p, -inf where p is 0.
void ck_logarithm(ptrdiff_t n, const float *p, float *y);

// ---- MatrixProduct.c  (over MatrixTile.h, which states the order of the sums)
/// Whether the processor multiplies bfloat16 (AVX512_BF16).
int ck_has_bfloat16(void);
/// c (m, n) = op(a) op(b), or += with `accumulate` (else c is not read). a is (m, k), transposed
/// (k, m); b (k, n), transposed (n, k); m, n, k > 0. bfloat16: operands are rounded to it, to nearest
/// even, sums are float32; it runs on every processor. Scratch (0.7 MiB) is allocated on a thread's
/// first product and freed with the thread. An element depends on its row of op(a), its column of
/// op(b), k and the instruction set alone: any split of m or n gives the same bits.
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
/// y += x; returns what `ck_sum_of_squares` of the new y does, to the last bit.
double ck_add_and_sum_of_squares(ptrdiff_t n, const float *x, float *y);
/// y += x
void ck_add(ptrdiff_t n, const float *x, float *y);

// ---- Half.c
/// Round to nearest even; too large becomes infinity, infinities and NaN stay.
void ck_float_to_half(ptrdiff_t n, const float *x, uint16_t *y);

#ifdef __cplusplus
}
#endif
#endif

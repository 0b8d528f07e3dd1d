// A forward pass of a decoder over new positions of several sequences, keys and values
// of earlier ones cached. All threads of a team run it together: they share out each operation by
// fixed rules and wait for each other between operations. Every number is computed by one thread in
// an order that depends neither on the team nor on which other rows are in the step.
#include <stdatomic.h>
#if defined(__linux__) || defined(__APPLE__)
#include <sched.h>
#endif

#include "PackedWeights.h"

// ---- The team

enum {
  /// Number of looks at the phase before a thread gives up its core.
  patience = 4000,
  /// Up to this many rows every thread norms all rows for itself: cheaper than waiting for others.
  ownRows = 4
};

typedef struct {
  _Alignas(128) atomic_int arrived;
  _Alignas(128) atomic_int phase;
} barrier;

static inline void pauseBriefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void await(barrier *b, int threads) {
  if (threads == 1) return;
  int phase = atomic_load_explicit(&b->phase, memory_order_relaxed);
  if (atomic_fetch_add(&b->arrived, 1) == threads - 1) {
    atomic_store_explicit(&b->arrived, 0, memory_order_relaxed);
    atomic_store_explicit(&b->phase, phase + 1, memory_order_release);
    return;
  }
  for (int looks = 0; atomic_load_explicit(&b->phase, memory_order_acquire) == phase; looks++) {
    if (looks < patience) {
      pauseBriefly();
    } else {
      sched_yield();
    }
  }
}

// ---- A step

/// One thread's view of a step.
typedef struct {
  const ck_cached_forward *f;
  const ck_cached_step *step;
  barrier *barrier;
  ptrdiff_t thread, threads;
  /// This thread's own memory: packed inputs of a few rows, a panel's sums, scores, one row.
  uint32_t *inputs;
  float *sums, *scores, *row;
} team;

CK_INLINE void wait(const team *t) { await(t->barrier, (int)t->threads); }
CK_INLINE ptrdiff_t begin(const team *t, ptrdiff_t count) { return count * t->thread / t->threads; }
CK_INLINE ptrdiff_t end(const team *t, ptrdiff_t count) {
  return count * (t->thread + 1) / t->threads;
}

/// Location of the packed inputs of the next product.
typedef struct {
  const uint32_t *units;
  ptrdiff_t row;
} inputs;

/// One row's norm; y may be x.
static void norm(const ck_cached_forward *f, const float *x, const float *weight,
                 const float *bias, float *y) {
  if (f->layerNorm) {
    ck_layer_norm_forward(1, f->C, x, weight, bias, y, f->epsilon);
  } else {
    float inverse;
    ck_rms_norm_forward(1, f->C, x, weight, y, &inverse, f->epsilon);
  }
}

/// Packs rows of x, normed when `weight` is given. Few rows: every thread packs all of them for
/// itself; more rows: they are shared out, and the threads wait for each other.
static inputs prepare(const team *t, ptrdiff_t rows, ptrdiff_t width, const float *x,
                      const float *weight, const float *bias) {
  const ck_cached_forward *f = t->f;
  int own = rows <= ownRows;
  ptrdiff_t row = ck_packed_input_units(f->format, width);
  uint32_t *units = own ? t->inputs : f->inputs;
  ptrdiff_t first = own ? 0 : begin(t, rows), last = own ? rows : end(t, rows);
  for (ptrdiff_t r = first; r < last; r++) {
    const float *source = x + r * width;
    if (weight != NULL) {
      norm(f, source, weight, bias, t->row);
      source = t->row;
    }
    ck_packed_inputs(f->format, 1, width, source, width, units + r * row, row);
  }
  if (!own) wait(t);
  return (inputs){units, row};
}

/// y (rows, n) = or += x W^T; panels are shared out, and the threads wait for each other.
static void product(const team *t, const ck_packed_weights *w, ptrdiff_t rows, inputs x, float *y,
                    int add) {
  ptrdiff_t items = ck_packed_items(w, rows);
  ck_packed_product(w, rows, x.units, x.row, y, w->n, add, begin(t, items), end(t, items));
  wait(t);
}

/// The residual stream += the result of a layer's second product, with its bias and its norm.
static void addBranch(const team *t, const ck_packed_weights *w, ptrdiff_t rows, inputs x,
                      const float *bias, const float *weight) {
  const ck_cached_forward *f = t->f;
  ptrdiff_t C = f->C, first = begin(t, rows), count = end(t, rows) - first;
  product(t, w, rows, x, weight != NULL ? f->branch : f->residual, weight == NULL);
  if (bias == NULL && weight == NULL) return;
  float *residual = f->residual + first * C, *branch = f->branch + first * C;
  if (bias != NULL) ck_add_to_rows(count, C, bias, weight != NULL ? branch : residual, C);
  for (ptrdiff_t r = 0; weight != NULL && r < count; r++) {
    norm(f, branch + r * C, weight, NULL, t->row);
    ck_add(C, t->row, residual + r * C);
  }
  wait(t);
}

/// The first product of a feed-forward network and its activation, packed at once as inputs of the
/// second. Gate and up of 32 coordinates are side by side in one panel of 64.
static inputs activated(const team *t, const ck_cached_layer *layer, ptrdiff_t rows, inputs x) {
  const ck_cached_forward *f = t->f;
  const ck_packed_weights *w = &layer->gateUp;
  int gated = f->activation != ck_activation_gelu;
  ptrdiff_t width = gated ? ck_tile_columns / 2 : ck_tile_columns;
  ptrdiff_t row = ck_packed_input_units(f->format, f->F);
  ptrdiff_t unit = ck_packed_half_panel_units(f->format) * (gated ? 1 : 2);
  ptrdiff_t items = ck_packed_items(w, rows), groups = (rows + ck_tile_rows - 1) / ck_tile_rows;
  ptrdiff_t from = begin(t, items), to = end(t, items);
  while (from < to) {
    ptrdiff_t panel = from / groups, group = from % groups, first = group * ck_tile_rows;
    ptrdiff_t taken = groups - group < to - from ? groups - group : to - from;
    ptrdiff_t count = taken * ck_tile_rows < rows - first ? taken * ck_tile_rows : rows - first;
    ck_packed_panel_product(w, panel, count, x.units + first * x.row, x.row, t->sums,
                            ck_tile_columns, ck_tile_columns, 0);
    if (layer->gateUpBias != NULL) {
      ptrdiff_t here = w->n - panel * ck_tile_columns;
      ck_add_to_rows(count, here < ck_tile_columns ? here : ck_tile_columns,
                     layer->gateUpBias + panel * ck_tile_columns, t->sums, ck_tile_columns);
    }
    if (f->activation == ck_activation_silu_gated) {
      ck_swiglu_forward(count, width, t->sums, t->sums);
    } else if (f->activation == ck_activation_gelu_gated) {
      ck_gelu_gated_forward(count, width, t->sums, t->sums);
    } else {
      ck_gelu_forward(count * width, t->sums, t->sums);
    }
    ptrdiff_t left = f->F - panel * width;
    ck_packed_inputs(f->format, count, left < width ? left : width, t->sums, width,
                     f->activated + first * row + panel * unit, row);
    from += taken;
  }
  wait(t);
  return (inputs){f->activated, row};
}

/// Adds a head's bias, norms it and rotates it, if the layer does so.
static void finishHeads(const ck_cached_forward *f, ptrdiff_t heads, float *x, const float *bias,
                        const float *weight, const ck_cached_layer *layer, int32_t position) {
  ptrdiff_t D = f->D;
  if (bias != NULL) ck_add(heads * D, bias, x);
  float inverse;
  for (ptrdiff_t h = 0; weight != NULL && h < heads; h++) {
    ck_rms_norm_forward(1, D, x + h * D, weight, x + h * D, &inverse, f->epsilon);
  }
  if (layer->cosines == NULL) return;
  ck_rotary(1, heads, D, x, heads * D, &position, layer->cosines, layer->sines, 1);
}

/// Norms all queries of a row, and all its keys, if the layer does so; rows are shared out.
static void normRows(const team *t, const ck_cached_layer *layer, ptrdiff_t rows) {
  const ck_cached_forward *f = t->f;
  if (layer->queryRowNorm == NULL) return;
  ptrdiff_t Q = f->H * f->D, width = Q + 2 * f->K * f->D;
  float inverse;
  for (ptrdiff_t r = begin(t, rows); r < end(t, rows); r++) {
    float *q = f->projected + r * width, *k = q + Q;
    ck_rms_norm_forward(1, Q, q, layer->queryRowNorm, q, &inverse, f->epsilon);
    ck_rms_norm_forward(1, f->K * f->D, k, layer->keyRowNorm, k, &inverse, f->epsilon);
  }
  wait(t);
}

/// Bytes of one head's keys, or of its values.
static size_t headBytes(const ck_cached_forward *f) {
  return (size_t)(f->positions * f->D) * (f->halved ? 2 : 4);
}
/// Keys of an item, one key-value head of one run, in layer l; its values follow.
static char *keysOf(const team *t, ptrdiff_t item, ptrdiff_t l) {
  const ck_cached_forward *f = t->f;
  ptrdiff_t slot = t->step->runs[item / f->K].slot;
  ptrdiff_t index = (slot * f->layerCount + l) * f->K + item % f->K;
  return (char *)f->cache + (size_t)index * 2 * headBytes(f);
}

/// If one head's keys and values take at most this many bytes, the next head's are prefetched
/// meanwhile: they must stay in the cache until then. The processor prefetches longer ones itself.
enum { fetchedBytes = 1 << 17 };

/// Each sequence's new rows, one key-value head at a time: finishes, stores, attends.
static void attend(const team *t, ptrdiff_t l) {
  const ck_cached_forward *f = t->f;
  const ck_cached_layer *layer = &f->layers[l];
  ptrdiff_t D = f->D, group = f->H / f->K, width = (f->H + 2 * f->K) * D;
  ptrdiff_t items = t->step->runCount * f->K;
  for (ptrdiff_t item = t->thread; item < items; item += t->threads) {
    const ck_cached_run *run = &t->step->runs[item / f->K];
    ptrdiff_t h = item % f->K;
    char *keys = keysOf(t, item, l), *values = keys + headBytes(f);
    ptrdiff_t length = run->position + run->count, after = item + t->threads;
    int fetches = after < items && 2 * length * D * (f->halved ? 2 : 4) <= fetchedBytes;
    const char *next = fetches ? keysOf(t, after, l) : NULL;
    for (ptrdiff_t r = 0; r < run->count; r++) {
      float *row = f->projected + (run->first + r) * width;
      float *q = row + h * group * D, *k = row + (f->H + h) * D, *v = k + f->K * D;
      int32_t position = (int32_t)(run->position + r);
      const float *bias = layer->projectionBias;
      finishHeads(f, group, q, bias == NULL ? NULL : bias + (q - row), layer->queryNorm, layer,
                  position);
      finishHeads(f, 1, k, bias == NULL ? NULL : bias + (k - row), layer->keyNorm, layer, position);
      if (bias != NULL) ck_add(D, bias + (v - row), v);
      ck_cache_store(f->halved, position, D, k, v, keys, values);
      ptrdiff_t seen = position + 1 < layer->window ? position + 1 : layer->window;
      ck_cached_attention(f->halved, position + 1 - seen, position + 1, group, D, q, keys, values,
                          r == 0 ? next : NULL,
                          f->attended + ((run->first + r) * f->H + h * group) * D, f->scale,
                          t->scores);
    }
  }
  wait(t);
}

/// Embeddings of a thread's rows; learned positions are added.
static void embed(const team *t) {
  const ck_cached_forward *f = t->f;
  const ck_cached_step *step = t->step;
  ptrdiff_t C = f->C, from = begin(t, step->rows), to = end(t, step->rows);
  for (ptrdiff_t r = from; r < to; r++) {
    ck_packed_row(&f->embedding, step->tokens[r], f->residual + r * C);
  }
  if (f->embeddingScale != 1) ck_scale((to - from) * C, f->embeddingScale, f->residual + from * C);
  for (ptrdiff_t s = 0; f->positionTable != NULL && s < step->runCount; s++) {
    const ck_cached_run *run = &step->runs[s];
    for (ptrdiff_t i = 0; i < run->count; i++) {
      ptrdiff_t r = run->first + i;
      if (r < from || r >= to) continue;
      ck_add(C, f->positionTable + (run->position + i) * C, f->residual + r * C);
    }
  }
  wait(t);
}

static void forward(const team *t) {
  const ck_cached_forward *f = t->f;
  const ck_cached_step *step = t->step;
  ptrdiff_t rows = step->rows, C = f->C;
  embed(t);
  for (ptrdiff_t l = 0; l < f->layerCount; l++) {
    const ck_cached_layer *layer = &f->layers[l];
    inputs x = prepare(t, rows, C, f->residual, layer->inputNorm, layer->inputNormBias);
    product(t, &layer->projections, rows, x, f->projected, 0);
    normRows(t, layer, rows);
    attend(t, l);
    x = prepare(t, rows, f->H * f->D, f->attended, NULL, NULL);
    addBranch(t, &layer->output, rows, x, layer->outputBias, layer->attentionNorm);
    x = prepare(t, rows, C, f->residual, layer->middleNorm, layer->middleNormBias);
    x = activated(t, layer, rows, x);
    addBranch(t, &layer->down, rows, x, layer->downBias, layer->feedForwardNorm);
  }
  // Rows whose logits are wanted move up; a row never passes one that has not moved yet.
  ptrdiff_t wanted = 0;
  for (ptrdiff_t s = 0; s < step->runCount; s++) {
    const ck_cached_run *run = &step->runs[s];
    if (run->logits == 0) continue;
    ptrdiff_t from = run->first + run->count - run->logits;
    if (t->thread == 0 && from != wanted) {
      memmove(f->residual + wanted * C, f->residual + from * C,
              (size_t)(run->logits * C) * sizeof(float));
    }
    wanted += run->logits;
  }
  if (wanted == 0) return;
  wait(t);
  inputs x = prepare(t, wanted, C, f->residual, f->finalNorm, f->finalNormBias);
  ptrdiff_t items = ck_packed_items(&f->readout, wanted);
  ck_packed_product(&f->readout, wanted, x.units, x.row, f->logits, f->readout.n, 0,
                    begin(t, items), end(t, items));
}

ptrdiff_t ck_packed_half_panel_units(int format) {
  return format == ck_packed_q8_0 ? ck_input_block_units : format == ck_packed_bfloat16 ? 16 : 32;
}

static ptrdiff_t rounded(ptrdiff_t floats) { return (floats + 15) / 16 * 16; }
static ptrdiff_t widest(const ck_cached_forward *f) {
  return f->C > f->H * f->D ? f->C : f->H * f->D;
}

ptrdiff_t ck_cached_inputs_units(const ck_cached_forward *f) {
  return f->rowCapacity * ck_packed_input_units(f->format, widest(f));
}
ptrdiff_t ck_cached_activated_units(const ck_cached_forward *f) {
  return f->rowCapacity * ck_packed_input_units(f->format, f->F);
}
ptrdiff_t ck_cached_thread_units(const ck_cached_forward *f) {
  return ownRows * ck_packed_input_units(f->format, widest(f)) +
         rounded(f->rowCapacity * ck_tile_columns) + rounded(f->positions) + rounded(f->C) + 32;
}

typedef struct {
  const ck_cached_forward *f;
  const ck_cached_step *step;
  barrier barrier;
  ptrdiff_t threads;
} job;

static void work(void *context, ptrdiff_t part) {
  job *j = context;
  const ck_cached_forward *f = j->f;
  team t = {.f = f, .step = j->step, .barrier = &j->barrier, .thread = part, .threads = j->threads};
  t.inputs = f->threadMemory + part * ck_cached_thread_units(f);
  t.sums = (float *)(t.inputs + ownRows * ck_packed_input_units(f->format, widest(f)));
  t.scores = t.sums + rounded(f->rowCapacity * ck_tile_columns);
  t.row = t.scores + rounded(f->positions);
  forward(&t);
}

void ck_cached_forward_run(const ck_cached_forward *f, const ck_cached_step *step,
                           ck_pool *pool) {
  // Each thread takes one part, and no second one before all have reached the last barrier.
  job j = {.f = f, .step = step, .threads = ck_pool_threads(pool)};
  ck_pool_run(pool, j.threads, work, &j);
}

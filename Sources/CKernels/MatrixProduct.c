// Matrix products in blocks: op(b) packed once, a block that stays in the second-level cache, under
// which rows of op(a) run through, six at a time. Tiles and packing: MatrixTile.h.
#include <pthread.h>
#include <stdlib.h>

#include "MatrixTile.h"

static pthread_key_t scratchKey;
static pthread_once_t scratchOnce = PTHREAD_ONCE_INIT;
static _Thread_local uint32_t *scratch;

static void makeKey(void) { pthread_key_create(&scratchKey, free); }

uint32_t *ck_matrix_scratch(void) {
  if (scratch == NULL) {
    pthread_once(&scratchOnce, makeKey);
    void *fresh = NULL;
    if (posix_memalign(&fresh, 4096, ck_scratch_units * sizeof(uint32_t)) != 0) __builtin_trap();
    pthread_setspecific(scratchKey, fresh);
    scratch = fresh;
  }
  return scratch;
}

const ck_tile_kernels *ck_tiles(int bfloat16) {
  return bfloat16 ? ck_tiles_bfloat() : ck_tiles_float();
}

CK_INLINE ptrdiff_t least(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

/// One block of k: c (m, n) = or += a (m, steps) times packed panels `panelUnits` apart.
typedef struct {
  const ck_tile_kernels *tiles;
  ptrdiff_t m, n, k, steps;
  const uint32_t *panels;
  ptrdiff_t panelUnits;
  float *c;
  ptrdiff_t cStride;
  int add;
} block;

static void rowsAcross(const block *x, ptrdiff_t rows, const void *a, ptrdiff_t aRow, int sixes,
                       ptrdiff_t from) {
  float *c = x->c + from * x->cStride;
  const uint32_t *panel = x->panels;
  for (ptrdiff_t j = 0; j < x->n; j += ck_tile_columns, panel += x->panelUnits) {
    ptrdiff_t columns = least(ck_tile_columns, x->n - j);
    (sixes ? x->tiles->tileSixes : x->tiles->tile)(rows, x->steps, a, aRow, panel, c + j,
                                                   x->cStride, columns, x->add);
  }
}

/// a (m, k) as it lies: float32 is read in place, bfloat16 is converted six rows at a time.
static void blockOfRuns(const block *x, const float *a, ptrdiff_t stride, uint32_t *packed) {
  for (ptrdiff_t i = 0; i < x->m; i += ck_tile_rows, a += ck_tile_rows * stride) {
    ptrdiff_t rows = least(ck_tile_rows, x->m - i);
    if (x->tiles->depth == 1) {
      rowsAcross(x, rows, a, stride, 0, i);
    } else {
      x->tiles->run(rows, x->k, a, stride, packed, ck_scratch_row);
      rowsAcross(x, rows, packed, ck_scratch_row, 0, i);
    }
  }
}

/// a (k, m) transposed: 48 columns of it are packed at a time.
static void blockOfSixes(const block *x, const float *a, ptrdiff_t stride, uint32_t *packed) {
  for (ptrdiff_t i = 0; i < x->m; i += ck_sixes_rows) {
    ptrdiff_t rows = least(ck_sixes_rows, x->m - i);
    x->tiles->sixes(rows, x->k, a + i, stride, packed);
    for (ptrdiff_t r = 0; r < rows; r += ck_tile_rows) {
      const uint32_t *group = packed + r / ck_tile_rows * (ck_tile_rows * x->steps + 16);
      rowsAcross(x, least(ck_tile_rows, rows - r), group, 0, 1, i + r);
    }
  }
}

void ck_matrix_product(int bfloat16, int aTransposed, int bTransposed, ptrdiff_t m, ptrdiff_t n,
                       ptrdiff_t k, const float *a, ptrdiff_t aStride, const float *b,
                       ptrdiff_t bStride, float *c, ptrdiff_t cStride, int accumulate) {
  const ck_tile_kernels *tiles = ck_tiles(bfloat16);
  uint32_t *panels = ck_matrix_scratch(), *packed = panels + ck_scratch_panels;
  ptrdiff_t allSteps = (k + tiles->depth - 1) / tiles->depth, deep = blockSteps(allSteps);
  ptrdiff_t most = ck_scratch_panels / deep / ck_tile_columns * ck_tile_columns;
  ptrdiff_t chunks = (n + most - 1) / most;
  ptrdiff_t wide = ((n + chunks - 1) / chunks + ck_tile_columns - 1) / ck_tile_columns *
                   ck_tile_columns;
  for (ptrdiff_t j = 0; j < n; j += wide) {
    for (ptrdiff_t s = 0; s < allSteps; s += deep) {
      ptrdiff_t steps = least(deep, allSteps - s), p = s * tiles->depth;
      block x = {tiles, m, least(wide, n - j), least(steps * tiles->depth, k - p), steps, panels,
                 steps * ck_tile_columns, c + j, cStride, accumulate || s > 0};
      for (ptrdiff_t q = 0; q < x.n; q += ck_tile_columns) {
        ptrdiff_t columns = least(ck_tile_columns, x.n - q);
        uint32_t *panel = panels + q * steps;
        if (bTransposed) {
          tiles->panelTransposed(x.k, columns, b + (j + q) * bStride + p, bStride, panel);
        } else {
          tiles->panel(x.k, columns, b + p * bStride + j + q, bStride, panel);
        }
      }
      if (aTransposed) {
        blockOfSixes(&x, a + p * aStride, aStride, packed);
      } else {
        blockOfRuns(&x, a + p, aStride, packed);
      }
    }
  }
}

ptrdiff_t ck_panels_units(int bfloat16, ptrdiff_t n, ptrdiff_t k) {
  ptrdiff_t steps = bfloat16 ? (k + 1) / 2 : k;
  return (n + ck_tile_columns - 1) / ck_tile_columns * ck_tile_columns * steps;
}

void ck_panels_pack(int bfloat16, int bTransposed, ptrdiff_t n, ptrdiff_t k, const float *b,
                    ptrdiff_t bStride, uint32_t *panels) {
  const ck_tile_kernels *tiles = ck_tiles(bfloat16);
  ptrdiff_t steps = (k + tiles->depth - 1) / tiles->depth;
  for (ptrdiff_t j = 0; j < n; j += ck_tile_columns) {
    ptrdiff_t columns = least(ck_tile_columns, n - j);
    if (bTransposed) {
      tiles->panelTransposed(k, columns, b + j * bStride, bStride, panels + j * steps);
    } else {
      tiles->panel(k, columns, b + j, bStride, panels + j * steps);
    }
  }
}

void ck_panels_product(int bfloat16, ptrdiff_t m, ptrdiff_t n, ptrdiff_t k, const float *a,
                       ptrdiff_t aStride, const uint32_t *panels, float *c, ptrdiff_t cStride,
                       int accumulate) {
  const ck_tile_kernels *tiles = ck_tiles(bfloat16);
  uint32_t *packed = ck_matrix_scratch();
  ptrdiff_t allSteps = (k + tiles->depth - 1) / tiles->depth, deep = blockSteps(allSteps);
  ptrdiff_t most = tiles->depth == 1 ? m : ck_scratch_units / ck_scratch_row;
  for (ptrdiff_t i = 0; i < m; i += most) {
    ptrdiff_t rows = least(most, m - i);
    for (ptrdiff_t s = 0; s < allSteps; s += deep) {
      ptrdiff_t steps = least(deep, allSteps - s), p = s * tiles->depth;
      const void *left = a + i * aStride + p;
      ptrdiff_t leftRow = aStride;
      if (tiles->depth == 2) {
        tiles->run(rows, least(steps * 2, k - p), left, aStride, packed, ck_scratch_row);
        left = packed, leftRow = ck_scratch_row;
      }
      for (ptrdiff_t j = 0; j < n; j += ck_tile_columns) {
        const uint32_t *panel = panels + j * allSteps + s * ck_tile_columns;
        for (ptrdiff_t r = 0; r < rows; r += ck_tile_rows) {
          tiles->tile(least(ck_tile_rows, rows - r), steps,
                      (const uint32_t *)left + r * leftRow, leftRow, panel,
                      c + (i + r) * cStride + j, cStride, least(ck_tile_columns, n - j),
                      accumulate || s > 0);
        }
      }
    }
  }
}

// Matrix products in blocks: panels of op(b) are packed once into a block that stays in the
// second-level cache, and rows of op(a) are streamed; if op(b) is wide and op(a) has few rows, the
// rows stay and panels are streamed. The next streamed data are prefetched while tiles compute.
// Tiles and packing: MatrixTile.h.
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
    const size_t bytes = ck_scratch_units * sizeof(uint32_t);
    if (posix_memalign(&fresh, 4096, bytes) != 0) ck_end_for_want_of_memory(bytes);
    pthread_setspecific(scratchKey, fresh);
    scratch = fresh;
  }
  return scratch;
}

const ck_tile_kernels *ck_tiles(int bfloat16) {
  return bfloat16 ? ck_tiles_bfloat() : ck_tiles_float();
}

CK_INLINE ptrdiff_t least(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

/// A part of a matrix that will be packed soon: its lines are prefetched while tiles compute,
/// `share` of them before each tile. Without it, a bfloat16 product over 4096 rows a page apart
/// runs at 330 GFLOP/s instead of 420.
typedef struct {
  const float *row;
  ptrdiff_t stride, rows, lines, line, share;
} fetch;

CK_INLINE fetch fetchOver(ptrdiff_t tiles, const float *from, ptrdiff_t stride, ptrdiff_t rows,
                          ptrdiff_t columns) {
  ptrdiff_t lines = (columns + 15) / 16;
  fetch f = {from, stride, rows, lines, 0, (rows * lines + tiles - 1) / tiles};
  return f;
}

CK_INLINE void fetchSome(fetch *f) {
  for (ptrdiff_t left = f->share; left > 0 && f->rows > 0;) {
    ptrdiff_t some = least(left, f->lines - f->line);
    const char *at = (const char *)f->row + f->line * 64;
    for (ptrdiff_t i = 0; i < some; i++) __builtin_prefetch(at + i * 64, 0, 2);
    left -= some;
    f->line += some;
    if (f->line == f->lines) f->line = 0, f->rows--, f->row += f->stride;
  }
}

/// Sizes of what stays in the second-level cache while the other operand is streamed: units of
/// panels, rows of op(a), and rows of a transposed op(a) that are packed at once. No bit depends on
/// them.
typedef struct {
  ptrdiff_t panels, runs, transposed;
} cached;

/// Processors with AVX-512 have at least 1 MiB of it, others 512 KiB or less.
static cached cachedAtOnce(void) {
  if (ck_isa() == ck_isa_v4) return (cached){ck_scratch_panels, ck_scratch_runs, 96};
  return (cached){ck_scratch_panels / 2, 96, 48};
}

/// One product, cut into blocks of k and of the operand that stays in the cache.
typedef struct {
  const ck_tile_kernels *tiles;
  int aTransposed, bTransposed, add;
  ptrdiff_t m, n, k, steps;
  const float *a;
  ptrdiff_t aStride;
  const float *b;
  ptrdiff_t bStride;
  float *c;
  ptrdiff_t cStride;
  uint32_t *panels, *runs;
  cached most;
} block;

static void packPanel(const block *x, ptrdiff_t j, uint32_t *panel) {
  ptrdiff_t columns = least(ck_tile_columns, x->n - j);
  if (x->bTransposed) {
    x->tiles->panelTransposed(x->k, columns, x->b + j * x->bStride, x->bStride, panel);
  } else {
    x->tiles->panel(x->k, columns, x->b + j, x->bStride, panel);
  }
}

/// Rows of op(a), in place or packed; returns their address and distance.
static const void *packRows(const block *x, ptrdiff_t i, ptrdiff_t rows, ptrdiff_t *row) {
  *row = ck_scratch_row;
  if (x->aTransposed) {
    x->tiles->runTransposed(rows, x->k, x->a + i, x->aStride, x->runs, *row);
  } else if (x->tiles->depth == 2) {
    x->tiles->run(rows, x->k, x->a + i * x->aStride, x->aStride, x->runs, *row);
  } else {
    *row = x->aStride;
    return x->a + i * x->aStride;
  }
  return x->runs;
}

static void tileAt(const block *x, ptrdiff_t i, ptrdiff_t rows, const void *a, ptrdiff_t aRow,
                   ptrdiff_t j, const uint32_t *panel) {
  x->tiles->tile(rows, x->steps, a, aRow, panel, x->c + i * x->cStride + j, x->cStride,
                 least(ck_tile_columns, x->n - j), x->add);
}

CK_INLINE ptrdiff_t over(ptrdiff_t n, ptrdiff_t size) { return (n + size - 1) / size; }

/// op(b) stays in the cache: all its panels are packed, rows of op(a) are streamed.
static void panelsStay(const block *x) {
  for (ptrdiff_t j = 0; j < x->n; j += ck_tile_columns) packPanel(x, j, x->panels + j * x->steps);
  // Transposed rows are side by side in lines: whole lines are read at a time.
  ptrdiff_t most = x->aTransposed ? x->most.transposed : ck_tile_rows;
  for (ptrdiff_t i = 0; i < x->m; i += most) {
    ptrdiff_t rows = least(most, x->m - i), next = i + rows, row;
    const uint32_t *a = packRows(x, i, rows, &row);
    ptrdiff_t tiles = over(rows, ck_tile_rows) * over(x->n, ck_tile_columns);
    ptrdiff_t coming = least(most, x->m - next);
    fetch f = {0};
    if (coming > 0 && x->aTransposed) {
      f = fetchOver(tiles, x->a + next, x->aStride, x->k, coming);
    } else if (coming > 0) {
      f = fetchOver(tiles, x->a + next * x->aStride, x->aStride, coming, x->k);
    }
    for (ptrdiff_t r = 0; r < rows; r += ck_tile_rows) {
      for (ptrdiff_t j = 0; j < x->n; j += ck_tile_columns) {
        fetchSome(&f);
        tileAt(x, i + r, least(ck_tile_rows, rows - r), a + r * row, row, j,
               x->panels + j * x->steps);
      }
    }
  }
}

/// op(a) stays in the cache: all its rows are packed, panels of op(b) are streamed.
static void rowsStay(const block *x) {
  ptrdiff_t row;
  const uint32_t *a = packRows(x, 0, x->m, &row);
  ptrdiff_t tiles = over(x->m, ck_tile_rows);
  for (ptrdiff_t j = 0; j < x->n; j += ck_tile_columns) {
    packPanel(x, j, x->panels);
    ptrdiff_t next = j + ck_tile_columns, coming = least(ck_tile_columns, x->n - next);
    fetch f = {0};
    if (coming > 0 && x->bTransposed) {
      f = fetchOver(tiles, x->b + next * x->bStride, x->bStride, coming, x->k);
    } else if (coming > 0) {
      f = fetchOver(tiles, x->b + next, x->bStride, x->k, coming);
    }
    for (ptrdiff_t i = 0; i < x->m; i += ck_tile_rows) {
      fetchSome(&f);
      tileAt(x, i, least(ck_tile_rows, x->m - i), a + i * row, row, j, x->panels);
    }
  }
}

void ck_matrix_product(int bfloat16, int aTransposed, int bTransposed, ptrdiff_t m, ptrdiff_t n,
                       ptrdiff_t k, const float *a, ptrdiff_t aStride, const float *b,
                       ptrdiff_t bStride, float *c, ptrdiff_t cStride, int accumulate) {
  const ck_tile_kernels *tiles = ck_tiles(bfloat16);
  uint32_t *panels = ck_matrix_scratch(), *runs = panels + ck_scratch_panels;
  ptrdiff_t allSteps = over(k, tiles->depth), deep = blockSteps(allSteps);
  // Columns whose panels fit, in chunks of similar size; all columns if the rows stay instead.
  cached limit = cachedAtOnce();
  ptrdiff_t most = limit.panels / deep / ck_tile_columns * ck_tile_columns;
  int rowsFit = n > most && m <= limit.runs;
  ptrdiff_t chunk = rowsFit ? n : over(n, over(n, most));
  ptrdiff_t wide = over(chunk, ck_tile_columns) * ck_tile_columns;
  for (ptrdiff_t j = 0; j < n; j += wide) {
    for (ptrdiff_t s = 0; s < allSteps; s += deep) {
      ptrdiff_t steps = least(deep, allSteps - s), p = s * tiles->depth;
      block x = {tiles, aTransposed, bTransposed, accumulate || s > 0, m, least(wide, n - j),
                 least(steps * tiles->depth, k - p), steps, a + (aTransposed ? p * aStride : p),
                 aStride, b + (bTransposed ? j * bStride + p : p * bStride + j), bStride, c + j,
                 cStride, panels, runs, limit};
      if (rowsFit) {
        rowsStay(&x);
      } else {
        panelsStay(&x);
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

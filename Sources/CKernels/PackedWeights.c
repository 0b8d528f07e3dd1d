// Packed weights and their products with few rows. Formats and order of sums: PackedWeights.h.
#include "PackedWeights.h"

CK_INLINE ptrdiff_t least(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }
static int isStored(int format) { return format >= ck_packed_stored_q8_0; }
CK_INLINE ptrdiff_t blockCount(ptrdiff_t k) { return (k + ck_block_k - 1) / ck_block_k; }

ptrdiff_t ck_packed_panel_units(int format, ptrdiff_t k) {
  if (isStored(format)) return blockCount(k) * storedBlockUnits(format);
  if (format == ck_packed_q8_0) return blockCount(k) * ck_block_units;
  return (format == ck_packed_bfloat16 ? (k + 1) / 2 : k) * ck_tile_columns;
}

ptrdiff_t ck_packed_input_units(int format, ptrdiff_t k) {
  ptrdiff_t units = format == ck_packed_q8_0       ? blockCount(k) * ck_input_block_units
                    : format == ck_packed_bfloat16 ? (k + 1) / 2
                                                   : k;
  // One spare line keeps rows out of each other's cache sets.
  return (units + 15) / 16 * 16 + 16;
}

void ck_packed_fill(const ck_packed_weights *w, ptrdiff_t panel, const float *rows,
                    ptrdiff_t stride) {
  uint32_t *units = w->panels + panel * ck_packed_panel_units(w->format, w->k);
  ptrdiff_t columns = least(ck_tile_columns, w->n - panel * ck_tile_columns);
  if (w->format == ck_packed_q8_0) {
    ck_quantized_panel(w->k, columns, rows, stride, units);
  } else {
    ck_tiles(w->format == ck_packed_bfloat16)
        ->panelTransposed(w->k, columns, rows, stride, units);
  }
}

void ck_packed_inputs(int format, ptrdiff_t rows, ptrdiff_t k, const float *x, ptrdiff_t stride,
                      uint32_t *packed, ptrdiff_t row) {
  if (format == ck_packed_q8_0) {
    ck_quantized_inputs(rows, k, x, stride, packed, row);
  } else if (format == ck_packed_bfloat16) {
    ck_tiles(1)->run(rows, k, x, stride, packed, row);
  } else {
    for (ptrdiff_t i = 0; i < rows; i++) {
      memcpy(packed + i * row, x + i * stride, (size_t)k * sizeof(float));
    }
  }
}

void ck_packed_fill_stored(const ck_packed_weights *w, int file, ptrdiff_t r, const void *row) {
  uint32_t *units = w->panels + r / ck_tile_columns * ck_packed_panel_units(w->format, w->k);
  ck_stored_fill(w->format, file, w->k, r % ck_tile_columns, row, units);
}

void ck_packed_row(const ck_packed_weights *w, ptrdiff_t r, float *y) {
  ptrdiff_t column = r % ck_tile_columns;
  const uint32_t *units =
      w->panels + r / ck_tile_columns * ck_packed_panel_units(w->format, w->k);
  if (isStored(w->format)) {
    ck_stored_row(w->format, w->k, units, column, y);
    return;
  }
  if (w->format == ck_packed_float32) {
    for (ptrdiff_t i = 0; i < w->k; i++) {
      memcpy(y + i, units + i * ck_tile_columns + column, sizeof(float));
    }
  } else if (w->format == ck_packed_bfloat16) {
    for (ptrdiff_t i = 0; i < w->k; i++) {
      uint32_t pair = units[i / 2 * ck_tile_columns + column];
      uint32_t bits = i % 2 == 0 ? pair << 16 : pair & 0xFFFF0000u;
      memcpy(y + i, &bits, sizeof(float));
    }
  } else {
    for (ptrdiff_t i = 0; i < w->k; i++) {
      const uint32_t *block = units + i / ck_block_k * ck_block_units;
      const uint16_t *scales = (const uint16_t *)(block + 8 * ck_tile_columns);
      float scale = halves16(scales + column / 16 * 16)[column % 16];
      uint32_t four = block[i % ck_block_k / 4 * ck_tile_columns + column];
      y[i] = scale * (float)((int)(four >> (8 * (i % 4)) & 255u) - 128);
    }
  }
}

/// From this many rows on, AVX2 is faster when a panel is converted to floats once, not in each
/// tile.
enum { unpackedOnce = 12 };

/// One chain of whole blocks, all rows; returns 0 if it has to be computed another way.
static int storedProduct(const ck_packed_weights *w, const uint32_t *units, ptrdiff_t s,
                         ptrdiff_t count, ptrdiff_t rows, const uint32_t *x, ptrdiff_t xRow,
                         float *c, ptrdiff_t cStride, ptrdiff_t columns, int add) {
  if (s % ck_block_k != 0 || count % ck_block_k != 0) return 0;
  if (rows >= unpackedOnce && ck_isa() == ck_isa_v3) return 0;
  units += s / ck_block_k * storedBlockUnits(w->format);
  for (ptrdiff_t i = 0; i < rows; i += ck_tile_rows) {
    if (!ck_stored_tile(w->format, least(ck_tile_rows, rows - i), count / ck_block_k,
                        (const float *)(x + i * xRow + s), xRow, units, c + i * cStride, cStride,
                        columns, add || s > 0)) {
      return 0;
    }
  }
  return 1;
}

void ck_packed_panel_product(const ck_packed_weights *w, ptrdiff_t panel, ptrdiff_t rows,
                             const uint32_t *x, ptrdiff_t xRow, float *c, ptrdiff_t cStride,
                             ptrdiff_t columns, int add) {
  const uint32_t *units = w->panels + panel * ck_packed_panel_units(w->format, w->k);
  if (w->format == ck_packed_q8_0) {
    ck_quantized_tile(rows, blockCount(w->k), x, xRow, units, c, cStride, columns, add);
    return;
  }
  const ck_tile_kernels *tiles = ck_tiles(w->format == ck_packed_bfloat16);
  ptrdiff_t steps = (w->k + tiles->depth - 1) / tiles->depth, deep = blockSteps(steps);
  for (ptrdiff_t s = 0; s < steps; s += deep) {
    ptrdiff_t count = least(deep, steps - s);
    const void *panelSteps = units + s * ck_tile_columns;
    if (isStored(w->format)) {
      if (storedProduct(w, units, s, count, rows, x, xRow, c, cStride, columns, add)) continue;
      panelSteps = ck_stored_steps(w->format, units, s, count);
    }
    for (ptrdiff_t i = 0; i < rows; i += ck_tile_rows) {
      tiles->tile(least(ck_tile_rows, rows - i), count, x + i * xRow + s, xRow, panelSteps,
                  c + i * cStride, cStride, columns, add || s > 0);
    }
  }
}

ptrdiff_t ck_packed_items(const ck_packed_weights *w, ptrdiff_t rows) {
  ptrdiff_t panels = (w->n + ck_tile_columns - 1) / ck_tile_columns;
  return panels * ((rows + ck_tile_rows - 1) / ck_tile_rows);
}

void ck_packed_product(const ck_packed_weights *w, ptrdiff_t rows, const uint32_t *x,
                       ptrdiff_t xRow, float *c, ptrdiff_t cStride, int add, ptrdiff_t from,
                       ptrdiff_t to) {
  ptrdiff_t groups = (rows + ck_tile_rows - 1) / ck_tile_rows;
  while (from < to) {
    ptrdiff_t panel = from / groups, group = from % groups;
    ptrdiff_t taken = least(groups - group, to - from), first = group * ck_tile_rows;
    ptrdiff_t column = panel * ck_tile_columns;
    ck_packed_panel_product(w, panel, least(taken * ck_tile_rows, rows - first),
                            x + first * xRow, xRow, c + first * cStride + column, cStride,
                            least(ck_tile_columns, w->n - column), add);
    from += taken;
  }
}

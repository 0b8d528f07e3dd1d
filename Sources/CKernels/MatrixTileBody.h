// The steps of MatrixTile.h for one kind of unit; included once for each. The includer defines
//   KIND(name)            the name of this kind's copy
//   KIND_FUNCTION         what every function here is declared with (always inlined)
//   KIND_DEPTH            elements of k in a unit
//   fromRows(even, odd)   sixteen units from sixteen columns of one or two rows of k
//   fromRun(first, next)  sixteen units from sixteen (depth 1) or 32 consecutive elements
//   multiplyAdd(a, b, c)  c + a b, unit by unit; a is a scalar unit of type KIND_SCALAR
// and, for instruction sets of few vector registers,
//   KIND_PARTS            numbers of a unit
//   part(b, i)            the i-th number of each unit, in the order in which multiplyAdd sums them
//   scalarPart(a, i)      the same of one unit, where it is not a number itself
#include "MatrixTile.h"

/// Units of up to sixteen columns at p (row k) and p + stride (row k + 1, where there is one).
KIND_FUNCTION i16 KIND(columnsAt)(const float *p, ptrdiff_t stride, ptrdiff_t columns, int both) {
  v16 even, odd = splat16(0);
  if (columns >= 16) {
    even = load16(p);
    if (KIND_DEPTH == 2 && both) odd = load16(p + stride);
  } else {
    even = loadPart(p, columns, 0);
    if (KIND_DEPTH == 2 && both) odd = loadPart(p + stride, columns, 0);
  }
  return KIND(fromRows)(even, odd);
}

/// Units of up to 16 * depth consecutive elements at p.
KIND_FUNCTION i16 KIND(runAt)(const float *p, ptrdiff_t elements) {
  v16 next = splat16(0);
  if (elements >= 16 * KIND_DEPTH) {
    if (KIND_DEPTH == 2) next = load16(p + 16);
    return KIND(fromRun)(load16(p), next);
  }
  v16 first = loadPart(p, elements < 16 ? elements : 16, 0);
  if (elements > 16) next = loadPart(p + 16, elements - 16, 0);
  return KIND(fromRun)(first, next);
}

CK_INLINE void KIND(put)(void *units, ptrdiff_t at, i16 x) {
  memcpy((uint32_t *)units + at, &x, sizeof(x));
}

KIND_FUNCTION void KIND(panelBody)(ptrdiff_t k, ptrdiff_t columns, const float *b,
                                   ptrdiff_t stride, void *panel) {
  for (ptrdiff_t p = 0, at = 0; p < k; p += KIND_DEPTH, at += ck_tile_columns) {
    const float *row = b + p * stride;
    if (columns == ck_tile_columns && p + KIND_DEPTH <= k) {
      for (int j = 0; j < ck_tile_columns; j += 16) {
        KIND(put)(panel, at + j, KIND(columnsAt)(row + j, stride, 16, 1));
      }
    } else {
      for (int j = 0; j < ck_tile_columns; j += 16) {
        i16 units = {0};
        if (j < columns) units = KIND(columnsAt)(row + j, stride, columns - j, p + 1 < k);
        KIND(put)(panel, at + j, units);
      }
    }
  }
}

KIND_FUNCTION void KIND(panelTransposedBody)(ptrdiff_t k, ptrdiff_t columns, const float *b,
                                             ptrdiff_t stride, void *panel) {
  const ptrdiff_t whole = 16 * KIND_DEPTH;
  for (int j = 0; j < ck_tile_columns; j += 16) {
    const float *group = b + j * stride;
    for (ptrdiff_t p = 0, step = 0; p < k; p += whole, step += 16) {
      i16 x[16] = {0};
      if (j + 16 <= columns && p + whole <= k) {
#pragma clang loop unroll(full)
        for (int i = 0; i < 16; i++) x[i] = KIND(runAt)(group + i * stride + p, whole);
      } else {
        for (int i = 0; i < 16 && j + i < columns; i++) {
          x[i] = KIND(runAt)(group + i * stride + p, k - p);
        }
      }
      transpose16(x);
      if (p + whole <= k) {
#pragma clang loop unroll(full)
        for (int i = 0; i < 16; i++) KIND(put)(panel, (step + i) * ck_tile_columns + j, x[i]);
      } else {
        ptrdiff_t left = (k - p + KIND_DEPTH - 1) / KIND_DEPTH;
        for (int i = 0; i < left; i++) KIND(put)(panel, (step + i) * ck_tile_columns + j, x[i]);
      }
    }
  }
}

KIND_FUNCTION void KIND(runBody)(ptrdiff_t rows, ptrdiff_t k, const float *a, ptrdiff_t stride,
                                 void *packed, ptrdiff_t row) {
  const ptrdiff_t whole = 16 * KIND_DEPTH;
  for (ptrdiff_t i = 0; i < rows; i++, a += stride) {
    ptrdiff_t at = i * row, p = 0;
    for (; p + whole <= k; p += whole, at += 16) KIND(put)(packed, at, KIND(runAt)(a + p, whole));
    if (p < k) {
      i16 units = KIND(runAt)(a + p, k - p);
      size_t left = (size_t)((k - p + KIND_DEPTH - 1) / KIND_DEPTH);
      memcpy((uint32_t *)packed + at, &units, left * sizeof(uint32_t));
    }
  }
}

KIND_FUNCTION void KIND(runTransposedBody)(ptrdiff_t rows, ptrdiff_t k, const float *a,
                                           ptrdiff_t stride, void *packed, ptrdiff_t row) {
  const ptrdiff_t whole = 16 * KIND_DEPTH;
  for (ptrdiff_t p = 0, step = 0; p < k; p += whole, step += 16) {
    for (ptrdiff_t i = 0; i < rows; i += 16) {
      const float *from = a + p * stride + i;
      i16 x[16] = {0};
      if (i + 16 <= rows && p + whole <= k) {
#pragma clang loop unroll(full)
        for (int s = 0; s < 16; s++) {
          x[s] = KIND(columnsAt)(from + s * KIND_DEPTH * stride, stride, 16, 1);
        }
      } else {
        for (ptrdiff_t s = 0; s < 16 && p + s * KIND_DEPTH < k; s++) {
          x[s] = KIND(columnsAt)(from + s * KIND_DEPTH * stride, stride, rows - i,
                                 p + s * KIND_DEPTH + 1 < k);
        }
      }
      transpose16(x);
      if (i + 16 <= rows && p + whole <= k) {
#pragma clang loop unroll(full)
        for (int r = 0; r < 16; r++) KIND(put)(packed, (i + r) * row + step, x[r]);
      } else {
        ptrdiff_t left = (k - p + KIND_DEPTH - 1) / KIND_DEPTH;
        size_t bytes = (size_t)(left < 16 ? left : 16) * sizeof(uint32_t);
        for (int r = 0; r < 16 && i + r < rows; r++) {
          memcpy((uint32_t *)packed + (i + r) * row + step, &x[r], bytes);
        }
      }
    }
  }
}

#define TILE_ROWS(act) act(0) act(1) act(2) act(3) act(4) act(5)
#define TILE_DECLARE(i) v16 c##i##0 = {0}, c##i##1 = {0}, c##i##2 = {0}, c##i##3 = {0};
#define TILE_STEP(i)                                             \
  if (R > i) {                                                   \
    KIND_SCALAR x = a[i * aRow];                              \
    c##i##0 = KIND(multiplyAdd)(x, b0, c##i##0);                 \
    c##i##1 = KIND(multiplyAdd)(x, b1, c##i##1);                 \
    c##i##2 = KIND(multiplyAdd)(x, b2, c##i##2);                 \
    c##i##3 = KIND(multiplyAdd)(x, b3, c##i##3);                 \
  }
#define TILE_FETCH(i) \
  if (R > i) for (int j = 0; j < 4; j++) __builtin_prefetch(c + i * cStride + 16 * j, 1);
#define TILE_WRITE(i)                                            \
  if (R > i) {                                                   \
    float *row = c + i * cStride;                                \
    if (add) {                                                   \
      c##i##0 += load16(row), c##i##1 += load16(row + 16);       \
      c##i##2 += load16(row + 32), c##i##3 += load16(row + 48);  \
    }                                                            \
    store16(row, c##i##0), store16(row + 16, c##i##1);           \
    store16(row + 32, c##i##2), store16(row + 48, c##i##3);      \
  }
#define TILE_WRITE_PART(i)                                       \
  if (R > i) {                                                   \
    float *row = c + i * cStride;                                \
    v16 sums[4] = {c##i##0, c##i##1, c##i##2, c##i##3};          \
    for (ptrdiff_t j = 0; 16 * j < columns; j++) {               \
      ptrdiff_t n = columns - 16 * j < 16 ? columns - 16 * j : 16; \
      v16 sum = sums[j];                                         \
      if (add) sum += loadPart(row + 16 * j, n, 0);              \
      storePart(row + 16 * j, n, sum);                           \
    }                                                            \
  }

KIND_FUNCTION void KIND(tileRows)(const int R, ptrdiff_t steps,
                                  const KIND_SCALAR *a, ptrdiff_t aRow, const float *panel,
                                  float *c, ptrdiff_t cStride, ptrdiff_t columns, int add) {
  TILE_ROWS(TILE_DECLARE)
  if (columns == ck_tile_columns) {
    TILE_ROWS(TILE_FETCH)
  }
  for (ptrdiff_t s = 0; s < steps; s++) {
    v16 b0 = load16(panel), b1 = load16(panel + 16);
    v16 b2 = load16(panel + 32), b3 = load16(panel + 48);
    TILE_ROWS(TILE_STEP)
    panel += ck_tile_columns;
    a++;
  }
  if (columns == ck_tile_columns) {
    TILE_ROWS(TILE_WRITE)
  } else {
    TILE_ROWS(TILE_WRITE_PART)
  }
}

#ifdef KIND_PARTS
/// R rows times 16 J columns, both constants, for too few registers for 64 columns of six rows.
/// `a`: the numbers of a unit one after the other, ordered as by part.
KIND_FUNCTION void KIND(strip)(const int R, const int J, ptrdiff_t steps, const float *a,
                               ptrdiff_t aRow, const float *panel, float *c, ptrdiff_t cStride,
                               ptrdiff_t columns, int add) {
  v16 sum[6][4];
#pragma clang loop unroll(full)
  for (int r = 0; r < R; r++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < J; j++) sum[r][j] = splat16(0);
  }
  for (ptrdiff_t s = 0; s < steps; s++, panel += ck_tile_columns, a += KIND_PARTS) {
    // A strip's lines are 256 bytes apart, which the processor does not predict: 5 % of a product.
#pragma clang loop unroll(full)
    for (int j = 0; j < J; j++) __builtin_prefetch(panel + 12 * ck_tile_columns + 16 * j);
#pragma clang loop unroll(full)
    for (int part = 0; part < KIND_PARTS; part++) {
      v16 b[4];
#pragma clang loop unroll(full)
      for (int j = 0; j < J; j++) b[j] = KIND(part)(load16(panel + 16 * j), part);
#pragma clang loop unroll(full)
      for (int r = 0; r < R; r++) {
        v16 x = splat16(a[r * aRow + part]);
#pragma clang loop unroll(full)
        for (int j = 0; j < J; j++) sum[r][j] = fma16(x, b[j], sum[r][j]);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < R; r++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < J; j++) {
      float *at = c + r * cStride + 16 * j;
      ptrdiff_t left = columns - 16 * j;
      if (left >= 16) {
        store16(at, add ? load16(at) + sum[r][j] : sum[r][j]);
      } else if (left > 0) {
        storePart(at, left, add ? loadPart(at, left, 0) + sum[r][j] : sum[r][j]);
      }
    }
  }
}

/// `most` rows fit the registers with 16 columns.
KIND_FUNCTION void KIND(strips)(const int most, ptrdiff_t rows, ptrdiff_t steps,
                                const KIND_SCALAR *units, ptrdiff_t aRow, const float *panel,
                                float *c, ptrdiff_t cStride, ptrdiff_t columns, int add) {
  const float *a = (const float *)units;
#if KIND_PARTS > 1
  float parts[ck_tile_rows * KIND_PARTS * ck_block_steps];
  for (ptrdiff_t r = 0; r < rows; r++) {
    float *row = parts + r * KIND_PARTS * steps;
    for (ptrdiff_t s = 0; s < steps; s++) {
      for (int part = 0; part < KIND_PARTS; part++) {
        row[s * KIND_PARTS + part] = KIND(scalarPart)(units[r * aRow + s], part);
      }
    }
  }
  a = parts, aRow = KIND_PARTS * steps;
#endif
#define TILE_STRIP(r, J)                                                                    \
  case r:                                                                                   \
    for (ptrdiff_t j = 0; j < columns; j += 16 * J) {                                       \
      KIND(strip)(r, J, steps, a, aRow, panel + j, c + j, cStride, columns - j, add);       \
    }                                                                                       \
    break;
  for (; rows > 0; rows -= most, a += most * aRow, c += most * cStride) {
    switch (rows < most ? rows : most) {
      TILE_STRIP(1, (most > 2 ? 4 : 2))
      TILE_STRIP(2, (most > 2 ? 2 : 1))
      TILE_STRIP(3, 1)
      TILE_STRIP(4, 1)
      TILE_STRIP(5, 1)
      TILE_STRIP(6, 1)
    }
  }
#undef TILE_STRIP
}
#endif

/// `most`: rows that the vector registers hold at once, with 64 columns where that is 0, with 16
/// columns else. The sums are the same.
KIND_FUNCTION void KIND(tileBody)(const int most, ptrdiff_t rows,
                                  ptrdiff_t steps, const void *units, ptrdiff_t aRow,
                                  const void *panel, float *c, ptrdiff_t cStride,
                                  ptrdiff_t columns, int add) {
  const KIND_SCALAR *a = units;
#ifdef KIND_PARTS
  // With one row or two, taking units apart costs more than it gains.
  if (most > 0 && rows < (KIND_PARTS > 1 ? 3 : 2)) {
    for (; rows > 0; rows--, a += aRow, c += cStride) {
      KIND(tileRows)(1, steps, a, aRow, panel, c, cStride, columns, add);
    }
    return;
  }
  if (most > 0) {
    KIND(strips)(most, rows, steps, a, aRow, panel, c, cStride, columns, add);
    return;
  }
#endif
#define TILE_CASE(r)                                                                     \
  case r:                                                                                \
    KIND(tileRows)(r, steps, a, aRow, panel, c, cStride, columns, add);           \
    return;
  switch (rows) {
    TILE_CASE(1)
    TILE_CASE(2)
    TILE_CASE(3)
    TILE_CASE(4)
    TILE_CASE(5)
    TILE_CASE(6)
  }
#undef TILE_CASE
}

/// The steps of this kind compiled with `attributes`.
#define TILE_KERNELS(name, attributes, most)                                                  \
  static attributes void name##_panel(ptrdiff_t k, ptrdiff_t columns, const float *b,         \
                                      ptrdiff_t stride, void *panel) {                        \
    KIND(panelBody)(k, columns, b, stride, panel);                                            \
  }                                                                                           \
  static attributes void name##_panelTransposed(ptrdiff_t k, ptrdiff_t columns,               \
                                                const float *b, ptrdiff_t stride,             \
                                                void *panel) {                                \
    KIND(panelTransposedBody)(k, columns, b, stride, panel);                                  \
  }                                                                                           \
  static attributes void name##_run(ptrdiff_t rows, ptrdiff_t k, const float *a,              \
                                    ptrdiff_t stride, void *packed, ptrdiff_t row) {          \
    KIND(runBody)(rows, k, a, stride, packed, row);                                           \
  }                                                                                           \
  static attributes void name##_runTransposed(ptrdiff_t rows, ptrdiff_t k, const float *a,    \
                                              ptrdiff_t stride, void *packed, ptrdiff_t row) { \
    KIND(runTransposedBody)(rows, k, a, stride, packed, row);                                 \
  }                                                                                           \
  static attributes void name##_tile(ptrdiff_t rows, ptrdiff_t steps, const void *a,          \
                                     ptrdiff_t aRow, const void *panel, float *c,             \
                                     ptrdiff_t cStride, ptrdiff_t columns, int add) {         \
    KIND(tileBody)(most, rows, steps, a, aRow, panel, c, cStride, columns, add);           \
  }                                                                                           \
  static const ck_tile_kernels name = {KIND_DEPTH,          name##_panel,                      \
                                       name##_panelTransposed, name##_run,                    \
                                       name##_runTransposed,   name##_tile};

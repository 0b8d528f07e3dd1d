// The steps of MatrixTile.h for one kind of unit; included once for each. The includer defines
//   KIND(name)            the name of this kind's copy
//   KIND_FUNCTION         what every function here is declared with (always inlined)
//   KIND_DEPTH            elements of k in a unit
//   fromRows(even, odd)   sixteen units from sixteen columns of one or two rows of k
//   fromRun(first, next)  sixteen units from sixteen (depth 1) or 32 consecutive elements
//   multiplyAdd(a, b, c)  c + a b, unit by unit; a is a scalar unit of type KIND_SCALAR
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

/// `wide`: enough vector registers for six rows at once. Else row by row, with the same sums.
KIND_FUNCTION void KIND(tileBody)(const int wide, ptrdiff_t rows,
                                  ptrdiff_t steps, const void *units, ptrdiff_t aRow,
                                  const void *panel, float *c, ptrdiff_t cStride,
                                  ptrdiff_t columns, int add) {
  const KIND_SCALAR *a = units;
#define TILE_CASE(r)                                                                     \
  case r:                                                                                \
    KIND(tileRows)(r, steps, a, aRow, panel, c, cStride, columns, add);           \
    return;
  if (wide) {
    switch (rows) {
      TILE_CASE(1)
      TILE_CASE(2)
      TILE_CASE(3)
      TILE_CASE(4)
      TILE_CASE(5)
      TILE_CASE(6)
    }
  }
  for (ptrdiff_t i = 0; i < rows; i++, a += aRow, c += cStride) {
    KIND(tileRows)(1, steps, a, aRow, panel, c, cStride, columns, add);
  }
#undef TILE_CASE
}

/// The steps of this kind compiled with `attributes`.
#define TILE_KERNELS(name, attributes, wide)                                                  \
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
    KIND(tileBody)(wide, rows, steps, a, aRow, panel, c, cStride, columns, add);           \
  }                                                                                           \
  static const ck_tile_kernels name = {KIND_DEPTH,          name##_panel,                      \
                                       name##_panelTransposed, name##_run,                    \
                                       name##_runTransposed,   name##_tile};

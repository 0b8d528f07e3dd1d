// The largest of many numbers, without sorting all of them.
#include "Vector.h"

enum { lanes = 16, longestBlock = 64 };

/// Whether all are finite; maxima (16 for each block of `block` vectors) are written, missing
/// elements count as -infinity.
CK_INLINE void block_maxima_body(int isa, ptrdiff_t n, const float *x, ptrdiff_t block,
                                 float *maxima, int *finite) {
  // x - x is 0 for finite numbers only.
  v16 damage = splat16(0);
  for (ptrdiff_t j = 0; j < n; maxima += lanes) {
    v16 top = splat16(-INFINITY);
    for (ptrdiff_t i = 0; i < block && j < n; i++, j += lanes) {
      if (j + lanes <= n) {
        v16 a = load16(x + j);
        damage += a - a;
        top = max16(a, top);
      } else {
        v16 a = loadPart(x + j, n - j, 0);
        damage += a - a;
        top = max16(loadPart(x + j, n - j, -INFINITY), top);
      }
    }
    store16(maxima, top);
  }
  *finite = sum16(damage) == 0;
}
CK_KERNEL(block_maxima,
          (ptrdiff_t n, const float *x, ptrdiff_t block, float *maxima, int *finite),
          (n, x, block, maxima, finite))

/// Indices of the first `capacity` elements that are at least `least`, ascending, and how many such
/// elements there are.
CK_INLINE void at_least_body(int isa, ptrdiff_t n, const float *x, float least,
                             ptrdiff_t capacity, int32_t *indices, ptrdiff_t *count) {
  ptrdiff_t found = 0;
  for (ptrdiff_t j = 0; j < n; j += lanes) {
    v16 a = n - j >= lanes ? load16(x + j) : loadPart(x + j, n - j, -INFINITY);
    i16 hits = a >= least;
    if (__builtin_reduce_or(hits) == 0) continue;
    for (ptrdiff_t i = j; i < j + lanes && i < n; i++) {
      if (x[i] < least) continue;
      if (found < capacity) indices[found] = (int32_t)i;
      found++;
    }
  }
  *count = found;
}
CK_KERNEL(at_least,
          (ptrdiff_t n, const float *x, float least, ptrdiff_t capacity, int32_t *indices,
           ptrdiff_t *count),
          (n, x, least, capacity, indices, count))

/// The k-th largest of n, 1 <= k <= n; the order of x is changed (Hoare 1961).
static float largest(ptrdiff_t k, ptrdiff_t n, float *x) {
  ptrdiff_t low = 0, high = n - 1, wanted = k - 1;
  while (low < high) {
    float pivot = x[low + (high - low) / 2];
    ptrdiff_t i = low, j = high;
    while (i <= j) {
      while (x[i] > pivot) i++;
      while (x[j] < pivot) j--;
      if (i <= j) {
        float a = x[i];
        x[i++] = x[j];
        x[j--] = a;
      }
    }
    if (wanted <= j) {
      high = j;
    } else if (wanted >= i) {
      low = i;
    } else {
      break;
    }
  }
  return x[wanted];
}

/// Whether a ranks before b: larger, or equal with the lower index.
static int before(const float *x, int32_t a, int32_t b) {
  return x[a] != x[b] ? x[a] > x[b] : a < b;
}

/// Sorts by rank: a heap with the last rank on top, which moves to the end.
static void sortByRank(const float *x, ptrdiff_t n, int32_t *indices) {
  for (ptrdiff_t start = n / 2, size = n; size > 1;) {
    int32_t moved;
    if (start > 0) {
      moved = indices[--start];
    } else {
      moved = indices[--size];
      indices[size] = indices[0];
    }
    ptrdiff_t hole = start;
    for (ptrdiff_t child; (child = 2 * hole + 1) < size; hole = child) {
      if (child + 1 < size && before(x, indices[child], indices[child + 1])) child++;
      if (!before(x, moved, indices[child])) break;
      indices[hole] = indices[child];
    }
    indices[hole] = moved;
  }
}

/// Short enough for eight maxima per wanted element: then only few elements besides the k reach the
/// k-th of the maxima, and never fewer than k do.
static ptrdiff_t blockOf(ptrdiff_t n, ptrdiff_t k) {
  ptrdiff_t block = n / (8 * k);
  return block < 1 ? 1 : block > longestBlock ? longestBlock : block;
}

ptrdiff_t ck_largest_scratch(ptrdiff_t n, ptrdiff_t k) {
  ptrdiff_t elements = blockOf(n, k) * lanes;
  return (n + elements - 1) / elements * lanes;
}

ptrdiff_t ck_largest(ptrdiff_t n, const float *x, ptrdiff_t k, ptrdiff_t capacity,
                     int32_t *indices, float *scratch) {
  ptrdiff_t count;
  int finite;
  block_maxima(n, x, blockOf(n, k), scratch, &finite);
  if (!finite) return 0;
  at_least(n, x, largest(k, ck_largest_scratch(n, k), scratch), capacity, indices, &count);
  if (count <= capacity) sortByRank(x, count, indices);
  return count;
}

CK_INLINE void ck_exponentials_body(int isa, ptrdiff_t n, const float *x, float top, float factor,
                                    float *y) {
  for (ptrdiff_t j = 0; j < n; j += lanes) {
    ptrdiff_t left = n - j;
    if (left >= lanes) {
      store16(y + j, exp16((load16(x + j) - top) * factor));
    } else {
      storePart(y + j, left, exp16((loadPart(x + j, left, 0) - top) * factor));
    }
  }
}
CK_KERNEL(ck_exponentials, (ptrdiff_t n, const float *x, float top, float factor, float *y),
          (n, x, top, factor, y))

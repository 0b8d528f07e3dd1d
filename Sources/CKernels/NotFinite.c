// Finds the first NaN or infinity in stored weights. A block is not finite exactly if one of its
// halves is not: infinity times anything is infinite or NaN, and no finite scale can make a weight
// overflow.
#include "Vector.h"

typedef uint16_t h16 __attribute__((ext_vector_type(16)));
typedef uint16_t h16u __attribute__((ext_vector_type(16), aligned(1)));
typedef uint32_t u16x __attribute__((ext_vector_type(16)));
typedef uint32_t u16u __attribute__((ext_vector_type(16), aligned(1)));

/// Elements checked together before one of them is searched for.
enum { scan_run = 1024 };

CK_INLINE void first_not_finite_f32_body(int isa, ptrdiff_t n, const uint8_t *x, ptrdiff_t *at) {
  for (ptrdiff_t j = 0; j < n; j += scan_run) {
    ptrdiff_t end = n - j < scan_run ? n : j + scan_run, k = j;
    i16 bad = (i16)(0);
    for (; k + 16 <= end; k += 16) {
      u16x bits = *(const u16u *)(x + 4 * k);
      bad |= (bits & 0x7F800000u) == 0x7F800000u;
    }
    if (k == end && !__builtin_reduce_or(bad)) continue;
    for (k = j; k < end; k++) {
      uint32_t bits;
      memcpy(&bits, x + 4 * k, sizeof(bits));
      if ((bits & 0x7F800000u) == 0x7F800000u) {
        *at = k;
        return;
      }
    }
  }
  *at = -1;
}
CK_KERNEL(first_not_finite_f32, (ptrdiff_t n, const uint8_t *x, ptrdiff_t *at), (n, x, at))

CK_INLINE void first_not_finite_16_body(int isa, ptrdiff_t n, uint16_t exponent, const uint8_t *x,
                                        ptrdiff_t *at) {
  for (ptrdiff_t j = 0; j < n; j += scan_run) {
    ptrdiff_t end = n - j < scan_run ? n : j + scan_run, k = j;
    h16 bad = (h16)(0);
    for (; k + 16 <= end; k += 16) {
      h16 bits = *(const h16u *)(x + 2 * k);
      bad |= (h16)((bits & exponent) == (h16)(exponent));
    }
    if (k == end && !__builtin_reduce_or(bad)) continue;
    for (k = j; k < end; k++) {
      uint16_t bits = (uint16_t)(x[2 * k] | x[2 * k + 1] << 8);
      if ((bits & exponent) == exponent) {
        *at = k;
        return;
      }
    }
  }
  *at = -1;
}
CK_KERNEL(first_not_finite_16,
          (ptrdiff_t n, uint16_t exponent, const uint8_t *x, ptrdiff_t *at), (n, exponent, x, at))

/// Blocks of `bytes` bytes for `length` weights, with halves at `first` and, unless negative, at
/// `second`.
static ptrdiff_t first_bad_block(ptrdiff_t n, const uint8_t *x, ptrdiff_t length, ptrdiff_t bytes,
                                 ptrdiff_t first, ptrdiff_t second) {
  if (second < 0) second = first;
  for (ptrdiff_t j = 0; j < n; j += length, x += bytes) {
    // The upper byte of a half holds its exponent.
    if ((x[first + 1] & 0x7C) == 0x7C || (x[second + 1] & 0x7C) == 0x7C) return j;
  }
  return -1;
}

ptrdiff_t ck_first_not_finite(int format, ptrdiff_t n, const void *x) {
  ptrdiff_t at = -1;
  switch (format) {
    case ck_format_f32: first_not_finite_f32(n, x, &at); return at;
    case ck_format_f16: first_not_finite_16(n, 0x7C00, x, &at); return at;
    case ck_format_bf16: first_not_finite_16(n, 0x7F80, x, &at); return at;
    case ck_format_q8_0: return first_bad_block(n, x, 32, 34, 0, -1);
    case ck_format_q4_0: return first_bad_block(n, x, 32, 18, 0, -1);
    case ck_format_q4_1: return first_bad_block(n, x, 32, 20, 0, 2);
    case ck_format_q5_0: return first_bad_block(n, x, 32, 22, 0, -1);
    case ck_format_q5_1: return first_bad_block(n, x, 32, 24, 0, 2);
    case ck_format_iq4_nl: return first_bad_block(n, x, 32, 18, 0, -1);
    case ck_format_q2_k: return first_bad_block(n, x, 256, 84, 80, 82);
    case ck_format_q3_k: return first_bad_block(n, x, 256, 110, 108, -1);
    case ck_format_iq4_xs: return first_bad_block(n, x, 256, 136, 0, -1);
    case ck_format_q4_k: return first_bad_block(n, x, 256, 144, 0, 2);
    case ck_format_q5_k: return first_bad_block(n, x, 256, 176, 0, 2);
    case ck_format_q6_k: return first_bad_block(n, x, 256, 210, 208, -1);
    default: __builtin_trap();
  }
}

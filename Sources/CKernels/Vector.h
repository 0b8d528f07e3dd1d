// Sixteen floats at a time, and the macro that makes one kernel out of one body.
#ifndef RETORT_VECTOR_H
#define RETORT_VECTOR_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "CKernels.h"

// No vector crosses a real call (every helper is always inlined), so its ABI does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

#define CK_INLINE static inline __attribute__((always_inline))
#define CK_UNPAREN(...) __VA_ARGS__

/// Defines `void name params`. The body is `name_body(int isa, params…)`, always inlined, so that
/// `isa` is a constant in each copy.
#if defined(__x86_64__)
#define CK_KERNEL(name, params, args)                                                        \
  static __attribute__((target("arch=x86-64-v4"))) void name##_v4 params {                   \
    name##_body(ck_isa_v4, CK_UNPAREN args);                                                 \
  }                                                                                          \
  static __attribute__((target("arch=x86-64-v3"))) void name##_v3 params {                   \
    name##_body(ck_isa_v3, CK_UNPAREN args);                                                 \
  }                                                                                          \
  static void name##_baseline params { name##_body(ck_isa_baseline, CK_UNPAREN args); }      \
  void name params {                                                                         \
    static void(*const table[3]) params = {name##_baseline, name##_v3, name##_v4};           \
    table[ck_isa()] args;                                                                    \
  }
#else
#define CK_KERNEL(name, params, args) \
  void name params { name##_body(ck_isa_baseline, CK_UNPAREN args); }
#endif

typedef float v16 __attribute__((ext_vector_type(16)));
typedef float v16u __attribute__((ext_vector_type(16), aligned(4)));
typedef float v8 __attribute__((ext_vector_type(8)));
typedef float v4 __attribute__((ext_vector_type(4)));
typedef int32_t i16 __attribute__((ext_vector_type(16)));
typedef double d8 __attribute__((ext_vector_type(8)));

CK_INLINE v16 load16(const float *p) { return *(const v16u *)p; }
CK_INLINE void store16(float *p, v16 x) { *(v16u *)p = x; }
CK_INLINE v16 splat16(float x) { return (v16)(x); }

/// The first n < 16 floats at p; the other lanes hold `fill`.
CK_INLINE v16 loadPart(const float *p, ptrdiff_t n, float fill) {
  v16 x = splat16(fill);
  memcpy(&x, p, (size_t)n * sizeof(float));
  return x;
}
CK_INLINE void storePart(float *p, ptrdiff_t n, v16 x) {
  memcpy(p, &x, (size_t)n * sizeof(float));
}

CK_INLINE v16 max16(v16 a, v16 b) { return a > b ? a : b; }
CK_INLINE v16 fma16(v16 a, v16 b, v16 c) {
#pragma clang fp contract(fast)
  return a * b + c;
}

CK_INLINE float sum16(v16 x) {
  v8 a = x.lo + x.hi;
  v4 b = a.lo + a.hi;
  return (b.x + b.z) + (b.y + b.w);
}
CK_INLINE double sumDouble8(d8 x) {
  return ((x.s0 + x.s4) + (x.s2 + x.s6)) + ((x.s1 + x.s5) + (x.s3 + x.s7));
}
CK_INLINE float maximum16(v16 x) {
  v8 a = x.lo > x.hi ? x.lo : x.hi;
  v4 b = a.lo > a.hi ? a.lo : a.hi;
  float c = b.x > b.z ? b.x : b.z, d = b.y > b.w ? b.y : b.w;
  return c > d ? c : d;
}

/// e^x to about 1e-7 relative for -87.3 <= x <= 88, as at the nearer end beyond; NaN stays.
///
/// x = n log 2 + r with |r| <= log(2) / 2, e^r by the polynomial of degree 6 whose largest relative
/// error there is least (2e-9), 2^n through the exponent bits. n comes from adding 1.5 * 2^23,
/// which rounds; the shift drops all of the sum but n.
CK_INLINE v16 clampedExp16(v16 x) {
#pragma clang fp contract(fast)
  x = x > 88.0f ? splat16(88.0f) : x;
  x = x < -87.3f ? splat16(-87.3f) : x;
  v16 shifted = x * 1.44269504f + 12582912.0f;
  v16 n = shifted - 12582912.0f;
  v16 r = x - n * 0.693145752f;  // log 2 in two pieces: the first has 9 trailing zero bits
  r = r - n * 1.42860677e-6f;
  v16 p = r * 1.38368458e-3f + 8.37481581e-3f;
  p = p * r + 4.16682223e-2f;
  p = p * r + 1.66664198e-1f;
  p = p * r + 4.99999911e-1f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  return p * (v16)(((i16)shifted << 23) + 0x3F800000);
}

/// As above, but exactly 0 below -87.3.
CK_INLINE v16 exp16(v16 x) {
  return x < -87.3f ? splat16(0.0f) : clampedExp16(x);
}

#endif

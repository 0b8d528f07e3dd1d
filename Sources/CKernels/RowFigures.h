// How well a row keeps the distribution p that it was made from: the sums of the one certificate.
// y = log p; d = the kept row's logarithms, up to a constant; delta = y - d.
#ifndef ROW_FIGURES_H
#define ROW_FIGURES_H
#include "Rows.h"

typedef struct {
  v16 kept, entropy, bend, shift;
} figure_sums;

#define NO_FIGURES ((figure_sums){splat16(0), splat16(0), splat16(0), splat16(0)})

/// e^-delta - 1 + delta for |delta| below 1/8, by its series:
/// delta^2 / 2 (1 - delta / 3 (1 - delta / 4 (1 - delta / 5 (1 - delta / 6)))).
CK_INLINE v16 bendSmall16(v16 delta) {
#pragma clang fp contract(fast)
  v16 series = 1.0f - delta * (1.0f / 3) *
                          (1.0f - delta * 0.25f * (1.0f - delta * 0.2f * (1.0f - delta * (1.0f / 6))));
  return delta * delta * 0.5f * series;
}

/// Same for any delta, without cancelling where it is small.
CK_INLINE v16 bend16(v16 delta) {
#pragma clang fp contract(fast)
  v16 large = clampedExp16(-delta) - 1.0f + delta;
  v16 magnitude = max16(delta, -delta);
  return magnitude < 0.125f ? bendSmall16(delta) : large;
}

/// Adds 16 tokens. Probabilities that are 0 or were kept as 0 count for nothing: their delta may be
/// infinite. isSmall: every delta is below 1/8 wherever p is not 0.
CK_INLINE void addFigures(int isSmall, v16 p, v16 y, v16 d, figure_sums *sums) {
#pragma clang fp contract(fast)
  i16 counts = p > 0 & d > -INFINITY;
  p = counts ? p : splat16(0);
  y = counts ? y : splat16(0);
  v16 delta = counts ? y - d : splat16(0);
  v16 bent = isSmall ? bendSmall16(delta) : bend16(delta);
  sums->kept += p;
  sums->entropy -= p * y;
  sums->bend += p * bent;
  sums->shift += p * (bent - delta);
}

/// KL(p || q), log q = y - delta - log(1 + S), S = sum p (e^-delta - 1).
CK_INLINE double divergenceOf(figure_sums sums) {
  double shift = (double)sum16(sums.shift);
  // log(1 + S) - S does not cancel.
  double bent = (double)sum16(sums.bend) + (log1p(shift) - shift);
  return bent > 0 ? bent : 0;
}

#endif

// The q8_0 tiles that only some processors have; ck_quantized_tile of PackedWeights.h chooses.
#ifndef RETORT_QUANTIZED_TILE_H
#define RETORT_QUANTIZED_TILE_H

#include "PackedWeights.h"

#if defined(__x86_64__)
void ck_quantized_tile_avx2(ptrdiff_t rows, ptrdiff_t blocks, const uint32_t *x, ptrdiff_t xRow,
                            const uint32_t *panel, float *c, ptrdiff_t cStride, ptrdiff_t columns,
                            int add);
/// Needs AVX-VNNI.
void ck_quantized_tile_avxvnni(ptrdiff_t rows, ptrdiff_t blocks, const uint32_t *x,
                               ptrdiff_t xRow, const uint32_t *panel, float *c, ptrdiff_t cStride,
                               ptrdiff_t columns, int add);
#elif defined(__aarch64__) && defined(__linux__)
int ck_has_sdot(void);
void ck_quantized_tile_sdot(ptrdiff_t rows, ptrdiff_t blocks, const uint32_t *x, ptrdiff_t xRow,
                            const uint32_t *panel, float *c, ptrdiff_t cStride, ptrdiff_t columns,
                            int add);
#endif

#endif

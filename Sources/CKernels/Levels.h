#ifndef RETORT_LEVELS_H
#define RETORT_LEVELS_H

#include <stdint.h>

/// The sixteen values that four bits stand for in ggml's IQ4 formats.
static const int8_t ck_levels[16] = {-127, -104, -83, -65, -49, -35, -22, -10,
                                     1,    13,   25,  38,  53,  69,  89,  113};

#endif

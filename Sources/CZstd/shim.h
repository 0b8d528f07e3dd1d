// ZSTD_d_forceIgnoreChecksum is outside the stable interface: a library that lacks it says no.
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>
#include <zstd_errors.h>

/// Tells a decompressor not to compute the checksums of frames. A libzstd that does not know how
/// goes on comparing them.
static inline void retort_ignore_checksums(ZSTD_DCtx* context) {
  (void)ZSTD_DCtx_setParameter(context, ZSTD_d_forceIgnoreChecksum, ZSTD_d_ignoreChecksum);
}

// Runs the kernels where Swift's tests cannot: products of every packed format against sums in
// double, and row-wise kernels against the goldens that Swift's tests use too. Prints `N passed, M
// failed`. Built and run by Scripts/arm64/check, for arm64; it runs on any processor.
// Usage: kernels GOLDENS
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

static int passed, failed;

static void claim(int holds, const char *what, long detail) {
  if (holds) {
    passed++;
  } else {
    failed++;
    printf("failed: %s (%ld)\n", what, detail);
  }
}

static const double roundoff = 0x1p-24;

// ---- Numbers

static uint64_t state = 20;
static float drawn(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (float)(state >> 40) / (float)(1 << 24) - 0.5f;
}
static float *draws(long n) {
  float *x = malloc((size_t)n * sizeof(float));
  for (long i = 0; i < n; i++) x[i] = drawn();
  return x;
}
static void *units(long n) {
  size_t bytes = ((size_t)n * 4 + 63) / 64 * 64 + 64;
  return memset(aligned_alloc(64, bytes), 0, bytes);
}

// ---- Products

/// File formats that stay in their own bits: weights and bytes of a block, and where its one or two
/// halves stand.
static const struct file {
  int format, weights, bytes, halves[2];
} files[] = {{ck_format_q8_0, 32, 34, {0, 0}},       {ck_format_q4_1, 32, 20, {0, 2}},
             {ck_format_q4_0, 32, 18, {0, 0}},       {ck_format_q5_0, 32, 22, {0, 0}},
             {ck_format_q5_1, 32, 24, {0, 2}},       {ck_format_iq4_nl, 32, 18, {0, 0}},
             {ck_format_q4_k, 256, 144, {0, 2}},     {ck_format_q5_k, 256, 176, {0, 2}},
             {ck_format_q6_k, 256, 210, {208, 208}}, {ck_format_q2_k, 256, 84, {80, 82}},
             {ck_format_q3_k, 256, 110, {108, 108}}, {ck_format_iq4_xs, 256, 136, {0, 0}}};
enum { fileCount = sizeof(files) / sizeof(*files) };

/// W (n, k) as its format rounds it, by the kernel that reads rows back; what a file holds, for the
/// formats that stay in their own bits, `kept` of them.
static float *pack(ck_packed_weights *w, int kept, float *before) {
  float *rounded = malloc((size_t)(w->n * w->k) * sizeof(float));
  long panel = ck_packed_panel_units(w->format, w->k), panels = (w->n + 63) / 64;
  w->panels = units(panel * panels);
  if (w->format < ck_packed_stored_q8_0) {
    for (long p = 0; p < panels; p++) ck_packed_fill(w, p, before + p * 64 * w->k, w->k);
    for (long r = 0; r < w->n; r++) ck_packed_row(w, r, rounded + r * w->k);
    return rounded;
  }
  const struct file *f = files + kept;
  long bytes = w->k / f->weights * f->bytes;
  uint8_t *row = malloc((size_t)bytes);
  long wrong = -1;
  for (long r = 0; r < w->n; r++) {
    // Any bytes are quants; scales are small, of both signs.
    for (long i = 0; i < bytes; i++) row[i] = (uint8_t)((drawn() + 0.5f) * 255);
    for (long at = 0; at < bytes; at += f->bytes) {
      row[at + f->halves[1] + 1] = 0xA4;
      row[at + f->halves[0] + 1] = 0x20;
    }
    ck_packed_fill_stored(w, f->format, r, row);
    float *expected = rounded + r * w->k, *found = malloc((size_t)w->k * sizeof(float));
    ck_dequantize(f->format, w->k, row, expected);
    ck_packed_row(w, r, found);
    if (memcmp(found, expected, (size_t)w->k * sizeof(float)) != 0) wrong = r;
    free(found);
  }
  claim(wrong < 0, "a row is what the file says", wrong);
  free(row);
  return rounded;
}

static float bfloat(float x) {
  uint32_t bits;
  memcpy(&bits, &x, 4);
  bits = (bits + 0x7FFFu + (bits >> 16 & 1u)) & 0xFFFF0000u;
  memcpy(&x, &bits, 4);
  return x;
}

/// Inputs as a format rounds them: in blocks of 32 to 127 parts of the largest, or to 8 bits.
static double *inputs(int format, long m, long k, const float *x) {
  double *y = malloc((size_t)(m * k) * sizeof(double));
  for (long i = 0; i < m * k; i++) y[i] = format == ck_packed_bfloat16 ? bfloat(x[i]) : x[i];
  for (long r = 0; format == ck_packed_q8_0 && r < m; r++) {
    for (long p = 0; p < k; p += 32) {
      float top = 0;
      long width = k - p < 32 ? k - p : 32;
      for (long i = 0; i < width; i++) top = fmaxf(top, fabsf(x[r * k + p + i]));
      float inverse = top > 0 ? 127.0f / top : 0;
      for (long i = 0; i < width; i++) {
        y[r * k + p + i] = (double)(top / 127.0f) * nearbyintf(x[r * k + p + i] * inverse);
      }
    }
  }
  return y;
}

/// `kept`: of `files`, for a stored format.
static void product(int format, int kept, long m, long n, long k) {
  ck_packed_weights w = {format, n, k, NULL};
  float *before = draws((n + 63) / 64 * 64 * k), *x = draws(m * k);
  float *rounded = pack(&w, kept, before);
  int inputFormat = format >= ck_packed_stored_q8_0 ? ck_packed_float32 : format;
  double *in = inputs(inputFormat, m, k, x);
  long row = ck_packed_input_units(inputFormat, k);
  uint32_t *packed = units(m * row);
  ck_packed_inputs(inputFormat, m, k, x, k, packed, row);
  float *y = malloc((size_t)(m * n) * sizeof(float)), *one = malloc((size_t)n * sizeof(float));
  ck_packed_product(&w, m, packed, row, y, n, 0, 0, ck_packed_items(&w, m));
  long wrong = -1, dependent = -1;
  for (long i = 0; i < m; i++) {
    ck_packed_product(&w, 1, packed + i * row, row, one, n, 0, 0, ck_packed_items(&w, 1));
    for (long j = 0; j < n; j++) {
      double sum = 0, size = 0;
      for (long p = 0; p < k; p++) {
        double term = in[i * k + p] * (double)rounded[j * k + p];
        sum += term, size += fabs(term);
      }
      if (!(fabs(y[i * n + j] - sum) <= (double)(2 * k + 8) * roundoff * size)) wrong = i * n + j;
      if (memcmp(y + i * n + j, one + j, 4) != 0) dependent = i * n + j;
    }
  }
  claim(wrong < 0, "a product is the sum of its terms", wrong);
  if (format >= ck_packed_stored_q8_0) {
    ck_packed_weights plain = {ck_packed_float32, n, k, NULL};
    float *same = realloc(rounded, (size_t)((n + 63) / 64 * 64 * k) * sizeof(float));
    rounded = same;
    free(pack(&plain, 0, rounded));
    float *z = malloc((size_t)(m * n) * sizeof(float));
    ck_packed_product(&plain, m, packed, row, z, n, 0, 0, ck_packed_items(&plain, m));
    claim(memcmp(y, z, (size_t)(m * n) * sizeof(float)) == 0,
          "stored weights give the bits of floats", k);
    free(z), free(plain.panels);
  }
  claim(dependent < 0, "a row does not depend on the rows beside it", dependent);
  free(before), free(x), free(rounded), free(in), free(packed), free(y), free(one), free(w.panels);
}

/// The blocked products of training: every form, blocks of k and of columns.
static void blocked(int bfloat16, long m, long n, long k) {
  float *a = draws(m * k), *b = draws(k * n), *c = malloc((size_t)(m * n) * sizeof(float));
  for (int forms = 0; forms < 4; forms++) {
    int ta = forms & 1, tb = forms >> 1;
    ck_matrix_product(bfloat16, ta, tb, m, n, k, a, ta ? m : k, b, tb ? k : n, c, n, 0);
    long wrong = -1;
    for (long i = 0; i < m; i++) {
      for (long j = 0; j < n; j++) {
        double sum = 0, size = 0;
        for (long p = 0; p < k; p++) {
          float left = a[ta ? p * m + i : i * k + p], right = b[tb ? j * k + p : p * n + j];
          if (bfloat16) left = bfloat(left), right = bfloat(right);
          sum += (double)left * (double)right, size += fabs((double)left * (double)right);
        }
        if (!(fabs(c[i * n + j] - sum) <= (double)(2 * k + 8) * roundoff * size)) wrong = i * n + j;
      }
    }
    claim(wrong < 0, "a blocked product is the sum of its terms", wrong);
  }
  free(a), free(b), free(c);
}

// ---- Goldens

static char *golden;
static void openGolden(const char *folder, const char *name) {
  char path[4096];
  snprintf(path, sizeof(path), "%s/%s.json", folder, name);
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    printf("%s: cannot be opened\n", path);
    exit(1);
  }
  free(golden);
  golden = calloc(1 << 20, 1);
  size_t size = fread(golden, 1, (1 << 20) - 1, file);
  claim(size > 0, "a golden has bytes", 0);
  fclose(file);
}

/// The numbers of an array of the golden that is open; its count.
static long numbers(const char *name, float **values) {
  char key[64];
  snprintf(key, sizeof(key), "\"%s\": [", name);
  const char *at = strstr(golden, key);
  long count = 0;
  *values = malloc((1 << 16) * sizeof(float));
  if (at == NULL) return 0;
  at += strlen(key);
  while (*at != ']' && count < 1 << 16) {
    char *after;
    (*values)[count++] = strtof(at, &after);
    if (after == at) return 0;
    at = after;
    while (*at == ',' || *at == ' ') at++;
  }
  return count;
}

static void close_(const char *what, long n, const float *found, const float *expected,
                   double absolute, double relative) {
  long wrong = n > 0 ? -1 : 0;
  for (long i = 0; i < n; i++) {
    if (!(fabs((double)found[i] - expected[i]) <= absolute + relative * fabs(expected[i]))) wrong = i;
  }
  claim(wrong < 0, what, wrong);
  // The comparison itself: a sign turned must be seen.
  long largest = 0;
  for (long i = 0; i < n; i++) {
    if (fabsf(expected[i]) > fabsf(expected[largest])) largest = i;
  }
  claim(n > 0 && 2 * fabs(expected[largest]) > absolute + relative * fabs(expected[largest]), what, -2);
}

/// Tolerances are those of Swift's tests: a few dozen roundings.
static void goldens(const char *folder) {
  float *x, *w, *y, *d, *e, *f, out[4096], inverse[64];
  openGolden(folder, "rms-norm");
  long C = numbers("weight", &w), n = numbers("x", &x);
  numbers("y", &y);
  ck_rms_norm_forward(n / C, C, x, w, out, inverse, 1e-5f);
  close_("rms norm", n, out, y, 0, 22 * roundoff);
  float dx[4096] = {0}, dw[4096] = {0};
  numbers("dY", &d), numbers("dX", &e), numbers("dWeight", &f);
  ck_rms_norm_backward(n / C, C, x, w, inverse, d, dx, dw);
  close_("rms norm, d x", n, dx, e, 5e-6, 22 * roundoff);
  close_("rms norm, d w", C, dw, f, 5e-6, 22 * roundoff);

  openGolden(folder, "swiglu");
  numbers("gateUp", &x), n = numbers("y", &y);
  ck_swiglu_forward(n / 17, 17, x, out);
  close_("swiglu", n, out, y, 1e-7, 40 * roundoff);

  openGolden(folder, "log-softmax");
  n = numbers("x", &x), numbers("yFloat", &y);
  ck_log_softmax(n / 33, 33, x, out);
  close_("log softmax", n, out, y, 2e-6, 8 * roundoff);

  openGolden(folder, "matrix-product");
  numbers("a", &x), numbers("b", &w), n = numbers("c", &y);
  ck_matrix_product(0, 0, 0, 5, 3, 7, x, 7, w, 3, out, 3, 0);
  close_("matrix product", n, out, y, 2e-6, 16 * roundoff);
}

int main(int count, char **arguments) {
  if (count != 2) {
    fprintf(stderr, "usage: kernels GOLDENS\n");
    return 2;
  }
  static const long rows[] = {1, 2, 3, 5, 6, 7, 13}, widths[] = {1, 63, 64, 65, 130};
  static const long depths[] = {1, 31, 32, 33, 65, 513};
  for (int isa = ck_isa_baseline; isa <= ck_isa_best(); isa++) {
    ck_isa_set(isa);
    for (int i = 0; i < ck_packed_stored_q8_0 + fileCount; i++) {
      int kept = i - ck_packed_stored_q8_0;
      int format = kept < 0 ? i : ck_packed_stored_format(files[kept].format);
      long step = kept < 0 ? 0 : files[kept].weights == 32 ? 96 : 256;
      for (int d = 0; d < 6; d++) {
        for (int n = 0; n < 5; n++) {
          product(format, kept, rows[(n + d) % 7], widths[n], kept < 0 ? depths[d] : (d + 1) * step);
        }
      }
      product(format, kept, 17, 64, kept < 0 ? 300 : step == 96 ? 544 : 1280);
    }
    for (int bfloat16 = 0; bfloat16 < 2; bfloat16++) {
      blocked(bfloat16, 1, 1, 1), blocked(bfloat16, 7, 65, 17), blocked(bfloat16, 97, 70, 530);
    }
    goldens(arguments[1]);
  }
  printf("%d passed, %d failed\n", passed, failed);
  return failed != 0;
}

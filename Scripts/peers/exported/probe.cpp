// llama.cpp asked for what its programs do not print: logits, greedy ids, token ids.
//
//   probe MODEL.gguf THREADS
//
// F32 cache, no flash attention. Requests on standard input, answers on standard output, integers
// of 32 bits and floats, little-endian:
//   'L' count ids...            -> count x vocabulary logits, all positions in one batch
//   'G' count ids... new        -> new ids, each the likeliest next one, decoded one at a time
//   'T' bytes text...           -> count ids..., special tokens in the text taken as text
// Before the first answer: the size of the vocabulary, and the eos id.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "llama.h"

static void fail(const char *why) {
  fprintf(stderr, "probe: %s\n", why);
  exit(1);
}

static void get(void *to, size_t bytes) {
  if (fread(to, 1, bytes, stdin) != bytes) fail("a request ends early");
}

static int32_t getInt() {
  int32_t value;
  get(&value, sizeof value);
  if (value < 0 || value > 1 << 24) fail("a count out of range");
  return value;
}

static void put(const void *from, size_t bytes) {
  if (fwrite(from, 1, bytes, stdout) != bytes) fail("cannot write");
}

static std::vector<llama_token> getTokens() {
  std::vector<llama_token> ids(getInt());
  get(ids.data(), ids.size() * sizeof(llama_token));
  return ids;
}

/// Feeds tokens at the positions from `past` on; logits of all of them, or of the last.
static void decode(llama_context *context, const std::vector<llama_token> &ids, int past, bool all) {
  llama_batch batch = llama_batch_init(static_cast<int>(ids.size()), 0, 1);
  batch.n_tokens = static_cast<int>(ids.size());
  for (int i = 0; i < batch.n_tokens; i++) {
    batch.token[i] = ids[i];
    batch.pos[i] = past + i;
    batch.n_seq_id[i] = 1;
    batch.seq_id[i][0] = 0;
    batch.logits[i] = all || i == batch.n_tokens - 1;
  }
  if (llama_decode(context, batch) != 0) fail("llama_decode refused a batch");
  llama_batch_free(batch);
}

static void quiet(ggml_log_level level, const char *text, void *) {
  if (level == GGML_LOG_LEVEL_ERROR || level == GGML_LOG_LEVEL_WARN) fputs(text, stderr);
}

int main(int argc, char **argv) {
  if (argc != 3) fail("usage: probe MODEL.gguf THREADS");
  llama_log_set(quiet, nullptr);
  llama_backend_init();
  llama_model_params modelParams = llama_model_default_params();
  modelParams.n_gpu_layers = 0;
  llama_model *model = llama_model_load_from_file(argv[1], modelParams);
  if (!model) fail("the model does not load");
  llama_context_params params = llama_context_default_params();
  params.n_ctx = params.n_batch = params.n_ubatch = 512;
  params.n_threads = params.n_threads_batch = atoi(argv[2]);
  params.type_k = params.type_v = GGML_TYPE_F32;
  params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
  llama_context *context = llama_init_from_model(model, params);
  if (!context) fail("no context");
  const llama_vocab *vocab = llama_model_get_vocab(model);
  const int32_t size = llama_vocab_n_tokens(vocab);
  const int32_t eos = llama_vocab_eos(vocab);
  put(&size, sizeof size);
  put(&eos, sizeof eos);
  fflush(stdout);

  for (int kind; (kind = getchar()) != EOF; fflush(stdout)) {
    llama_memory_clear(llama_get_memory(context), true);
    if (kind == 'L') {
      auto ids = getTokens();
      decode(context, ids, 0, true);
      for (size_t i = 0; i < ids.size(); i++) {
        put(llama_get_logits_ith(context, static_cast<int>(i)), size * sizeof(float));
      }
    } else if (kind == 'G') {
      auto ids = getTokens();
      const int32_t count = getInt();
      int past = 0;
      for (int32_t i = 0; i < count; i++) {
        decode(context, ids, past, false);
        past += static_cast<int>(ids.size());
        const float *logits = llama_get_logits_ith(context, -1);
        llama_token best = 0;
        for (int32_t v = 1; v < size; v++) {
          if (logits[v] > logits[best]) best = v;
        }
        put(&best, sizeof best);
        ids = {best};
      }
    } else if (kind == 'T') {
      std::string text(getInt(), 0);
      get(text.data(), text.size());
      std::vector<llama_token> ids(text.size() + 16);
      const int32_t count =
          llama_tokenize(vocab, text.data(), static_cast<int32_t>(text.size()), ids.data(),
                         static_cast<int32_t>(ids.size()), false, false);
      if (count < 0) fail("llama_tokenize wants more room");
      put(&count, sizeof count);
      put(ids.data(), count * sizeof(llama_token));
    } else {
      fail("an unknown request");
    }
  }
  llama_free(context);
  llama_model_free(model);
  return 0;
}

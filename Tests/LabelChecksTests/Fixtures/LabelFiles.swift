import Archives
import Files
import Foundation
import SoftLabels
import Tensors

/// Label files of other tools, written for tests as those tools write them.
enum LabelFiles {
  typealias Entries = (ids: [Int32], values: [Float])

  /// `llama-perplexity --kl-divergence-base`: chunks of `context` tokens, rows of their second
  /// halves.
  static func llama(_ corpus: Corpus, context: Int = 24) -> [UInt8] {
    let V = corpus.vocabulary
    let texts = zip(corpus.tokens, corpus.rows).filter { $0.0.count >= context }
    var bytes = Array("_logits_".utf8)
    for number in [context, V, texts.count] { bytes.append(littleEndian: Int32(number)) }
    for (tokens, _) in texts {
      for token in tokens.prefix(context) { bytes.append(littleEndian: token) }
    }
    for (_, rows) in texts {
      for place in (context / 2)..<(context - 1) {
        let row = rows[place]
        let largest = row.max() ?? 0
        let least = max(row.min() ?? 0, largest - 16)
        let step = (largest - least) / 65535
        bytes.append(littleEndian: step.bitPattern)
        bytes.append(littleEndian: least.bitPattern)
        for v in 0..<(2 * ((V + 1) / 2)) {
          let code = v < V && row[v] > least ? ((row[v] - least) / step).rounded() : 0
          bytes.append(littleEndian: UInt16(code))
        }
      }
    }
    return bytes
  }

  /// Arrays for each text.
  static func safetensors(
    _ corpus: Corpus, name: String = "logprobs", type: ElementType = .float32,
    hasMasks: Bool = false, surplus: Int = 0
  ) -> [UInt8] {
    var tensors: [(name: String, tensor: Tensor)] = []
    for s in corpus.tokens.indices {
      let rows = corpus.rows[s] + (0..<surplus).map { _ in corpus.after[s] }
      tensors.append(
        (
          "\(s).\(name)",
          Tensor(
            shape: [rows.count, rows.first?.count ?? 0],
            elements: elements(rows.flatMap { $0 }, type))
        ))
      tensors.append(
        (
          "\(s).tokens",
          Tensor(
            shape: [corpus.tokens[s].count], elements: .int64(corpus.tokens[s].map { Int64($0) }))
        ))
      if hasMasks {
        tensors.append(
          (
            "\(s).loss_mask",
            Tensor(shape: [corpus.masks[s].count], elements: .uint8(corpus.masks[s]))
          ))
      }
    }
    return Safetensors.encode(tensors)
  }

  /// The likeliest entries for each text.
  static func sparseSafetensors(_ corpus: Corpus, k: Int) -> [UInt8] {
    var tensors: [(name: String, tensor: Tensor)] = []
    for (s, rows) in corpus.top(k).enumerated() {
      tensors.append(
        (
          "\(s).logprobs",
          Tensor(shape: [rows.count, k], elements: .float32(rows.flatMap(\.values)))
        ))
      tensors.append(
        ("\(s).indices", Tensor(shape: [rows.count, k], elements: .int32(rows.flatMap(\.ids)))))
      tensors.append(
        ("\(s).tokens", Tensor(shape: [corpus.tokens[s].count], elements: .int32(corpus.tokens[s])))
      )
    }
    return Safetensors.encode(tensors)
  }

  static func elements(_ values: [Float], _ type: ElementType) -> TensorElements {
    switch type {
    case .float16: .float16bits(Float16Bits.encode(values))
    case .bfloat16: .bfloat16bits(BFloat16Bits.encode(values))
    case .float64: .float64(values.map { Double($0) })
    default: .float32(values)
    }
  }

  /// One text a line.
  private static func lines(_ objects: [JSON]) -> [UInt8] {
    Array(objects.map { $0.text + "\n" }.joined().utf8)
  }

  private static func number(_ value: Float) -> JSON {
    // Shortest digits that give the float back, as servers print it.
    value.isFinite ? .double(Double("\(value)") ?? 0) : JSON(value.isNaN ? "NaN" : "-Infinity")
  }

  /// vLLM's `prompt_logprobs`: the token that came first, then the likeliest.
  static func vllm(
    _ corpus: Corpus, k: Int, change: (Int, Int, Entries) -> Entries = { $2 }
  ) -> [UInt8] {
    lines(
      corpus.tokens.indices.map { s in
        var rows: [JSON] = [.null]
        for (t, top) in corpus.top(k)[s].enumerated() {
          var (ids, values) = change(s, t, top)
          let token = corpus.tokens[s][t + 1]
          if !ids.contains(token) {
            ids.insert(token, at: 0)
            values.insert(corpus.rows[s][t][Int(token)], at: 0)
          }
          rows.append(
            .object(
              JSONObject(
                zip(ids, values).enumerated().map { rank, entry in
                  (
                    "\(entry.0)",
                    ["logprob": number(entry.1), "rank": JSON(rank + 1), "decoded_token": "?"]
                  )
                })))
        }
        return [
          "prompt_token_ids": JSON(corpus.tokens[s]) { JSON(Int($0)) },
          "prompt_logprobs": .array(rows),
        ]
      })
  }

  /// OpenAI's chat form with ids for texts, as `return_tokens_as_token_ids` gives them.
  static func chat(
    _ corpus: Corpus, k: Int, change: (Int, Int, Entries) -> Entries = { $2 }
  ) -> [UInt8] {
    lines(
      corpus.tokens.indices.map { s in
        let content = corpus.top(k)[s].enumerated().map { t, top -> JSON in
          let (ids, values) = change(s, t, top)
          let token = corpus.tokens[s][t + 1]
          return [
            "token": JSON("token_id:\(token)"),
            "logprob": number(corpus.rows[s][t][Int(token)]),
            "top_logprobs": JSON(Array(zip(ids, values))) {
              ["token": JSON("token_id:\($0.0)"), "logprob": number($0.1)]
            },
          ]
        }
        return ["choices": [["logprobs": ["content": .array(content)]]]]
      })
  }

  /// OpenAI's completions with `echo`: texts of tokens as keys.
  static func completions(_ corpus: Corpus, k: Int, spelling: (Int32) -> String) -> [UInt8] {
    lines(
      corpus.tokens.indices.map { s in
        var rows: [JSON] = [.null]
        for top in corpus.top(k)[s] {
          var object = JSONObject()
          for (id, value) in zip(top.ids, top.values) { object[spelling(id)] = number(value) }
          rows.append(.object(object))
        }
        return [
          "choices": [
            [
              "logprobs": [
                "tokens": JSON(corpus.tokens[s]) { JSON(spelling($0)) },
                "top_logprobs": .array(rows),
              ]
            ]
          ]
        ]
      })
  }

  /// axolotl's lists of `{"token": "token_id:N", "logprob": x}`.
  static func entries(
    _ corpus: Corpus, k: Int, change: (Int, Int, Entries) -> Entries = { $2 }
  ) -> [UInt8] {
    lines(
      corpus.tokens.indices.map { s in
        let rows = corpus.top(k)[s].enumerated().map { t, top -> JSON in
          let (ids, values) = change(s, t, top)
          return JSON(Array(zip(ids, values))) {
            ["token": JSON("token_id:\($0.0)"), "logprob": number($0.1)]
          }
        }
        return [
          "input_ids": JSON(corpus.tokens[s]) { JSON(Int($0)) }, "logprobs": .array(rows),
        ]
      })
  }

  /// Lists of ids and of numbers, with a mask.
  static func lists(
    _ corpus: Corpus, k: Int, prompts: Bool = false,
    change: (Int, Int, Entries) -> Entries = { $2 }
  ) -> [UInt8] {
    lines(
      corpus.tokens.indices.map { s in
        let rows = corpus.top(k)[s].enumerated().map { change(s, $0.offset, $0.element) }
        var line: JSONObject = [
          "input_ids": JSON(corpus.tokens[s]) { JSON(Int($0)) },
          "target_token_ids": JSON(rows) { JSON($0.ids) { JSON(Int($0)) } },
          "target_logprobs": JSON(rows) { JSON($0.values, number) },
          "loss_mask": JSON(corpus.masks[s]) { JSON(Int($0)) },
        ]
        if prompts {
          line["prompt_length"] = JSON(corpus.masks[s].firstIndex(of: 1) ?? 1)
        }
        return .object(line)
      })
  }

  /// DistillKit's codec with every entry exact, and its settings in front.
  static func distillKit(
    _ corpus: Corpus, k: Int, change: (Int, Int, Entries) -> Entries = { $2 }
  ) -> [UInt8] {
    let bits = Int.bitWidth - (corpus.vocabulary - 1).leadingZeroBitCount
    let settings: JSON = [
      "compression": [
        "d": JSON(corpus.vocabulary), "k": JSON(k), "exact_k": JSON(k),
        "exact_dtype": "float32", "polynomial_terms": [], "residual_bins": [],
        "delta_encoding": false,
      ]
    ]
    return lines(
      [settings]
        + corpus.tokens.indices.map { s in
          let rows = corpus.top(k)[s].enumerated().map { change(s, $0.offset, $0.element) }
          return [
            "input_ids": JSON(corpus.tokens[s]) { JSON(Int($0)) },
            "compressed_logprobs": JSON(rows) { row in
              var bytes: [UInt8] = []
              for value in row.values { bytes.append(littleEndian: value.bitPattern) }
              return JSON(bytes) { JSON(Int($0)) }
            },
            "bytepacked_indices": JSON(rows) { row in
              JSON(packed(row.ids, bits: bits)) { JSON(Int($0)) }
            },
          ]
        })
  }

  /// The highest bit first.
  static func packed(_ ids: [Int32], bits: Int) -> [UInt8] {
    var flags: [UInt8] = []
    for id in ids { for bit in (0..<bits).reversed() { flags.append(UInt8(id >> Int32(bit) & 1)) } }
    while !flags.count.isMultiple(of: 8) { flags.append(0) }
    return stride(from: 0, to: flags.count, by: 8).map { start in
      flags[start..<(start + 8)].reduce(0) { $0 << 1 | $1 }
    }
  }

  /// Megatron-LM's tar: texts cut to one length, `batch` of them in a microbatch.
  static func megatron(
    _ corpus: Corpus, k: Int, length: Int = 24, change: (Int, Int, Entries) -> Entries = { $2 }
  ) throws -> (bytes: [UInt8], tokens: [[Int32]]) {
    let texts = corpus.tokens.indices.filter { corpus.tokens[$0].count > length }
    let tops = corpus.top(k)
    var members = [
      (
        "_meta.json",
        Array(#"{"hash":"0","saver":{"k":\#(k),"p":null,"save_dtype":"fp16"}}"#.utf8)
      )
    ]
    for (iteration, start) in stride(from: 0, to: texts.count, by: 4).enumerated() {
      let some = Array(texts[start..<min(start + 4, texts.count)])
      var (values, low, high): ([UInt16], [UInt16], [UInt8]) = ([], [], [])
      for t in 0..<length {
        for s in some {
          let (ids, row) = change(s, t, tops[s][t])
          values += Float16Bits.encode(row)
          low += ids.map { UInt16(truncatingIfNeeded: $0) }
          high += ids.map { UInt8($0 >> 16 & 1) }
        }
      }
      let shape = [length, some.count, k]
      let blob = TorchBytes.save([
        ("values", .float16bits(values), shape), ("indices_low", .uint16(low), shape),
        ("bit_17", .bool(high), shape),
      ])
      members.append(("\(iteration).pt.zst", try ZstdBytes.compressed(blob)))
    }
    return (TarFile.bytes(members), texts.map { Array(corpus.tokens[$0].prefix(length + 1)) })
  }
}

/// A plain tar.
enum TarFile {
  static func bytes(_ members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    var tar: [UInt8] = []
    for (name, bytes) in members {
      var header = [UInt8](repeating: 0, count: 512)
      func put(_ text: String, _ at: Int) {
        for (i, byte) in text.utf8.enumerated() { header[at + i] = byte }
      }
      func octal(_ value: Int, _ width: Int) -> String {
        let digits = String(value, radix: 8)
        return String(repeating: "0", count: width - digits.count) + digits
      }
      put(name, 0)
      put("0000644\u{0}", 100)
      put(octal(bytes.count, 11) + "\u{0}", 124)
      put("        ", 148)
      header[156] = UInt8(ascii: "0")
      put("ustar\u{0}00", 257)
      put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", 148)
      tar += header + bytes
      tar += [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    }
    return tar + [UInt8](repeating: 0, count: 1024)
  }
}

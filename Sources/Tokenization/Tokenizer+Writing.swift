internal import Files

extension Tokenizer {
  /// The `tokenizer.json` of this tokenizer, as the `tokenizers` library reads it: compact, tokens in
  /// order of id, merges as pairs in order of rank, one newline at the end. The same tokenizer always
  /// gives the same bytes.
  public var json: [UInt8] {
    let added = Self.specialTokens.enumerated().map { id, text -> JSON in
      [
        "id": JSON(id), "content": .string(text), "single_word": false, "lstrip": false,
        "rstrip": false, "normalized": false, "special": true,
      ]
    }
    let preTokenizer: JSON = [
      "type": "Sequence",
      "pretokenizers": [
        ["type": "Digits", "individual_digits": true],
        [
          "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true,
        ],
      ],
    ]
    let decoder: JSON = [
      "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true,
    ]
    let head: JSONObject = [
      "version": "1.0", "truncation": nil, "padding": nil, "added_tokens": .array(added),
      "normalizer": nil, "pre_tokenizer": preTokenizer, "post_processor": nil, "decoder": decoder,
    ]
    let model: JSONObject = [
      "type": "BPE", "dropout": nil, "unk_token": nil, "continuing_subword_prefix": nil,
      "end_of_word_suffix": nil, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
    ]

    let texts = tokens.indices.map { id in
      id < Self.specialTokens.count
        ? Self.specialTokens[id] : ByteAlphabet.text(of: tokens[id])
    }
    // A vocabulary is too long for JSONObject's linear search, so its members are written here.
    var out = Array(head.serialized().dropLast())
    out += Array(#","model":"#.utf8)
    out += model.serialized().dropLast()
    out += Array(#","vocab":{"#.utf8)
    for (id, text) in texts.enumerated() {
      if id > 0 { out.append(UInt8(ascii: ",")) }
      out += JSON.string(text).serialized()
      out.append(UInt8(ascii: ":"))
      out += Array(String(id).utf8)
    }
    out += Array(#"},"merges":"#.utf8)
    let pairs = merges.map { merge -> JSON in
      [.string(texts[Int(merge.left)]), .string(texts[Int(merge.right)])]
    }
    out += JSON.array(pairs).serialized()
    out += Array("}}\n".utf8)
    return out
  }

  /// SHA-256 of `json`, 64 hexadecimal characters: names the tokenizer in manifests.
  public var fingerprint: String { SHA256.hash(json).hex }
}

package import Files
internal import Tensors

/// Arrays of rows by name: a safetensors file, a file of `torch.save`, or one `.npy` of rows.
///
/// The name of an array says what it holds: `logits`, `logprobs`, `probs`; `tokens` or `input_ids`;
/// `mask`, `loss_mask` or `attention_mask`; `ids` or `indices` beside the numbers of the likeliest
/// entries. What is left of the names pairs arrays: `0.logits` belongs to `0.tokens`. Shapes: rows
/// (T, V) or (B, T, V), entries (T, k) or (B, T, k), tokens (T) or (B, T). T rows stand beside T
/// tokens (the last predicts what is not there) or T+1.
package struct TensorLabels: LabelSource {
  package let format: String
  /// Of the first array whose name says it; logits where none does.
  package let scale: RowScale
  /// Half a step of the first rows' type, relative; float32 and float64 count as 2^-22.
  package let precision: Double
  package let mayHaveLastRow = true
  /// Whether some rows have ids beside them.
  package let isRanked: Bool
  /// Length of a row; `nil` for the likeliest entries alone.
  package let vocabulary: Int?
  /// Name, type and shape of the first sixteen arrays.
  package let facts: JSONObject

  /// A stored array.
  struct Stored {
    let name: String
    let shape: [Int]
    let type: ElementType
    /// Elements of a range, in row-major order.
    let read: (Range<Int>) throws -> TensorElements
  }

  private struct Group {
    let key: String
    var rows: Stored?
    var ids: Stored?
    var tokens: Stored?
    var mask: Stored?
    /// Whether the mask tells padding, not targets.
    var masksPadding = false
  }

  private let groups: [Group]
  private let path: String

  /// Of files that are read whole.
  private static let limit = 1 << 32

  /// Reads the header; rows are read from the file as they are asked for.
  ///
  /// - Throws: `LabelFileError.truncated`, `.damaged`, and `.format` where no array holds rows;
  ///   `FileError`.
  package init(safetensors path: String) throws {
    let file: SafetensorsFile
    do throws(CheckpointError) { file = try SafetensorsFile(path) } catch {
      throw TensorLabels.fault(error, path)
    }
    let bytes = try RandomAccessFile(path)
    let stored = file.header.entries.map { entry in
      Stored(name: entry.name, shape: entry.shape, type: entry.type) { range in
        let width = entry.type.width
        let part = try bytes.read(
          at: entry.range.lowerBound + range.lowerBound * width, count: range.count * width)
        guard let elements = TensorElements(entry.type, littleEndian: part[...]) else {
          throw LabelFileError.damaged(path: path, reason: "\(entry.name): no whole numbers")
        }
        return elements
      }
    }
    try self.init(stored, format: "safetensors", path: path)
  }

  /// Reads the file whole, at most 4 GiB.
  ///
  /// - Throws: `LabelFileError.byteOrder` for big-endian numbers, `.truncated`, `.damaged`, and
  ///   `.format` where the array is none of rows; `FileError`.
  package init(npy path: String) throws {
    let bytes = try readFile(path, limit: Self.limit)
    if let reason = Self.otherOrder(bytes) {
      throw LabelFileError.byteOrder(path: path, reason: reason)
    }
    let tensor: Tensor
    do throws(CheckpointError) { tensor = try NPY.decode(bytes, named: path) } catch {
      throw TensorLabels.fault(error, path)
    }
    try self.init([Self.stored(tensor, "rows")], format: "npy", path: path)
  }

  /// Reads the file whole, at most 4 GiB: a tensor, or a dictionary of tensors and lists of them.
  ///
  /// - Throws: `LabelFileError` as `TorchFile` does, `.format` where no tensor holds rows;
  ///   `FileError`.
  package init(torch path: String) throws {
    let file = try TorchFile(readFile(path, limit: Self.limit), named: path)
    var stored: [Stored] = []
    if let tensor = try file.tensor(file.root) {
      stored = [Self.stored(tensor, "rows")]
    } else if case .dictionary(let root) = file.root {
      for member in root.members {
        if let tensor = try file.tensor(member.value) {
          stored.append(Self.stored(tensor, member.key))
        } else {
          for (place, value) in (member.value.elements ?? []).enumerated() {
            if let tensor = try file.tensor(value) {
              stored.append(Self.stored(tensor, "\(place).\(member.key)"))
            }
          }
        }
      }
    }
    try self.init(stored, format: "torch", path: path)
  }

  private static func stored(_ tensor: Tensor, _ name: String) -> Stored {
    Stored(name: name, shape: tensor.shape, type: tensor.type) { tensor.elements.part($0) }
  }

  /// Why the numbers of a `.npy` file are in the wrong order, if they are.
  private static func otherOrder(_ bytes: [UInt8]) -> String? {
    let head = String(decoding: bytes.prefix(128), as: UTF8.self)
    guard let start = head.range(ofText: "'descr': '>") else { return nil }
    return "numbers of type \(head[start...].prefix(4)), which is big-endian"
  }

  private static func fault(_ error: CheckpointError, _ path: String) -> any Error {
    switch error {
    case .truncated(_, let at, let needs, let has):
      LabelFileError.truncated(path: path, reason: "byte \(at): needs \(needs) bytes, has \(has)")
    case .tensor(_, let name, let reason) where reason.contains("data_offsets"):
      LabelFileError.truncated(path: path, reason: "\(name.prefix(80)): \(reason)")
    case .file(let error): error
    default: LabelFileError.damaged(path: path, reason: "\(error)")
    }
  }

  private init(_ stored: [Stored], format: String, path: String) throws {
    self.format = format
    self.path = path
    var groups: [String: Group] = [:]
    var order: [String] = []
    var scales: [RowScale] = []
    for array in stored {
      guard let role = Role(array) else { continue }
      let key = role.key
      if groups[key] == nil {
        groups[key] = Group(key: key)
        order.append(key)
      }
      switch role.kind {
      case .rows(let scale):
        groups[key]?.rows = array
        if let scale { scales.append(scale) }
      case .ids: groups[key]?.ids = array
      case .tokens: groups[key]?.tokens = array
      case .mask(let isPadding):
        // A loss mask says more than where padding is.
        if groups[key]?.mask == nil || !isPadding {
          groups[key]?.mask = array
          groups[key]?.masksPadding = isPadding
        }
      }
    }
    // Integers beside entries are ids if they have the entries' shape, else tokens.
    for key in order {
      if let rows = groups[key]?.rows, let ids = groups[key]?.ids, ids.shape != rows.shape {
        if groups[key]?.tokens == nil { groups[key]?.tokens = ids }
        groups[key]?.ids = nil
      } else if let rows = groups[key]?.rows, groups[key]?.ids == nil,
        let tokens = groups[key]?.tokens, tokens.shape == rows.shape, rows.shape.count > 1
      {
        groups[key]?.ids = tokens
        groups[key]?.tokens = nil
      }
    }
    let found = order.compactMap { groups[$0] }.filter { $0.rows != nil }
    guard let first = found.first?.rows else {
      throw LabelFileError.format(
        path: path,
        reason:
          "holds no array of floats of shape (T, V) or (B, T, V) named logits, logprobs or probs; "
          + "found \(stored.prefix(8).map { "\($0.name.prefix(40)) \($0.shape)" }.joined(separator: ", "))"
      )
    }
    self.groups = found
    // Without a word in the name, the numbers themselves tell.
    scale = scales.first ?? .logits
    precision =
      switch first.type {
      case .float16: 0x1p-11
      case .bfloat16: 0x1p-8
      default: 0x1p-22
      }
    isRanked = found.contains { $0.ids != nil }
    vocabulary = found.first?.ids == nil ? first.shape.last : nil
    facts = [
      "arrays": JSON(stored.prefix(16).map { JSON("\($0.name) \($0.type.rawValue) \($0.shape)") }) {
        $0
      }
    ]
  }

  package func forEach(_ body: (LabelSequence) throws -> Void) throws {
    for group in groups {
      guard let rows = group.rows else { continue }
      let (B, T, W): (Int, Int, Int)
      switch rows.shape.count {
      case 2: (B, T, W) = (1, rows.shape[0], rows.shape[1])
      default: (B, T, W) = (rows.shape[0], rows.shape[1], rows.shape[2])
      }
      for b in 0..<B {
        try Interruption.check()
        let name = group.key.isEmpty ? "text \(b)" : B == 1 ? group.key : "\(group.key), text \(b)"
        let tokens = try group.tokens.flatMap { try Self.line($0, b, of: B) }
        var mask = try group.mask.flatMap { try Self.line($0, b, of: B) }?.map {
          $0 == 0 ? UInt8(0) : 1
        }
        if let given = mask, let tokens, given.count == tokens.count {
          // Where attention begins there is nothing to predict.
          if group.masksPadding, !given.isEmpty { mask?[0] = 0 }
        } else {
          mask = nil
        }
        try body(
          LabelSequence(name: name, tokens: tokens, mask: mask, rowCount: T) { t in
            let range = ((b * T + t) * W)..<((b * T + t + 1) * W)
            let elements = try rows.read(range)
            let values = Tensor(shape: [W], elements: elements).floats ?? []
            guard let ids = group.ids else { return .dense(values) }
            return .sparse(ids: TokenArray.ids(of: try ids.read(range)) ?? [], values: values)
          })
      }
    }
  }

  /// Line b of an array of shape (T) or (B, T); an array of one line for all belongs to the first.
  private static func line(_ array: Stored, _ b: Int, of B: Int) throws -> [Int32]? {
    guard let width = array.shape.last, array.shape.count <= 2 else { return nil }
    let lines = array.shape.count == 2 ? array.shape[0] : 1
    guard b < lines, lines == B || array.shape.count == 1 && B == 1 else { return nil }
    return TokenArray.ids(of: try array.read((b * width)..<((b + 1) * width)))
  }
}

extension TensorLabels {
  /// What an array is, by its name and shape.
  private struct Role {
    enum Kind { case rows(RowScale?), ids, tokens, mask(isPadding: Bool) }
    let kind: Kind
    /// The name without the word for the role.
    let key: String

    private static let words: [(word: String, kind: Kind)] = [
      ("teacher_log_probs", .rows(.logProbabilities)),
      ("log_probabilities", .rows(.logProbabilities)),
      ("top_logprobs", .rows(.logProbabilities)), ("topk_logprobs", .rows(.logProbabilities)),
      ("log_probs", .rows(.logProbabilities)), ("logprobs", .rows(.logProbabilities)),
      ("log_prob", .rows(.logProbabilities)), ("logprob", .rows(.logProbabilities)),
      ("logps", .rows(.logProbabilities)), ("logp", .rows(.logProbabilities)),
      ("teacher_logits", .rows(.logits)), ("topk_logits", .rows(.logits)),
      ("logits", .rows(.logits)), ("probabilities", .rows(.probabilities)),
      ("topk_probs", .rows(.probabilities)), ("probs", .rows(.probabilities)),
      ("attention_mask", .mask(isPadding: true)), ("loss_mask", .mask(isPadding: false)),
      ("target_mask", .mask(isPadding: false)), ("mask", .mask(isPadding: false)),
      ("input_ids", .tokens), ("token_ids", .tokens), ("tokens", .tokens),
      ("topk_indices", .ids), ("top_indices", .ids), ("indices", .ids), ("topk_ids", .ids),
      ("top_ids", .ids), ("ids", .ids), ("values", .rows(nil)), ("rows", .rows(nil)),
    ]

    init?(_ array: Stored) {
      let isFloat: Bool
      switch array.type {
      case .float16, .bfloat16, .float32, .float64: isFloat = true
      default: isFloat = false
      }
      let lower = array.name.lowercased()
      for (word, kind) in Self.words {
        guard let place = lower.range(ofText: word) else { continue }
        switch kind {
        case .rows: guard isFloat, (2...3).contains(array.shape.count) else { continue }
        case .ids, .tokens: guard !isFloat, (1...3).contains(array.shape.count) else { continue }
        case .mask: guard (1...2).contains(array.shape.count), !isFloat else { continue }
        }
        self.kind = kind
        let end = lower.index(place, offsetBy: word.count)
        key = (lower[..<place] + lower[end...]).trimmed
        return
      }
      guard isFloat, (2...3).contains(array.shape.count) else { return nil }
      kind = .rows(nil)
      key = ""
    }
  }
}

extension String {
  /// Where a text begins in this one; `nil` if nowhere.
  fileprivate func range(ofText text: String) -> String.Index? {
    indices.first { self[$0...].hasPrefix(text) }
  }

  /// Without separators at its ends.
  fileprivate var trimmed: String {
    let separators: Set<Character> = [".", "_", "/", "-", " "]
    return String(
      drop { separators.contains($0) }.reversed().drop { separators.contains($0) }.reversed())
  }
}

extension Substring {
  fileprivate static func + (a: Substring, b: Substring) -> String { String(a) + String(b) }
}

extension TensorElements {
  /// The elements of a range.
  fileprivate func part(_ range: Range<Int>) -> TensorElements {
    switch self {
    case .float64(let values): .float64(Array(values[range]))
    case .float32(let values): .float32(Array(values[range]))
    case .float16bits(let values): .float16bits(Array(values[range]))
    case .bfloat16bits(let values): .bfloat16bits(Array(values[range]))
    case .int64(let values): .int64(Array(values[range]))
    case .int32(let values): .int32(Array(values[range]))
    case .int16(let values): .int16(Array(values[range]))
    case .int8(let values): .int8(Array(values[range]))
    case .uint32(let values): .uint32(Array(values[range]))
    case .uint16(let values): .uint16(Array(values[range]))
    case .uint8(let values): .uint8(Array(values[range]))
    case .bool(let values): .bool(Array(values[range]))
    }
  }
}

internal import Files
internal import Models
internal import Tensors
package import Tokenization

/// What the user knows about the labels besides the file: tokens, texts, tokenizer, teacher.
package struct GivenContext {
  /// A row of ids for each text, in the order of the file; empty: not given.
  package var tokens: [[Int32]] = []
  /// Texts in the order of the file.
  package var texts: [GivenText] = []
  /// Of the labels' teacher; `nil`: not given, and texts are then of no use.
  package var tokenizer: Tokenizer?
  /// Path of the teacher's model.
  package var teacher: String?
  /// Length of a row, where the file does not say it.
  package var vocabulary: Int?
  /// Settings of a codec that its file does not hold.
  package var codec: String?
  /// Threads for the teacher's rows and for reading a set's archive.
  package var threads = 1

  /// Nothing is known but the file.
  package init() {}

  /// One text that was labelled.
  package struct GivenText: Sendable, Equatable {
    /// Before the targets; empty for a whole text.
    package var prompt: String
    /// The prompt's continuation, or the whole text.
    package var text: String
  }
}

extension GivenContext {
  /// Reads `--tokens`: ids of one text (T), or of several of equal length (B, T).
  ///
  /// - Throws: `CheckpointError`, `FileError`; `LabelFileError.damaged` for other arrays.
  package mutating func readTokens(_ path: String) throws {
    let array = try NPY.decode(readFile(path, limit: 1 << 32), named: path)
    guard (1...2).contains(array.shape.count), let ids = TokenArray.ids(of: array.elements) else {
      throw LabelFileError.damaged(
        path: path,
        reason: "expected whole numbers of shape (T) or (B, T), found \(array.type.rawValue) of "
          + "shape \(array.shape)")
    }
    tokens = TokenArray.rows(of: ids, shape: array.shape)
  }

  /// Reads `--texts`: JSON Lines with `text`, or a prompt and its completion under the names that
  /// `retort records` knows.
  ///
  /// - Throws: `FileError`; `LabelFileError.damaged` naming the line.
  package mutating func readTexts(_ path: String) throws {
    var source = try LineSource(path)
    while let line = try source.next() {
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { continue }
      let json: JSON
      do { json = try JSON.parse(line) } catch {
        throw LabelFileError.damaged(path: path, reason: "line \(source.number): \(error)")
      }
      let pairs = [
        ("prompt", "completion"), ("question", "answer"), ("problem", "solution"),
      ]
      let given = pairs.lazy.compactMap { pair in
        json[pair.0]?.stringValue.flatMap { prompt in
          json[pair.1]?.stringValue.map { GivenText(prompt: prompt, text: $0) }
        }
      }
      if let pair = given.first {
        texts.append(pair)
      } else if let text = json["text"]?.stringValue ?? json.stringValue {
        texts.append(GivenText(prompt: "", text: text))
      } else {
        throw LabelFileError.damaged(
          path: path,
          reason:
            "line \(source.number): expected the key text, or prompt and completion, as strings")
      }
    }
  }
}

extension GivenContext {
  /// Adds the tokens and texts that the user gave to a sequence that has none.
  ///
  /// - Parameter index: of the sequence in the file.
  func complete(_ sequence: inout LabelSequence, _ index: Int) {
    if sequence.tokens == nil, tokens.indices.contains(index) { sequence.tokens = tokens[index] }
    guard texts.indices.contains(index), let tokenizer else { return }
    let text = texts[index]
    let prompt = tokenizer.encode(Array(text.prompt.utf8), addingSpecials: true)
    if sequence.tokens == nil {
      var ids = prompt
      tokenizer.encode(Array(text.text.utf8), into: &ids)
      sequence.tokens = ids
    }
    if !text.prompt.isEmpty, sequence.prompt == nil { sequence.prompt = prompt.count }
  }
}

/// Arrays of token ids in any integer type.
enum TokenArray {
  /// The ids; `nil` for an array of another type. An id that no Int32 holds becomes -1.
  static func ids(of elements: TensorElements) -> [Int32]? {
    switch elements {
    case .int64(let values): values.map { Int32(exactly: $0) ?? -1 }
    case .int32(let values): values
    case .int16(let values): values.map { Int32($0) }
    case .int8(let values): values.map { Int32($0) }
    case .uint32(let values): values.map { Int32(exactly: $0) ?? -1 }
    case .uint16(let values): values.map { Int32($0) }
    case .uint8(let values), .bool(let values): values.map { Int32($0) }
    default: nil
    }
  }

  /// The rows of an array of shape (T) or (B, T).
  static func rows(of ids: [Int32], shape: [Int]) -> [[Int32]] {
    guard shape.count == 2, shape[1] > 0 else { return [ids] }
    return (0..<shape[0]).map { Array(ids[($0 * shape[1])..<(($0 + 1) * shape[1])]) }
  }
}

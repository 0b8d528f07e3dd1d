/// The texts of all ids, as spelt in their file, including added tokens.
struct Vocabulary: Sendable {
  /// By id; empty for an unused id.
  private(set) var texts: [[UInt8]]
  /// Ids of the model's own tokens; an added token that is not one of them has no entry.
  private var ids: ByteStringTable
  /// Number of the model's own tokens.
  private(set) var modelCount = 0

  init(capacity: Int) {
    texts = []
    texts.reserveCapacity(capacity)
    ids = ByteStringTable(capacity: capacity)
  }

  subscript(_ text: [UInt8]) -> Int32? { ids[text] }

  /// The id of `bytes[start..<end]`.
  func id(of bytes: [UInt8], _ start: Int, _ end: Int) -> Int32? { ids[bytes, start, end] }

  var count: Int { texts.count }

  /// Whether a token, of the model or added, has this id.
  func isTaken(_ id: Int) -> Bool { id < texts.count && !texts[id].isEmpty }

  /// Adds a token to the model.
  ///
  /// - Returns: false if the text or the id is already present.
  /// - Precondition: `id` is not negative.
  mutating func insert(_ text: [UInt8], id: Int) -> Bool {
    guard !isTaken(id), ids.insert(text, Int32(id)) else { return false }
    place(text, id: id)
    modelCount += 1
    return true
  }

  /// Adds a token outside the model.
  mutating func add(_ text: [UInt8], id: Int) {
    place(text, id: id)
  }

  private mutating func place(_ text: [UInt8], id: Int) {
    while texts.count <= id { texts.append([]) }
    texts[id] = text
  }
}

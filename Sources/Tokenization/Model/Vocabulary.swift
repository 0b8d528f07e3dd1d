/// The texts of all ids, as their file spells them, added tokens included.
struct Vocabulary: Sendable {
  /// By id; empty for an id that no token has.
  private(set) var texts: [[UInt8]]
  /// The model's own tokens; an added one that is not among them has no entry.
  private var ids: ByteStringTable
  /// How many tokens the model has.
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

  /// Whether a token of the model or an added one has this id.
  func isTaken(_ id: Int) -> Bool { id < texts.count && !texts[id].isEmpty }

  /// Adds a token of the model.
  ///
  /// - Returns: false where the text or the id stands already.
  /// - Precondition: `id` is not negative.
  mutating func insert(_ text: [UInt8], id: Int) -> Bool {
    guard !isTaken(id), ids.insert(text, Int32(id)) else { return false }
    place(text, id: id)
    modelCount += 1
    return true
  }

  /// Adds a token beside the model's.
  mutating func add(_ text: [UInt8], id: Int) {
    place(text, id: id)
  }

  private mutating func place(_ text: [UInt8], id: Int) {
    while texts.count <= id { texts.append([]) }
    texts[id] = text
  }
}

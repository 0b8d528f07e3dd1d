internal import Tokenization

/// Ids of tokens that a file names by their texts.
///
/// With a tokenizer, its own. Without one, ids are given out as texts come: they say which tokens
/// are the same, which is all that most checks need.
final class TokenNames {
  private let tokenizer: Tokenizer?
  private var given: [[UInt8]: Int32] = [:]
  /// Texts that get an id; a file that names more is no vocabulary.
  private static let most = 1 << 22

  init(_ tokenizer: Tokenizer?) { self.tokenizer = tokenizer }

  /// The id of a token; -1 if it cannot be known.
  ///
  /// - Parameter bytes: of the token, where the file has them: texts of parts of characters are
  /// alike.
  func id(_ text: String, bytes: [UInt8]?) -> Int32 {
    if text.hasPrefix("token_id:"), let id = Int32(text.dropFirst(9)) { return id }
    let raw = bytes ?? Array(text.utf8)
    guard let tokenizer else {
      if bytes == nil, text.unicodeScalars.contains("\u{FFFD}") { return -1 }
      if let id = given[raw] { return id }
      guard given.count < Self.most else { return -1 }
      let id = Int32(given.count)
      given[raw] = id
      return id
    }
    if let special = tokenizer.specialId(text) { return special }
    let ids = tokenizer.encode(raw)
    return ids.count == 1 ? ids[0] : tokenizer.id(spelled: text) ?? -1
  }
}

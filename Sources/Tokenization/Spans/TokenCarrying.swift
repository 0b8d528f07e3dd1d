/// For each token of one tokenizer the token with which another begins the same bytes.
///
///     first[v] = the first id of student.encode(bytes of teacher's v)
///
/// Ends of text and of turn go to the student's end; tokens that are no text go nowhere.
public struct TokenCarrying: Sendable {
  /// `(V)` of the teacher; -1: nowhere.
  public let first: [Int32]

  /// - Parameters:
  ///   - count: rows of the teacher's vocabulary; those beyond its tokens go nowhere.
  /// - Complexity: one encoding for each token of the teacher.
  public init(from teacher: Wrapping, count: Int, to student: Wrapping) {
    var first = [Int32](repeating: -1, count: count)
    var ids: [Int32] = []
    for v in 0..<min(count, teacher.tokenizer.tokens.count) {
      let id = Int32(v)
      if teacher.endIds.contains(id) {
        first[v] = student.endId
        continue
      }
      let bytes = teacher.tokenizer.tokens[v]
      guard teacher.tokenizer.isToken(id), !teacher.isSpecial(id), !bytes.isEmpty else { continue }
      ids.removeAll(keepingCapacity: true)
      student.tokenizer.encode(bytes, startsText: false, into: &ids)
      if let one = ids.first { first[v] = one }
    }
    self.first = first
  }
}

/// Where the targets of two tokenisations of one text begin at the same byte.
///
/// A sample's targets are runs of tokens: an answer and its end, or several in a conversation.
/// Within a run a place is named by the bytes that are left until the run's end, so that what
/// stands in front (another template, a beginning token that only one tokenizer writes, a space
/// that only one puts before a text) shifts nothing. Both sides must spell the same bytes from a
/// place to the run's end, or the place is not common.
public struct ByteSpans: Sendable, Equatable {
  /// A target of the student's that begins where one of the teacher's begins.
  public struct Place: Sendable, Equatable {
    /// Index of the student's token.
    public let student: Int
    /// Indices of the teacher's tokens that together spell the student's token; of only the first
    /// of them where the student's token does not end where one of the teacher's does.
    public let teacher: Range<Int>
    /// Whether the student's token ends where `teacher` does.
    public let isClosed: Bool
  }

  /// One tokenisation.
  public struct Side: Sendable {
    let tokens: [Int32]
    let mask: [UInt8]
    let tokenizer: Tokenizer

    /// - Parameters:
    ///   - mask: `(L)`, 1 where the token is a target.
    public init(tokens: [Int32], mask: [UInt8], tokenizer: Tokenizer) {
      precondition(tokens.count == mask.count)
      self.tokens = tokens
      self.mask = mask
      self.tokenizer = tokenizer
    }

    /// Indices of the targets, run by run.
    fileprivate var runs: [Range<Int>] {
      var runs: [Range<Int>] = []
      for i in mask.indices where mask[i] == 1 {
        if let last = runs.last, last.upperBound == i {
          runs[runs.count - 1] = last.lowerBound..<(i + 1)
        } else {
          runs.append(i..<(i + 1))
        }
      }
      return runs
    }

    /// The bytes of a token; none for one that is no text, such as the end.
    fileprivate func bytes(_ i: Int) -> [UInt8] {
      tokenizer.isToken(tokens[i]) ? tokenizer.tokens[Int(tokens[i])] : []
    }

    /// For each token of a run the bytes from its beginning to the run's end.
    fileprivate func rests(_ run: Range<Int>) -> [Int] {
      var left = 0
      var rests: [Int] = []
      for i in run.reversed() {
        left += bytes(i).count
        rests.append(left)
      }
      return rests.reversed()
    }
  }

  /// In the order of the student's tokens.
  public let places: [Place]
  /// Targets of the student.
  public let targets: Int

  /// Aligns a sample. Without a common run there are no places.
  public init(student: Side, teacher: Side) {
    targets = student.mask.count { $0 == 1 }
    let (own, theirs) = (student.runs, teacher.runs)
    guard own.count == theirs.count else {
      places = []
      return
    }
    places = zip(own, theirs).flatMap { Self.places(student, $0, teacher, $1) }
  }

  private static func places(
    _ student: Side, _ own: Range<Int>, _ teacher: Side, _ theirs: Range<Int>
  ) -> [Place] {
    let same = commonEnd(own.flatMap(student.bytes), theirs.flatMap(teacher.bytes))
    let (left, right) = (student.rests(own), teacher.rests(theirs))
    // The first token of the teacher's that begins with so many bytes left: a token without bytes,
    // an end, comes last and begins with none.
    var begins: [Int: Int] = [:]
    for (place, rest) in right.enumerated() {
      begins[rest] = begins[rest] ?? theirs.lowerBound + place
    }
    var places: [Place] = []
    for (place, rest) in left.enumerated() where rest <= same {
      guard let first = begins[rest] else { continue }
      let isEnd = place + 1 == left.count
      let end = isEnd ? 0 : left[place + 1]
      if end == rest {
        // No bytes: an end beside an end, or nothing that could be compared.
        let isLast = isEnd && first + 1 == theirs.upperBound
        if isLast {
          places.append(
            Place(student: own.lowerBound + place, teacher: first..<(first + 1), isClosed: true))
        }
        continue
      }
      let last = end == 0 && isEnd ? theirs.upperBound : begins[end]
      places.append(
        Place(
          student: own.lowerBound + place, teacher: first..<max(first + 1, last ?? first + 1),
          isClosed: last.map { $0 > first } ?? false))
    }
    return places
  }

  /// Length of the longest common ending.
  private static func commonEnd(_ a: [UInt8], _ b: [UInt8]) -> Int {
    zip(a.reversed(), b.reversed()).prefix { $0 == $1 }.count
  }
}

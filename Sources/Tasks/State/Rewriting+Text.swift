extension Rewriting.Problem {
  /// Writes a word, `e` for the empty one.
  static func append(_ word: PackedWord, to bytes: inout [UInt8]) {
    if word.isEmpty { bytes.append(UInt8(ascii: "e")) } else { word.append(to: &bytes) }
  }

  /// `e` for the empty word.
  static func shown(_ word: PackedWord) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(PackedWord.capacity)
    append(word, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Of the step that led here: `2 at 3: abcab`.
  func line(_ rule: Int, _ place: Int) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(48)
    bytes.append(UInt8(ascii: "1") + UInt8(rule))
    bytes += " at ".utf8
    if place >= 9 { bytes.append(UInt8(ascii: "0") + UInt8((place + 1) / 10)) }
    bytes.append(UInt8(ascii: "0") + UInt8((place + 1) % 10))
    bytes += ": ".utf8
    Self.append(word, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// As it is given to a model.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(128)
    for (index, rule) in rules.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: " ")) }
      bytes.append(UInt8(ascii: "1") + UInt8(index))
      bytes.append(UInt8(ascii: ":"))
      rule.left.append(to: &bytes)
      bytes.append(UInt8(ascii: ">"))
      Self.append(rule.right, to: &bytes)
    }
    bytes += "; ".utf8
    word.append(to: &bytes)
    return bytes
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension Rewriting {
  /// Reads a problem as `text` writes one.
  public func read(_ text: String) -> Problem? {
    guard text.utf8.count <= 128 else { return nil }
    let bytes = Array(text.utf8)
    // Only words are read; numbers and marks are as they should be if it is written alike.
    var rest = bytes[...]
    func word() -> PackedWord? {
      let letters = rest.prefix { UInt8(ascii: "a")...UInt8(ascii: "d") ~= $0 }
      rest.removeFirst(letters.count)
      return PackedWord(letters)
    }
    var problem = Problem(rules: [], word: PackedWord())
    repeat {
      rest = rest.dropFirst(problem.rules.isEmpty ? 2 : 3)
      guard problem.rules.count < Self.ruleLimit, let left = word(), 2...3 ~= left.count,
        !problem.rules.contains(where: { $0.left == left })
      else { return nil }
      rest = rest.dropFirst()
      let isErasing = rest.first == UInt8(ascii: "e")
      if isErasing { rest = rest.dropFirst() }
      guard let right = isErasing ? PackedWord() : word(), isErasing != !right.isEmpty else {
        return nil
      }
      let rule = Rule(left: left, right: right)
      guard right.count < left.count || rule.isMove else { return nil }
      problem.rules.append(rule)
    } while rest.first == UInt8(ascii: " ")
    rest = rest.dropFirst(2)
    guard let end = word(), !end.isEmpty else { return nil }
    problem.word = end
    guard problem.bytes == bytes, problem.alwaysEnds, problem.isConfluent() else { return nil }
    return problem
  }
}

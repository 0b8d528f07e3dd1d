extension Formula {
  /// Reads a term loosely; callers keep it only if it is written as `text` would.
  ///
  /// - Parameter digitLimit: most digits of a number.
  init?(reading text: Substring, digitLimit: Int = 3) {
    guard text.utf8.count <= 4000 else { return nil }
    var reader = Reader(bytes: Array(text.utf8)[...], digitLimit: digitLimit)
    guard let expression = reader.sum(0), reader.bytes.isEmpty else { return nil }
    self = expression
  }

  private struct Reader {
    var bytes: ArraySlice<UInt8>
    var digitLimit: Int

    private mutating func take(_ byte: UInt8) -> Bool {
      guard bytes.first == byte else { return false }
      bytes = bytes.dropFirst()
      return true
    }

    mutating func sum(_ depth: Int) -> Formula? {
      guard depth < 30, var left = product(depth) else { return nil }
      while let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        bytes = bytes.dropFirst()
        guard let right = product(depth) else { return nil }
        left = .binary(sign, left, right)
      }
      return left
    }

    private mutating func product(_ depth: Int) -> Formula? {
      guard var left = power(depth) else { return nil }
      while let sign = bytes.first, sign == UInt8(ascii: "*") || sign == UInt8(ascii: "/") {
        bytes = bytes.dropFirst()
        guard let right = power(depth) else { return nil }
        left = .binary(sign, left, right)
      }
      return left
    }

    private mutating func power(_ depth: Int) -> Formula? {
      guard let base = atom(depth) else { return nil }
      guard take(UInt8(ascii: "^")) else { return base }
      guard let exponent = natural(), 2...99 ~= exponent else { return nil }
      return .power(base, exponent)
    }

    private mutating func natural() -> Int? {
      let digits = bytes.prefix { (0x30...0x39).contains($0) }
      guard digits.count <= digitLimit, let value = Int(String(decoding: digits, as: UTF8.self))
      else {
        return nil
      }
      bytes = bytes.dropFirst(digits.count)
      return value
    }

    private mutating func atom(_ depth: Int) -> Formula? {
      if take(UInt8(ascii: "-")) { return natural().map { .number(-$0) } }
      if take(UInt8(ascii: "(")) {
        guard let inner = sum(depth + 1), take(UInt8(ascii: ")")) else { return nil }
        return inner
      }
      let word = bytes.prefix { (0x61...0x7A).contains($0) }
      guard !word.isEmpty else { return natural().map { .number($0) } }
      bytes = bytes.dropFirst(word.count)
      let name = String(decoding: word, as: UTF8.self)
      if name == "x" { return .x }
      guard ["sin", "cos", "exp", "ln"].contains(name), take(UInt8(ascii: "(")),
        let argument = sum(depth + 1), take(UInt8(ascii: ")"))
      else { return nil }
      return .function(name, argument)
    }
  }
}

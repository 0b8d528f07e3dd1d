/// A set of states, 1 to 16.
struct StateSet: Sendable, Equatable {
  static let limit = 16

  /// Bit s is state s.
  private(set) var bits: UInt32 = 0

  init() {}

  init(_ state: Int) { bits = 1 << UInt32(state) }

  private init(bits: UInt32) { self.bits = bits }

  /// Reads ascending states, one at least.
  init(_ line: inout Lexer) throws(Rejection) {
    var last = 0
    repeat {
      let state = try Self.state(&line)
      guard state > last else {
        throw .unreadable("expected ascending states, found \(state) after \(last)")
      }
      last = state
      bits |= 1 << UInt32(state)
    } while Self.isDigit(line.word?.first)
  }

  /// Reads a set, or `none`.
  static func orNone(_ line: inout Lexer) throws(Rejection) -> Self {
    line.take("none") ? Self() : try Self(&line)
  }

  static func state(_ line: inout Lexer) throws(Rejection) -> Int {
    guard let word = line.word, let state = number(word[...]) else {
      throw .unreadable("expected a state from 1 to \(limit), found \(line.found)")
    }
    line.advance()
    return state
  }

  /// The state that digits name.
  static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard let first = digits.first, first != UInt8(ascii: "0"), digits.count <= 2,
      let state = Lexer.value(of: digits), state <= limit
    else { return nil }
    return state
  }

  private static func isDigit(_ byte: UInt8?) -> Bool {
    byte.map { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") } ?? false
  }

  var isEmpty: Bool { bits == 0 }
  var count: Int { bits.nonzeroBitCount }
  /// - Precondition: not empty.
  var least: Int { bits.trailingZeroBitCount }

  func contains(_ state: Int) -> Bool { bits >> UInt32(state) & 1 == 1 }
  func union(_ other: Self) -> Self { Self(bits: bits | other.bits) }
  func intersection(_ other: Self) -> Self { Self(bits: bits & other.bits) }
  func subtracting(_ other: Self) -> Self { Self(bits: bits & ~other.bits) }
  func isDisjoint(with other: Self) -> Bool { bits & other.bits == 0 }
  func isSubset(of other: Self) -> Bool { bits & ~other.bits == 0 }

  /// Its states, ascending.
  var members: Members { Members(rest: bits) }

  struct Members: Sequence, IteratorProtocol {
    var rest: UInt32

    mutating func next() -> Int? {
      if rest == 0 { return nil }
      defer { rest &= rest - 1 }
      return rest.trailingZeroBitCount
    }
  }

  /// `1 2 5`, or `none`.
  var text: [UInt8] {
    isEmpty
      ? Array("none".utf8) : Array(members.map { String($0) }.joined(separator: " ").utf8)
  }
}

/// Blocks of states: disjoint sets, ordered by their least states.
enum StateBlocks {
  /// Reads blocks that hold each of some states once.
  static func read(
    _ line: inout Lexer, of states: StateSet
  ) throws(Rejection) -> [StateSet] {
    var blocks: [StateSet] = []
    var seen = StateSet()
    repeat {
      let block = try StateSet(&line)
      guard block.isDisjoint(with: seen), block.isSubset(of: states),
        block.least > blocks.last?.least ?? 0
      else {
        throw .unreadable(
          "expected a block of other states after the blocks before it, found `"
            + String(decoding: block.text, as: UTF8.self) + "`")
      }
      blocks.append(block)
      seen = seen.union(block)
    } while line.take("|")
    guard seen == states else {
      let missing = String(decoding: states.subtracting(seen).text, as: UTF8.self)
      throw .unreadable("expected all states in blocks, found none for \(missing)")
    }
    return blocks
  }

  static func ordered(_ blocks: [StateSet]) -> [StateSet] {
    blocks.sorted { $0.least < $1.least }
  }

  /// `1 4 | 2 | 3 5`.
  static func text(_ blocks: [StateSet]) -> [UInt8] {
    Array(blocks.map(\.text).joined(separator: Array(" | ".utf8)))
  }
}

/// A set of nodes 0 to 15, gone through in ascending order.
package struct NodeSet: Sendable, Hashable {
  private var bits: UInt16

  private init(bits: UInt16) { self.bits = bits }

  /// The empty set.
  package init() { bits = 0 }

  /// One node.
  package init(_ node: Int) { bits = 1 << UInt16(node) }

  /// The nodes below `count`, at most 16.
  package init(below count: Int) { bits = count < 16 ? 1 << UInt16(count) - 1 : .max }

  /// How many nodes it has.
  package var count: Int { bits.nonzeroBitCount }

  /// Whether it has none.
  package var isEmpty: Bool { bits == 0 }

  /// The least node; `nil` if there is none.
  package var first: Int? { bits == 0 ? nil : bits.trailingZeroBitCount }

  /// The greatest node; `nil` if there is none.
  package var last: Int? { bits == 0 ? nil : 15 - bits.leadingZeroBitCount }

  /// Whether a node is in it.
  package func contains(_ node: Int) -> Bool { bits >> UInt16(node) & 1 == 1 }

  /// Adds a node.
  package mutating func insert(_ node: Int) { bits |= 1 << UInt16(node) }

  /// Takes a node out, if it is in it.
  package mutating func remove(_ node: Int) { bits &= ~(1 << UInt16(node)) }

  /// The node that so many lesser ones precede.
  ///
  /// - Precondition: there is one.
  package subscript(index: Int) -> Int {
    var rest = bits
    for _ in 0..<index { rest &= rest &- 1 }
    precondition(rest != 0, "there are \(count) nodes")
    return rest.trailingZeroBitCount
  }

  /// All of both.
  package static func | (first: Self, second: Self) -> Self {
    Self(bits: first.bits | second.bits)
  }

  /// What is in both.
  package static func & (first: Self, second: Self) -> Self {
    Self(bits: first.bits & second.bits)
  }

  /// What is in the first alone.
  package static func - (first: Self, second: Self) -> Self {
    Self(bits: first.bits & ~second.bits)
  }
}

extension NodeSet: Sequence, IteratorProtocol {
  /// The least node left, taken out.
  package mutating func next() -> Int? {
    guard let first else { return nil }
    bits &= bits &- 1
    return first
  }
}

/// Nodes 0 to 15 in an order, at most 32 entries: four bits each, the first lowest.
///
/// A node may be in it twice, as where a walk goes wrong.
package struct NodeList: Sendable, Hashable {
  /// The most entries.
  package static let capacity = 32

  private var bits: UInt128 = 0
  /// How many entries it has.
  package private(set) var count = 0
  /// The nodes that are in it.
  package private(set) var members = NodeSet()

  /// The empty list.
  package init() {}

  /// These nodes in this order.
  ///
  /// - Precondition: there are at most 32, each from 0 to 15.
  package init(_ nodes: some Sequence<Int>) {
    for node in nodes { append(node) }
  }

  /// Adds a node at the end.
  ///
  /// - Precondition: there is room.
  package mutating func append(_ node: Int) {
    precondition(count < Self.capacity && 0..<16 ~= node, "no room, or no node 0 to 15")
    bits |= UInt128(node) &<< UInt128(4 * count)
    count += 1
    members.insert(node)
  }

  /// Takes out the entry at a place.
  ///
  /// - Precondition: there is one.
  package mutating func remove(at place: Int) {
    precondition(0..<count ~= place, "there are \(count) entries")
    let low: UInt128 = 1 &<< UInt128(4 * place) &- 1
    bits = bits & low | bits >> 4 & ~low
    count -= 1
    members = NodeSet()
    for node in self { members.insert(node) }
  }
}

extension NodeList: RandomAccessCollection {
  /// 0.
  package var startIndex: Int { 0 }

  /// The number of entries.
  package var endIndex: Int { count }

  /// The node at a place.
  package subscript(place: Int) -> Int {
    precondition(0..<count ~= place, "there are \(count) entries")
    return Int(truncatingIfNeeded: bits &>> UInt128(4 * place)) & 15
  }
}

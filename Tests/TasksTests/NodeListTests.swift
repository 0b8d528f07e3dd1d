import Randomness
import Tasks
import Testing

/// Held against arrays and sets of numbers.
struct `Packed lists and sets of nodes` {
  @Test func `lists keep their order up to 32 entries`() {
    var stream = Seed(1).stream()
    for _ in 0..<200 {
      var list = NodeList()
      var expected: [Int] = []
      for _ in 0..<100 {
        if expected.count == 32 || !expected.isEmpty && stream.uniform(3) == 0 {
          let place = stream.uniform(expected.count)
          list.remove(at: place)
          expected.remove(at: place)
        } else {
          let node = stream.uniform(16)
          list.append(node)
          expected.append(node)
        }
        #expect(Array(list) == expected)
        #expect(list == NodeList(expected))
        #expect(Array(list.members) == Set(expected).sorted())
      }
    }
  }

  @Test func `sets go through their nodes from the least on`() {
    var stream = Seed(2).stream()
    func random() -> Set<Int> { Set((0..<stream.uniform(12)).map { _ in stream.uniform(16) }) }
    func packed(_ nodes: Set<Int>) -> NodeSet { NodeList(nodes).members }
    for _ in 0..<500 {
      let (one, two) = (random(), random())
      let set = packed(one)
      #expect(Array(set) == one.sorted())
      #expect(Array(set | packed(two)) == one.union(two).sorted())
      #expect(Array(set & packed(two)) == one.intersection(two).sorted())
      #expect(Array(set - packed(two)) == one.subtracting(two).sorted())
      #expect(set.count == one.count)
      #expect(set.isEmpty == one.isEmpty)
      #expect(set.first == one.min())
      #expect(set.last == one.max())
      for (index, node) in one.sorted().enumerated() { #expect(set[index] == node) }
      for node in 0..<16 { #expect(set.contains(node) == one.contains(node)) }
    }
    for count in 0...16 { #expect(Array(NodeSet(below: count)) == Array(0..<count)) }
  }
}

import Testing
import Verifiers

/// Held against arrays.
struct `A short list` {
  private static func list(_ elements: [UInt16]) -> ShortList<UInt16> {
    var list = ShortList<UInt16>(filler: 0)
    for element in elements {
      let isIn = list.append(element)
      #expect(isIn)
    }
    return list
  }

  @Test(arguments: 0...32)
  func `holds what was put in, and no more than 32`(count: Int) {
    let elements = (0..<UInt16(count)).map { $0 &* 7919 }
    var list = Self.list(elements)
    #expect(Array(list) == elements)
    #expect((list.appending(1).map { Array($0) }) == (count < 32 ? elements + [1] : nil))
    let isIn = list.append(1)
    #expect(isIn == (count < 32))
    for place in elements.indices {
      var (shorter, expected) = (Self.list(elements), elements)
      shorter.remove(at: place)
      expected.remove(at: place)
      #expect(Array(shorter) == expected)
      #expect(shorter == Self.list(expected))
      #expect(shorter != Self.list(elements))
    }
  }

  /// By the last digit, so that many are alike.
  @Test(arguments: 0...32)
  func `is sorted without exchanging what is alike`(count: Int) {
    let elements = (0..<UInt16(count)).map { $0 &* 7919 % 100 }
    var list = Self.list(elements)
    list.sort { $0 % 10 < $1 % 10 }
    #expect(Array(list) == (0..<10).flatMap { digit in elements.filter { $0 % 10 == digit } })
  }

  /// What was taken out leaves no trace behind the end.
  @Test func `is equal to another by its elements alone`() {
    var list = Self.list([1, 2, 3])
    list.remove(at: 1)
    #expect(list == Self.list([1, 3]))
    #expect(list != Self.list([1, 2]))
    #expect(list != Self.list([1]))
  }
}

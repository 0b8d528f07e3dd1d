import Testing
import Tokenization

struct `An integer table` {
  @Test func `finds what was put in, and nothing else`() {
    var numbers = Numbers(state: 3)
    for count in [0, 1, 8, 9, 1000] {
      var table = IntegerTable(capacity: count)
      var reference: [UInt64: UInt64] = [:]
      // Keys in a row and far apart, so that neighbours collide.
      for i in 0..<count {
        let key = i.isMultiple(of: 2) ? UInt64(i) : numbers.next() >> 1
        let isNew = reference[key] == nil
        let wasInserted = table.insert(key, UInt64(i))
        #expect(wasInserted == isNew)
        if isNew { reference[key] = UInt64(i) }
      }
      for (key, value) in reference { #expect(table[key] == value) }
      for _ in 0..<1000 {
        let key = numbers.next() >> 1
        #expect(table[key] == reference[key])
      }
    }
  }

  @Test func `keeps the first value of a key`() {
    var table = IntegerTable(capacity: 2)
    let inserted = [table.insert(0, 7), table.insert(0, 8)]
    #expect(inserted == [true, false])
    #expect(table[0] == 7)
  }
}

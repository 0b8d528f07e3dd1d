import Files
import Records
import Testing

struct `The split of a problem` {
  /// .90 * 2^32 = 3865470566.4 and .95 * 2^32 = 4080218931.2.
  @Test(arguments: [
    ("00000000", Split.train), ("e6666666", .train), ("e6666667", .validation),
    ("f3333333", .validation), ("f3333334", .test), ("ffffffff", .test),
  ])
  func `follows from the first eight digits of its content`(prefix: String, expected: Split) {
    #expect(Split(content: prefix + String(repeating: "0", count: 56)) == expected)
  }

  @Test func `gives about nine in ten to training`() {
    let train = (0..<10_000).filter { Split(content: SHA256.hash("\($0)").hex) == .train }.count
    // 9000 ± 6 standard deviations of a binomial (30).
    #expect((8820...9180).contains(train))
  }
}

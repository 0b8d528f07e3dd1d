import Foundation
import Testing
import Tokenization

struct `Aligned byte spans` {
  /// One id for each byte.
  private static let bytes = Tokenizer.train(
    on: [[UInt8]](), vocabularySize: Tokenizer.smallestVocabulary
  ).tokenizer
  /// Merges of its own.
  private static func trained(_ text: String, _ more: Int) -> Tokenizer {
    Tokenizer.train(
      on: [Array(text.utf8)], vocabularySize: Tokenizer.smallestVocabulary + more
    ).tokenizer
  }
  private static let words = trained(
    String(repeating: "hello world the there hello other é 😀 ", count: 20), 24)
  private static let others = trained(
    String(repeating: "low hell or hell ello orld 😀é ", count: 20), 16)

  private static func side(
    _ text: String, _ tokenizer: Tokenizer, problem: String = "p"
  ) -> ByteSpans.Side {
    let (tokens, mask) = tokenizer.encodeSample(
      problem: Array(problem.utf8), solution: Array(text.utf8))
    return .init(tokens: tokens, mask: mask, tokenizer: tokenizer)
  }

  private static func count(_ text: String, _ tokenizer: Tokenizer) -> Int {
    tokenizer.encode(Array(text.utf8)).count
  }

  @Test func `of one tokenizer with itself are all targets, token for token`() {
    let text = "hello there, other world"
    // Problems of other lengths and templates shift nothing.
    let spans = ByteSpans(
      student: Self.side(text, Self.words),
      teacher: Self.side(text, Self.words, problem: "another, longer problem"))
    #expect(spans.targets == Self.count(text, Self.words) + 1)
    #expect(spans.places.count == spans.targets)
    #expect(spans.places.allSatisfy { $0.isClosed && $0.teacher.count == 1 })
    let shift = Set(spans.places.map { $0.teacher.lowerBound - $0.student })
    #expect(shift.count == 1)
  }

  /// A teacher of bytes has a boundary everywhere: its chains spell every token of the student's.
  @Test func `of a teacher with shorter tokens are closed by chains`() {
    let text = "hello é there 😀"
    let spans = ByteSpans(
      student: Self.side(text, Self.words), teacher: Self.side(text, Self.bytes))
    #expect(spans.places.count == spans.targets && spans.places.allSatisfy(\.isClosed))
    #expect(
      spans.places.reduce(0) { $0 + $1.teacher.count } == text.utf8.count + 1,
      "chains must cover every byte and the end once")
    #expect(spans.places.contains { $0.teacher.count > 3 })
  }

  /// A student of bytes begins inside the teacher's tokens most of the time.
  @Test func `of a teacher with longer tokens are those where its tokens begin`() {
    let text = "hello é there 😀"
    let spans = ByteSpans(
      student: Self.side(text, Self.bytes), teacher: Self.side(text, Self.words))
    #expect(spans.places.count == Self.count(text, Self.words) + 1)
    #expect(spans.places.count < spans.targets)
    // A split character: its first byte is there, the others are not, and it is no closed place.
    #expect(spans.places.contains { !$0.isClosed })
  }

  @Test(arguments: [
    "", " ", "\n", "é", "😀", "hello", "low hell or hello", "hello\u{0}there", "ééé😀😀", "a\u{301}",
    String(repeating: "hell", count: 50), "hello there 1234567890 other world é😀é",
  ])
  func `spell the same bytes on both sides`(text: String) {
    for (a, b) in [
      (Self.words, Self.others), (Self.others, Self.words), (Self.bytes, Self.others),
      (Self.words, Self.bytes),
    ] {
      let (student, teacher) = (Self.side(text, a), Self.side(text, b))
      let spans = ByteSpans(student: student, teacher: teacher)
      let (own, _) = a.encodeSample(problem: Array("p".utf8), solution: Array(text.utf8))
      let (theirs, _) = b.encodeSample(problem: Array("p".utf8), solution: Array(text.utf8))
      for place in spans.places where place.isClosed {
        #expect(
          (try? a.decode([own[place.student]]))
            == (try? b.decode(Array(theirs[place.teacher]))))
      }
      // The beginning and the end are common whatever lies between them.
      #expect(spans.places.first?.student == spans.places.map(\.student).min())
      #expect(spans.places.last.map { $0.student == own.count - 1 && $0.isClosed } == true)
      #expect(text.isEmpty || spans.places.count >= 2)
    }
  }

  @Test func `of an empty solution are its end`() {
    let spans = ByteSpans(student: Self.side("", Self.words), teacher: Self.side("", Self.others))
    #expect(spans.targets == 1 && spans.places.count == 1 && spans.places[0].isClosed)
  }

  /// One tokenizer writes a space in front of a text: everything after it is still common.
  @Test func `forgive what only one side has in front`() {
    let student = Self.side("hello there", Self.words)
    for text in [" hello there", "\u{2581}hello there"] {
      let spans = ByteSpans(student: student, teacher: Self.side(text, Self.bytes))
      #expect(spans.places.count == spans.targets)
    }
    // Another word in front: what is equal from there to the end.
    let spans = ByteSpans(student: student, teacher: Self.side("jello there", Self.bytes))
    #expect(spans.places.count < spans.targets && spans.places.count >= 2)
  }

  /// A beginning token makes the first token of a text a target of one side alone.
  @Test func `are the same with and without a beginning token`() {
    let ids = Self.words.encode(Array("hello there".utf8)) + [Tokenizer.eosId]
    var mask = [UInt8](repeating: 1, count: ids.count)
    mask[0] = 0
    let without = ByteSpans.Side(tokens: ids, mask: mask, tokenizer: Self.words)
    let with = ByteSpans.Side(
      tokens: [Tokenizer.sepId] + ids, mask: [0] + [UInt8](repeating: 1, count: ids.count),
      tokenizer: Self.words)
    for (a, b) in [(without, with), (with, without)] {
      let spans = ByteSpans(student: a, teacher: b)
      #expect(spans.places.count == ids.count - 1)
      #expect(Set(spans.places.map { $0.student - $0.teacher.lowerBound }).count == 1)
    }
  }

  @Test func `without a common text are its end alone, and without common runs none`() {
    let spans = ByteSpans(
      student: Self.side("abc", Self.words), teacher: Self.side("xyz", Self.words))
    #expect(spans.places.count == 1 && spans.places[0].student == 5)
    let ids = Self.bytes.encode(Array("abab".utf8))
    let two = ByteSpans.Side(tokens: ids, mask: [0, 1, 0, 1], tokenizer: Self.bytes)
    let one = ByteSpans.Side(tokens: ids, mask: [0, 1, 1, 1], tokenizer: Self.bytes)
    #expect(ByteSpans(student: two, teacher: one).places.isEmpty)
    let none = ByteSpans.Side(tokens: [], mask: [], tokenizer: Self.bytes)
    #expect(ByteSpans(student: none, teacher: none).places.isEmpty)
  }
}

struct `A carrying of tokens` {
  @Test func `leads each token to the one that begins its bytes, ends to the end`() throws {
    let text = String(repeating: "hello world the there hello other ", count: 20)
    let long = Tokenizer.train(on: [Array(text.utf8)], vocabularySize: 283).tokenizer
    let short = Tokenizer.train(on: [Array("ab".utf8)], vocabularySize: 259).tokenizer
    let (a, b) = (try Wrapping(long), try Wrapping(short))
    let size = long.vocabularySize
    #expect(size > 265, "nothing was merged")
    let down = TokenCarrying(from: a, count: 300, to: b)
    #expect(down.first.count == 300 && down.first[size...].allSatisfy { $0 == -1 })
    #expect(down.first[Int(Tokenizer.eosId)] == Tokenizer.eosId)
    #expect(down.first[Int(Tokenizer.sepId)] == -1 && down.first[Int(Tokenizer.padId)] == -1)
    for id in 3..<size {
      let bytes = try long.decode([Int32(id)])
      #expect(try short.decode([down.first[id]]) == [bytes[0]])
    }
    // To itself each token that its own encoder makes leads to itself.
    let same = TokenCarrying(from: a, count: size, to: a)
    let used = Set(long.encode(Array(text.utf8)))
    #expect(used.allSatisfy { same.first[Int($0)] == $0 })
  }
}

import Files
import Foundation
import Scores
import Testing

struct `Totals of items` {
  private static func item(
    _ level: Int, written: Bool = true, reference: TargetScores.Reference
  ) -> ItemScores {
    var scores = TargetScores()
    scores.choices = reference == .exact ? 2 : 0
    scores.forced = 3
    scores.likelihoodLossForced = 0.25 * Double(level)
    scores.crossEntropyForced = 0.5
    scores.entropyForced = reference == .model ? 0.125 : 0
    scores.agreements = reference == .model ? 2 : 0
    scores.topFiveAgreements = reference == .model ? 3 : 0
    return ItemScores(
      id: "i\(level)", family: "f", level: level, isWritten: written, isAnswerRight: true,
      isVerified: level > 1, writtenTokens: 7, scores: scores, reference: reference)
  }

  /// A model that was not asked to write has neither right answers nor wrong ones.
  @Test func `count texts only where there are some`() {
    var totals = Totals()
    totals.add(Self.item(1, reference: .exact))
    totals.add(Self.item(2, reference: .exact))
    totals.add(Self.item(3, written: false, reference: .exact))
    #expect(totals.items == 3 && totals.written == 2)
    #expect(totals.rightAnswers == 2 && totals.verified == 1 && totals.writtenTokens == 14)
    #expect(totals.targets == 15 && totals.scores.choices == 6)
    #expect(totals.scores.likelihoodLossForced == 1.5)
    #expect(!totals.isAgainstTeacher)
  }

  @Test(arguments: [TargetScores.Reference.exact, .model])
  func `added up are those of all items`(reference: TargetScores.Reference) {
    let items = (1...5).map { Self.item($0, reference: reference) }
    var all = Totals()
    for item in items { all.add(item) }
    var (first, rest) = (Totals(), Totals())
    for item in items.prefix(2) { first.add(item) }
    for item in items.dropFirst(2) { rest.add(item) }
    first += rest
    #expect(first == all)
    #expect(all.isAgainstTeacher == (reference == .model))
  }

  /// `report.json` keeps them; what it reads back has to be what it wrote.
  @Test(arguments: [TargetScores.Reference.exact, .model])
  func `are read back as they were written`(reference: TargetScores.Reference) throws {
    var totals = Totals(family: "f", level: 2)
    totals.add(Self.item(2, reference: reference))
    let bytes = try JSONEncoder().encode(totals)
    #expect(try JSONDecoder().decode(Totals.self, from: bytes) == totals)
    let keys = try JSON.parse(Array(bytes)).objectValue?.members.map(\.key) ?? []
    #expect(keys.contains("teacher") == (reference == .model))
  }
}

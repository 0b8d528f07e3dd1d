import Files
import Scores
import Testing

struct `A line of an evaluation` {
  private static func line(_ reference: TargetScores.Reference) throws -> JSONObject {
    var scores = TargetScores()
    scores.choices = 1
    scores.forced = 2
    scores.crossEntropyChoice = 0.5
    scores.invalidMass = 0.25
    scores.agreements = 3
    scores.topFiveAgreements = 3
    let item = ItemScores(
      id: "a-1", family: "a", level: 4, isWritten: true, isAnswerRight: true, writtenTokens: 9,
      scores: scores, reference: reference)
    let bytes = item.line(firstError: 2, text: "x=1")
    return try #require(try JSON.parse(bytes).objectValue)
  }

  /// The last field stands only where there is a teacher.
  @Test func `has every field once, in its order`() throws {
    let names = ItemScores.Field.allCases.map(\.rawValue)
    #expect(try Self.line(.model).members.map(\.key) == names)
    let line = try Self.line(.exact)
    #expect(line.members.map(\.key) == names.dropLast())
    #expect(line["answer_ok"] == true && line["verified"] == false)
    #expect(line["first_error"] == 2 && line["generated"] == "x=1")
    #expect(line["ce_choice"] == 0.5 && line["invalid_mass"] == 0.25 && line["n_agree"] == 3)
  }

  /// A figure without ground is no zero.
  @Test func `says null where the test set gives no ground`() throws {
    let bare = try Self.line(.none)
    for key in ["ce_choice", "ce_forced", "entropy_choice", "entropy_forced", "n_agree"] {
      #expect(bare[key] == .null, "\(key)")
    }
    #expect(bare["nll_choice"]?.doubleValue == 0)
    let taught = try Self.line(.model)
    #expect(taught["invalid_mass"] == .null && taught["n_agree"] == 3)
    #expect(taught["n_agree_top5"] == 3)
  }
}

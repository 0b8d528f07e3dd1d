import Files
import Kernels
import SoftLabels
import Stages
import Testing
import Training

struct `Objectives on labels of a few tokens` {
  private func reason(_ name: String, _ meaning: TargetMeaning) throws -> String? {
    let objective = try #require(Objectives.all.first { $0.name == name })
    var settings = Settings([:])
    return try objective.init(&settings).loss.misfit(meaning.noRows)
  }

  /// What is planned from: the same answer as a training's first step would get.
  @Test func `are refused where the loss needs what the labels leave out`() throws {
    let ghost = TargetMeaning.sparse(.kept(tail: .ghost, temperatures: [1, 2]))
    let renormalised = TargetMeaning.sparse(.kept(tail: .renormalise, temperatures: [1]))
    for meaning in [TargetMeaning.whole, ghost, renormalised, .sparse(.draws)] {
      #expect(try reason("forward-kl", meaning) == nil)
    }
    for name in ["reverse-kl", "jsd", "skew-kl", "skew-reverse-kl", "total-variation"] {
      #expect(try reason(name, .whole) == nil && reason(name, renormalised) == nil)
      #expect(try reason(name, ghost)?.contains("every token") == true)
      #expect(try reason(name, .sparse(.draws)) != nil)
    }
  }
}

import Foundation
import Scores
import SoftLabels
import Testing

/// A model and a truth over four tokens, written out by hand: tokens 0 1 2 3, targets 2 and 3.
private struct ByHand {
  static let tokens: [Int32] = [0, 1, 2, 3]
  static let mask: [UInt8] = [0, 0, 1, 1]
  /// Row 0 is no target's; at row 1 the truth has a choice of two tokens; row 2 is forced.
  static let truth: [Double] = [
    0, 1, 0, 0,
    0, 0.25, 0.75, 0,
    0, 0, 0, 1,
  ]
  static let model: [Double] = [
    0.97, 0.01, 0.01, 0.01,
    0.125, 0.25, 0.5, 0.125,
    0.1, 0.2, 0.3, 0.4,
  ]

  static func logarithms(_ p: [Double]) -> [Float] { p.map { Float(log($0)) } }

  static func scores(
    rows: [Float] = logarithms(model), stored: [Float] = logarithms(truth),
    as reference: TargetScores.Reference
  ) throws -> TargetScores {
    try TargetScores(
      rows: rows.span, stored: stored.span, as: reference, tokens: tokens, mask: mask,
      vocabulary: 4, sample: "by-hand")
  }
}

/// float32 logarithms are off by at most 2^-24 of themselves, here below 5.
private func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-6 }

struct `Agreement with a teacher in the five likeliest` {
  /// The slow way: sort, take the value in fifth place, and look which tokens reach it.
  private static func isIn(_ p: ArraySlice<Float>, _ q: ArraySlice<Float>) -> Bool {
    let fifth = q.sorted(by: >).prefix(5).last ?? 0
    let best = p.max() ?? 0
    return zip(p, q).contains { $0 == best && $1 >= fifth }
  }

  /// Few different values, so that ties are everywhere: at the teacher's top and in fifth place.
  @Test(arguments: [3, 5, 6, 17, 64]) func `is what sorting says`(vocabulary V: Int) throws {
    var seed: UInt64 = 7
    func draw(_ below: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % below
    }
    func rows(_ count: Int) -> [Float] {
      (0..<count).flatMap { _ in
        let weights = (0..<V).map { _ in exp(Double(draw(4))) }
        let sum = weights.reduce(0, +)
        return weights.map { Float(log($0 / sum)) }
      }
    }
    let targets = 200
    let (model, teacher) = (rows(targets), rows(targets))
    let tokens = (0...targets).map { _ in Int32(draw(V)) }
    let mask = [0] + [UInt8](repeating: 1, count: targets)
    let scores = try TargetScores(
      rows: model.span, stored: teacher.span, as: .model, tokens: tokens, mask: mask,
      vocabulary: V, sample: "drawn")
    let expected = (0..<targets).count {
      Self.isIn(teacher[$0 * V..<($0 + 1) * V], model[$0 * V..<($0 + 1) * V])
    }
    #expect(scores.topFiveAgreements == expected)
    #expect(V <= 5 ? expected == targets : expected < targets)
    #expect(scores.agreements <= scores.topFiveAgreements)
  }

  /// Equal tokens share a place, wherever they stand: six equals are all among the five.
  @Test func `does not depend on the order of equals`() throws {
    let even = [Float](repeating: Float(log(1.0 / 6)), count: 6)
    for likeliest in 0..<6 {
      var teacher = [Float](repeating: Float(log(0.1)), count: 6)
      teacher[likeliest] = Float(log(0.5))
      let scores = try TargetScores(
        rows: even.span, stored: teacher.span, as: .model, tokens: [0, 1], mask: [0, 1],
        vocabulary: 6, sample: "even")
      #expect(scores.topFiveAgreements == 1, "\(likeliest)")
    }
    // Five that are likelier leave no place.
    var rising = (0..<6).map { Float(log(Double($0 + 1) / 21)) }
    let teacher = (0..<6).map { Float(log($0 == 0 ? 0.5 : 0.1)) }
    func count() throws -> Int {
      try TargetScores(
        rows: rising.span, stored: teacher.span, as: .model, tokens: [0, 1], mask: [0, 1],
        vocabulary: 6, sample: "rising"
      ).topFiveAgreements
    }
    #expect(try count() == 0)
    rising[0] = rising[1]
    #expect(try count() == 1)
  }

  /// The exact distributions are no teacher's.
  @Test func `is not counted against the truth`() throws {
    #expect(try ByHand.scores(as: .exact).topFiveAgreements == 0)
    #expect(try ByHand.scores(as: .model).topFiveAgreements == 2)
  }
}

struct `Target scores` {
  @Test func `split by choice and forced positions, as computed by hand`() throws {
    let scores = try ByHand.scores(as: .exact)
    #expect(scores.choices == 1 && scores.forced == 1)
    #expect(close(scores.likelihoodLossChoice, log(2)))
    #expect(close(scores.likelihoodLossForced, -log(0.4)))
    #expect(close(scores.crossEntropyChoice, 0.25 * log(4) + 0.75 * log(2)))
    #expect(close(scores.crossEntropyForced, -log(0.4)))
    #expect(close(scores.entropyChoice, -0.25 * log(0.25) - 0.75 * log(0.75)))
    #expect(scores.entropyForced == 0)
    #expect(close(scores.invalidMass, 0.25 + 0.6))
  }

  /// Nothing but the truth reaches the floor, and nothing passes below it.
  @Test func `the truth itself scores its entropy`() throws {
    let scores = try ByHand.scores(
      rows: ByHand.logarithms(ByHand.truth), as: .exact)
    #expect(close(scores.crossEntropyChoice, scores.entropyChoice))
    #expect(scores.crossEntropyForced == 0 && scores.invalidMass == 0)
  }

  /// Where two tokens are equally likely both are right: which one stands first is no matter.
  @Test func `agree with any of several likeliest tokens`() throws {
    let truth: [Double] = [
      0, 1, 0, 0,
      0.5, 0, 0.5, 0,
      0.25, 0.25, 0.25, 0.25,
    ]
    func agreements(_ first: [Double], _ second: [Double]) throws -> Int {
      try ByHand.scores(
        rows: ByHand.logarithms([0.97, 0.01, 0.01, 0.01] + first + second),
        stored: ByHand.logarithms(truth), as: .exact
      ).agreements
    }
    let last = [0.1, 0.2, 0.3, 0.4]
    #expect(try agreements([0.4, 0.3, 0.2, 0.1], last) == 2)
    #expect(try agreements([0.2, 0.3, 0.4, 0.1], last) == 2)
    #expect(try agreements([0.3, 0.4, 0.2, 0.1], last) == 1)
    #expect(try agreements([0.1, 0.2, 0.3, 0.4], last) == 1)
    // The model's own ties go to the first, as greedy writing does.
    #expect(try agreements([0.4, 0.4, 0.1, 0.1], last) == 2)
    #expect(try agreements([0.1, 0.4, 0.4, 0.1], last) == 1)
  }

  @Test func `a teacher's distribution makes no choice positions`() throws {
    let scores = try ByHand.scores(as: .model)
    #expect(scores.choices == 0 && scores.forced == 2 && scores.invalidMass == 0)
    let exact = try ByHand.scores(as: .exact)
    #expect(close(scores.crossEntropyForced, exact.crossEntropyChoice + exact.crossEntropyForced))
    #expect(close(scores.entropyForced, exact.entropyChoice))
  }

  @Test func `without labels only the likelihood counts`() throws {
    let scores = try ByHand.scores(stored: [], as: .none)
    #expect(scores.targets == 2 && scores.crossEntropyForced == 0)
    #expect(close(scores.likelihoodLossForced, log(2) - log(0.4)))
  }

  @Test func `sums add up`() throws {
    let one = try ByHand.scores(as: .exact)
    var two = one
    two += one
    #expect(two.targets == 4 && close(two.crossEntropyChoice, 2 * one.crossEntropyChoice))
    #expect(close(two.invalidMass, 2 * one.invalidMass))
  }

  /// A model that says NaN, or rules out what comes, has no finite score: never a silent 0.
  @Test(arguments: [Float.nan, -.infinity]) func `what is not finite is refused`(bad: Float) {
    var rows = ByHand.logarithms(ByHand.model)
    rows[4 + 2] = bad
    #expect(throws: SoftLabelError.self) { try ByHand.scores(rows: rows, as: .exact) }
    #expect(throws: SoftLabelError.self) { try ByHand.scores(rows: rows, stored: [], as: .none) }
  }

  @Test func `a row too few is refused`() {
    let rows = Array(ByHand.logarithms(ByHand.model).dropLast(4))
    #expect(throws: SoftLabelError.self) { try ByHand.scores(rows: rows, as: .exact) }
  }
}

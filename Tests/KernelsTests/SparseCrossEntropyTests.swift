import Foundation
import Kernels
import Testing

/// Tolerances as in `Cross-entropy`.
struct `Cross-entropy against rows of a few tokens` {
  /// Some tokens of a distribution over V, and what they leave out, at temperatures 1 and 2.
  struct Target {
    var ids: [Int32]
    var logs: [Float]
    var odds: [Float]
    var entropy: Float = 0
    var meaning: SparseRows.Meaning

    var rows: SparseRows {
      let rows = SparseRows(count: 3, capacity: max(1, ids.count), meaning: meaning)
      rows.set(1, ids: ids, logs: logs, odds: odds, entropy: entropy)
      return rows
    }
    var tail: TailPolicy {
      if case .kept(let tail, _) = meaning { tail } else { .ghost }
    }
  }

  static let temperatures: [Float] = [1, 2]

  static func kept(_ V: Int, _ k: Int, _ tail: TailPolicy) -> Target {
    let logits = doubles(draw(V, seed: 5, scale: 2))
    let p = Reference.logSoftmax(logits)
    let ids = (0..<k).map { ($0 * 29 + 3) % V }.sorted()
    precondition(Set(ids).count == k)
    let odds = temperatures.map { T -> Float in
      var (head, others) = (0.0, 0.0)
      for (v, log) in p.enumerated() {
        let power = exp(log / Double(T))
        if ids.contains(v) { head += power } else { others += power }
      }
      return Float(log(others / head))
    }
    return Target(
      ids: ids.map { Int32($0) }, logs: ids.map { Float(p[$0]) }, odds: odds,
      meaning: .kept(tail: tail, temperatures: temperatures))
  }

  /// Three draws of four, which do not sum to 1.
  static func draws(_ V: Int) -> Target {
    Target(
      ids: V > 2 ? [0, Int32(V / 2), Int32(V - 1)] : [0, 1],
      logs: (V > 2 ? [0.5, 0.3, 0.4] : [0.5, 0.7]).map { Float(log($0)) }, odds: [], entropy: 0.75,
      meaning: .draws)
  }

  func found(
    _ x: [Float], _ target: Target, token: Int32 = 1, _ loss: ForwardDivergence,
    _ set: InstructionSet
  ) -> (result: SoftLossSums, d: [Float]) {
    loss.run(x, .sparse(target.rows, rows: [1], room: Floats(zeros: x.count)), [token], on: set)
  }

  static let sizes: [(Int, Int)] = [
    (2, 1), (15, 4), (16, 15), (17, 16), (17, 17), (63, 17), (64, 64), (65, 2), (65, 33),
  ]

  @Test(
    arguments: Dispatch.available,
    [ForwardDivergence(), .init(mix: 0.25), .init(temperature: 2), .init(temperature: 2, mix: 0.4)])
  func `agrees with the reference and with central differences`(
    set: InstructionSet, loss: ForwardDivergence
  ) {
    for (V, k) in Self.sizes {
      let x = draw(V, seed: 1, scale: 2)
      var targets = TailPolicy.allCases.map { Self.kept(V, k, $0) }
      if loss.temperature == 1 { targets.append(Self.draws(V)) }
      for target in targets {
        // A token in the head, and one outside it where there is one.
        for token in Set([
          Int(target.ids[0]), (0..<V).first { !target.ids.contains(Int32($0)) } ?? 0,
        ]) {
          func reference(_ x: [Double]) -> (sums: LossSums, gradient: [Double]) {
            Reference.sparseCrossEntropy(
              logits: x, ids: target.ids.map { Int($0) }, logs: doubles(target.logs),
              odds: target.odds.isEmpty
                ? nil
                : (Double(target.odds[0]), Double(target.odds[loss.temperature == 1 ? 0 : 1])),
              tail: target.tail, entropy: Double(target.entropy), token: token,
              temperature: Double(loss.temperature), mix: Double(loss.mix))
          }
          let expected = reference(doubles(x))
          let (result, d) = found(x, target, token: Int32(token), loss, set)
          let T = Double(loss.temperature)
          let tolerance = `Cross-entropy`.relative(V) * 4 * T
          #expect(result.badRow == nil)
          #expect(`Cross-entropy`().close(result.sums, expected.sums, 20 * tolerance * T))
          #expect(mismatch(d, expected.gradient, absolute: tolerance, relative: 0) == nil)
          let numeric = centralDifferences(doubles(x)) { reference($0).sums.loss }
          #expect(mismatch(d, numeric, absolute: tolerance + 1e-8, relative: 0) == nil)
          #expect(mismatch(d.map { -$0 }, numeric, absolute: tolerance + 1e-8, relative: 0) != nil)
        }
      }
    }
  }

  @Test(
    arguments: Dispatch.available,
    ["ghost", "ghost-mixed", "renormalise", "to-label", "to-label-mixed", "draws"])
  func `agrees with PyTorch`(set: InstructionSet, name: String) throws {
    let golden = try Golden("sparse-\(name)")
    let loss = ForwardDivergence(
      temperature: Float(golden.number("temperature")), mix: Float(golden.number("mix")))
    let k = golden.count("k")
    let tail = TailPolicy(rawValue: name.replacingOccurrences(of: "-mixed", with: "")) ?? .ghost
    let rows = SparseRows(
      count: 3, capacity: k,
      meaning: name == "draws" ? .draws : .kept(tail: tail, temperatures: [1, 2]))
    for r in 0..<3 {
      let (ids, logs) = (golden.tokens("ids"), golden.floats("logs"))
      rows.set(
        r, ids: Array(ids[(r * k)..<((r + 1) * k)]), logs: Array(logs[(r * k)..<((r + 1) * k)]),
        odds: name == "draws"
          ? [] : [golden.floats("oddsAtOne")[r], golden.floats("oddsAtTwo")[r]],
        entropy: golden.floats("entropies")[r])
    }
    let x = golden.floats("logits")
    let (result, d) = loss.run(
      x, .sparse(rows, rows: [0, 1, 2], room: Floats(zeros: x.count)), golden.tokens("tokens"),
      on: set, weights: golden.floats("weights"))
    let expected = LossSums(
      loss: golden.number("loss"), crossEntropy: golden.number("crossEntropy"),
      divergence: golden.number("divergence"))
    #expect(result.badRow == nil)
    // Weights add up to 3; logarithms are stored as float32.
    let tolerance = `Cross-entropy`.relative(21) * 8 * Double(loss.temperature)
    #expect(`Cross-entropy`().close(result.sums, expected, 80 * tolerance))
    #expect(mismatch(d, golden["dLogits"], absolute: 2 * tolerance, relative: 0) == nil)
  }

  /// Where nothing is left out, all policies are the loss against the whole distribution.
  @Test(arguments: Dispatch.available, TailPolicy.allCases)
  func `is that against whole rows when all tokens are kept`(
    set: InstructionSet, tail: TailPolicy
  ) {
    let x = draw(33, seed: 1, scale: 2)
    let target = Self.kept(33, 33, tail)
    let whole = (0..<33).map { id in
      Double(target.logs[target.ids.firstIndex(of: Int32(id)) ?? 0])
    }
    for loss in [ForwardDivergence(mix: 0.5), .init(temperature: 2, mix: 0.75)] {
      let expected = Reference.softCrossEntropy(
        logits: doubles(x), targets: whole, token: 1, temperature: Double(loss.temperature),
        mix: Double(loss.mix))
      let (result, d) = found(x, target, loss, set)
      let tolerance = `Cross-entropy`.relative(33) * 16
      #expect(`Cross-entropy`().close(result.sums, expected.sums, 20 * tolerance))
      #expect(mismatch(d, expected.gradient, absolute: tolerance, relative: 0) == nil)
    }
  }

  /// Such a row learns its next token, at temperature 1, whatever the others do.
  @Test(arguments: Dispatch.available)
  func `a row without entries is hard`(set: InstructionSet) {
    let x = draw(33, seed: 1, scale: 2)
    let expected = Reference.hardCrossEntropy(logits: doubles(x), token: 7, epsilon: 0)
    let empty = Target(
      ids: [], logs: [], odds: [0, 0],
      meaning: .kept(tail: .ghost, temperatures: Self.temperatures))
    for loss in [ForwardDivergence(), .init(temperature: 2, mix: 0.25)] {
      let (result, d) = found(x, empty, token: 7, loss, set)
      #expect(result.badRow == nil)
      #expect(
        `Cross-entropy`().close(result.sums, expected.sums, 40 * `Cross-entropy`.relative(33)))
      #expect(
        mismatch(d, expected.gradient, absolute: 4 * `Cross-entropy`.relative(33), relative: 0)
          == nil)
    }
  }

  /// A student that is all but sure of the head: the tail's weight must not vanish in a difference.
  @Test(arguments: Dispatch.available)
  func `keeps a tail far below the head`(set: InstructionSet) {
    var x = draw(65, seed: 1, scale: 1)
    x[3] += 120
    let odds = Float(log(0.25 / 0.75))
    let target = Target(
      ids: [3], logs: [Float(log(0.75))], odds: [odds, odds],
      meaning: .kept(tail: .ghost, temperatures: Self.temperatures))
    let expected = Reference.sparseCrossEntropy(
      logits: doubles(x), ids: [3], logs: [Double(target.logs[0])],
      odds: (Double(odds), Double(odds)), tail: .ghost, token: 3, temperature: 1, mix: 1)
    let (result, d) = found(x, target, token: 3, ForwardDivergence(), set)
    // Sums of logits of up to 120, each rounded to 4e-6.
    #expect(abs(result.sums.loss - expected.sums.loss) < 1e-4)
    #expect(expected.sums.loss > 25)
    #expect(
      mismatch(d, expected.gradient, absolute: 8 * `Cross-entropy`.relative(65), relative: 0)
        == nil)
  }

  /// Memory is safe and nothing is trained on, whatever the rows hold.
  @Test(arguments: Dispatch.available)
  func `reports rows that are no distribution`(set: InstructionSet) {
    let x = draw(33, seed: 1, scale: 2)
    let good = Self.kept(33, 5, .ghost)
    let faults: [(inout Target) -> Void] = [
      { $0.ids[4] = 33 }, { $0.ids[0] = -1 }, { $0.ids[2] = $0.ids[3] },
      { $0.ids.swapAt(1, 2) }, { $0.logs[2] = .nan }, { $0.logs[2] = .infinity },
      { $0.logs[2] = 3 }, { $0.odds[0] = .nan }, { $0.odds[0] += 1 },
      { $0.logs = $0.logs.map { _ in -.infinity } },
    ]
    for loss in [ForwardDivergence(), .init(temperature: 2, mix: 0.5)] {
      #expect(found(x, good, loss, set).result.badRow == nil)
      for fault in faults {
        var target = good
        fault(&target)
        let (result, d) = found(x, target, loss, set)
        #expect(result.badRow == 0)
        #expect(result.sums == LossSums() && d.allSatisfy { $0 == 0 })
      }
    }
    var drawn = Self.draws(33)
    drawn.logs[1] = .nan
    #expect(found(x, drawn, ForwardDivergence(), set).result.badRow == 0)
  }

  @Test(arguments: Dispatch.available)
  func `a NaN logit makes the loss NaN`(set: InstructionSet) {
    for place in [3, 4] {
      var x = draw(33, seed: 1)
      x[place] = .nan
      let loss = found(x, Self.kept(33, 1, .ghost), ForwardDivergence(), set).result.sums.loss
      #expect(loss.isNaN)
    }
  }

  @Test func `refuses temperatures at which what is left out is unknown`() {
    func targets(_ target: Target) -> SparseTargets { SparseTargets(target.rows, rows: [1]) }
    let ghost = targets(Self.kept(5, 2, .ghost))
    #expect(ForwardDivergence(temperature: 2).misfit(ghost) == nil)
    #expect(ForwardDivergence(temperature: 3).misfit(ghost) != nil)
    let renormalised = targets(Self.kept(5, 2, .renormalise))
    #expect(ForwardDivergence(temperature: 3).misfit(renormalised) == nil)
    #expect(ForwardDivergence(temperature: 2).misfit(targets(Self.draws(5))) != nil)
    #expect(ReverseDivergence().misfit(ghost) != nil)
    #expect(ReverseDivergence().misfit(targets(Self.draws(5))) != nil)
    #expect(ReverseDivergence().misfit(renormalised) == nil)
    #expect(MixtureDivergence(.totalVariation).misfit(ghost) != nil)
  }

  /// A loss that needs rows whole sees the kept tokens, and probability 0 elsewhere.
  @Test(arguments: Dispatch.available)
  func `is expanded for losses that read whole rows`(set: InstructionSet) {
    let x = draw(33, seed: 1, scale: 2)
    let target = Self.kept(33, 9, .renormalise)
    var whole = [Float](repeating: -.infinity, count: 33)
    for (id, log) in zip(target.ids, target.logs) { whole[Int(id)] = log }
    let loss = ReverseDivergence(floor: -12)
    let (expected, d) = loss.run(x, .logits(Floats(whole)), [1], on: set)
    let (result, e) = loss.run(
      x, .sparse(target.rows, rows: [1], room: Floats(zeros: 33)), [1], on: set)
    #expect(result == expected && d == e)
  }
}

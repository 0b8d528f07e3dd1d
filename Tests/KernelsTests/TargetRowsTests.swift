import Kernels
import Testing

/// The forms in which a batch's targets lie: what they give, and what they refuse.
struct `Rows of targets` {
  private let V = 5
  private let rows: [Float] = (0..<20).map { -Float($0 % 7) / 3 }

  private func dense(_ targets: some TargetRows, _ asked: [Int32]) -> [Float]? {
    let room = Floats(zeros: asked.count * V)
    let found = targets.distributions(
      of: asked[...], vocabulary: V, room: room, scratch: Floats(zeros: 3), engine: .openBLAS)
    switch found {
    case .logits(let floats): return floats.array
    case .halves(let halves, let places):
      return places.flatMap { place in
        floats(ofHalves: halves.bits((Int(place) * V)..<(Int(place + 1) * V)).span)
      }
    case .top, .sparse, .projected: return nil
    }
  }

  @Test func `in float32 are copied in the order asked for`() {
    #expect(dense(LogitTargets(rows), [3, 0]) == Array(rows[15..<20] + rows[0..<5]))
  }

  @Test func `as halves are found by their places`() {
    let targets = HalfTargets(Halves(halfBits(Floats(rows))), rows: [2, 3, 0])
    let exact = floats(ofHalves: halfBits(Floats(rows)).span)
    #expect(dense(targets, [1, 2]) == Array(exact[15..<20] + exact[0..<5]))
  }

  /// Scratch for one and a half states: they pass through it one by one.
  @Test func `as hidden states are rebuilt, however little scratch there is`() {
    let states = HiddenStates(.float16, rowCount: 3, width: 2)
    _ = states.store(0..<3, from: Floats([1, 2, 3, 4, 5, 6]))
    let readout = Floats([1, 0, 0, 1, 1, 1, 2, -1, 0, 0])
    let targets = HiddenTargets(states, rows: [2, 0, 1], readout: readout)
    #expect(dense(targets, [0, 1, 2]) == [5, 6, 11, 4, 0, 1, 2, 3, 0, 0, 3, 4, 7, 2, 0])
    #expect(targets.scratchWidth == 2)
  }

  /// A living teacher's, row by row of the batch; the scratch holds one state.
  @Test func `as states in float32 are rebuilt in the order asked for`() {
    let readout = Floats([1, 0, 0, 1, 1, 1, 2, -1, 0, 0])
    let targets = StateTargets(Floats([1, 2, 3, 4, 5, 6]), width: 2, readout: readout)
    #expect(dense(targets, [2, 0]) == [5, 6, 11, 4, 0, 1, 2, 3, 0, 0])
    #expect(targets.scratchWidth == 2 && targets.areWhole)
    #expect(targets.misfit(rows: 3, vocabulary: 5) == nil)
    #expect(targets.misfit(rows: 2, vocabulary: 5) != nil)
    #expect(targets.misfit(rows: 3, vocabulary: 4) != nil)
  }

  @Test func `that do not fit the batch say why`() {
    let halves = Halves(halfBits(Floats(rows)))
    let states = HiddenStates(.int8, rowCount: 4, width: 2)
    let top = TopRows(k: 2, ids: [0, 1], logProbabilities: [-1, -1], tails: [0.2])
    let fits: [any TargetRows] = [
      LogitTargets(rows), HalfTargets(halves, rows: [0, 1, 2, 3]),
      HiddenTargets(states, rows: [3, 2, 1, 0], readout: Floats(zeros: 10)),
    ]
    for targets in fits { #expect(targets.misfit(rows: 4, vocabulary: V) == nil) }
    let wrong: [any TargetRows] = [
      LogitTargets([1]), HalfTargets(halves, rows: [0, 1, 2]),
      HalfTargets(halves, rows: [0, 1, 2, 4]), HalfTargets(halves, rows: [0, -1, 2, 3]),
      HiddenTargets(states, rows: [0, 1, 2, 4], readout: Floats(zeros: 10)),
      HiddenTargets(states, rows: [0, 1, 2, 3], readout: Floats(zeros: 8)), TopTargets(top),
    ]
    for targets in wrong { #expect(targets.misfit(rows: 4, vocabulary: V) != nil) }
    #expect(TopTargets(top).misfit(rows: 1, vocabulary: 2) == nil)
    #expect(TopTargets(top).misfit(rows: 1, vocabulary: 1) != nil)
  }

  /// Only the sum of a tail is known, and that at temperature 1.
  @Test func `of the likeliest tokens are taken at temperature 1 alone`() {
    let top = TopTargets(TopRows(k: 1, ids: [0], logProbabilities: [0], tails: [0]))
    #expect(ForwardDivergence().misfit(top) == nil)
    #expect(ForwardDivergence(temperature: 2).misfit(top) != nil)
    #expect(ForwardDivergence(temperature: 2).misfit(LogitTargets([0])) == nil)
    #expect(
      NextToken(epsilon: 0.999).misfit(nil) == nil && NextToken(epsilon: 1).misfit(nil) != nil)
  }
}

internal import Kernels
internal import Models
internal import Randomness
internal import Synchronization

/// Matches the inner states of a student to a teacher's, step by step, and learns what it takes to
/// compare states of two widths.
///
/// The projection is drawn from the training's seed, updated like the student (by AdamW with the
/// same settings, clipped by its own norm) and kept in checkpoints, but not in the model that is
/// written.
final class StateMatcher: Sendable {
  private let choice: MatchingChoice
  private let student: TransformerConfiguration
  let site: StateSite
  /// Numbers of a teacher's row.
  let teacherWidth: Int
  private let engine: MatrixEngine
  /// Of a projection: `(teacher's width, student's width)`.
  let projection: Floats?
  /// One for each part of a pass, added in their order.
  private let gradients: [Floats]
  /// Sum of distances, for each part.
  private let sums: Mutex<[Double]>
  /// Heads of relations, and the shape of the teacher's attention.
  private let relations: (heads: Int, teacher: AttentionShape)?

  /// - Parameters:
  ///   - teacher: the living one, if there is one.
  ///   - width: of the states that are given.
  ///   - parts: of a pass.
  /// - Throws: `TrainingError.teacher` for layers, heads or widths that do not fit.
  init(
    _ choice: MatchingChoice, student: TransformerConfiguration, teacher: LivingTeachers?,
    width: Int, parts: Int, seed: UInt64, engine: MatrixEngine
  ) throws {
    self.choice = choice
    self.student = student
    self.engine = try MatrixEngine(backend: engine.backend, precision: .float32)
    site = choice.site(choice.studentLayer, of: student)
    if let reason = site.misfit(student) {
      throw TrainingError.teacher(
        name: "of matching", reason: "is to teach \(reason) -- name a student_layer that there is")
    }
    teacherWidth = width
    switch choice.kind {
    case .states:
      let count = width * student.hiddenSize
      let drawn = Floats(zeros: count)
      var stream = Seed(seed).child("state-projection").stream()
      let deviation = 1 / Double(student.hiddenSize).squareRoot()
      for i in 0..<count { drawn[i] = Float(deviation * stream.normal()) }
      projection = drawn
      gradients = (0..<parts).map { _ in Floats(zeros: count) }
      relations = nil
    case .relations(let asked):
      guard let teacher else {
        throw TrainingError.teacher(
          name: "of matching", reason: "is stored, and relations need one that is run")
      }
      projection = nil
      gradients = []
      relations = (
        try Self.heads(asked, student.attention, teacher), teacher.configuration.attention
      )
    }
    sums = Mutex([Double](repeating: 0, count: parts))
  }

  /// As many relation heads as were asked for, or the most that divide the widths of queries and
  /// keys of both, at most the student's.
  private static func heads(
    _ asked: Int?, _ student: AttentionShape, _ teacher: LivingTeachers
  ) throws -> Int {
    let other = teacher.configuration.attention
    let widths = [student, other].flatMap { [$0.outputWidth, $0.keyValueHeads * $0.headWidth] }
    if let asked {
      guard let width = widths.first(where: { $0 % asked != 0 }) else { return asked }
      throw TrainingError.teacher(
        name: teacher.name,
        reason: "relation_heads \(asked) does not divide all of the widths "
          + widths.map(String.init).joined(separator: ", ") + " (not \(width)) -- choose a divisor")
    }
    return (1...student.heads).last { heads in widths.allSatisfy { $0 % heads == 0 } } ?? 1
  }

  /// Starts a step.
  func begin() {
    for gradient in gradients { gradient.zero() }
    sums.withLock { all in for part in all.indices { all[part] = 0 } }
  }

  /// The loss of a batch whose teacher's states are these.
  func matching(_ states: any StateRows, weight: Double) -> any StateMatching {
    Match(matcher: self, teacher: states, weight: Float(weight))
  }

  /// Sum over the targets since `begin`, each times its weight, of the distance that is minimised;
  /// without the weight of the term.
  var distanceSum: Double { sums.withLock { $0.reduce(0, +) } }

  /// The gradient of the projection since `begin`.
  var gradient: Floats? {
    guard let first = gradients.first else { return nil }
    for other in gradients.dropFirst() {
      add(other, to: first)
      other.zero()
    }
    return first
  }

  /// Floating-point operations of matching a batch, forward and backward.
  func operations(_ batch: Batch) -> Double {
    if projection != nil {
      return 6 * Double(batch.targetCount) * Double(teacherWidth) * Double(student.hiddenSize)
    }
    guard let relations else { return 0 }
    // Products of all pairs, three for the student and one for the teacher.
    let widths = 3 * student.attention.projectedWidth + relations.teacher.projectedWidth
    return zip(batch.rowStarts, batch.rowStarts.dropFirst()).reduce(0) {
      let rows = Double($1.1 - $1.0)
      return $0 + 2 * rows * rows * Double(widths)
    }
  }

  private struct Match: StateMatching {
    let matcher: StateMatcher
    let teacher: any StateRows
    let weight: Float

    var site: StateSite { matcher.site }

    func match(_ states: MatchedStates, part: Int) {
      if states.targetRows.isEmpty { return }
      let found =
        matcher.relations == nil
        ? matcher.matchStates(states, teacher, weight, part)
        : matcher.matchRelations(states, teacher, weight)
      matcher.sums.withLock { $0[part] += found }
    }
  }

  /// y = h W' beside the teacher's state, at every target.
  private func matchStates(
    _ states: MatchedStates, _ teacher: any StateRows, _ weight: Float, _ part: Int
  ) -> Double {
    guard let projection, case .states(let measure) = choice.kind else { return 0 }
    let (R, C, D) = (states.targetRows.count, states.width, teacherWidth)
    let own = Floats(zeros: R * C)
    let (y, target) = (Floats(zeros: R * D), Floats(zeros: R * D))
    embeddingForward(y: own, table: states.states, tokens: states.targetRows.span, width: C)
    teacher.gather(into: target, rows: states.targetBatchRows[...])
    engine.product(c: y, a: own, b: projection, .transposed, m: R, n: D, k: C)
    let found = stateLoss(
      measure, y: y, target: target, weights: states.targetWeights[...], width: D,
      scale: states.scale * weight)
    engine.product(
      c: gradients[part], a: y, .transposed, b: own, m: D, n: C, k: R, accumulate: true)
    engine.product(c: own, a: y, b: projection, m: R, n: C, k: D)
    embeddingBackward(
      dTable: states.gradient, dY: own, tokens: states.targetRows.span, width: C)
    return found
  }

  /// The mean over queries, keys and values and their relation heads, sequence by sequence.
  private func matchRelations(
    _ states: MatchedStates, _ teacher: any StateRows, _ weight: Float
  ) -> Double {
    guard let relations else { return 0 }
    let (own, other, heads) = (student.attention, relations.teacher, relations.heads)
    let T = states.rows.count
    let target = Floats(zeros: T * teacherWidth)
    teacher.gather(into: target, rows: states.rows.map { Int32($0) }[...])
    var weights = [Float](repeating: 0, count: T)
    for (row, weight) in zip(states.targetRows, states.targetWeights) { weights[Int(row)] = weight }
    let longest = zip(states.rowStarts, states.rowStarts.dropFirst()).reduce(0) {
      max($0, $1.1 - $1.0)
    }
    let scratch = Floats(zeros: relationScratch(longest))
    let share = 1 / Float(3 * heads)
    var found = 0.0
    for (first, end) in zip(states.rowStarts, states.rowStarts.dropFirst()) where first < end {
      for kind in 0..<3 {
        let (a, b) = (Self.columns(kind, of: own), Self.columns(kind, of: other))
        for head in 0..<heads {
          let (da, db) = (a.count / heads, b.count / heads)
          let x = first * states.width + a.lowerBound + head * da
          let y = first * teacherWidth + b.lowerBound + head * db
          found +=
            relationLoss(
              dX: states.gradient[x..<states.gradient.count],
              x: states.states[x..<states.states.count], xStride: states.width, width: da,
              y: target[y..<target.count], yStride: teacherWidth, width: db,
              weights: weights[first..<end], scale: states.scale * weight * share, scratch: scratch,
              engine: engine
            ).loss
        }
      }
    }
    return found * Double(share)
  }

  /// Columns of queries, keys or values.
  private static func columns(_ kind: Int, of shape: AttentionShape) -> Range<Int> {
    let width = shape.keyValueHeads * shape.headWidth
    switch kind {
    case 0: return 0..<shape.outputWidth
    case 1: return shape.outputWidth..<(shape.outputWidth + width)
    default: return (shape.outputWidth + width)..<(shape.outputWidth + 2 * width)
    }
  }
}

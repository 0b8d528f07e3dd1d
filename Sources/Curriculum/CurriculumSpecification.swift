/// The order in which a set is learnt.
public struct CurriculumSpecification: Sendable, Equatable {
  /// The five orders; `CurriculumPlan` says what each does.
  public enum Order: String, Sendable, CaseIterable {
    case random
    case easyToHard = "easy-to-hard"
    case competence
    case warmupRandom = "warmup-random"
    case pacedRandom = "paced-random"
  }

  public var order: Order
  /// Steps of the training that the order is for.
  public var steps: Int
  /// Entries per step.
  public var batch: Int
  /// `competence`, `paced-random`: share of the set available at the start, c0.
  public var initial: Double
  /// `competence`, `paced-random`: share of the run after which the whole set is available;
  /// `warmup-random`: share of the run that goes from easy to hard.
  public var until: Double
  public var seed: UInt64

  /// The properties say what each argument is.
  public init(
    order: Order, steps: Int, batch: Int, initial: Double = 0.1, until: Double = 0.5,
    seed: UInt64 = 0
  ) {
    self.order = order
    self.steps = steps
    self.batch = batch
    self.initial = initial
    self.until = until
    self.seed = seed
  }

  /// Entries of the whole order; `nil` if they exceed a file of 2^31 entries.
  public var entries: Int? {
    let (product, overflow) = steps.multipliedReportingOverflow(by: batch)
    return overflow || product >= 1 << 31 ? nil : product
  }
}

/// Why no order can be made.
public enum CurriculumError: Error, Equatable, Sendable, CustomStringConvertible {
  case emptySet(set: String)
  case tooLong(steps: Int, batch: Int)
  case column(set: String, sample: String, column: String, known: [String])
  /// Problems reserved for testing or validation are in the set to be learnt from.
  case shared(set: String, heldOut: String, count: Int, of: Int, examples: [String])

  public var description: String {
    switch self {
    case .emptySet(let set): "\(set): holds no sample, so there is nothing to order"
    case .shared(let set, let heldOut, let count, let all, let examples):
      "\(count) of \(all) problems of \(heldOut) stand in \(set) too, which is learnt from (content "
        + examples.joined(separator: ", ")
        + "): what is measured there would be memory -- draw the sets with different splits"
    case .tooLong(let steps, let batch):
      "\(steps) steps of \(batch) are more than 2^31 entries -- train in several stages"
    case .column(let set, let sample, let column, let known):
      "\(set): sample \(sample) has no number in the column \(column); its columns are "
        + (known.isEmpty ? "none" : known.joined(separator: ", ")) + " -- name one of these"
    }
  }
}

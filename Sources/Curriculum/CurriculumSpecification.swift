internal import Foundation

/// The order in which a set is learnt.
public struct CurriculumSpecification: Sendable, Equatable {
  /// The orders; `Curriculum.md` says what each does.
  public enum Order: String, Sendable, CaseIterable {
    case random
    case easyToHard = "easy-to-hard"
    case competence
    case warmupRandom = "warmup-random"
    case pacedRandom = "paced-random"
    case linear
    case rootP = "root-p"
    case discrete
    case warmUpThenRandom = "warm-up-then-random"
    case interleaved
    case anti
    case middleLoss = "middle-loss"
    case selfPaced = "self-paced"

    /// Whether `pacing` is the settings' to choose.
    var choosesPacing: Bool {
      switch self {
      case .pacedRandom, .anti, .middleLoss, .selfPaced: true
      default: false
      }
    }
  }

  /// How the share of the set that is in play grows with the steps.
  public enum Pacing: String, Sendable, CaseIterable {
    /// In equal steps.
    case linear
    /// Along a root, fast at first: `power` 2 is the competence of Platanios et al. (2019).
    case rootP = "root-p"
    /// A bucket at a time.
    case discrete
  }

  /// Which order the samples come in.
  public var order: Order
  /// Steps of the training that the order is for.
  public var steps: Int
  /// Entries per step.
  public var batch: Int
  /// Orders with a pacing other than `discrete`: share of the set in play at the start, c0, 0…1.
  public var initial: Double
  /// Orders with a pacing: share of the run, 0…1, after which the whole set is in play;
  /// `warm-up-then-random`, `warmup-random`: share of the run that goes from easy to hard.
  public var until: Double
  /// Of every shuffle and draw.
  public var seed: UInt64
  /// How the share grows, where the order has one.
  public var pacing: Pacing
  /// `root-p`: which root; 1 is linear.
  public var power: Double
  /// `discrete`: buckets of the set, easiest first; `interleaved`: times that it goes from easy to
  /// hard.
  public var buckets: Int

  /// The properties say what each argument is.
  public init(
    order: Order, steps: Int, batch: Int, initial: Double = 0.1, until: Double = 0.5,
    seed: UInt64 = 0, pacing: Pacing = .rootP, power: Double = 2, buckets: Int = 4
  ) {
    self.order = order
    self.steps = steps
    self.batch = batch
    self.initial = initial
    self.until = until
    self.seed = seed
    self.pacing = pacing
    self.power = power
    self.buckets = buckets
  }

  /// Entries of the whole order; `nil` if they exceed a file of 2^31 entries.
  public var entries: Int? {
    let (product, overflow) = steps.multipliedReportingOverflow(by: batch)
    return overflow || product >= 1 << 31 ? nil : product
  }
}

extension CurriculumSpecification {
  /// Share of the set available at a step, counted from 0.
  ///
  ///     p = t / T,  T = until steps
  ///     linear:   c0 + (1 - c0) p
  ///     root-p:   (c0^power + (1 - c0^power) p)^(1 / power)    (power 2: Platanios et al. 2019, eq. 7)
  ///     discrete: (floor(buckets p) + 1) / buckets
  public func share(atStep step: Int) -> Double {
    let horizon = until * Double(steps)
    guard horizon > 0, Double(step) < horizon else { return 1 }
    switch pacing {
    case .linear: return min(1, initial + (1 - initial) * Double(step) / horizon)
    case .rootP:
      if power == 2 {
        let square = initial * initial
        return min(1, (Double(step) * (1 - square) / horizon + square).squareRoot())
      }
      let least = pow(initial, power)
      return min(1, pow(least + (1 - least) * Double(step) / horizon, 1 / power))
    case .discrete:
      let bucket = (Double(buckets) * Double(step) / horizon).rounded(.down)
      return min(1, (bucket + 1) / Double(buckets))
    }
  }

  /// The share of `root-p` at power 2.
  public func competence(atStep step: Int) -> Double {
    var paced = self
    (paced.pacing, paced.power) = (.rootP, 2)
    return paced.share(atStep: step)
  }
}

/// Why no order can be made.
public enum CurriculumError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The set holds no sample.
  case emptySet(set: String)
  /// The order would have more than 2^31 entries.
  case tooLong(steps: Int, batch: Int)
  /// A sample without a number in the column that says how hard it is.
  case column(set: String, sample: String, column: String, known: [String])
  /// A column that is measured, and what is missing for it.
  case measure(set: String, column: String, reason: String)
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
    case .measure(let set, let column, let reason):
      "\(set): the column \(column) \(reason)"
    case .column(let set, let sample, let column, let known):
      "\(set): sample \(sample) has no number in the column \(column); its columns are "
        + (known.isEmpty ? "none" : known.joined(separator: ", "))
        + " -- name one of these, or one "
        + "that is measured: " + Difficulty.measured.joined(separator: ", ")
    }
  }
}

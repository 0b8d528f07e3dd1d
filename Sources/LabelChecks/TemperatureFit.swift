internal import Foundation

/// The power at which rows describe the tokens best.
///
/// Rows of a calibrated teacher do so as they are. Rows made at a temperature T do so after they
/// are raised to the power T and normalised: p_T ∝ p^(1/T).
struct TemperatureFit {
  /// Powers that are tried.
  static let powers = [0.25, 0.35, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 2.8, 4]
  static let plain = 5
  /// Exponentials that may be spent.
  private static let mostWork = 1 << 28

  private(set) var losses = [Mean](repeating: Mean(), count: powers.count)
  /// Loss less that at the power 1.
  private(set) var gains = [Mean](repeating: Mean(), count: powers.count)
  private var work = 0
  /// How often the token was the likeliest.
  private(set) var hits = 0
  var count: Int { losses[0].count }

  /// - Parameters:
  ///   - values: natural logarithms, or logits.
  ///   - place: of the token among them.
  mutating func add(_ values: [Float], largest: Float, place: Int) {
    guard work < Self.mostWork, largest.isFinite, values[place].isFinite else { return }
    work += values.count * Self.powers.count
    var all: [Double] = []
    for power in Self.powers {
      let factor = Float(power)
      var sum = 0.0
      for value in values where value.isFinite { sum += Double(exp((value - largest) * factor)) }
      all.append(log(sum) - Double((values[place] - largest) * factor))
    }
    if values[place] == largest { hits += 1 }
    for i in all.indices {
      losses[i].add(all[i])
      gains[i].add(all[Self.plain] - all[i])
    }
  }

  /// The best power, between those tried by a parabola in its logarithm.
  var best: (power: Double, loss: Double, gain: Mean)? {
    guard count >= Evidence.fewestRows else { return nil }
    let values = losses.map(\.value)
    guard let at = values.indices.min(by: { values[$0] < values[$1] }) else { return nil }
    guard at > 0, at < values.count - 1 else { return (Self.powers[at], values[at], gains[at]) }
    let x = Self.powers.map { log($0) }
    let (a, b) = (x[at] - x[at - 1], x[at] - x[at + 1])
    let (fa, fb) = (values[at] - values[at - 1], values[at] - values[at + 1])
    let below = a * fb - b * fa
    let step = abs(below) < 1e-12 ? 0 : 0.5 * (a * a * fb - b * b * fa) / below
    return (exp(x[at] - step), values[at], gains[at])
  }
}

/// Natural logarithm.
func logarithm(_ x: Double) -> Double { log(x) }

/// e^x.
func exponential(_ x: Double) -> Double { exp(x) }

internal import Foundation

extension TrainingSettings {
  /// `count` steps from 1 to `steps`, evenly spaced in the logarithm and rounded; each once.
  ///
  /// The first is about `steps^(1/count)`, the last is `steps`.
  static func validationSteps(steps: Int, count: Int) -> [Int] {
    var chosen: [Int] = []
    for i in 1...max(1, count) {
      let exponent = Double(i) / Double(max(1, count))
      let step = i >= count ? steps : Int(pow(Double(steps), exponent).rounded())
      let clamped = min(steps, max(1, step))
      if clamped != chosen.last { chosen.append(clamped) }
    }
    return chosen
  }
}

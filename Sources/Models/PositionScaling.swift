#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Change of rotary frequencies for contexts longer than in the original training.
///
/// Formulas and defaults are those of `transformers` (`modeling_rope_utils.py`).
public enum PositionScaling: Sendable, Equatable {
  case none
  /// Every frequency is divided (Chen et al. 2023).
  case linear(factor: Double)
  /// Low frequencies are divided, high ones kept, with a straight line between them (Llama 3.1):
  /// the bounds are wavelengths of `original / low` and `original / high` positions.
  case llama3(factor: Double, low: Double, high: Double, original: Double)
  /// Similar, by turns in the original context, with all coordinates multiplied by `amplitude`
  /// (Peng et al. 2023): kept from `fast` turns up, divided from `slow` turns down.
  case yarn(
    factor: Double, original: Double, fast: Double, slow: Double, amplitude: Double,
    truncates: Bool)

  /// Factor on rotated coordinates.
  var amplitude: Double {
    if case .yarn(_, _, _, _, let amplitude, _) = self { amplitude } else { 1 }
  }

  /// Radians per position for each pair of a head.
  func frequencies(headWidth: Int, base: Double) -> [Double] {
    let plain = (0..<(headWidth / 2)).map { pow(base, -2 * Double($0) / Double(headWidth)) }
    switch self {
    case .none: return plain
    case .linear(let factor): return plain.map { $0 / factor }
    case .llama3(let factor, let low, let high, let original):
      return plain.map { frequency in
        let wavelength = 2 * Double.pi / frequency
        if wavelength < original / high { return frequency }
        if wavelength > original / low { return frequency / factor }
        let kept = (original / wavelength - low) / (high - low)
        return (1 - kept) * frequency / factor + kept * frequency
      }
    case .yarn(let factor, let original, let fast, let slow, _, let truncates):
      /// The pair that makes `turns` turns in the original context.
      func pair(turns: Double) -> Double {
        Double(headWidth) * log(original / (turns * 2 * Double.pi)) / (2 * log(base))
      }
      let (first, last) = (pair(turns: fast), pair(turns: slow))
      let start = max(0, truncates ? first.rounded(.down) : first)
      var end = min(Double(headWidth - 1), truncates ? last.rounded(.up) : last)
      // As in transformers: avoids division by zero.
      if start == end { end += 0.001 }
      return plain.enumerated().map { index, frequency in
        let divided = min(1, max(0, (Double(index) - start) / (end - start)))
        return divided * frequency / factor + (1 - divided) * frequency
      }
    }
  }

  /// YaRN's amplitude for a factor: `0.1 weight ln(factor) + 1`.
  static func yarnAmplitude(factor: Double, weight: Double = 1) -> Double {
    factor <= 1 ? 1 : 0.1 * weight * log(factor) + 1
  }
}

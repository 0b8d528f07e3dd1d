internal import Foundation
public import Scores
package import Statistics

/// Numbers formatted for readers. Independent of locale and time: equal values give equal text.
public enum Format {
  private static let minus = "\u{2212}"
  /// A no-break space narrower than the one between words.
  private static let thin = "\u{202F}"

  /// Fixed decimals with a true minus sign; a value that rounds to zero carries no sign.
  public static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return "\u{2013}" }
    let text = String(format: "%.\(max(0, decimals))f", abs(value))
    let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
    return (value < 0 && !isZero ? minus : "") + text
  }

  /// Fixed decimals with a sign also for positive values.
  public static func signed(_ value: Double, _ decimals: Int) -> String {
    let text = fixed(value, decimals)
    let isZero = text.allSatisfy { $0 == "0" || $0 == "." }
    return value > 0 && !isZero ? "+" + text : text
  }

  /// Up to four significant digits, no trailing zeros: `0.25`, `0.03125`.
  public static func plain(_ value: Double) -> String {
    guard value.isFinite else { return "\u{2013}" }
    let parts = String(format: "%.4g", value).split(separator: "e")
    let mantissa = parts[0].replacing("-", with: minus)
    guard parts.count == 2, let exponent = Int(parts[1]) else { return String(mantissa) }
    let raised = String(exponent).map { digit -> String in
      guard let number = digit.wholeNumberValue else { return "\u{207B}" }
      return [
        "\u{2070}", "\u{B9}", "\u{B2}", "\u{B3}", "\u{2074}", "\u{2075}", "\u{2076}",
        "\u{2077}", "\u{2078}", "\u{2079}",
      ][number]
    }
    return mantissa + thin + "\u{D7}" + thin + "10" + raised.joined()
  }

  /// Groups of three digits: `1 152 000`.
  public static func count(_ value: Int) -> String {
    var groups: [String] = []
    var rest = value.magnitude
    repeat {
      let group = String(rest % 1000)
      rest /= 1000
      groups.append(
        rest > 0 ? String(repeating: "0", count: 3 - group.utf8.count) + group : group)
    } while rest > 0
    return (value < 0 ? minus : "") + groups.reversed().joined(separator: thin)
  }

  /// Three significant digits with a decimal prefix: `1.15 M`, `612 k`, `3.4 T`.
  public static func short(_ value: Double) -> String {
    guard value.isFinite else { return "\u{2013}" }
    let steps: [(Double, String)] = [
      (1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"),
    ]
    for (size, prefix) in steps where abs(value) >= 0.9995 * size {
      return significant(value / size) + thin + prefix
    }
    return abs(value) < 1 && value != 0 ? plain(value) : significant(value)
  }

  private static func significant(_ value: Double) -> String {
    let size = abs(value)
    let text = fixed(value, size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2)
    guard text.contains(".") else { return text }
    var trimmed = text
    while trimmed.hasSuffix("0") { trimmed.removeLast() }
    if trimmed.hasSuffix(".") { trimmed.removeLast() }
    return trimmed
  }

  /// A value of a metric: nats with three decimals, shares in per cent.
  public static func value(_ value: Double?, _ metric: Metric) -> String {
    guard let value else { return "\u{2013}" }
    return metric.isShare ? fixed(100 * value, 1) + thin + "%" : fixed(value, 3)
  }

  /// A difference of a metric, with its sign.
  public static func difference(_ value: Double?, _ metric: Metric, decimals: Int? = nil) -> String
  {
    guard let value else { return "\u{2013}" }
    return metric.isShare
      ? signed(100 * value, decimals ?? 1) : signed(value, decimals ?? 3)
  }

  /// Decimals that show two digits of an interval's half-width, and tell an end that is not 0
  /// from 0.
  package static func decimals(for interval: PairedInterval, _ metric: Metric) -> Int {
    guard let low = interval.low, let high = interval.high, high > low else {
      return metric.isShare ? 1 : 3
    }
    let half = (high - low) / 2 * (metric.isShare ? 100 : 1)
    var decimals = min(max(1 - Int(log10(half).rounded(.down)), metric.isShare ? 1 : 2), 5)
    if interval.excludesZero {
      let nearest = min(abs(low), abs(high)) * (metric.isShare ? 100 : 1)
      while decimals < 6, nearest < 0.5 * pow(10, -Double(decimals)) { decimals += 1 }
    }
    return decimals
  }

  /// `[0.30, 0.52]`; with the signs turned when `flipped`.
  package static func interval(_ interval: PairedInterval, _ metric: Metric, flipped: Bool = false)
    -> String
  {
    guard let low = interval.low, let high = interval.high else { return "no interval" }
    let decimals = decimals(for: interval, metric)
    let scale = (metric.isShare ? 100.0 : 1.0) * (flipped ? -1 : 1)
    let ends = [low * scale, high * scale].sorted()
    return "[\(fixed(ends[0], decimals)), \(fixed(ends[1], decimals))]"
  }
}

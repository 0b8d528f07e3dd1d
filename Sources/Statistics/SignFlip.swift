/// The exact sign-flip test over seeds: if the arms were exchangeable, each D_s could equally have
/// the other sign, and all 2^S sign patterns would be equally likely.
public enum SignFlip {
  /// The smallest two-sided p that S seeds can give: 2 / 2^S.
  public static func smallestP(seeds: Int) -> Double {
    seeds < 1 ? 1 : min(1, 2 / Double(1 << min(seeds, 62)))
  }

  /// Whether S seeds can reach p < 0.05 at all: from 6 on.
  public static func canReachFivePercent(seeds: Int) -> Bool { smallestP(seeds: seeds) < 0.05 }

  /// Share of the sign patterns whose absolute sum is at least the observed one.
  ///
  /// - Returns: `nil` for no seed or more than 20 (2^20 patterns are enumerated).
  public static func p(_ differences: [Double]) -> Double? {
    guard (1...20).contains(differences.count) else { return nil }
    let seen = abs(differences.reduce(0, +))
    // Sums of the same numbers in another order may differ in the last bits.
    let slack = 1e-12 * differences.reduce(0) { $0 + abs($1) }
    var extreme = 0
    for pattern in 0..<(1 << differences.count) {
      var sum = 0.0
      for (s, difference) in differences.enumerated() {
        sum += pattern >> s & 1 == 0 ? difference : -difference
      }
      if abs(sum) >= seen - slack { extreme += 1 }
    }
    return Double(extreme) / Double(1 << differences.count)
  }
}

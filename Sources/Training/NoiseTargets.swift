internal import Kernels

/// Noise in the place of labels, and nowhere else: rows without a label learn their next token
/// beside either, so that they tell nothing about the labels.
struct NoiseForLabels: TargetRows {
  let noise: NoiseTargets
  let labels: any TargetRows

  var areWhole: Bool { true }
  var scratchWidth: Int { 0 }
  func misfit(rows T: Int, vocabulary V: Int) -> String? { nil }
  func unlabelled(_ rows: ArraySlice<Int32>) -> [Bool]? { labels.unlabelled(rows) }

  func distributions(
    of rows: ArraySlice<Int32>, vocabulary V: Int, room: Floats, scratch: Floats,
    engine: MatrixEngine
  ) -> Distributions {
    noise.distributions(of: rows, vocabulary: V, room: room, scratch: scratch, engine: engine)
  }
}

/// Distributions that have nothing to do with the rows they stand beside, for the guard against
/// labels that are not read.
enum NoiseTargets: TargetRows, CaseIterable {
  /// Logits drawn evenly from -4 ..< 4, other ones for each row.
  case drawn
  /// All tokens alike.
  case uniform
  /// Nearly all mass on one token, another one for each row.
  case peaked

  var areWhole: Bool { true }
  var scratchWidth: Int { 0 }

  func misfit(rows T: Int, vocabulary V: Int) -> String? { nil }

  func distributions(
    of rows: ArraySlice<Int32>, vocabulary V: Int, room: Floats, scratch: Floats,
    engine: MatrixEngine
  ) -> Distributions {
    for (place, row) in rows.enumerated() {
      let values = room[(place * V)..<((place + 1) * V)]
      switch self {
      case .drawn:
        for v in 0..<V { values[v] = Self.draw(UInt64(row) << 32 | UInt64(v)) }
      case .uniform: values.zero()
      case .peaked:
        values.zero()
        values[Int(Self.mixed(UInt64(row)) % UInt64(V))] = 20
      }
    }
    return .logits(room)
  }

  static func draw(_ place: UInt64) -> Float {
    Float(mixed(place) >> 40) * 0x1p-21 - 4
  }

  /// The finaliser of SplitMix64: bits of a counter, mixed.
  private static func mixed(_ counter: UInt64) -> UInt64 {
    var z = counter &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

public import Files

/// What a label set says of its own fidelity, measured while the teacher's dense rows were at hand.
///
/// All figures are over targets (rows of mask 1), in nats. The manifest of the set carries it.
public struct Certificate: Sendable, Equatable {
  /// Share of the teacher's probability on tokens that the encoding keeps, mean over targets.
  public var massKept: Double
  /// KL(teacher || decoded): mean, 99th percentile, largest.
  public var divergenceMean: Double
  public var divergence99: Double
  public var divergenceMaximum: Double
  /// Mean of -log p(next token): what the reader must find again.
  public var teacherCrossEntropy: Double
  /// Mean entropy of the teacher's distributions.
  public var meanEntropy: Double
  public var targets: Int

  public init(
    massKept: Double, divergenceMean: Double, divergence99: Double, divergenceMaximum: Double,
    teacherCrossEntropy: Double, meanEntropy: Double, targets: Int
  ) {
    self.massKept = massKept
    self.divergenceMean = divergenceMean
    self.divergence99 = divergence99
    self.divergenceMaximum = divergenceMaximum
    self.teacherCrossEntropy = teacherCrossEntropy
    self.meanEntropy = meanEntropy
    self.targets = targets
  }

  /// The manifest's key `certificate`.
  public var json: JSON {
    [
      "mass_kept": JSON(massKept), "kl_mean": JSON(divergenceMean), "kl_p99": JSON(divergence99),
      "kl_max": JSON(divergenceMaximum), "teacher_ce": JSON(teacherCrossEntropy),
      "mean_entropy": JSON(meanEntropy), "targets": JSON(targets),
    ]
  }

  /// - Throws: `SoftLabelError.certificate` when a figure is missing or no number.
  public init(json: JSON?) throws(SoftLabelError) {
    guard let json, json.objectValue != nil else {
      throw .certificate(reason: "there is none; the set holds no soft labels")
    }
    func figure(_ key: String) throws(SoftLabelError) -> Double {
      guard let value = json[key]?.doubleValue, value.isFinite else {
        throw .certificate(reason: "\(key) is missing or no number")
      }
      return value
    }
    massKept = try figure("mass_kept")
    divergenceMean = try figure("kl_mean")
    divergence99 = try figure("kl_p99")
    divergenceMaximum = try figure("kl_max")
    teacherCrossEntropy = try figure("teacher_ce")
    meanEntropy = try figure("mean_entropy")
    guard let targets = json["targets"]?.intValue, targets >= 0 else {
      throw .certificate(reason: "targets is missing or no count")
    }
    self.targets = targets
  }
}

extension Certificate {
  /// Gathers the figures of a set, sample by sample in the order of the set.
  public struct Accumulator: Sendable {
    private var massKept = 0.0
    private var crossEntropy = 0.0
    private var entropy = 0.0
    private var divergences: [Float] = []

    public init() {}

    /// Takes in one sample; the order of calls fixes the last bits of the sums.
    public mutating func add(_ sample: LabelFigures) {
      massKept += sample.massKept
      crossEntropy += sample.crossEntropy
      entropy += sample.entropy
      divergences.append(contentsOf: sample.divergences)
    }

    /// The certificate of all samples so far; zeros where there was no target.
    public var certificate: Certificate {
      let count = max(1, divergences.count)
      let sorted = divergences.sorted()
      let rank = (sorted.count * 99 + 99) / 100  // nearest rank: ceil(0.99 n)
      return Certificate(
        massKept: massKept / Double(count),
        divergenceMean: divergences.reduce(0) { $0 + Double($1) } / Double(count),
        divergence99: sorted.isEmpty ? 0 : Double(sorted[rank - 1]),
        divergenceMaximum: Double(sorted.last ?? 0),
        teacherCrossEntropy: crossEntropy / Double(count),
        meanEntropy: entropy / Double(count), targets: divergences.count)
    }
  }
}

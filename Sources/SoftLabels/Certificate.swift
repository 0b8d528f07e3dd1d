public import Files

/// How faithful a label set is, measured while the teacher's dense rows were available.
///
/// All figures are over targets (rows of mask 1), in nats. The manifest of the set carries it.
public struct Certificate: Sendable, Equatable {
  /// Share of the teacher's probability on tokens that the encoding keeps, mean over targets.
  public var massKept: Double
  /// Mean of KL(teacher || decoded). Infinite where the decoded rows rule out tokens, as draws do;
  /// the manifest then says null. The two figures below likewise.
  public var divergenceMean: Double
  /// Its 99th percentile over targets, by nearest rank; of more than 2^22 targets up to 2^-12 of
  /// itself too large.
  public var divergence99: Double
  /// Its value at the worst target.
  public var divergenceMaximum: Double
  /// Mean of -log p(next token), which the reader must reproduce.
  public var teacherCrossEntropy: Double
  /// Mean entropy of the teacher's distributions.
  public var meanEntropy: Double
  /// Rows with `mask[t + 1]` of 1 in the whole set; the reader must count as many.
  public var targets: Int
  /// What the reader reproduces if it does not check every row; `nil`: it checks all.
  public var probe: Probe?
  /// What training on the rows does to gradients; `nil`: not measured, as rounding alone does next
  /// to nothing.
  public var gradient: Gradient?
  /// Where only some targets hold a label; `nil`: all do. Other figures than the cross-entropy and
  /// the entropy are of these.
  public var positions: PositionFigures?

  /// The difference of decoded and teacher's distributions, which is that of the gradients of the
  /// logits.
  public struct Gradient: Sendable, Equatable {
    /// Root of the mean squared length of a row's difference.
    public var error: Double
    /// Half the sum of the absolute values of the mean difference: probability that is put in the
    /// wrong place on average. For draws it falls with the number of targets; what stays is a bias.
    public var bias: Double

    /// The properties say what each figure is.
    public init(error: Double, bias: Double) {
      self.error = error
      self.bias = bias
    }
  }

  /// The cross-entropy on the next token of every `every`th sample, computed from the stored form.
  public struct Probe: Sendable, Equatable {
    /// Samples whose position in the set is a multiple of this.
    public var every: Int
    /// Their targets.
    public var targets: Int
    /// Mean over these, in nats.
    public var crossEntropy: Double

    /// - Parameters:
    ///   - every: one of so many samples was measured.
    ///   - crossEntropy: mean over the measured targets, in nats.
    public init(every: Int, targets: Int, crossEntropy: Double) {
      self.every = every
      self.targets = targets
      self.crossEntropy = crossEntropy
    }
  }

  /// The properties say what each figure is.
  public init(
    massKept: Double, divergenceMean: Double, divergence99: Double, divergenceMaximum: Double,
    teacherCrossEntropy: Double, meanEntropy: Double, targets: Int, probe: Probe? = nil,
    gradient: Gradient? = nil, positions: PositionFigures? = nil
  ) {
    self.massKept = massKept
    self.divergenceMean = divergenceMean
    self.divergence99 = divergence99
    self.divergenceMaximum = divergenceMaximum
    self.teacherCrossEntropy = teacherCrossEntropy
    self.meanEntropy = meanEntropy
    self.targets = targets
    self.probe = probe
    self.gradient = gradient
    self.positions = positions
  }

  /// The manifest's key `certificate`.
  public var json: JSON {
    var object: JSONObject = [
      "mass_kept": JSON(massKept), "kl_mean": JSON(divergenceMean), "kl_p99": JSON(divergence99),
      "kl_max": JSON(divergenceMaximum), "teacher_ce": JSON(teacherCrossEntropy),
      "mean_entropy": JSON(meanEntropy), "targets": JSON(targets),
    ]
    if let gradient {
      object["gradient_error"] = JSON(gradient.error)
      object["bias"] = JSON(gradient.bias)
    }
    if let positions { object["positions"] = positions.json }
    if let probe {
      object["probe"] = [
        "every": JSON(probe.every), "targets": JSON(probe.targets),
        "stored_ce": JSON(probe.crossEntropy),
      ]
    }
    return .object(object)
  }

  /// - Throws: `SoftLabelError.certificate` if a figure is missing or not a number.
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
    func divergence(_ key: String) throws(SoftLabelError) -> Double {
      json[key] == .null ? .infinity : try figure(key)
    }
    massKept = try figure("mass_kept")
    divergenceMean = try divergence("kl_mean")
    divergence99 = try divergence("kl_p99")
    divergenceMaximum = try divergence("kl_max")
    teacherCrossEntropy = try figure("teacher_ce")
    meanEntropy = try figure("mean_entropy")
    guard let targets = json["targets"]?.intValue, targets >= 0 else {
      throw .certificate(reason: "targets is missing or no count")
    }
    self.targets = targets
    if json["gradient_error"] != nil {
      gradient = Gradient(error: try figure("gradient_error"), bias: try figure("bias"))
    }
    positions = json["positions"].flatMap(PositionFigures.init(json:))
    guard let stored = json["probe"], stored != .null else { return }
    guard let every = stored["every"]?.intValue, every >= 1,
      let count = stored["targets"]?.intValue, (0...targets) ~= count,
      let entropy = stored["stored_ce"]?.doubleValue, entropy.isFinite
    else {
      throw .certificate(
        reason: "probe is no object of every, targets and stored_ce")
    }
    probe = Probe(every: every, targets: count, crossEntropy: entropy)
  }
}

extension Certificate {
  /// Gathers the figures of a set, sample by sample in the order of the set, in bounded memory.
  ///
  /// The 99th percentile is exact for up to 2^22 targets; of more it may be up to 2^-12 of itself
  /// too large (`Quantile`). All other figures are exact for any number.
  public struct Accumulator: Sendable {
    private var massKept = 0.0
    private var crossEntropy = 0.0
    private var entropy = 0.0
    private var divergenceSum = 0.0
    private var divergenceMaximum = 0.0
    private var divergences = Quantile()
    private var samples = 0
    /// Samples whose position is a multiple of this are probed.
    private let probed: Int?
    private var probe = (crossEntropy: 0.0, targets: 0)
    private var squaredErrors: Double?
    private var difference: [Double] = []
    private var targets = 0
    /// Of these, such as nothing is known of.
    private var unknown = 0
    private var positions: PositionFigures?

    /// - Parameter probed: for sets whose readers check only every `probed`th sample; `nil`: all.
    public init(probed: Int? = nil) { self.probed = probed }

    /// Adds one sample; the order of calls fixes the last bits of the sums.
    public mutating func add(_ sample: LabelFigures) {
      if let probed, samples.isMultiple(of: probed) {
        probe.crossEntropy += sample.rebuiltCrossEntropy
        probe.targets += sample.labelled
      }
      samples += 1
      targets += sample.targets
      unknown += sample.unknown
      if let more = sample.positions {
        var all = positions ?? PositionFigures()
        all.add(more)
        positions = all
      }
      massKept += sample.massKept
      crossEntropy += sample.crossEntropy
      entropy += sample.entropy
      for divergence in sample.divergences {
        divergenceSum += Double(divergence)
        divergenceMaximum = max(divergenceMaximum, Double(divergence))
      }
      divergences.add(sample.divergences)
      if let errors = sample.squaredErrors { squaredErrors = (squaredErrors ?? 0) + errors }
      if difference.count < sample.difference.count {
        difference = [Double](repeating: 0, count: sample.difference.count)
      }
      for (place, value) in sample.difference.enumerated() { difference[place] += value }
    }

    /// The certificate of all samples so far; zeros if there was no target.
    public var certificate: Certificate {
      let count = max(1, divergences.count)
      return Certificate(
        massKept: massKept / Double(count),
        divergenceMean: divergenceSum / Double(count),
        divergence99: Double(divergences.value(percent: 99)),
        divergenceMaximum: divergenceMaximum,
        teacherCrossEntropy: crossEntropy / Double(max(1, targets - unknown)),
        meanEntropy: entropy / Double(max(1, targets - unknown)), targets: targets,
        probe: probed.map {
          Probe(
            every: $0, targets: probe.targets,
            crossEntropy: probe.crossEntropy / Double(max(1, probe.targets)))
        },
        gradient: squaredErrors.map { errors in
          Gradient(
            error: (errors / Double(count)).squareRoot(),
            bias: difference.reduce(0) { $0 + abs($1) } / Double(2 * count))
        },
        // Of rows that are given a source may leave all, some or no target without a label.
        positions: positions.flatMap {
          $0.choices == nil && $0.labelled == targets ? nil : $0
        })
    }
  }
}

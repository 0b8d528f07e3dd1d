public import Scores

/// All inputs of a report, read from manifests, curves and evaluations. Everything else in the
/// report is a function of these.
public struct Facts: Sendable, Equatable, Codable {
  /// Title of the page.
  public var title: String
  /// A paragraph under the title; `nil`: none.
  public var about: String?
  /// Name of the pipeline, for the commands that reproduce the report.
  public var pipeline: String?
  /// In the order in which they were declared.
  public var comparisons: [Compared]
  /// Sets shown on the data page.
  public var sets: [DataSet]
  /// One for each input of the role `samples`.
  public var samplings: [Sampling]
}

/// One comparison: arms × seeds at one size of data.
public struct Compared: Sendable, Equatable, Codable {
  /// As the pipeline file spells it.
  public var name: String
  /// Title on the page.
  public var title: String?
  /// The metric that the headline's claim is about.
  public var primary: Metric
  /// The first is the baseline of the differences.
  public var arms: [String]
  /// Training seeds, the replicates of every difference.
  public var seeds: [Int]
  /// One per arm and seed, in their order; a missing run is included with its reason.
  public var runs: [Run]
  /// `nil`: the comparison has no teacher, or it is not finished.
  public var teacher: Model?
  /// The teacher's final checkpoint on the test set; `nil` if it was not evaluated.
  public var teacherEvaluation: Evaluation?
  /// The label sets that arms read.
  public var labels: [LabelSet]
  /// Problems found in a held-out set and in a set that was learnt from.
  public var overlaps: [Overlap]
  /// Processors on which everything was made; `nil` where no manifest says.
  public var machines: Machines?

  /// Title, or name where there is none.
  package var shownName: String { title ?? name }

  /// The training of an arm with a seed; `nil` if the comparison has none.
  public func run(arm: String, seed: Int) -> Run? {
    runs.first { $0.arm == arm && $0.seed == seed }
  }

  /// The trainings of an arm, in the order of the seeds.
  public func runs(of arm: String) -> [Run] { runs.filter { $0.arm == arm } }

  /// Families and levels of the test set.
  public var buckets: [Bucket] {
    let evaluations = runs.compactMap(\.final) + [teacherEvaluation].compactMap { $0 }
    return (evaluations.first?.tallies ?? []).map { Bucket(family: $0.family, level: $0.level) }
  }

  /// Metrics available from the test set.
  package var metrics: [Metric] {
    let hasTeacher = (runs.map(\.final) + [teacherEvaluation]).contains {
      $0?.overall.isAgainstTeacher == true
    }
    return Metric.all.filter { hasTeacher || $0.ground != .teacher }
  }

  /// Totals of any evaluation with an oracle: its entropies are the floor.
  public var floor: Totals? {
    (runs.compactMap(\.final) + [teacherEvaluation].compactMap { $0 })
      .first { $0.hasOracle }?.overall
  }
}

/// One training: an arm with a seed.
public struct Run: Sendable, Equatable, Codable {
  /// Name of the arm, as `Compared.arms` lists it.
  public var arm: String
  /// Training seed: runs of different arms with one seed are a pair.
  public var seed: Int
  /// `nil` where the training is not finished.
  public var model: Model?
  /// Of the last checkpoint.
  public var final: Evaluation?
  /// `nil` where the best checkpoint on validation is the final one.
  public var best: Evaluation?
  /// Why something is missing; `nil` when nothing is.
  public var missing: String?

  /// The checkpoint with the best validation, the final one where they are the same.
  public var bestOrFinal: Evaluation? { best ?? final }
}

/// A trained model, from its manifest.
public struct Model: Sendable, Equatable, Codable {
  /// Name of the stage that trained it.
  public var stage: String
  /// Digest of the stage's output.
  public var content: String
  /// Number of weights.
  public var parameters: Int
  /// Target tokens seen in training.
  public var tokens: Int
  /// Floating-point operations of the whole training.
  public var flops: Double
  /// Updates made.
  public var steps: Int
  /// Step of the best validation; `nil` if it was not chosen.
  public var bestStep: Int?
  /// Samples that the training saw at least once.
  public var uniqueSamples: Int?
  /// Digest of the final weights.
  public var fingerprint: String?
  /// Digest of the tokenizer.
  public var tokenizer: String?
  /// Digest of the weights before the first step; `nil` where the manifest does not say.
  public var initialWeights: String?
  /// Digest of the checkpoint that it started from, whole or pruned; `nil`: it was drawn.
  public var start: String?
  /// Digest of the order of the batches.
  public var order: String?
  /// `hard`, `smoothed` or `soft`.
  public var labels: String?
  /// `student` where it learnt what it wrote itself.
  public var texts: String?
  /// What was minimised, with the values of the training; `nil` where its manifest does not say.
  public var formula: String?
  /// Content digests of the label sets it read.
  public var reads: [String]?
  /// Validations in the order of the steps.
  public var curve: [CurvePoint]
  /// Whether it was imported: the cost of its training is then unknown.
  public var isImported: Bool?
}

/// A point of a validation curve; figures in nats per token.
public struct CurvePoint: Sendable, Equatable, Codable {
  /// Counted from 1.
  public var step: Int
  /// Target tokens seen until then.
  public var tokens: Int
  /// Mean of -log q(next token); `Choice` and `Forced`: over those targets alone.
  public var nll: Double
  /// Over targets with several possible tokens; `nil` without exact distributions.
  public var nllChoice: Double?
  /// Over targets with one possible token; `nil` without exact distributions.
  public var nllForced: Double?
  /// Mean cross-entropy with the exact distributions, and their entropy.
  public var ceChoice: Double?
  /// Mean entropy of the exact distributions at choice tokens: the floor of `ceChoice`.
  public var entropyChoice: Double?

  /// KL above the floor at choice tokens.
  public var klChoice: Double? {
    guard let ceChoice, let entropyChoice else { return nil }
    return ceChoice - entropyChoice
  }
}

/// A set of soft labels.
public struct LabelSet: Sendable, Equatable, Codable {
  /// Name of the stage that labelled.
  public var stage: String
  /// Digest of the stage's output.
  public var content: String
  /// `teacher`, `oracle` or `none`.
  public var source: String
  /// Labelled samples, and their target tokens.
  public var samples: Int?
  /// Target tokens of all labelled samples.
  public var targets: Int?
  /// Floating-point operations of the labelling.
  public var flops: Double?
  /// Digest of the tokenizer.
  public var tokenizer: String?
  /// Digest of the model that labelled.
  public var teacher: String?
  /// Share of the probability that is stored; the figures below are in nats.
  public var massKept: Double?
  /// Mean of KL(teacher || stored) over targets; `nil` where it is infinite.
  public var klMean: Double?
  /// Its 99th percentile over targets.
  public var klP99: Double?
  /// The largest of these.
  public var klMax: Double?
  /// Mean of -log p(next token), p being the teacher's.
  public var teacherCrossEntropy: Double?
  /// Mean entropy of the teacher's distributions.
  public var meanEntropy: Double?
}

/// Processors on which a comparison's stages ran: bytes are the same only on one kind.
public struct Machines: Sendable, Equatable, Codable {
  /// Each kind of processor with the stages made on it.
  public var kinds: [Kind]
  /// Stages begun on one kind and finished on another.
  public var mixed: [Mixed]

  /// A kind of processor, and the stages made on it.
  public struct Kind: Sendable, Equatable, Codable {
    /// The kind, in words: as manifests describe the processor.
    public var machine: String
    /// Names of the stages, in the order of the roles.
    public var stages: [String]
  }

  /// A stage begun on one kind and finished on another.
  public struct Mixed: Sendable, Equatable, Codable {
    /// Name of the stage.
    public var stage: String
    /// Which of its steps were made on which kind.
    public var spans: String
  }
}

/// Problems that are both in a held-out set and in a set that was learnt from.
public struct Overlap: Sendable, Equatable, Codable {
  /// Name of the held-out validation set; `nil`: the test set.
  public var heldOut: String?
  /// Name of the stage that made the set that was learnt from.
  public var stage: String
  /// What learnt from it: `teacher`, `students`, or `validation` (only used to choose checkpoints,
  /// not learnt from).
  public var reader: String
  /// Problems of the set that was learnt from, of the held-out set, and of both.
  public var problems: Int
  /// Problems of the held-out set.
  public var testProblems: Int
  /// Problems that are in both.
  public var shared: Int
  /// The first few shared problems: `<family>-<16 hex>`.
  public var examples: [String]
}

/// A generated set, for the data page.
public struct DataSet: Sendable, Equatable, Codable {
  /// Name of the stage that made the set.
  public var stage: String
  /// Digest of the stage's output.
  public var content: String
  /// `train`, `validation`, `test` or `any`; `nil` where the set does not say.
  public var split: String?
  /// Whether a verifier accepted every record, as the manifest says; `nil` where it does not.
  public var verified: Bool?
  /// Records of the set; candidates drawn; candidates dropped because they were there already.
  public var records: Int
  /// Candidates drawn; `nil` for a set that was not drawn.
  public var drawn: Int?
  /// Candidates dropped because they were there already.
  public var duplicates: Int?
  /// Records of each level, sorted by number; empty where the manifest does not count them.
  public var byLevel: [Count]
  /// Records of each family, or of each family and level (`sum-reduce 2`), sorted.
  public var byFamily: [Count]
  /// A few records of the sets that are learnt from; empty for others.
  public var samples: [Sample]

  /// Records of one level or family.
  public struct Count: Sendable, Equatable, Codable {
    /// The level or family.
    public var name: String
    /// Number of records.
    public var count: Int
  }

  /// A record, as displayed.
  public struct Sample: Sendable, Equatable, Codable {
    /// Id of the record.
    public var id: String
    /// Task family.
    public var family: String
    /// Difficulty, 1…10; 0 for text that no verifier can judge.
    public var level: Int
    /// Text of the problem.
    public var problem: String
    /// Text of the worked solution.
    public var solution: String
    /// In canonical form; `nil` for a record without one.
    public var answer: String?
    /// `accepted` or `rejected`; `nil`: no verifier has judged it.
    public var verdict: String?
  }
}

/// Texts the teacher sampled, and the part the verifier kept.
public struct Sampling: Sendable, Equatable, Codable {
  /// Name of the stage that sampled.
  public var stage: String
  /// Digest of the stage's output.
  public var content: String
  /// Name of the comparison; `nil`: of every one.
  public var comparison: String?
  /// Texts written, and what became of them.
  public var sampled: Int
  /// Accepted by the verifier, repeats among them.
  public var accepted: Int
  /// Refused by the verifier.
  public var rejected: Int?
  /// Texts that came to no end within the tokens allowed.
  public var unfinished: Int?
  /// Kept texts that repeat an earlier one, and are dropped.
  public var duplicates: Int?
  /// Floating-point operations of the sampling.
  public var flops: Double?
  /// Sorted by number.
  public var levels: [Level]
  /// Texts for free prompts, and how many were kept; `nil` if there was no such prompt.
  public var free: Int?
  /// Free texts that no verifier could judge.
  public var unchecked: Int?
  /// Rejected answers in the teacher's own words: clear but wrong, texts that never contain the
  /// right answer, and unclear ones.
  public var wrongAnswers: Int?
  /// Texts that never contain the right answer.
  public var missingAnswers: Int?
  /// Texts that state no clear answer.
  public var unclearAnswers: Int?
  /// Free texts kept although they did not end; `nil`: none.
  public var cut: Int?

  /// Texts of one level or family.
  public struct Level: Sendable, Equatable, Codable {
    /// The level or family.
    public var name: String
    /// Texts written.
    public var sampled: Int
    /// Texts that the verifier accepted, at most `sampled`.
    public var accepted: Int

    /// Counts of one level or family.
    public init(name: String, sampled: Int, accepted: Int) {
      self.name = name
      self.sampled = sampled
      self.accepted = accepted
    }
  }
}

extension DataSet {
  /// Whether there is a record, the set says that a verifier accepted all, and none of the records
  /// shown contradicts it.
  package var isVerified: Bool {
    verified == true && records > 0 && samples.allSatisfy { $0.verdict == "accepted" }
  }
}

extension Sampling {
  /// Number of texts that could be judged.
  package var judged: Int { sampled - (free ?? 0) }
}

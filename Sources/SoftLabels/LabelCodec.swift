public import Files
public import Kernels
public import Stages

/// A named way to store the distributions of a set's tokens: one file of `Encodings` each.
///
/// An encoding is its settings; it makes codecs, one for a set being written and one for a set
/// being read. All their calls are per sample or batch, never per token. A pipeline says `encoding:
/// NAME`, or `encoding: {name: NAME, …}` with settings. `Labels.md` says how to add one.
public protocol LabelEncoding: Sendable {
  /// As pipeline files and manifests spell it.
  static var name: String { get }
  /// One line for people.
  static var about: String { get }
  /// The member of a sample that holds its rows; its length tells how many there are.
  static var field: String { get }
  /// The zstd level for sets of such rows.
  static var compressionLevel: Int { get }
  /// Whether it keeps whole distributions, so that `auto` may select it.
  static var isExact: Bool { get }

  /// Which targets hold a label; `nil`: all. `EncodingChoice` reads the setting.
  var positions: LabelledPositions? { get set }

  /// Reads the settings of a set that is written; each has a default.
  init(_ settings: inout Settings) throws(ConfigurationError)

  /// The codec of a set that is read.
  ///
  /// - Throws: `SoftLabelError.shape` if the manifest lacks what is needed, and what its files'
  ///   readers throw.
  static func codec(reading set: StoredLabelSet) throws -> any LabelCodec

  /// The codec of a set that is written; `nil` if it cannot store rows of that source.
  func codec(writing source: LabelledRows) -> (any LabelCodec)?

  /// Why its settings do not suit rows of a model; `nil` if they do.
  func misfit(_ source: LabelledRows) -> String?

  /// What its rows say, for planning.
  var meaning: TargetMeaning { get }
}

extension LabelEncoding {
  /// `nil`: rows of any model will do.
  public func misfit(_ source: LabelledRows) -> String? { nil }
  /// `whole`, as of the exact encodings.
  public var meaning: TargetMeaning { .whole }
}

/// What rows of a set say of the distributions that they were made from.
public enum TargetMeaning: Sendable, Equatable {
  /// Every token's probability.
  case whole
  /// A few tokens'.
  case sparse(SparseRows.Meaning)
  /// Each distribution's mean row of a readout.
  case projected

  /// No rows of this kind: a loss says of them whether it takes such rows.
  public var noRows: any TargetRows {
    switch self {
    case .whole: HalfTargets(Halves(count: 0), rows: [])
    case .sparse(let meaning):
      SparseTargets(SparseRows(count: 0, capacity: 1, meaning: meaning), rows: [])
    case .projected:
      ProjectedTargets(
        HiddenStates(.float16, rowCount: 0, width: 1), entropies: [], rows: [])
    }
  }
}

/// What an encoding may use of a set that is read.
public struct StoredLabelSet: Sendable {
  /// What the set's manifest says under the encoding's name: its codec's `details`.
  public let details: JSONObject?
  /// Lists the files beside the samples.
  public let manifest: Manifest
  /// The set's folder, for files beside its shards such as a readout.
  public let folder: String
  /// Members of the set's samples.
  public let fields: [String]
  /// V, the manifest's `vocab_size`: the teacher's, padding included.
  public let vocabulary: Int
  /// Names the set in messages.
  public let name: String

  /// - Parameters:
  ///   - folder: of the set, for files beside its shards.
  ///   - fields: members of its samples.
  ///   - name: names the set in messages.
  public init(
    details: JSONObject?, manifest: Manifest, folder: String, fields: [String], vocabulary: Int,
    name: String
  ) {
    self.details = details
    self.manifest = manifest
    self.folder = folder
    self.fields = fields
    self.vocabulary = vocabulary
    self.name = name
  }
}

/// What an encoding may use of the rows that are written.
public struct LabelledRows: Sendable {
  /// V, the teacher's, padding included.
  public let vocabulary: Int
  /// The teacher's; `nil`: the rows come from no model and have no states.
  public let readout: Readout?
  /// That of the student that will learn from the rows, where it is known.
  public let student: Readout?

  /// - Parameters:
  ///   - readout: `nil` for rows that come from no model.
  ///   - student: the readout of the student that will learn from them, where it is known.
  public init(vocabulary: Int, readout: Readout?, student: Readout? = nil) {
    self.student = student
    self.vocabulary = vocabulary
    self.readout = readout
  }
}

/// Writes and reads the rows of one set.
public protocol LabelCodec: Sendable {
  /// The encoding that the codec was made by; its name stands in the manifest.
  var encoding: any LabelEncoding.Type { get }
  /// V.
  var vocabulary: Int { get }
  /// Members of a sample that hold its labels.
  var fields: [String] { get }
  /// Bytes of one row in memory.
  var rowBytes: Int { get }
  /// Bytes of one row in the set, before the archive packs it.
  var storedRowBytes: Int { get }
  /// Floats of scratch that making one row of targets takes; 0: none.
  var targetWidth: Int { get }
  /// The reader checks samples whose position is a multiple of this; `nil`: all.
  var probeEvery: Int? { get }
  /// What a reader needs to know besides the encoding's name: the manifest has it under that name.
  /// Empty: the manifest says nothing more.
  var details: JSONObject { get }
  /// Which targets hold a label; `nil`: all.
  var positions: LabelledPositions? { get }
  /// Whether its rows can be made distributions again.
  var givesDistributions: Bool { get }
  /// Files beside the archive that are part of the set's meaning.
  func files() -> [(name: String, bytes: [UInt8])]

  /// Number of rows in a `field` member of this size in bytes, if it can have been written so.
  func rowCount(ofBytes size: Int) -> Int
  /// Memory for rows; their contents are undefined until they are read.
  func rows(_ count: Int) -> any LabelRows
  /// Memory for the rows of a batch that a teacher labels.
  func capture(_ count: Int) -> any LabelCapture
  /// Encodes the rows of one sample, given as logarithms of probabilities, `(L-1, V)`.
  ///
  /// - Throws: `SoftLabelError`, also if this encoding cannot store such rows.
  func encode(
    _ rows: [Float], tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> EncodedRows
}

extension LabelCodec {
  /// `nil`: every target holds a label.
  public var positions: LabelledPositions? { nil }
  /// True: they can.
  public var givesDistributions: Bool { true }
}

/// Rows of a set in memory, in stored form.
///
/// Threads that read samples at the same time write disjoint rows.
public protocol LabelRows: Sendable {
  /// Rows that there is room for.
  var count: Int { get }

  /// Reads the rows of one sample to rows `row ..< row + count`; shapes and numbers are checked.
  ///
  /// - Parameter member: the bytes of a member by its name.
  func read(
    _ member: (String) -> [UInt8]?, at row: Int, count: Int, sample: String
  ) throws(SoftLabelError)

  /// The alignment check's counts for a sample whose rows start at `row`.
  ///
  /// - Parameter position: of the sample in the set.
  func alignment(
    from row: Int, at position: Int, tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> AlignmentCheck.Part

  /// Whether a row holds a label; else it stands for its next token alone.
  func isLabelled(_ row: Int) -> Bool

  /// Log-probabilities of rows, `(rows, V)`, renormalised in float32. Of a row without a label they
  /// say nothing.
  func logProbabilities(_ rows: Range<Int>, sample: String) throws(SoftLabelError) -> [Float]

  /// Targets of a batch whose row t is row `rows[t]` here.
  func targets(_ rows: [Int32]) -> any TargetRows

  /// Puts NaN into a row, for tests of how NaN is handled.
  func poison(_ row: Int)

  /// Describes why a row is not a distribution, after the loss has refused it.
  func flaw(of row: Int) -> String
}

extension LabelRows {
  /// True: every row does.
  public func isLabelled(_ row: Int) -> Bool { true }
}

/// Rows of a teacher's batch on their way into a set.
public protocol LabelCapture: RowCapture {
  /// Starts a batch of `rowCount` rows.
  func begin(_ rowCount: Int)

  /// Says which rows of the batch belong to which sample, after `begin`: what is drawn and what is
  /// left out depend on that.
  func name(_ samples: [CapturedSample])

  /// The rows of one sample of the batch.
  ///
  /// - Parameters:
  ///   - rows: of the batch, L-1 of them.
  ///   - tokens, mask: `(L)`.
  /// - Throws: `SoftLabelError`: rows that are not distributions, a target of probability 0, values
  ///   that the stored form cannot hold.
  func encode(
    _ rows: Range<Int>, tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> EncodedRows
}

extension LabelCapture {
  /// Does nothing: rows of most encodings do not depend on their sample.
  public func name(_ samples: [CapturedSample]) {}
}

/// A sample of a teacher's batch.
public struct CapturedSample: Sendable {
  /// The sample's name in the set: seeds what is drawn for it.
  public let id: String
  /// Of the batch, L-1.
  public let rows: Range<Int>
  /// For each row whether the task leaves a choice at its token; `nil`: not known.
  public let choices: [Bool]?

  /// The properties say what is what.
  public init(id: String, rows: Range<Int>, choices: [Bool]? = nil) {
    precondition(choices.map { $0.count == rows.count } ?? true)
    self.id = id
    self.rows = rows
    self.choices = choices
  }
}

/// The labels of one sample as written, and their figures for the certificate.
public struct EncodedRows: Sendable {
  /// Files of the sample in the archive, those of the codec's `fields`.
  public let members: [(name: String, bytes: [UInt8])]
  /// What the rows keep, measured as they were made.
  public let figures: LabelFigures

  /// The members of one sample, and the figures of its rows.
  public init(_ members: [(name: String, bytes: [UInt8])], _ figures: LabelFigures) {
    self.members = members
    self.figures = figures
  }
}

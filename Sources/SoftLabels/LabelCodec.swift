public import Files
public import Kernels

/// A way to store the distributions of a set's tokens, by its name: one file of `Encodings` each.
///
/// An encoding makes codecs, one for a set that is written and one for a set that is read. All their
/// calls are per sample or batch, never per token. `Labels.md` says how to add one.
public protocol LabelEncoding: Sendable {
  /// As pipeline files and manifests spell it.
  static var name: String { get }
  /// One line for people.
  static var about: String { get }
  /// The member of a sample that holds its rows; its length tells how many there are.
  static var field: String { get }
  /// The zstd level for sets of such rows.
  static var compressionLevel: Int { get }

  /// The codec of a set that is read.
  ///
  /// - Throws: `SoftLabelError.shape` for a manifest that does not say what is needed, and what its
  ///   files' readers throw.
  static func codec(reading set: StoredLabelSet) throws -> any LabelCodec

  /// The codec of a set that is written; `nil`: rows of that source cannot be stored so.
  static func codec(writing source: LabelledRows) -> (any LabelCodec)?
}

/// What an encoding may ask of a set that is read.
public struct StoredLabelSet: Sendable {
  public let manifest: Manifest
  public let folder: String
  /// Members of the set's samples.
  public let fields: [String]
  public let vocabulary: Int
  /// Names the set in messages.
  public let name: String

  public init(
    manifest: Manifest, folder: String, fields: [String], vocabulary: Int, name: String
  ) {
    self.manifest = manifest
    self.folder = folder
    self.fields = fields
    self.vocabulary = vocabulary
    self.name = name
  }
}

/// What an encoding may ask of the rows that are written.
public struct LabelledRows: Sendable {
  public let vocabulary: Int
  /// A teacher's; `nil`: the rows are no model's, and have no states.
  public let readout: Readout?
  /// How states are to be stored.
  public let hiddenFormat: HiddenStates.Format

  public init(
    vocabulary: Int, readout: Readout?, hiddenFormat: HiddenStates.Format = .float16
  ) {
    self.vocabulary = vocabulary
    self.readout = readout
    self.hiddenFormat = hiddenFormat
  }
}

/// Writes and reads the rows of one set.
public protocol LabelCodec: Sendable {
  var encoding: any LabelEncoding.Type { get }
  /// V.
  var vocabulary: Int { get }
  /// Members of a sample that hold its labels.
  var fields: [String] { get }
  /// Bytes of one row in memory.
  var rowBytes: Int { get }
  /// Floats of scratch that making one row of targets takes; 0: none.
  var targetWidth: Int { get }
  /// The reader looks at samples whose position is a multiple of this; `nil`: at all.
  var probeEvery: Int? { get }
  /// What the manifest says beside the encoding's name.
  var details: JSONObject { get }
  /// Files that lie beside the archive, and are part of what the set means.
  func files() -> [(name: String, bytes: [UInt8])]

  /// How many rows a `field` member of so many bytes holds, if it is one that was written so.
  func rowCount(ofBytes size: Int) -> Int
  /// Room for rows, which hold anything until they are read.
  func rows(_ count: Int) -> any LabelRows
  /// Room for the rows of a batch that a teacher labels.
  func capture(_ count: Int) -> any LabelCapture
  /// Encodes the rows of one sample that are logarithms of probabilities, `(L-1, V)`.
  ///
  /// - Throws: `SoftLabelError`, also where this encoding stores no such rows.
  func encode(
    _ rows: [Float], tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> EncodedRows
}

/// Rows of a set in memory, in the form in which they are stored.
///
/// Threads that read samples at the same time write disjoint rows.
public protocol LabelRows: Sendable {
  var count: Int { get }

  /// Reads the rows of one sample to rows `row ..< row + count`; shapes and numbers are checked.
  ///
  /// - Parameter member: the bytes of a member by its name.
  func read(
    _ member: (String) -> [UInt8]?, at row: Int, count: Int, sample: String
  ) throws(SoftLabelError)

  /// What the alignment check counts of a sample whose rows lie from `row` on.
  ///
  /// - Parameter position: of the sample in the set.
  func alignment(
    from row: Int, at position: Int, tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> AlignmentCheck.Part

  /// Logarithms of the probabilities of rows, `(rows, V)`, renormalised in float32.
  func logProbabilities(_ rows: Range<Int>, sample: String) throws(SoftLabelError) -> [Float]

  /// Targets of a batch whose row t is row `rows[t]` here.
  func targets(_ rows: [Int32]) -> any TargetRows

  /// Puts NaN into a row, for tests of what becomes of one.
  func poison(_ row: Int)

  /// What makes a row no distribution, in words; the loss has refused it.
  func flaw(of row: Int) -> String
}

/// Rows of a teacher's batch on their way into a set.
public protocol LabelCapture: RowCapture {
  /// A batch of so many rows comes next.
  func begin(_ rowCount: Int)

  /// The rows of one sample of the batch.
  ///
  /// - Parameters:
  ///   - rows: of the batch, L-1 of them.
  ///   - tokens, mask: `(L)`.
  /// - Throws: `SoftLabelError`: rows that are no distributions, a target of probability 0, what the
  ///   stored form cannot hold.
  func encode(
    _ rows: Range<Int>, tokens: [Int32], mask: [UInt8], sample: String
  ) throws(SoftLabelError) -> EncodedRows
}

/// The labels of one sample as they are written, and what the certificate counts of them.
public struct EncodedRows: Sendable {
  public let members: [(name: String, bytes: [UInt8])]
  public let figures: LabelFigures

  public init(_ members: [(name: String, bytes: [UInt8])], _ figures: LabelFigures) {
    self.members = members
    self.figures = figures
  }
}

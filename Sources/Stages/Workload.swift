public import Files

/// The amount of work of a stage, derived from its settings and the outlooks of its inputs, and a
/// short version of it that can be timed.
///
/// `retort plan` runs the short version, its rehearsal, and extrapolates from the time it took.
public struct Workload: Sendable, Equatable {
  /// Number of pieces of work in the whole stage, in its progress unit; `nil`: not known before its
  /// inputs exist.
  public var pieces: Int?
  /// Most records that its folder will hold; `nil` if it holds none, or that is not known.
  public var records: Int?
  /// Settings to replace for the rehearsal: fewer pieces, otherwise the same work.
  public var rehearsal: JSONObject
  /// Time per piece in the whole stage, relative to the rehearsal.
  public var stretch: Double
  /// Length of a record in the whole stage, relative to the rehearsal's; `nil`: as `stretch`.
  public var recordStretch: Double?
  /// How often the whole stage repeats what the rehearsal does once after its last piece:
  /// validations.
  public var closings: Int
  /// Whether its files grow with the pieces; else they are as large as the rehearsal's.
  public var filesGrow: Bool
  /// Bytes that the whole stage writes beyond the rehearsal's, if that is plain arithmetic.
  public var moreBytes: Int
  /// Whether it keeps the bytes of its inputs in memory.
  public var holdsInputs: Bool
  /// Whether its settings name its inputs: a rehearsal then names those that stand for them.
  public var namesInputs: Bool

  /// The properties say what each argument is.
  public init(
    pieces: Int?, records: Int? = nil, rehearsal: JSONObject = [:], stretch: Double = 1,
    recordStretch: Double? = nil, closings: Int = 1, filesGrow: Bool = false, moreBytes: Int = 0,
    holdsInputs: Bool = false,
    namesInputs: Bool = false
  ) {
    self.moreBytes = moreBytes
    self.pieces = pieces
    self.records = records
    self.rehearsal = rehearsal
    self.stretch = stretch
    self.recordStretch = recordStretch
    self.closings = closings
    self.filesGrow = filesGrow
    self.holdsInputs = holdsInputs
    self.namesInputs = namesInputs
  }

  /// Steps of a training in a rehearsal: enough to measure a rate. An order and the training that
  /// reads it must agree, so it is defined here.
  public static let rehearsedSteps = 8
  /// Records of a set in a rehearsal; here for the same reason.
  public static let rehearsedRecords = 512

  /// Limits a count to `most` if it is larger or not set.
  public static func shortened(_ settings: JSONObject, _ key: String, to most: Int) -> JSON {
    JSON(min(settings[key]?.intValue ?? most, most))
  }
}

extension Stage {
  /// False: it keeps the threads that it was given.
  public static var adaptsThreads: Bool { false }

  /// The workload is unknown.
  public func workload(settings: JSONObject, inputs: [Outlook]) -> Workload? { nil }
}

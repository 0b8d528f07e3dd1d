public import Files

/// How much a stage has to do, as its settings and the outlooks of its inputs tell, and a short
/// version of it that can be timed.
///
/// `retort plan` runs the short version, its rehearsal, and reckons with what that took.
public struct Workload: Sendable, Equatable {
  /// Pieces of work of the whole stage, in the unit in which it reports progress; `nil`: not known
  /// before its inputs are there.
  public var pieces: Int?
  /// Records that its folder will hold, at most; `nil` where it holds none, or that is not known.
  public var records: Int?
  /// Settings to replace for the rehearsal: fewer pieces, otherwise the same work.
  public var rehearsal: JSONObject
  /// How much longer one piece takes in the whole stage than in the rehearsal.
  public var stretch: Double
  /// How often the whole stage does what the rehearsal does once, after its last piece: looks at a
  /// validation set.
  public var closings: Int
  /// Whether its files grow with the pieces; else they are as large as the rehearsal's.
  public var filesGrow: Bool
  /// Bytes that the whole writes more than the rehearsal, where that is plain arithmetic.
  public var moreBytes: Int
  /// Whether it holds the bytes of its inputs in memory.
  public var holdsInputs: Bool

  public init(
    pieces: Int?, records: Int? = nil, rehearsal: JSONObject = [:], stretch: Double = 1,
    closings: Int = 1, filesGrow: Bool = false, moreBytes: Int = 0, holdsInputs: Bool = false
  ) {
    self.moreBytes = moreBytes
    self.pieces = pieces
    self.records = records
    self.rehearsal = rehearsal
    self.stretch = stretch
    self.closings = closings
    self.filesGrow = filesGrow
    self.holdsInputs = holdsInputs
  }

  /// Steps of a training in a rehearsal, and records of a set: enough for a rate. An order and the
  /// training that reads it have to agree, so they are named here.
  public static let rehearsedSteps = 8
  public static let rehearsedRecords = 512

  /// Replaces a count by `most` where it is larger, or not set.
  public static func shortened(_ settings: JSONObject, _ key: String, to most: Int) -> JSON {
    JSON(min(settings[key]?.intValue ?? most, most))
  }
}

extension Stage {
  /// Unknown.
  public func workload(settings: JSONObject, inputs: [Outlook]) -> Workload? { nil }
}

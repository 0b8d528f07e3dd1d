public import Archives
internal import Files
public import Records
public import Stages

/// A set of records as a stage reads it, a few at a time.
public struct RecordSet: Sendable {
  /// Name of the input, for messages.
  public let name: String
  /// The typed part of the manifest.
  public let manifest: SetManifest
  /// Of the set's archive.
  public let reader: ArchiveReader

  /// - Parameter acceptsUnverified: whether a set that is marked as unverified may be read.
  /// - Throws: `SetError`, `ArchiveError`, `StageError.notFinished`.
  public init(_ input: StageInput, acceptsUnverified: Bool = false) throws {
    name = input.name
    reader = try ArchiveReader(directory: try input.require().folder)
    manifest = try SetManifest(reader.manifest, name: input.name)
    guard reader.count == 0 || reader.fields.contains(ArchiveSample.recordField) else {
      throw SetError.noRecords(set: name, fields: reader.fields)
    }
    if manifest.isVerified == false, !acceptsUnverified { throw SetError.unverified(set: name) }
  }

  /// Number of samples.
  public var count: Int { reader.count }

  /// Whether the manifest says that the set is verified; `nil` if it does not say.
  public var isVerified: Bool? { manifest.isVerified }

  /// The records of a range, in order.
  ///
  /// - Throws: `SetError.record`; `.unsupported` for an unverified record in a set whose manifest
  ///   says that all are verified.
  public func records(in range: Range<Int>, threads: Int) throws -> [Record] {
    let (name, claimsVerified) = (name, isVerified == true)
    return try reader.map(at: Array(range), threads: threads) { _, sample in
      let record = try Self.record(of: sample, set: name)
      guard !claimsVerified || record.checker?.verdict == .accepted else {
        throw SetError.unsupported(set: name, sample: sample.id)
      }
      return record
    }
  }

  /// - Throws: `SetError.record`.
  public static func record(of sample: ArchiveSample, set: String) throws(SetError) -> Record {
    do throws(RecordError) { return try sample.record() } catch {
      throw .record(set: set, sample: sample.id, error)
    }
  }

  /// The index column that marks texts cut before their end.
  public static let unfinishedColumn = "unfinished"

  /// Whether the text of a sample was cut before its end, so that no end of text may follow it.
  public func isUnfinished(at position: Int) throws -> Bool {
    try reader.columns(at: position)[Self.unfinishedColumn]?.intValue == 1
  }
}

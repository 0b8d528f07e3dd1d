public import Archives
public import Files
public import Records
public import Stages

/// Writes the set of a stage: the archive `data` in the stage's folder.
public struct SetWriter {
  /// The file stem of every set that a stage writes.
  public static let archiveName = "data"

  private var writer: ArchiveWriter

  /// Removes what an interrupted run left, and starts writing.
  ///
  /// - Parameter level: of compression, 0 to 19.
  public init(in folder: String, threads: Int, level: Int = 3) throws(ArchiveError) {
    try ArchiveWriter.removeLeftovers(directory: folder, name: Self.archiveName)
    writer = try ArchiveWriter(
      directory: folder, name: Self.archiveName, options: .init(level: level, threads: threads))
  }

  /// - Throws: as `ArchiveWriter.append`.
  public mutating func append(_ sample: ArchiveSample) throws(ArchiveError) {
    try writer.append(sample)
  }

  /// Appends a record with its columns.
  ///
  /// - Throws: `ArchiveError`, also for an id that the set has.
  public mutating func append(
    _ record: Record, columns: JSONObject = [:]
  ) throws(ArchiveError) {
    try writer.append(ArchiveSample(record: record, columns: columns))
  }

  /// Complete frames, for the caller's threads to process.
  public mutating func takeFrames() throws(ArchiveError) -> FrameWork { try writer.takeFrames() }

  /// Writes the rest. The writer cannot be used afterwards.
  public mutating func finish() throws(ArchiveError) -> ArchiveSummary { try writer.finish() }
}

extension ArchiveSummary {
  /// The result of a stage that has written this set.
  ///
  /// - Parameters:
  ///   - more: further manifest details of the stage.
  ///   - also: files of the folder beside the archive's.
  ///   - content: 64 hex, if the set's content depends on more than the samples.
  public func result(
    _ manifest: SetManifest, _ more: JSONObject = [:], also: [String] = [],
    content: String? = nil, summary: String
  ) -> StageResult {
    StageResult(
      content: content ?? self.content.hex, archive: description,
      details: manifest.details(more), files: files.map(\.path) + also, summary: summary)
  }
}

internal import Files
internal import Records
public import Sets

/// A form of other people's in which a set is written, one file each.
///
/// `Exports.md` says what every format keeps: records whole, or what its readers take.
public protocol ExportFormat: Sendable {
  /// As `--format` names it.
  static var name: String { get }
  /// One line for people.
  static var about: String { get }
  /// Whether the files are tables that the Hugging Face hub reads with the names of the splits.
  static var isTable: Bool { get }

  /// - Parameter options: what the format has no use for is ignored.
  init(_ options: ExportOptions)

  /// Writes the files of one split.
  ///
  /// - Parameters:
  ///   - folder: the export's folder; it exists.
  /// - Throws: `SetError`, `ArchiveError`, `FileError`, `Interrupted`, `ExportError`.
  func write(_ split: ExportSplit, to folder: String) throws -> ExportedSplit
}

extension ExportFormat {
  /// True, for a format that says nothing else.
  public static var isTable: Bool { true }
}

/// What formats may be told.
public struct ExportOptions: Sendable, Equatable {
  /// Records of one file at most.
  public var recordsPerFile = 100_000
  /// Flawed traces that are drawn for each record, by formats of step labels.
  public var flaws = 1
  /// What they are drawn from.
  public var seed: UInt64 = 1

  /// Files of 100 000 records, one flawed trace per record, seed 1.
  public init() {}
}

/// A set under the name of its split.
public struct ExportSplit: Sendable {
  /// `[A-Za-z0-9_]+`, as Hugging Face names splits.
  public let name: String
  /// The records to be written, all of them.
  public let set: RecordSet
  /// Threads that read the set.
  public let threads: Int
  /// Called with the records written so far.
  let report: @Sendable (_ done: Int, _ of: Int) -> Void

  /// - Parameters:
  ///   - name: `[A-Za-z0-9_]+`, not checked; `name(for:)` makes such a name.
  ///   - threads: for reading the set.
  ///   - report: called with the records written so far and their total.
  public init(
    name: String, set: RecordSet, threads: Int,
    report: @escaping @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) {
    (self.name, self.set, self.threads, self.report) = (name, set, threads, report)
  }

  /// The split's name for a set of any name: without the key that ends a stage's folder
  /// (`train-0123456789ab`), other bytes than letters, digits and `_` as `_`.
  public static func name(for set: String) -> String {
    var set = set[...]
    if let dash = set.lastIndex(of: "-") {
      let key = set[set.index(after: dash)...]
      if dash > set.startIndex, key.utf8.count == 12,
        key.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
      {
        set = set[..<dash]
      }
    }
    let bytes = set.utf8.map { byte -> UInt8 in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: byte
      default: 0x5F
      }
    }
    return bytes.isEmpty ? "data" : String(decoding: bytes, as: UTF8.self)
  }

  /// Passes every record to `body`, in order.
  func forEachRecord(_ body: (Record) throws -> Void) throws {
    for start in stride(from: 0, to: set.count, by: 1024) {
      try Interruption.check()
      let end = min(start + 1024, set.count)
      for record in try set.records(in: start..<end, threads: threads) { try body(record) }
      report(end, set.count)
    }
  }
}

/// What a format wrote of one split.
public struct ExportedSplit: Sendable, Equatable {
  /// The split's name.
  public var name: String
  /// Relative to the export's folder, in order.
  public var files: [String]
  /// Rows or samples.
  public var rows: Int
  /// Bytes of all its files.
  public var bytes: Int
  /// Counts of the format's own, for the card: traces without a known mistake, say.
  public var notes: [String] = []
}

/// What is wrong with an export.
public enum ExportError: Error, Equatable, Sendable, CustomStringConvertible {
  case unknownFormat(String, known: [String])
  case sameName(String)
  case exists(path: String)
  case rowTooLarge(id: String, bytes: Int, limit: Int)

  public var description: String {
    switch self {
    case .unknownFormat(let name, let known):
      "no format is called \(name.prefix(60)); there are \(known.joined(separator: ", "))"
    case .sameName(let name):
      "two sets would be the split \(name) -- name them: NAME=FOLDER"
    case .exists(let path): "\(path) exists already -- name another folder"
    case .rowTooLarge(let id, let bytes, let limit):
      "\(id): its row takes \(bytes) bytes, more than a file of this format holds (\(limit))"
    }
  }
}

public import Files

/// One sample: a run of adjacent members `<id>.<field>` of a tar.
public struct ArchiveSample: Sendable {
  /// `[A-Za-z0-9_-]`: no dots, since a tar reader cuts the field off at the first one.
  public var id: String
  /// The members in their order; every sample of a set has the same fields in the same order.
  var members: [Member]
  private var storedColumns: Columns

  /// - Parameters:
  ///   - id: unique within the set.
  ///   - fields: names and bytes, in the order of the set's fields.
  ///   - columns: what the index says of the sample, readable without opening a shard.
  public init(
    id: String, fields: [(name: String, bytes: [UInt8])], columns: JSONObject = [:]
  ) {
    self.init(
      id: id, members: fields.map { Member(name: $0.name, bytes: $0.bytes) }, columns: columns)
  }

  private init(id: String, members: [Member], columns: JSONObject) {
    self.init(id: id, members: members, columns: Columns(columns))
  }

  init(id: String, members: [Member], columns: Columns) {
    self.id = id
    self.members = members
    storedColumns = columns
  }

  /// The columns of the sample's index line, readable without opening a shard.
  public var columns: JSONObject {
    get { storedColumns.object }
    set { storedColumns = Columns(newValue) }
  }

  /// All members with their bytes.
  public var fields: [(name: String, bytes: [UInt8])] {
    get { members.map { ($0.name, $0.bytes) } }
    set { members = newValue.map { Member(name: $0.name, bytes: $0.bytes) } }
  }

  /// The bytes of one field.
  public subscript(field: String) -> [UInt8]? { members.first { $0.name == field }?.bytes }

  /// A copy that owns its bytes, so the buffer it was read from is released.
  var detached: ArchiveSample {
    ArchiveSample(
      id: id, members: fields.map { Member(name: $0.name, bytes: $0.bytes) },
      columns: storedColumns.detached)
  }
}

extension ArchiveSample {
  /// Columns as given, or the text of an index line known to be an object, parsed on first use.
  enum Columns: Sendable {
    case given(JSONObject)
    case text([UInt8], Range<Int>)

    init(_ object: JSONObject) { self = .given(object) }
    init(_ text: [UInt8], _ range: Range<Int>) { self = .text(text, range) }

    var object: JSONObject {
      switch self {
      case .given(let object): object
      case .text(let text, let range):
        (try? JSON.parse(Array(text[range])))?.objectValue ?? [:]
      }
    }

    /// A copy without the index's other lines.
    var detached: Columns {
      guard case .text(let text, let range) = self else { return self }
      return Columns(Array(text[range]), 0..<range.count)
    }
  }
}

extension ArchiveSample {
  /// One member's bytes in place: on their own, or in a decompressed frame that many members share.
  struct Member: Sendable, Equatable {
    let name: String
    let storage: [UInt8]
    let range: Range<Int>

    init(name: String, bytes: [UInt8]) {
      self.init(name: name, storage: bytes, range: bytes.indices)
    }

    init(name: String, storage: [UInt8], range: Range<Int>) {
      self.name = name
      self.storage = storage
      self.range = range
    }

    var slice: ArraySlice<UInt8> { storage[range] }
    var bytes: [UInt8] { range == storage.indices ? storage : Array(slice) }

    static func == (a: Member, b: Member) -> Bool { a.name == b.name && a.slice == b.slice }
  }
}

extension ArchiveSample: Equatable {
  public static func == (a: ArchiveSample, b: ArchiveSample) -> Bool {
    a.id == b.id && a.members == b.members && a.columns == b.columns
  }
}

/// Rules for names. All are ASCII, safe in shells, tars and file systems.
enum ArchiveNames {
  /// A member's name fits the name field of a plain ustar header, so that no extended header is
  /// ever needed and each header's bytes follow from name and size alone.
  static let longestMember = 100

  /// What is wrong with a sample's id; `nil` if nothing.
  static func fault(inID id: String) -> String? {
    guard Paths.isSafeName(id), !id.utf8.contains(UInt8(ascii: ".")) else {
      return "the id has bytes outside [A-Za-z0-9_-], or is empty or too long"
    }
    // WebDataset readers skip such names.
    return id.hasPrefix("__") ? "the id begins with two underscores" : nil
  }

  static func fault(inField field: String) -> String? {
    let bytes = Array(field.utf8)
    func isPlain(_ c: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(c)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(c)
    }
    let isWhole = bytes.allSatisfy { isPlain($0) || [0x2E, 0x5F, 0x2D].contains($0) }
    return isWhole && bytes.first.map(isPlain) == true && bytes.count <= 64
      ? nil : "the field name \(JSON(field).text) is not [a-z0-9][a-z0-9._-]*"
  }

  static func fault(inArchive name: String) -> String? {
    Paths.isSafeName(name) && !name.utf8.contains(UInt8(ascii: ".")) && name.utf8.count <= 80
      ? nil : "the archive name \(JSON(name).text) is not [A-Za-z0-9_-]{1,80}"
  }

  static func shard(_ name: String, _ number: Int) -> String {
    stem(name, number) + ".tar.zst"
  }

  static func index(_ name: String, _ number: Int) -> String {
    stem(name, number) + ".index.jsonl"
  }

  static func stem(_ name: String, _ number: Int) -> String {
    let digits = String(number)
    return name + "-" + String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
  }
}

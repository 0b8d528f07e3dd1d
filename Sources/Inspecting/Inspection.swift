package import Files

/// What a file or folder is, and whether it is intact: the work of `retort inspect`.
///
/// Reads any format that retort reads. Damage throws the error of the reading module, which names
/// the byte or key.
package struct Inspection: Sendable {
  /// The kind of thing.
  package let kind: String
  /// Facts, in order.
  package let facts: [(name: String, value: JSON)]
  /// Whether everything that belongs to it is there; a run may be in progress.
  package internal(set) var isComplete = true

  /// `{kind, …}`: the facts follow under their names, in order.
  package var json: JSON {
    var object: JSONObject = ["kind": JSON(kind)]
    for fact in facts { object[fact.name] = fact.value }
    return .object(object)
  }

  /// Inspects a file or folder. Every byte is read, and held against the digests of its manifest
  /// where it has one.
  ///
  /// - Parameter threads: for archives; the result does not depend on it.
  /// - Throws: `InspectionError`, `DoesNotRun` for a model that is intact and does not run, and the
  ///   errors of the modules that read.
  package init(_ path: String, threads: Int) throws {
    if Folder.isFolder(path) {
      self = try Inspection(folder: path, threads: threads)
    } else {
      self = try Inspection(file: path)
    }
  }

  init(kind: String, _ facts: [(String, JSON)]) {
    self.kind = kind
    self.facts = facts
  }

  private init(file: String) throws {
    let opened = try RandomAccessFile(file)
    let head = try opened.read(at: 0, count: min(16, opened.size))
    let name = Paths.last(of: file)
    if let kind = FileKind.all.first(where: { $0.matches(head, name) }) {
      self = try kind.inspect(file)
      return
    }
    let start = try opened.read(at: 0, count: min(FileSignature.length, opened.size))
    throw FileSignature(startOf: start).map { InspectionError.signature(file: file, $0) }
      ?? InspectionError.format(file: file)
  }
}

internal import Files
internal import Tensors

/// A GGUF file in several parts, as written by `llama-gguf-split`: `<name>-00001-of-00003.gguf` and
/// so on. The first part has all metadata; each states its number and the total.
public enum GGUFParts {
  private static let countKey = "split.count"
  private static let numberKey = "split.no"
  private static let tensorsKey = "split.tensors.count"
  /// More than any model has.
  private static let limit = 1024

  /// The paths of all parts, in order, if the path has the form of a part's name.
  public static func paths(of path: String) -> [String]? {
    let suffix = ".gguf"
    guard path.hasSuffix(suffix) else { return nil }
    let stem = Array(path.dropLast(suffix.count).utf8)
    // -00001-of-00003
    guard stem.count > 15 else { return nil }
    let tail = stem.suffix(15)
    func number(_ digits: ArraySlice<UInt8>) -> Int? {
      digits.allSatisfy { (0x30...0x39).contains($0) }
        ? digits.reduce(0) { 10 * $0 + Int($1 - 0x30) } : nil
    }
    guard tail.first == UInt8(ascii: "-"), let own = number(tail.dropFirst(1).prefix(5)),
      tail.dropFirst(6).prefix(4).elementsEqual("-of-".utf8),
      let count = number(tail.suffix(5)), own >= 1, own <= count, count <= limit
    else { return nil }
    let name = path.dropLast(suffix.count + 15)
    return (1...count).map { "\(name)-\(padded($0))-of-\(padded(count))\(suffix)" }
  }

  /// The part that has the metadata: the first, if the path has the form of a part's name; else the
  /// path itself.
  public static func head(of path: String) -> String {
    guard let first = paths(of: path)?.first, fileExists(first) else { return path }
    return first
  }

  /// Opens all parts of the model that a part belongs to.
  ///
  /// - Returns: just the one file if it is the only part.
  /// - Throws: `CheckpointError` for a part that is missing, does not match its name, or has a
  ///   tensor or a key that contradicts another part's.
  static func open(_ file: GGUFFile) throws(CheckpointError) -> [GGUFFile] {
    guard let count = try file.metadata.optionalInt(countKey), count != 1 else { return [file] }
    guard let paths = paths(of: file.path), paths.count == count else {
      throw .key(
        file: file.path, key: countKey,
        reason: "is \(count), so the file should be called <name>-00001-of-\(padded(count)).gguf: "
          + "the other parts are found by their names -- give it back its name, or join the parts "
          + "with llama-gguf-split --merge")
    }
    var files: [GGUFFile] = []
    for (number, path) in paths.enumerated() {
      guard fileExists(path) else {
        throw .form(
          path: file.path, reason: "part \(number + 1) of \(count) is missing: \(path) -- fetch it")
      }
      let part = path == file.path ? file : try GGUFFile(path)
      for (key, expected) in [(countKey, count), (numberKey, number)] {
        let found = try part.metadata.int(key)
        guard found == expected else {
          throw .key(
            file: path, key: key, reason: "is \(found), its name says \(expected) -- fetch it again"
          )
        }
      }
      files.append(part)
    }
    try check(files)
    return files
  }

  private static func check(_ files: [GGUFFile]) throws(CheckpointError) {
    let head = files[0].metadata
    var names: Set<String> = []
    for file in files {
      for member in file.metadata.members
      where !member.key.hasPrefix("split.") && !member.key.hasPrefix("general.") {
        guard head[member.key] == member.value else {
          throw .key(
            file: file.path, key: member.key, reason: "is not what the first part says of it")
        }
      }
      for tensor in file.tensors where !names.insert(tensor.name).inserted {
        throw .tensor(file: file.path, name: tensor.name, reason: "stands in another part too")
      }
    }
    if let total = try head.optionalInt(tensorsKey), total != names.count {
      throw .key(
        file: head.file, key: tensorsKey,
        reason: "is \(total), but the parts have \(names.count) tensors")
    }
  }

  private static func padded(_ number: Int) -> String {
    String(repeating: "0", count: max(0, 5 - String(number).count)) + String(number)
  }
}

public import Files
internal import Tasks

/// Problems that a set must not contain, read from files that the user names.
///
/// A file is JSON Lines of records (each needs `family` and `problem`), or a file of geometry problems
/// as `retort prove` reads it. Problems are compared by their canonical form: a renamed or reordered one
/// is the same.
public enum ApartFrom {
  /// - Returns: `content` of every problem in the files.
  /// - Throws: `GenerationError.apartFrom` for what cannot be read; `FileError`.
  public static func contents(of paths: [String]) throws -> Set<String> {
    var contents: Set<String> = []
    for path in paths {
      var lines = try LineSource(path, limit: 64 << 20)
      var isRecords: Bool?
      var text: [UInt8] = []
      while let line = try lines.nextLine() {
        guard case .whole(let bytes) = line else {
          throw GenerationError.apartFrom(
            file: path, line: lines.number, reason: "the line is too long")
        }
        guard let first = bytes.first(where: { $0 != 0x20 }) else { continue }
        let holdsRecords = isRecords ?? (first == UInt8(ascii: "{"))
        isRecords = holdsRecords
        if holdsRecords {
          contents.insert(try content(ofRecord: bytes, file: path, line: lines.number))
        } else {
          text += bytes + [0x0A]
        }
      }
      if isRecords == false {
        do {
          for form in try GeometryTheorem.canonicalTexts(
            ofProblemFile: String(decoding: text, as: UTF8.self))
          {
            contents.insert(SHA256.hash(form).hex)
          }
        } catch {
          throw GenerationError.apartFrom(
            file: path, line: nil, reason: "neither records nor geometry problems: \(error)")
        }
      }
    }
    return contents
  }

  private static func content(ofRecord line: [UInt8], file: String, line number: Int) throws
    -> String
  {
    func wrong(_ reason: String) -> GenerationError {
      .apartFrom(file: file, line: number, reason: reason)
    }
    let json: JSON
    do throws(JSONError) {
      json = try JSON.parse(line)
    } catch {
      throw wrong("not JSON: \(error)")
    }
    guard let name = json["family"]?.stringValue, let problem = json["problem"]?.stringValue else {
      throw wrong("expected a record with \"family\" and \"problem\"")
    }
    guard let family = Families.named(name) else { throw wrong("no family is called \(name)") }
    guard let canonical = family.canonical(problem) else {
      throw wrong("the problem is none that \(name) writes: \(problem.prefix(80))")
    }
    return SHA256.hash(canonical).hex
  }
}

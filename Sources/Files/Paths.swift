internal import Glibc
internal import Synchronization

/// File paths as strings.
public enum Paths {
  /// The path without its last component: `.` for a bare name, `/` for the root.
  public static func parent(of path: String) -> String {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }

  /// The last component, without a slash at its end.
  public static func last(of path: String) -> String {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    guard let slash = trimmed.lastIndex(of: "/") else { return trimmed }
    return String(trimmed[trimmed.index(after: slash)...])
  }

  /// An absolute path, which opens `path` from any working directory.
  ///
  /// - Parameter folder: base of a relative path; if relative itself, it is based on the working
  ///   directory.
  public static func absolute(_ path: String, from folder: String = ".") -> String {
    func joined(_ folder: String, _ path: String) -> String {
      let rest = path.drop { $0 == "/" }
      var steps = rest.split(separator: "/").filter { $0 != "." }.map(String.init)
      if path.hasSuffix("/"), !steps.isEmpty { steps[steps.count - 1] += "/" }
      let start = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
      return steps.isEmpty
        ? (start.isEmpty ? "/" : start) : start + "/" + steps.joined(separator: "/")
    }
    if path.hasPrefix("/") { return path }
    return joined(folder.hasPrefix("/") ? folder : joined(workingDirectory, folder), path)
  }

  /// The working directory; `/` if it has been removed.
  public static var workingDirectory: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }

  /// Whether `name` may name a file of ours: `[A-Za-z0-9._-]`, 1…128 bytes, no leading dot.
  public static func isSafeName(_ name: String) -> Bool {
    guard (1...128).contains(name.utf8.count), name.utf8.first != UInt8(ascii: ".") else {
      return false
    }
    return name.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
  }

  /// The prefix of every temporary name; files with it in a run folder are ours to remove.
  public static let temporaryPrefix = ".tmp-"

  private static let counter = Atomic<Int>(0)

  /// A new name next to `path` that no other process and no earlier call in this one uses.
  static func temporaryName(for path: String) -> String {
    let count = counter.add(1, ordering: .relaxed).newValue
    return "\(parent(of: path))/\(temporaryPrefix)\(getpid())-\(count)-\(last(of: path))"
  }
}

public import Files

/// A fault in an archive: file, position, expected and found values, and what to do next.
public enum ArchiveError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file could not be read or written.
  case file(FileError)
  /// The folder's manifest is invalid.
  case manifest(ManifestError)
  /// The manifest is valid but does not describe an archive this reader supports.
  case description(folder: String, reason: String)
  /// A file of the archive is not in the manifest's list or not in the folder.
  case missing(folder: String, file: String)
  /// A file has the archive's name but is not listed in the manifest.
  case unknown(folder: String, file: String)
  /// A file's length differs from the manifest.
  case size(file: String, expected: Int, found: Int)
  /// A file's digest differs from the manifest.
  case digest(file: String, expected: String, found: String)
  /// A line of an index breaks a rule; lines count from 1, line 0 is the index as a whole.
  case index(file: String, line: Int, reason: String)
  /// The seek table at the end of a shard is wrong.
  case seekTable(file: String, reason: String)
  /// A frame does not decompress to what the index says; `at` is its first byte in the shard.
  case frame(file: String, frame: Int, at: Int, reason: String)
  /// A member's header or padding differs from what its index line implies.
  case member(file: String, frame: Int, member: String, reason: String)
  /// A member's bytes do not match the digest in the index.
  case memberDigest(file: String, frame: Int, member: String, expected: String, found: String)
  /// The index lines together do not match the manifest's content digest.
  case content(folder: String, expected: String, found: String)
  /// A file without a manifest is not a clean tar; `at` is a byte offset in the tar.
  case tar(file: String, at: Int, reason: String)
  /// A compressed file without a manifest is faulty; `at` is a byte offset in the file.
  case stream(file: String, at: Int, reason: String)
  /// A sample that cannot be written.
  case sample(id: String, reason: String)
  /// A requested sample does not exist.
  case noSample(folder: String, what: String)
  /// A libarchive or libzstd call failed.
  case library(reason: String)

  public var description: String {
    let again = " -- make or fetch it again"
    return switch self {
    case .file(let error): error.description
    case .manifest(let error): error.description
    case .description(let folder, let reason): "\(folder)/\(Manifest.fileName): \(reason)"
    case .missing(let folder, let file): "\(folder): the file \(file) is missing\(again)"
    case .unknown(let folder, let file):
      "\(folder): the file \(file) carries the archive's name but no manifest lists it -- move it "
        + "away"
    case .size(let file, let expected, let found):
      "\(file): expected \(expected) bytes, found \(found)\(again)"
    case .digest(let file, let expected, let found):
      "\(file): expected SHA-256 \(expected), found \(found)\(again)"
    case .index(let file, let line, let reason):
      "\(file):\(line > 0 ? " line \(line):" : "") \(reason)\(again)"
    case .seekTable(let file, let reason): "\(file): seek table: \(reason)\(again)"
    case .frame(let file, let frame, let at, let reason):
      "\(file): frame \(frame) at byte \(at): \(reason)\(again)"
    case .member(let file, let frame, let member, let reason):
      "\(file): frame \(frame): member \(member): \(reason)\(again)"
    case .memberDigest(let file, let frame, let member, let expected, let found):
      "\(file): frame \(frame): member \(member): expected SHA-256 \(expected), found \(found)"
        + again
    case .content(let folder, let expected, let found):
      "\(folder): the samples have content digest \(found), the manifest says \(expected)\(again)"
    case .tar(let file, let at, let reason): "\(file): byte \(at) of the tar: \(reason)"
    case .stream(let file, let at, let reason): "\(file): byte \(at): \(reason)"
    case .sample(let id, let reason): "sample \(JSON(id).text): \(reason)"
    case .noSample(let folder, let what): "\(folder): holds no sample \(what)"
    case .library(let reason): reason
    }
  }
}

/// Runs `body` and converts errors of the Files module into this module's error.
func withFiles<T>(_ body: () throws(FileError) -> T) throws(ArchiveError) -> T {
  do throws(FileError) { return try body() } catch { throw .file(error) }
}

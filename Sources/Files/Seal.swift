#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Checks files against the manifest that covers them: that of their folder, or of the enclosing
/// folder, since a stage's manifest also covers its `model/`.
public enum Seal {
  /// Checks files against the manifest of their folder, if it has one of ours.
  ///
  /// - Parameter takesStrangers: whether a file that the manifest does not list counts as one in a
  ///   bare folder: true for files the user names directly, such as an export placed there.
  /// - Returns: whether a manifest covers all of them; `false` for bare folders and files, whose
  ///   digests are unknown.
  /// - Throws: `ManifestError` for a file that differs from the manifest or is not listed, or for a
  ///   damaged manifest.
  @discardableResult
  public static func check(
    _ files: [String], takesStrangers: Bool = false
  ) throws(ManifestError) -> Bool {
    var known: [String: Place?] = [:]
    var isSealed = true
    for file in files {
      let directory = Paths.parent(of: file)
      let place: Place?
      if let found = known[directory] {
        place = found
      } else {
        place = try Place(over: directory)
        known[directory] = .some(place)
      }
      if let place, !takesStrangers || place.names(file) {
        try place.check(file)
      } else {
        isSealed = false
      }
    }
    return isSealed && !files.isEmpty
  }

  /// A folder with a manifest, and the position of a directory within it.
  private struct Place {
    let folder: String
    /// Empty, or the name of the directory within it and a slash.
    let prefix: String
    let manifest: Manifest

    init?(over directory: String) throws(ManifestError) {
      let place = Seal.resolved(directory)
      for (folder, prefix) in [
        (place, ""), (Paths.parent(of: place), Paths.last(of: place) + "/"),
      ] {
        guard try Seal.hasManifest(folder) else { continue }
        let manifest = try Manifest.read(from: folder)
        guard prefix.isEmpty || manifest.files.contains(where: { $0.path.hasPrefix(prefix) })
        else { continue }
        (self.folder, self.prefix, self.manifest) = (folder, prefix, manifest)
        return
      }
      return nil
    }

    func names(_ file: String) -> Bool { manifest.file(prefix + Paths.last(of: file)) != nil }

    func check(_ file: String) throws(ManifestError) {
      let name = prefix + Paths.last(of: file)
      guard let wanted = manifest.file(name) else {
        throw .malformed(
          path: file,
          reason: "is not among the files that \(folder)/\(Manifest.fileName) names -- take it out "
            + "of the folder, or copy the model to a folder of its own")
      }
      let found: Manifest.File
      do throws(FileError) {
        found = try Manifest.entry(name, in: folder)
      } catch {
        if error.isMissing { throw .missingFile(folder: folder, file: name) }
        throw .unreadable(error)
      }
      guard found.bytes == wanted.bytes else {
        throw .size(path: file, expected: wanted.bytes, found: found.bytes)
      }
      guard found.sha256 == wanted.sha256 else {
        throw .fileDigest(path: file, expected: wanted.sha256, found: found.sha256)
      }
    }
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Whether a folder's `manifest.json` is one of ours, valid or damaged: other programs also use
  /// that name.
  public static func hasManifest(_ folder: String) throws(ManifestError) -> Bool {
    let path = folder + "/" + Manifest.fileName
    guard fileExists(path) else { return false }
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try readFile(path, limit: 1 << 28)
    } catch {
      throw .unreadable(error)
    }
    if (try? Manifest.parse(bytes, path: path)) != nil { return true }
    let text = String(decoding: bytes, as: UTF8.self)
    let keys = ["\"format\"", "\"kind\"", "\"content\"", "\"files\"", "\"sha256\""]
    return keys.filter(text.contains).count >= 3
  }
}

package import Files

/// A file beside a set's shards that other sets of the same run hold too: a teacher's readout.
///
/// A run keeps one copy of it, with a name in the folder of every stage that needs it, so that each
/// folder stays whole when it is copied elsewhere. Nobody writes to a stage's files again.
package enum SharedFile {
  /// The folder of a run that holds its stages.
  private static let stages = "stages"

  /// Makes the file: by a link to an equal one of another stage of the run, else by writing it.
  ///
  /// - Returns: its digest.
  package static func make(
    _ name: String, _ bytes: [UInt8], in folder: String
  ) throws(FileError) -> String {
    let digest = SHA256.hash(bytes).hex
    for place in siblings(of: folder) {
      // Another stage may be at work or damaged; then the file is written.
      guard let manifest = try? Manifest.read(from: place),
        manifest.file(name)?.sha256 == digest,
        (try? Manifest.entry(name, in: place))?.sha256 == digest
      else { continue }
      do throws(FileError) {
        try AtomicFile.link(place + "/" + name, to: folder + "/" + name)
        return digest
      } catch { break }
    }
    try AtomicFile.write(bytes, to: folder + "/" + name)
    return digest
  }

  private static func siblings(of folder: String) -> [String] {
    let parent = Paths.parent(of: folder)
    guard Paths.last(of: parent) == stages, let names = try? Folder.names(in: parent) else {
      return []
    }
    return names.filter { $0 != Paths.last(of: folder) }.map { parent + "/" + $0 }
  }
}

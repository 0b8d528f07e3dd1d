internal import Archives
internal import Files
internal import Models
internal import Pipeline

extension Inspection {
  init(folder: String, threads: Int) throws {
    if fileExists(folder + "/config.json"), try !Seal.hasManifest(folder) {
      self = try Inspection(model: folder, kind: "model folder (Hugging Face layout)")
      return
    }
    if !fileExists(folder + "/" + Manifest.fileName), fileExists(folder + "/" + Plan.fileName) {
      self = try Inspection(run: folder)
      return
    }
    if !fileExists(folder + "/" + Manifest.fileName), fileExists(folder + "/report.json") {
      self = try Inspection(report: folder)
      return
    }
    let manifest = try Manifest.read(from: folder)
    var facts: [(String, JSON)] = [
      ("made_by", JSON(manifest.kind)), ("content", JSON(manifest.content)),
      ("files", JSON(manifest.files.count)),
    ]
    if manifest.files.contains(where: { $0.path.hasSuffix(".tar.zst") }) {
      let found = try ArchiveReader.verify(directory: folder, threads: threads)
      facts += [
        ("samples", JSON(found.samples)), ("members", JSON(found.members)),
        ("raw_bytes", JSON(found.rawBytes)),
      ]
    } else {
      try manifest.verifyFiles(in: folder)
    }
    let place = ModelFolder.place(inStage: folder, files: manifest.files.map(\.path))
    if place.hasSuffix(".gguf") || fileExists(place + "/" + ModelFolder.configurationName) {
      do {
        _ = try ModelSoundness(ModelCheckpoint(place))
      } catch {
        throw DoesNotRun(error, of: place) ?? error
      }
    }
    for member in manifest.details.members {
      facts.append((member.key, member.value))
    }
    self.init(kind: "folder of a stage", facts)
  }
}

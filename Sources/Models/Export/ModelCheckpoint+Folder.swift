internal import Checkpoints
internal import Files
public import Kernels
internal import Tensors

extension ModelCheckpoint {
  /// Writes the model as a folder in Hugging Face's layout, holding one tensor in memory at a time.
  ///
  /// The folder appears under its name complete or not at all.
  ///
  /// - Parameters:
  ///   - directory: must not exist.
  ///   - format: F32, F16 or BF16 for all weights; `nil`: each tensor's own where it is one of
  ///     these, else F32.
  ///   - files: the model's other files: tokenizer, `generation_config.json`.
  /// - Throws: `CheckpointError` for a weight that is not finite or does not fit the format;
  ///   `FileError`.
  public func writeFolder(
    to directory: String, format: StorageFormat?, files: [(name: String, bytes: [UInt8])]
  ) throws {
    precondition(format.map(SafetensorsWriter.formats.contains) ?? true, "a format to be written")
    guard !fileExists(directory) else { throw FileError.exists(path: directory) }
    var entries: [SafetensorsWriter.Entry] = []
    for tensor in tensors {
      guard let own = tensor.stored.format else {
        throw CheckpointError.tensor(
          file: checkpoint.path, name: tensor.name,
          reason: "holds no weights (\(tensor.stored.typeName))")
      }
      let kept = SafetensorsWriter.formats.contains(own) ? own : .float32
      entries.append(.init(name: tensor.name, shape: tensor.shape, format: format ?? kept))
    }
    let temporary = Paths.parent(of: directory) + "/.tmp-" + Paths.last(of: directory)
    try Folder.make(Paths.parent(of: directory))
    // Left by an interrupted export of the same name.
    try Folder.remove(temporary)
    try Folder.make(temporary)
    do {
      let configuration = JSON.object(self.configuration(of: entries))
      try AtomicFile.write(
        configuration.serialized(pretty: true) + [0x0A],
        to: temporary + "/" + Checkpoint.configurationName)
      for file in files { try AtomicFile.write(file.bytes, to: temporary + "/" + file.name) }
      try SafetensorsWriter.write(
        to: temporary + "/" + Checkpoint.weightsName, metadata: [("format", "pt")],
        tensors: entries
      ) { entry in
        let x = Floats(zeros: entry.elementCount)
        try read(entry.name, into: x)
        return x
      }
      try Folder.rename(temporary, to: directory)
    } catch {
      try? Folder.remove(temporary)
      throw error
    }
  }

  /// `config.json` with the weight type of most parameters.
  private func configuration(of entries: [SafetensorsWriter.Entry]) -> JSONObject {
    let names: [(StorageFormat, String)] = [
      (.float32, "float32"), (.float16, "float16"), (.bfloat16, "bfloat16"),
    ]
    func count(_ format: StorageFormat) -> Int {
      entries.reduce(0) { $0 + ($1.format == format ? $1.elementCount : 0) }
    }
    var fields = configuration
    fields["dtype"] = nil
    fields["torch_dtype"] = names.max { count($0.0) < count($1.0) }.map { JSON($0.1) }
    return fields
  }
}

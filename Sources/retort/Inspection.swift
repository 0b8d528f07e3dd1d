internal import Archives
internal import Checkpoints
internal import Files
internal import Kernels
internal import Models
internal import Pipeline
internal import Records
internal import Tensors
internal import Tokenization

/// What a file or folder is, and whether it is intact: the work of `retort inspect`.
///
/// Reads any format that retort reads. Damage throws the error of the reading module, which names
/// the byte or key.
struct Inspection {
  /// The kind of thing.
  let kind: String
  /// Facts, in order.
  let facts: [(name: String, value: JSON)]
  /// Whether everything that belongs to it is there; a run may be in progress.
  var isComplete = true

  var json: JSON {
    var object: JSONObject = ["kind": JSON(kind)]
    for fact in facts { object[fact.name] = fact.value }
    return .object(object)
  }

  init(_ path: String, threads: Int) throws {
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

  // MARK: Folders

  private init(folder: String, threads: Int) throws {
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
        throw DoesNotRun(error) ?? error
      }
    }
    for member in manifest.details.members {
      facts.append((member.key, member.value))
    }
    self.init(kind: "folder of a stage", facts)
  }

  // MARK: Files

  private init(file: String) throws {
    let opened = try RandomAccessFile(file)
    let head = try opened.read(at: 0, count: min(16, opened.size))
    let name = Paths.last(of: file)
    if head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) || head.starts(with: [0x5E, 0x2A, 0x4D, 0x18])
      || name.hasSuffix(".tar.zst") || name.hasSuffix(".tar") || name.hasSuffix(".tzst")
    {
      self = try Inspection(archive: file)
    } else if LargeFilePointer.begins(head) {
      throw Failure.data("\(file): \(LargeFilePointer.advice)")
    } else if head.starts(with: Array("GGUF".utf8)) {
      self = try Inspection(model: file, kind: "model (GGUF)")
    } else if head.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) || name.hasSuffix(".npy") {
      self = try Inspection(npy: file)
    } else if name.hasSuffix(".safetensors") {
      self = try Inspection(safetensors: file)
    } else if head.starts(with: Array("SQLite format 3".utf8)) {
      self.init(kind: "SQLite database", [("bytes", JSON(opened.size))])
    } else if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") {
      self = try Inspection(lines: file)
    } else if name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
      let pipeline = try PipelineFile.load(file)
      self.init(kind: "pipeline file", [("pipeline", JSON(pipeline.name))])
    } else if name == Manifest.fileName {
      let manifest = try Manifest.parse(readFile(file), path: file)
      self.init(
        kind: "manifest",
        [
          ("made_by", JSON(manifest.kind)), ("content", JSON(manifest.content)),
          ("files", JSON(manifest.files.count)),
        ])
    } else if head.first == UInt8(ascii: "{") || head.first == UInt8(ascii: "[")
      || name.hasSuffix(".json")
    {
      self = try Inspection(json: file)
    } else if let found = FileSignature(
      startOf: try opened.read(at: 0, count: min(FileSignature.length, opened.size)))
    {
      throw Failure.data("\(file): is \(found.rawValue) -- \(found.advice)")
    } else {
      throw Failure.data(
        "\(file): byte 0: none of the formats that retort reads: .tar.zst, .tar, .npy, "
          + ".safetensors, .gguf, .json, .jsonl, .yaml, SQLite, a stage's or a model's folder")
    }
  }

  private init(archive file: String) throws {
    let listing = try ArchiveListing(of: file)
    self.init(
      kind: listing.isCompressed ? "archive (.tar.zst)" : "archive (.tar)",
      [
        ("members", JSON(listing.members.count)), ("samples", JSON(listing.sampleCount)),
        ("fields", JSON(listing.fields) { JSON($0) }), ("bytes", JSON(listing.fileBytes)),
        ("tar_bytes", JSON(listing.tarBytes)),
      ])
  }

  private init(npy file: String) throws {
    let tensor = try NPY.decode(readFile(file), named: file)
    // Minus infinity is the logarithm of an exact zero; nothing read here may hold NaN or
    // +infinity.
    if let at = tensor.floats?.firstIndex(where: { $0.isNaN || $0 == .infinity }) {
      throw Failure.data(
        "\(file): element \(at) is \(tensor.floats?[at].description ?? ""), expected numbers or -inf "
          + "-- make the file again")
    }
    self.init(
      kind: "array (.npy)",
      [
        ("type", JSON(tensor.type.rawValue)), ("shape", JSON(tensor.shape) { JSON($0) }),
        ("finite", JSON(tensor.firstNonFinite == nil)),
      ])
  }

  private init(safetensors file: String) throws {
    let isSealed = try Seal.check([file], takesStrangers: true)
    let (tensors, metadata) = try Safetensors.decode(readFile(file), named: file)
    try Safetensors.requireFinite(tensors, named: file)
    var facts: [(String, JSON)] = [
      ("tensors", JSON(tensors.count)),
      ("parameters", JSON(tensors.reduce(0) { $0 + $1.tensor.elements.count })),
    ]
    facts.append(("digests", Self.digests(isSealed: isSealed)))
    for (key, value) in metadata { facts.append(("metadata." + key, JSON(value))) }
    facts.append(
      (
        "shapes",
        JSON(tensors.prefix(64).map { $0 }) { entry in
          [
            "name": JSON(entry.name), "type": JSON(entry.tensor.type.rawValue),
            "shape": JSON(entry.tensor.shape) { JSON($0) },
          ]
        }
      ))
    self.init(kind: "tensors (safetensors)", facts)
  }

  private init(lines file: String) throws {
    var source = try LineSource(file)
    var number = 0
    var records = 0
    while let line = try source.next() {
      number += 1
      do throws(JSONError) {
        let json = try JSON.parse(line)
        if json["family"] != nil, json["solution"] != nil { records += 1 }
      } catch {
        throw Failure.data("\(file): line \(number): \(error)")
      }
    }
    self.init(kind: "JSON Lines", [("lines", JSON(number)), ("records", JSON(records))])
  }

  private init(json file: String) throws {
    let json = try Self.json(file)
    if json["model"]?["merges"] != nil || json["pre_tokenizer"] != nil {
      let tokenizer = try Tokenizer(json: readFile(file))
      self.init(
        kind: tokenizer.isRetort ? "tokenizer (byte-level BPE)" : "tokenizer (BPE)",
        [
          ("vocabulary", JSON(tokenizer.vocabularySize)),
          ("fingerprint", JSON(tokenizer.fingerprint)),
        ])
    } else if let type = json["model_type"] {
      do {
        _ = try TransformerConfiguration.read(
          .object(ModelCheckpoint.named(json.objectValue ?? [:]).named))
      } catch ModelError.configuration(let key, let reason) {
        throw DoesNotRun(Failure.data("\(key): \(reason)")) ?? Failure.data(reason)
      } catch {
        throw DoesNotRun(error) ?? error
      }
      self.init(kind: "model configuration", [("model_type", type)])
    } else {
      self.init(kind: "JSON: \(json.kindName)", [("keys", JSON(json.objectValue?.count ?? 0))])
    }
  }

  private static func json(_ file: String) throws -> JSON {
    do {
      return try JSON.parse(readFile(file))
    } catch let error as JSONError {
      throw Failure.data("\(file): \(error)")
    }
  }
}

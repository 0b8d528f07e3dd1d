internal import Archives
internal import Files
internal import Tensors

extension Inspection {
  init(archive file: String) throws {
    let listing = try ArchiveListing(of: file)
    self.init(
      kind: listing.isCompressed ? "archive (.tar.zst)" : "archive (.tar)",
      [
        ("members", JSON(listing.members.count)), ("samples", JSON(listing.sampleCount)),
        ("fields", JSON(listing.fields) { JSON($0) }), ("bytes", JSON(listing.fileBytes)),
        ("tar_bytes", JSON(listing.tarBytes)),
      ])
  }

  init(npy file: String) throws {
    let tensor = try NPY.decode(readFile(file), named: file)
    // Minus infinity is the logarithm of an exact zero; nothing read here may hold NaN or
    // +infinity.
    if let at = tensor.floats?.firstIndex(where: { $0.isNaN || $0 == .infinity }) {
      throw InspectionError.element(
        file: file, at: at, found: tensor.floats?[at].description ?? "")
    }
    self.init(
      kind: "array (.npy)",
      [
        ("type", JSON(tensor.type.rawValue)), ("shape", JSON(tensor.shape) { JSON($0) }),
        ("finite", JSON(tensor.firstNonFinite == nil)),
      ])
  }

  init(safetensors file: String) throws {
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
}

public import Files
public import Kernels
public import Tensors

extension Checkpoint {
  /// The file's description of a tensor; `nil` if there is none of that name.
  public func tensor(named name: String) -> StoredTensor? {
    places[name].map { tensors[$0.tensor] }
  }

  /// A tensor's weights, in place.
  ///
  /// - Throws: `missing` for an unknown name, `tensor` for a type that holds no weights.
  public func rows(of name: String) throws(CheckpointError) -> StoredRows {
    guard let place = places[name] else { throw .missing(file: path, name: name) }
    return try mappings[place.file].rows(of: tensors[place.tensor])
  }

  /// Rows of a tensor as float32.
  ///
  /// - Parameters:
  ///   - rows: rows of the tensor, viewed as a matrix over its innermost axis; all by default.
  ///   - destination: `(rows, columnCount)`, overwritten.
  /// - Throws: as `rows(of:)`.
  /// - Precondition: the rows exist, and the destination fits.
  public func read(
    _ name: String, rows: Range<Int>? = nil, into destination: Floats
  ) throws(CheckpointError) {
    let stored = try self.rows(of: name)
    (rows.map { stored[$0] } ?? stored).dequantize(into: destination)
  }

  /// Total number of weights, without tensors that hold none (masks, positions).
  public var parameterCount: Int {
    tensors.reduce(0) { $0 + ($1.format == nil ? 0 : $1.elementCount) }
  }

  /// Total bytes of all files.
  public var fileBytes: Int { mappings.reduce(0) { $0 + $1.size } }

  /// One digest over all files, in order of name; for a single file, its SHA-256.
  public var digest: Digest {
    func digest(_ mapping: MappedFile) -> Digest {
      var hash = SHA256()
      mapping.withBytes { hash.update($0) }
      return hash.finalize()
    }
    if mappings.count == 1, let only = mappings.first { return digest(only) }
    var hash = SHA256()
    for mapping in mappings { hash.update(digest(mapping).hex + "\n") }
    return hash.finalize()
  }
}

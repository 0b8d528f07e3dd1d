public import Files
public import Kernels
public import Tensors

extension Checkpoint {
  /// What the files say about a tensor; `nil` for a name that is not there.
  public func tensor(named name: String) -> StoredTensor? {
    places[name].map { tensors[$0.tensor] }
  }

  /// A tensor's weights, in place.
  ///
  /// - Throws: `missing` for a name that is not there, `tensor` for a type that holds no weights.
  public func rows(of name: String) throws(CheckpointError) -> StoredRows {
    guard let place = places[name] else { throw .missing(file: path, name: name) }
    return try mappings[place.file].rows(of: tensors[place.tensor])
  }

  /// Rows of a tensor as float32.
  ///
  /// - Parameters:
  ///   - rows: of the tensor as a matrix of its innermost axis; all of them by default.
  ///   - destination: `(rows, columnCount)`, overwritten.
  /// - Throws: as `rows(of:)`.
  /// - Precondition: the rows are there, and the destination fits.
  public func read(
    _ name: String, rows: Range<Int>? = nil, into destination: Floats
  ) throws(CheckpointError) {
    let stored = try self.rows(of: name)
    (rows.map { stored[$0] } ?? stored).dequantize(into: destination)
  }

  /// Weights in all; what holds no weights (masks, positions) does not count.
  public var parameterCount: Int {
    tensors.reduce(0) { $0 + ($1.format == nil ? 0 : $1.elementCount) }
  }

  /// Bytes of all files together.
  public var fileBytes: Int { mappings.reduce(0) { $0 + $1.size } }

  /// One digest of all files, in the order of their names: of one file, its SHA-256.
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

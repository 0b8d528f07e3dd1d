internal import Files

/// Reads and writes safetensors files as bytes. See `SafetensorsHeader` for the format and
/// `SafetensorsFile` for reading tensor by tensor.
public enum Safetensors {
  /// The bytes of a file that holds `tensors`, in this order.
  ///
  /// The same arguments give the same bytes: compact JSON, `__metadata__` first if there is any,
  /// keys `dtype`, `shape`, `data_offsets`, padded with spaces to a multiple of 8 bytes.
  ///
  /// - Precondition: no duplicate names, none is `__metadata__`; every shape fits its elements; the
  ///   header stays within `SafetensorsHeader.byteLimit`.
  public static func encode(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [(String, String)] = []
  ) -> [UInt8] {
    var header: [UInt8] = [UInt8(ascii: "{")]
    var names: Set<String> = ["__metadata__"]
    func separate() {
      if header.count > 1 { header.append(UInt8(ascii: ",")) }
    }
    if !metadata.isEmpty {
      header += Array(#""__metadata__":"#.utf8)
      header += JSONObject(metadata.map { ($0.0, .string($0.1)) }).serialized()
    }
    var dataSize = 0
    for (name, tensor) in tensors {
      precondition(names.insert(name).inserted, "the tensor name \(name) stands twice")
      precondition(tensor.isConsistent, "\(name): shape and elements disagree")
      let end = dataSize + tensor.elements.count * tensor.type.width
      let entry: JSONObject = [
        "dtype": .string(tensor.type.rawValue),
        "shape": JSON(tensor.shape) { JSON($0) },
        "data_offsets": [JSON(dataSize), JSON(end)],
      ]
      separate()
      header += JSON.string(name).serialized()
      header.append(UInt8(ascii: ":"))
      header += entry.serialized()
      dataSize = end
    }
    header.append(UInt8(ascii: "}"))
    while !header.count.isMultiple(of: 8) { header.append(UInt8(ascii: " ")) }
    precondition(header.count <= SafetensorsHeader.byteLimit, "too many tensors for one header")

    var bytes: [UInt8] = []
    bytes.reserveCapacity(SafetensorsHeader.prefix + header.count + dataSize)
    bytes.append(littleEndian: UInt64(header.count))
    bytes += header
    for (_, tensor) in tensors { tensor.elements.append(to: &bytes) }
    return bytes
  }

  /// The tensors of a file, in the order of its header, and its metadata.
  ///
  /// Values are not checked; use `requireFinite`.
  ///
  /// - Parameter file: the file's name, for error messages.
  /// - Throws: for anything that the format does not allow, dtypes that `ElementType` lacks, and
  ///   unknown keys.
  public static func decode(_ bytes: [UInt8], named file: String) throws(CheckpointError)
    -> (tensors: [(name: String, tensor: Tensor)], metadata: [(String, String)])
  {
    let header = try bytes.withUnsafeBytes { raw in
      Result { () throws(CheckpointError) in try SafetensorsHeader(of: raw, named: file) }
    }.get()
    let tensors = bytes.withUnsafeBytes { raw in
      header.entries.map { entry in
        let elements = TensorElements(
          entry.type, bytes: UnsafeRawBufferPointer(rebasing: raw[entry.range]))
        return (name: entry.name, tensor: Tensor(shape: entry.shape, elements: elements))
      }
    }
    return (tensors, header.metadata)
  }

  /// Refuses NaN and infinities, which are meaningless in weights and optimiser state.
  ///
  /// - Throws: `CheckpointError.notFinite` for the first one.
  public static func requireFinite(
    _ tensors: [(name: String, tensor: Tensor)], named file: String
  ) throws(CheckpointError) {
    for (name, tensor) in tensors {
      if let found = tensor.firstNonFinite {
        throw .notFinite(file: file, name: name, at: found.at, value: found.value)
      }
    }
  }
}

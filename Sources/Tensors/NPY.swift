internal import Files

/// NumPy's `.npy` format, version 1.0 (numpy.lib.format): little-endian, C order.
public enum NPY {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The header's bytes before the description: magic, version, length.
  static let prefix = 10

  /// The bytes that `numpy.save` writes for the same array.
  ///
  /// - Precondition: the shape fits the elements; not bfloat16, which the format lacks.
  public static func encode(_ tensor: Tensor) -> [UInt8] {
    precondition(tensor.isConsistent, "shape and elements disagree")
    var bytes = header(tensor.type, shape: tensor.shape)
    bytes.reserveCapacity(bytes.count + tensor.elements.count * tensor.type.width)
    tensor.elements.append(to: &bytes)
    return bytes
  }

  /// All bytes before the elements of such an array.
  ///
  /// - Precondition: not bfloat16.
  public static func header(_ type: ElementType, shape: [Int]) -> [UInt8] {
    guard let description = type.numpyDescription else {
      preconditionFailure("\(type.rawValue) has no .npy form: convert it first")
    }
    let sizes = shape.map(String.init)
    let shape = sizes.count == 1 ? "(\(sizes[0]),)" : "(" + sizes.joined(separator: ", ") + ")"
    var text = Array(
      "{'descr': '\(description)', 'fortran_order': False, 'shape': \(shape), }".utf8)
    // Space for a longer first dimension to be written in place, as numpy leaves it.
    if let first = sizes.first { text += repeatElement(0x20, count: max(0, 21 - first.count)) }
    while !(prefix + text.count + 1).isMultiple(of: 64) { text.append(0x20) }
    text.append(0x0A)

    var bytes: [UInt8] = []
    bytes += magic
    bytes += [1, 0]
    bytes.append(littleEndian: UInt16(text.count))
    bytes += text
    return bytes
  }

  /// Decodes the array in a file.
  ///
  /// - Parameter file: the file's name, for error messages.
  /// - Throws: for versions other than 1.0, Fortran order, big-endian and object types, and a size
  ///   that differs from the shape's, even by one byte.
  public static func decode(_ bytes: [UInt8], named file: String) throws(CheckpointError) -> Tensor
  {
    let (type, shape, start) = try layout(of: bytes, named: file)
    let elements = bytes.withUnsafeBytes { raw in
      TensorElements(type, bytes: UnsafeRawBufferPointer(rebasing: raw[start...]))
    }
    return Tensor(shape: shape, elements: elements)
  }

  /// Type and shape of a file's array, and where its elements start; they extend to the end.
  ///
  /// - Throws: as `decode`.
  public static func layout(
    of bytes: [UInt8], named file: String
  ) throws(CheckpointError) -> (type: ElementType, shape: [Int], start: Int) {
    guard bytes.count >= prefix else {
      throw .truncated(file: file, at: 0, needs: prefix, has: bytes.count)
    }
    guard bytes.starts(with: magic) else {
      throw .frame(file: file, at: 0, reason: "no .npy file: it does not start with \\x93NUMPY")
    }
    guard bytes[6] == 1, bytes[7] == 0 else {
      throw .frame(
        file: file, at: 6, reason: "version \(bytes[6]).\(bytes[7]) of the format, expected 1.0")
    }
    let length = Int(bytes[8]) | Int(bytes[9]) << 8
    guard bytes.count - prefix >= length else {
      throw .truncated(file: file, at: prefix, needs: length, has: bytes.count - prefix)
    }
    let header = try NPYHeader(bytes[prefix..<(prefix + length)], named: file)
    guard let type = ElementType(numpyDescription: header.description) else {
      throw .header(
        file: file, at: prefix,
        reason: "element type \(CheckpointError.quoted(header.description)), expected one of "
          + ElementType.allCases.compactMap(\.numpyDescription).joined(separator: " "))
    }
    guard !header.isFortranOrder else {
      throw .header(file: file, at: prefix, reason: "Fortran order, expected C order")
    }
    guard let count = type.elementCount(shape: header.shape) else {
      throw .header(file: file, at: prefix, reason: "a shape with too many or too large dimensions")
    }
    let start = prefix + length
    guard bytes.count - start >= count * type.width else {
      throw .truncated(file: file, at: start, needs: count * type.width, has: bytes.count - start)
    }
    guard bytes.count - start == count * type.width else {
      let extra = bytes.count - start - count * type.width
      throw .frame(
        file: file, at: start + count * type.width, reason: "\(extra) bytes after the array")
    }
    return (type, header.shape, start)
  }
}

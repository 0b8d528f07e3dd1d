import Files
import Tensors

/// Files as `torch.save` writes them: a zip of a pickle and of the tensors' numbers.
enum TorchBytes {
  typealias Named = (name: String, elements: TensorElements, shape: [Int])

  /// A dictionary of lists with one tensor each.
  static func save(_ tensors: [Named]) -> [UInt8] {
    var pickle: [UInt8] = [0x80, 2, UInt8(ascii: "}"), UInt8(ascii: "(")]
    for (place, tensor) in tensors.enumerated() {
      pickle += text(tensor.name)
      pickle += [UInt8(ascii: "]"), UInt8(ascii: "(")]
      pickle += rebuilt(tensor, key: "\(place)")
      pickle.append(UInt8(ascii: "e"))
    }
    pickle += [UInt8(ascii: "u"), UInt8(ascii: ".")]
    var members = [("archive/data.pkl", pickle), ("archive/byteorder", Array("little".utf8))]
    for (place, tensor) in tensors.enumerated() {
      members.append(("archive/data/\(place)", raw(tensor)))
    }
    return zip(members)
  }

  private static func raw(_ tensor: Named) -> [UInt8] {
    let npy = NPY.encode(Tensor(shape: tensor.shape, elements: tensor.elements))
    return Array(npy.suffix(tensor.elements.count * tensor.elements.type.width))
  }

  static func text(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = [UInt8(ascii: "X")]
    bytes.append(littleEndian: UInt32(text.utf8.count))
    return bytes + text.utf8
  }

  private static func number(_ value: Int) -> [UInt8] {
    var bytes: [UInt8] = [UInt8(ascii: "J")]
    bytes.append(littleEndian: Int32(value))
    return bytes
  }

  static func global(_ module: String, _ name: String) -> [UInt8] {
    Array("c\(module)\n\(name)\n".utf8)
  }

  private static func rebuilt(_ tensor: Named, key: String) -> [UInt8] {
    let count = tensor.elements.count
    let (storage, isNew): (String, Bool) =
      switch tensor.elements.type {
      case .float16: ("HalfStorage", false)
      case .bfloat16: ("BFloat16Storage", false)
      case .bool: ("BoolStorage", false)
      case .int64: ("LongStorage", false)
      case .uint16: ("UntypedStorage", true)
      default: ("FloatStorage", false)
      }
    var bytes = global("torch._utils", isNew ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2")
    bytes.append(UInt8(ascii: "("))
    bytes.append(UInt8(ascii: "("))
    bytes += text("storage") + global(isNew ? "torch.storage" : "torch", storage) + text(key)
    bytes += text("cpu") + number(count)
    bytes += [UInt8(ascii: "t"), UInt8(ascii: "Q")]
    bytes += number(0)
    var strides = [Int](repeating: 1, count: tensor.shape.count)
    for i in stride(from: strides.count - 2, through: 0, by: -1) {
      strides[i] = strides[i + 1] * tensor.shape[i + 1]
    }
    for list in [tensor.shape, strides] {
      bytes.append(UInt8(ascii: "("))
      for value in list { bytes += number(value) }
      bytes.append(UInt8(ascii: "t"))
    }
    bytes += [0x89] + global("collections", "OrderedDict") + [UInt8(ascii: ")"), UInt8(ascii: "R")]
    if isNew { bytes += global("torch", "uint16") }
    return bytes + [UInt8(ascii: "t"), UInt8(ascii: "R")]
  }

  /// A zip of stored members.
  static func zip(_ members: [(name: String, bytes: [UInt8])], method: UInt16 = 0) -> [UInt8] {
    var (file, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, bytes) in members {
      let start = file.count
      var fields: [UInt8] = []
      for value in [UInt16(0), method, 0, 0] { fields.append(littleEndian: value) }
      fields.append(littleEndian: CRC.sum(bytes))
      for _ in 0..<2 { fields.append(littleEndian: UInt32(bytes.count)) }
      fields.append(littleEndian: UInt16(name.utf8.count))
      fields.append(littleEndian: UInt16(0))
      file.append(littleEndian: UInt32(0x0403_4B50))
      file.append(littleEndian: UInt16(20))
      file += fields + name.utf8 + bytes
      directory.append(littleEndian: UInt32(0x0201_4B50))
      directory.append(littleEndian: UInt16(20))
      directory.append(littleEndian: UInt16(20))
      directory += fields
      directory += [UInt8](repeating: 0, count: 10)
      directory.append(littleEndian: UInt32(start))
      directory += name.utf8
    }
    let start = file.count
    file += directory
    file.append(littleEndian: UInt32(0x0605_4B50))
    file.append(littleEndian: UInt32(0))
    for _ in 0..<2 { file.append(littleEndian: UInt16(members.count)) }
    file.append(littleEndian: UInt32(directory.count))
    file.append(littleEndian: UInt32(start))
    file.append(littleEndian: UInt16(0))
    return file
  }

  /// The checksum of zip, bit by bit.
  enum CRC {
    static func sum(_ bytes: [UInt8]) -> UInt32 {
      var sum: UInt32 = 0xFFFF_FFFF
      for byte in bytes {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
      }
      return ~sum
    }
  }
}

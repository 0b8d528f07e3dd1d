internal import Tensors

/// The tensors of a file of `torch.save`: a zip of a pickle and the tensors' numbers.
struct TorchFile {
  /// What the file holds; tensors are `.rebuilt`.
  let root: PickleValue
  private let members: ZipEntries
  private let prefix: String
  private let name: String

  /// - Throws: `LabelFileError` for a file that is cut, damaged, or holds more than plain tensors.
  init(_ bytes: [UInt8], named name: String) throws(LabelFileError) {
    self.name = name
    guard bytes.starts(with: [0x50, 0x4B]) else {
      throw .format(
        path: name,
        reason: "is no zip, which torch.save has written since version 1.6 -- save it again")
    }
    members = try ZipEntries(bytes, named: name)
    guard let pickle = members.names.first(where: { $0.hasSuffix("data.pkl") }) else {
      throw .damaged(path: name, reason: "holds no data.pkl")
    }
    prefix = String(pickle.dropLast("data.pkl".count))
    if let order = try members.bytes(of: prefix + "byteorder"),
      !order.starts(with: Array("little".utf8))
    {
      throw .byteOrder(
        path: name,
        reason: "its numbers are \(String(decoding: order.prefix(8), as: UTF8.self))-endian")
    }
    guard let bytes = try members.bytes(of: pickle) else {
      throw .damaged(path: name, reason: "holds no data.pkl")
    }
    root = try Pickle.read(bytes, named: name)
  }

  /// The tensor that a value stands for; `nil` for other values.
  ///
  /// - Throws: `LabelFileError` for one that its numbers do not fill.
  func tensor(_ value: PickleValue) throws(LabelFileError) -> Tensor? {
    guard case .rebuilt(_, let parts, _) = value, parts.count >= 4,
      case .stored(let place, _) = parts[0], place.count >= 5,
      case .global(let storage) = place[1], case .string(let key) = place[2],
      let offset = parts[1].intValue, let shape = parts[2].elements?.compactMap(\.intValue),
      let strides = parts[3].elements?.compactMap(\.intValue), shape.count == strides.count,
      shape.count <= 8
    else { return nil }
    var word = storage
    if parts.count >= 7, case .global(let given) = parts[6] { word = given }
    guard let type = Self.type(of: word) else {
      throw .damaged(path: name, reason: "a tensor of the type \(word.prefix(60))")
    }
    guard let bytes = try members.bytes(of: prefix + "data/" + key),
      let elements = TensorElements(type, littleEndian: bytes)
    else { throw .damaged(path: name, reason: "the numbers \(key.prefix(20)) are missing or cut") }
    return try gather(elements, shape: shape, strides: strides, offset: offset)
  }

  private static func type(of word: String) -> ElementType? {
    switch word.split(separator: ".").last ?? "" {
    case "HalfStorage", "float16": .float16
    case "BFloat16Storage", "bfloat16": .bfloat16
    case "FloatStorage", "float32": .float32
    case "DoubleStorage", "float64": .float64
    case "LongStorage", "int64": .int64
    case "IntStorage", "int32": .int32
    case "ShortStorage", "int16": .int16
    case "CharStorage", "int8": .int8
    case "ByteStorage", "uint8": .uint8
    case "BoolStorage", "bool": .bool
    case "uint16": .uint16
    case "uint32": .uint32
    default: nil
    }
  }

  /// The elements in the order of the shape.
  private func gather(
    _ elements: TensorElements, shape: [Int], strides: [Int], offset: Int
  ) throws(LabelFileError) -> Tensor {
    let wrong = LabelFileError.damaged(
      path: name, reason: "a tensor of shape \(shape) is not filled by \(elements.count) numbers")
    var count = 1
    var last = offset
    for (size, step) in zip(shape, strides) {
      let (product, over) = count.multipliedReportingOverflow(by: size)
      let (reach, overReach) = max(0, size - 1).multipliedReportingOverflow(by: step)
      guard size >= 0, step >= 0, !over, !overReach, reach <= elements.count else { throw wrong }
      count = product
      last += reach
    }
    guard offset >= 0, count <= elements.count, count == 0 || last < elements.count else {
      throw wrong
    }
    var expected = 1
    var isPlain = true
    for (size, step) in zip(shape, strides).reversed() {
      if size > 1, step != expected { isPlain = false }
      expected *= size
    }
    var places: [Int] = []
    if isPlain {
      if offset == 0, count == elements.count { return Tensor(shape: shape, elements: elements) }
      places = Array(offset..<(offset + count))
    } else if count > 0 {
      places = [offset]
      for (size, step) in zip(shape, strides) {
        places = places.flatMap { start in (0..<size).map { start + $0 * step } }
      }
    }
    return Tensor(shape: shape, elements: elements.taken(at: places))
  }
}

extension TensorElements {
  /// The elements at these places.
  fileprivate func taken(at places: [Int]) -> TensorElements {
    func pick<T>(_ values: [T]) -> [T] { places.map { values[$0] } }
    return switch self {
    case .float64(let values): .float64(pick(values))
    case .float32(let values): .float32(pick(values))
    case .float16bits(let values): .float16bits(pick(values))
    case .bfloat16bits(let values): .bfloat16bits(pick(values))
    case .int64(let values): .int64(pick(values))
    case .int32(let values): .int32(pick(values))
    case .int16(let values): .int16(pick(values))
    case .int8(let values): .int8(pick(values))
    case .uint32(let values): .uint32(pick(values))
    case .uint16(let values): .uint16(pick(values))
    case .uint8(let values): .uint8(pick(values))
    case .bool(let values): .bool(pick(values))
    }
  }
}

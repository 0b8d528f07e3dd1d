/// A value of a pickle that holds nothing but data.
indirect enum PickleValue {
  case none
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case tuple([PickleValue], depth: Int)
  case list(PickleList)
  case dictionary(PickleDictionary)
  /// A name of a module: data here, never looked up.
  case global(String)
  /// What a file of PyTorch says of a tensor; the arguments of its rebuilding.
  case rebuilt(by: String, [PickleValue], depth: Int)
  /// Numbers that lie in another member.
  case stored([PickleValue], depth: Int)

  /// Levels of containers below this one, itself included.
  var depth: Int {
    switch self {
    case .tuple(_, let depth), .rebuilt(_, _, let depth), .stored(_, let depth): depth
    case .list(let list): list.depth
    case .dictionary(let dictionary): dictionary.depth
    default: 0
    }
  }

  var intValue: Int? { if case .int(let value) = self { value } else { nil } }
  var elements: [PickleValue]? {
    switch self {
    case .tuple(let values, _): values
    case .list(let list): list.elements
    default: nil
    }
  }
}

/// Once it is part of another container, nothing more can be added: so depths stay true, and
/// nothing holds itself.
final class PickleList {
  fileprivate(set) var elements: [PickleValue] = []
  fileprivate var depth = 1
  fileprivate var isPart = false
}

final class PickleDictionary {
  fileprivate(set) var members: [(key: String, value: PickleValue)] = []
  fileprivate var depth = 1
  fileprivate var isPart = false

  subscript(_ key: String) -> PickleValue? { members.first { $0.key == key }?.value }
}

/// Reads pickles of plain data and of PyTorch's tensors (Python's `pickletools`, protocols 2 to 5).
///
/// Nothing is ever called or imported: a name that is not one of the few below is refused, and so
/// is every instruction that could need more. Depth, number of values and size are bounded.
struct Pickle {
  private static let mostValues = 1 << 20
  private static let deepest = 32
  static let longest = 64 << 20

  /// Names that may stand in a file of tensors.
  private static let rebuilders: Set<String> = [
    "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3",
    "torch._utils._rebuild_parameter", "collections.OrderedDict",
  ]

  private let bytes: ArraySlice<UInt8>
  private let name: String
  private var at: Int
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var values = 0

  /// - Throws: `LabelFileError.damaged`, `.truncated`.
  static func read(
    _ bytes: ArraySlice<UInt8>, named name: String
  ) throws(LabelFileError) -> PickleValue {
    guard bytes.count <= longest else {
      throw .damaged(path: name, reason: "a pickle of \(bytes.count) bytes, at most \(longest)")
    }
    var reader = Pickle(bytes: bytes, name: name)
    return try reader.run()
  }

  private init(bytes: ArraySlice<UInt8>, name: String) {
    self.bytes = bytes
    self.name = name
    at = bytes.startIndex
  }

  private func wrong(_ reason: String) -> LabelFileError {
    .damaged(path: name, reason: "pickle, byte \(at - bytes.startIndex): \(reason)")
  }

  private mutating func take(_ count: Int) throws(LabelFileError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.endIndex - at else {
      throw .truncated(path: name, reason: "the pickle ends in the middle of an instruction")
    }
    defer { at += count }
    return bytes[at..<(at + count)]
  }

  private mutating func number(_ width: Int) throws(LabelFileError) -> Int {
    var value: UInt64 = 0
    for (i, byte) in try take(width).enumerated() { value |= UInt64(byte) << UInt64(8 * i) }
    guard let value = Int(exactly: value) else { throw wrong("a number beyond 63 bits") }
    return value
  }

  private mutating func text(_ count: Int) throws(LabelFileError) -> String {
    guard let text = String(validating: try take(count), as: UTF8.self) else {
      throw wrong("a string that is not UTF-8")
    }
    return text
  }

  private mutating func line() throws(LabelFileError) -> String {
    guard let end = bytes[at...].prefix(256).firstIndex(of: 0x0A) else {
      throw wrong("a name that does not end")
    }
    let line = try text(end - at)
    at += 1
    return line
  }

  private mutating func push(_ value: PickleValue) throws(LabelFileError) {
    values += 1
    guard values <= Self.mostValues else { throw wrong("more than \(Self.mostValues) values") }
    guard value.depth <= Self.deepest else { throw wrong("nested deeper than \(Self.deepest)") }
    stack.append(value)
  }

  private mutating func pop() throws(LabelFileError) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw wrong("nothing to take from the stack")
    }
    return value
  }

  private mutating func popMarked() throws(LabelFileError) -> [PickleValue] {
    guard let mark = marks.popLast(), mark <= stack.count else { throw wrong("no mark") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  /// Depth of a container of these, which can then not grow any more.
  private func depth(of values: [PickleValue]) -> Int {
    for value in values {
      switch value {
      case .list(let list): list.isPart = true
      case .dictionary(let dictionary): dictionary.isPart = true
      default: break
      }
    }
    return 1 + (values.map(\.depth).max() ?? 0)
  }

  private mutating func run() throws(LabelFileError) -> PickleValue {
    while true {
      let code = try take(1).first ?? 0
      switch code {
      case 0x80: _ = try take(1)
      case 0x95: _ = try take(8)
      case UInt8(ascii: "."):
        guard stack.count == 1, marks.isEmpty else { throw wrong("more than one value") }
        return stack[0]
      case UInt8(ascii: "("): marks.append(stack.count)
      case UInt8(ascii: "N"): try push(.none)
      case 0x88: try push(.bool(true))
      case 0x89: try push(.bool(false))
      case UInt8(ascii: "K"): try push(.int(try number(1)))
      case UInt8(ascii: "M"): try push(.int(try number(2)))
      case UInt8(ascii: "J"):
        try push(.int(Int(Int32(truncatingIfNeeded: try number(4)))))
      case 0x8A: try push(.int(try longInteger()))
      case UInt8(ascii: "G"):
        let bits = try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        try push(.double(Double(bitPattern: bits)))
      case UInt8(ascii: "X"): try push(.string(try text(try number(4))))
      case 0x8C: try push(.string(try text(try number(1))))
      case 0x8D: try push(.string(try text(try number(8))))
      case UInt8(ascii: "]"): try push(.list(PickleList()))
      case UInt8(ascii: "}"): try push(.dictionary(PickleDictionary()))
      case UInt8(ascii: ")"): try push(.tuple([], depth: 1))
      case UInt8(ascii: "t"): try pushTuple(popMarked())
      case 0x85: try pushTuple([pop()])
      case 0x86:
        let b = try pop()
        try pushTuple([pop(), b])
      case 0x87:
        let (c, b) = (try pop(), try pop())
        try pushTuple([pop(), b, c])
      case UInt8(ascii: "a"): try append([pop()])
      case UInt8(ascii: "e"): try append(popMarked())
      case UInt8(ascii: "s"):
        let value = try pop()
        try set([pop(), value])
      case UInt8(ascii: "u"): try set(popMarked())
      case UInt8(ascii: "q"): try remember(number(1))
      case UInt8(ascii: "r"): try remember(number(4))
      case 0x94: try remember(memo.count)
      case UInt8(ascii: "h"): try recall(number(1))
      case UInt8(ascii: "j"): try recall(number(4))
      case UInt8(ascii: "c"): try pushGlobal(line(), line())
      case 0x93:
        guard case .string(let word) = try pop(), case .string(let module) = try pop() else {
          throw wrong("a name that is no string")
        }
        try pushGlobal(module, word)
      case UInt8(ascii: "Q"):
        guard case .tuple(let parts, _) = try pop() else { throw wrong("no place of numbers") }
        try push(.stored(parts, depth: depth(of: parts)))
      case UInt8(ascii: "R"): try reduce()
      case UInt8(ascii: "b"):
        // The state of an OrderedDict: its hooks, which mean nothing here.
        _ = try pop()
      default:
        throw wrong(
          "the instruction 0x\(String(code, radix: 16)), which plain tensors do not need")
      }
    }
  }

  private mutating func longInteger() throws(LabelFileError) -> Int {
    let count = try number(1)
    guard count <= 8 else { throw wrong("a number beyond 63 bits") }
    var value: Int64 = 0
    let digits = try take(count)
    for (i, byte) in digits.enumerated() { value |= Int64(byte) << Int64(8 * i) }
    if count > 0, count < 8, digits.last ?? 0 >= 0x80 { value -= 1 << Int64(8 * count) }
    return Int(value)
  }

  private mutating func pushTuple(_ values: [PickleValue]) throws(LabelFileError) {
    try push(.tuple(values, depth: depth(of: values)))
  }

  private mutating func append(_ values: [PickleValue]) throws(LabelFileError) {
    guard case .list(let list) = stack.last, !list.isPart else {
      throw wrong("no list to add to")
    }
    list.depth = max(list.depth, depth(of: values))
    list.elements += values
    guard list.depth <= Self.deepest, !list.isPart else {
      throw wrong("nested deeper than \(Self.deepest), or in itself")
    }
  }

  private mutating func set(_ values: [PickleValue]) throws(LabelFileError) {
    guard values.count.isMultiple(of: 2) else { throw wrong("a key without a value") }
    let pairs = stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) }
    if case .rebuilt = stack.last { return }
    guard case .dictionary(let dictionary) = stack.last, !dictionary.isPart else {
      throw wrong("no dictionary to add to")
    }
    dictionary.depth = max(dictionary.depth, depth(of: pairs.map(\.1)))
    for (key, value) in pairs {
      guard case .string(let key) = key else { throw wrong("a key that is no string") }
      dictionary.members.append((key, value))
    }
    guard dictionary.depth <= Self.deepest, !dictionary.isPart else {
      throw wrong("nested deeper than \(Self.deepest), or in itself")
    }
  }

  private mutating func remember(_ place: Int) throws(LabelFileError) {
    guard let value = stack.last else { throw wrong("nothing to remember") }
    memo[place] = value
  }

  private mutating func recall(_ place: Int) throws(LabelFileError) {
    guard let value = memo[place] else { throw wrong("nothing was remembered as \(place)") }
    try push(value)
  }

  private mutating func pushGlobal(_ module: String, _ word: String) throws(LabelFileError) {
    let full = module + "." + word
    let isType = module == "torch" || module == "torch.storage"
    guard
      Self.rebuilders.contains(full) || isType && word.allSatisfy({ $0.isLetter || $0.isNumber })
    else {
      throw wrong("the name \(full.prefix(80)): only tensors are read, and no code is ever run")
    }
    try push(.global(full))
  }

  private mutating func reduce() throws(LabelFileError) {
    let arguments = try pop()
    guard case .tuple(let parts, _) = arguments, case .global(let full) = try pop(),
      Self.rebuilders.contains(full)
    else { throw wrong("a call of something that rebuilds no tensor") }
    if full == "collections.OrderedDict" {
      try push(.dictionary(PickleDictionary()))
    } else if full.hasSuffix("_rebuild_parameter"), let tensor = parts.first {
      try push(tensor)
    } else {
      try push(.rebuilt(by: full, parts, depth: depth(of: parts)))
    }
  }
}

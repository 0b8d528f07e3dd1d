internal import Files
internal import Foundation
internal import Tensors

/// DistillKit's codec of one row: exact head, fitted curve, packed ids.
struct DistillKitCodec: Sendable {
  /// A function of the rank behind the exact entries.
  enum Term: Sendable, Equatable {
    case power(Int), root, exponential

    func value(_ t: Double) -> Double {
      switch self {
      case .power(let n): pow(t, Double(n))
      case .root: t.squareRoot()
      case .exponential: exp(t)
      }
    }
  }

  /// A run of residuals with one scale.
  struct Bin: Sendable {
    let type: ElementType
    let bits: Int
    let count: Int
  }

  let d: Int
  let k: Int
  let exactCount: Int
  let exactType: ElementType
  let terms: [Term]
  let termType: ElementType
  let bins: [Bin]
  let isDelta: Bool
  let normalisesRank: Bool

  /// - Throws: `LabelFileError.damaged` naming the key.
  init(_ given: JSON, named file: String) throws(LabelFileError) {
    // A capture's configuration holds the block under this name.
    let json = given["compression"] ?? given["logprob_compressor"] ?? given
    func wrong(_ key: String, _ expected: String) -> LabelFileError {
      .damaged(path: file, reason: "codec: \(key): expected \(expected)")
    }
    func count(_ key: String, _ range: ClosedRange<Int>) throws(LabelFileError) -> Int {
      guard let value = json[key]?.intValue, range.contains(value) else {
        throw wrong(key, "a whole number of \(range.lowerBound) to \(range.upperBound)")
      }
      return value
    }
    func type(_ value: JSON?, _ key: String) throws(LabelFileError) -> ElementType {
      switch value?.stringValue ?? "float32" {
      case "float16": return .float16
      case "bfloat16": return .bfloat16
      case "float32": return .float32
      case "float64": return .float64
      default: throw wrong(key, "float16, bfloat16, float32 or float64")
      }
    }
    d = try count("d", 2...(1 << 24))
    k = try count("k", 1...(1 << 16))
    exactCount = try count("exact_k", 0...k)
    exactType = try type(json["exact_dtype"], "exact_dtype")
    termType = try type(json["term_dtype"], "term_dtype")
    var terms: [Term] = []
    for term in json["polynomial_terms"]?.arrayValue ?? [] {
      if let power = term.intValue, (-16...16).contains(power) {
        terms.append(.power(power))
      } else if term.stringValue == "sqrt" {
        terms.append(.root)
      } else if term.stringValue == "exp" {
        terms.append(.exponential)
      } else {
        throw wrong("polynomial_terms", "powers, sqrt or exp")
      }
    }
    self.terms = terms
    var bins: [Bin] = []
    for bin in json["residual_bins"]?.arrayValue ?? [] {
      guard let bits = bin["element_bits"]?.intValue, (1...64).contains(bits),
        let count = bin["num_elements"]?.intValue, (1...(1 << 16)).contains(count)
      else { throw wrong("residual_bins", "element_bits and num_elements") }
      bins.append(Bin(type: try type(bin["scale_dtype"], "scale_dtype"), bits: bits, count: count))
    }
    guard bins.reduce(0, { $0 + $1.count }) <= k - exactCount else {
      throw wrong("residual_bins", "at most k - exact_k elements")
    }
    self.bins = bins
    isDelta = json["delta_encoding"]?.boolValue ?? true
    normalisesRank = json["normalize_t"]?.boolValue ?? false
  }

  /// Bits of an id: the smallest number that holds d ids.
  var idBits: Int { d <= 2 ? 1 : Int.bitWidth - (d - 1).leadingZeroBitCount }
  var idBytes: Int { (k * idBits + 7) / 8 }
  var logprobBytes: Int {
    exactCount * exactType.width + terms.count * termType.width
      + bins.reduce(0) { $0 + $1.type.width + ($1.bits * $1.count + 7) / 8 }
  }

  /// One row of bytes of the right lengths.
  func row(_ packed: [UInt8], _ places: [UInt8]) -> LabelRow {
    var at = 0
    func numbers(_ type: ElementType, _ count: Int) -> [Double] {
      defer { at += type.width * count }
      let part = packed[at..<(at + type.width * count)]
      let elements = TensorElements(type, littleEndian: part)
      if case .float64(let values) = elements { return values }
      return elements.map { Tensor(shape: [count], elements: $0).floats ?? [] }?.map { Double($0) }
        ?? []
    }
    var values = numbers(exactType, exactCount)
    let coefficients = numbers(termType, terms.count)
    var residuals: [Double] = []
    for bin in bins {
      let scale = numbers(bin.type, 1).first ?? 0
      let bytes = (bin.bits * bin.count + 7) / 8
      let codes = Self.unpack(packed[at..<(at + bytes)], bits: bin.bits, count: bin.count)
      at += bytes
      residuals += codes.map { code in
        bin.bits == 1
          ? (Double(code) * 2 - 1) * scale
          : (Double(code) - pow(2, Double(bin.bits - 1))) * scale
      }
    }
    let rest = k - exactCount
    for i in 0..<rest {
      let t = normalisesRank ? Double(i) / Double(max(1, rest - 1)) : Double(i)
      let fit = zip(coefficients, terms).reduce(0.0) { $0 + $1.0 * $1.1.value(t) }
      values.append(fit + (residuals.indices.contains(i) ? residuals[i] : 0))
    }
    if isDelta, values.count > 1 {
      for i in 1..<values.count { values[i] += values[i - 1] }
    }
    let ids = Self.unpack(places[...], bits: idBits, count: k)
    return .sparse(
      ids: ids.map { Int32(truncatingIfNeeded: $0) }, values: values.map { Float($0) })
  }

  /// Integers of `bits` bits, one after the other, the highest bit first.
  static func unpack(_ bytes: ArraySlice<UInt8>, bits: Int, count: Int) -> [UInt64] {
    var values: [UInt64] = []
    values.reserveCapacity(count)
    var bit = 0
    for _ in 0..<count {
      var value: UInt64 = 0
      for _ in 0..<bits {
        let byte = bytes[bytes.startIndex + bit / 8]
        value = value << 1 | UInt64(byte >> UInt8(7 - bit % 8) & 1)
        bit += 1
      }
      values.append(value)
    }
    return values
  }
}

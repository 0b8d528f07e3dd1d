import Kernels
import Parallel
import Testing

struct `Matrix engine` {
  typealias Precision = MatrixEngine.Precision

  /// Tiles are 6 x 64, transposed rows come in 16 and 96, blocks of k are 512 steps (1024 of
  /// bfloat16), of rows 256; (20 and 260, 600, 600): more columns than a block holds.
  static let shapes: [(m: Int, n: Int, k: Int)] =
    [1, 5, 6, 7, 13, 15, 16, 17, 95, 96, 97].map { ($0, 65, 17) }
    + [1, 15, 16, 17, 19, 63, 64, 65, 127, 129].map { (7, $0, 18) }
    + [1, 2, 3, 15, 16, 17, 31, 32, 33, 63, 64, 65, 511, 512, 513, 1025].map { (8, 19, $0) }
    + [(50, 70, 1027), (6, 64, 1100), (97, 321, 530), (20, 600, 600), (260, 600, 600)]

  static let cases = Dispatch.available.flatMap { set in
    Precision.allCases.flatMap { precision in shapes.indices.map { (set, precision, $0) } }
  }

  /// What a product takes in: rows of floats, further apart than they are long, NaN between them.
  struct Operand {
    let values: [Float]
    let floats: Floats
    let stride: Int

    init(_ values: [Float], rows: Int, columns: Int, _ form: Transposition) {
      self.values = values
      let laid =
        form == .asIs
        ? values
        : (0..<columns).flatMap { j in (0..<rows).map { values[$0 * columns + j] } }
      let (count, width) = form == .asIs ? (rows, columns) : (columns, rows)
      let stride = width + 3
      self.stride = stride
      floats = Floats(
        (0..<((count - 1) * stride + width)).map { at in
          at % stride < width ? laid[at / stride * width + at % stride] : .nan
        })
    }
  }

  /// float32 rounded to bfloat16 by arithmetic in Double; normal numbers only.
  static func rounded(_ x: Float) -> Float {
    guard x != 0 else { return x }
    let unit = Double(sign: .plus, exponent: Int(x.exponent) - 7, significand: 1)
    return Float((Double(x) / unit).rounded(.toNearestOrEven) * unit)
  }

  /// The most that float32 sums of k products lose, by the sum of the products' sizes: a rounding a
  /// product where there is no fused multiply-add, one an addition, one for each block's sum.
  static func summation(_ k: Int) -> Double {
    let steps = Double(2 * k + 4) * unitRoundoff
    return steps / (1 - steps)
  }

  /// The first element further than `allowed` times its size from what is expected, in words.
  static func wrong(
    _ c: [Float], _ expected: [Double], sizes: [Double], allowed: Double
  ) -> String? {
    c.indices.first { !(abs(Double(c[$0]) - expected[$0]) <= sizes[$0] * allowed) }
      .map { "[\($0)]: expected \(expected[$0]), found \(c[$0])" }
  }

  @Test(arguments: cases)
  func `products are right in every form`(
    set: InstructionSet, precision: Precision, shape: Int
  ) {
    let (m, n, k) = Self.shapes[shape]
    let a = draw(m * k, seed: 1), b = draw(k * n, seed: 2), before = draw(m * n, seed: 3)
    func round(_ x: [Float]) -> [Float] { precision == .float32 ? x : x.map(Self.rounded) }
    func product(_ a: [Float], _ b: [Float]) -> [Double] {
      Reference.matrixProduct(doubles(a), doubles(b), m: m, n: n, k: k)
    }
    let expected = product(round(a), round(b)), exact = product(a, b)
    let sizes = product(a.map { abs($0) }, b.map { abs($0) })
    // Rounding both operands, each by at most 2^-8 of itself.
    let rounding = precision == .float32 ? 0 : 0x1p-7 + 0x1p-16
    // Sums are of rounded operands, so at most (1 + rounding) as large.
    let allowed = Self.summation(k) * (1 + rounding)
    for aForm in [Transposition.asIs, .transposed] {
      for bForm in [Transposition.asIs, .transposed] {
        let left = Operand(a, rows: m, columns: k, aForm)
        let right = Operand(b, rows: k, columns: n, bForm)
        let fresh = Floats([Float](repeating: .nan, count: m * n))
        let sum = Operand(before, rows: m, columns: n, .asIs)
        Dispatch.using(set) {
          nativeMatrixProduct(
            precision, c: fresh, a: left.floats, aForm, b: right.floats, bForm, m: m, n: n, k: k,
            aStride: left.stride, bStride: right.stride)
          nativeMatrixProduct(
            precision, c: sum.floats, a: left.floats, aForm, b: right.floats, bForm, m: m, n: n,
            k: k, accumulate: true, aStride: left.stride, bStride: right.stride,
            cStride: sum.stride)
        }
        let c = fresh.array
        let fromRounded = Self.wrong(c, expected, sizes: sizes, allowed: allowed)
        #expect(fromRounded == nil)
        let fromExact = Self.wrong(c, exact, sizes: sizes, allowed: allowed + rounding)
        #expect(fromExact == nil)
        let total = sum.floats.array
        let added = (0..<(m * n)).map { total[$0 / n * sum.stride + $0 % n] }
        let raised = zip(before, expected).map { Double($0) + $1 }
        let all = zip(before, sizes).map { abs(Double($0)) + $1 }
        let fromSum = Self.wrong(added, raised, sizes: all, allowed: allowed)
        #expect(fromSum == nil)
        let keepsGaps = total.enumerated().allSatisfy { $0 % sum.stride < n || $1.isNaN }
        #expect(keepsGaps)
      }
    }
  }

  /// Training cuts rows over threads; the model must not depend on how many there are.
  @Test(arguments: Dispatch.available, Precision.allCases)
  func `any split of rows or columns gives the same bits`(
    set: InstructionSet, precision: Precision
  ) {
    let (m, n, k) = (300, 520, 1031)
    let a = draw(m * k, seed: 4), b = draw(k * n, seed: 5)
    for aForm in [Transposition.asIs, .transposed] {
      for bForm in [Transposition.asIs, .transposed] {
        let left = Operand(a, rows: m, columns: k, aForm)
        let right = Operand(b, rows: k, columns: n, bForm)
        let whole = Floats(zeros: m * n)
        let parts = Floats(zeros: m * n)
        Dispatch.using(set) {
          nativeMatrixProduct(
            precision, c: whole, a: left.floats, aForm, b: right.floats, bForm, m: m, n: n, k: k,
            aStride: left.stride, bStride: right.stride)
          for rows in [0..<6, 6..<7, 7..<103, 103..<300] {
            for columns in [0..<64, 64..<65, 65..<520] {
              let i = rows.lowerBound, j = columns.lowerBound
              let fromA = aForm == .asIs ? i * left.stride : i
              let fromB = bForm == .asIs ? j : j * right.stride
              nativeMatrixProduct(
                precision, c: parts[(i * n + j)..<(m * n)],
                a: left.floats[fromA..<left.floats.count], aForm,
                b: right.floats[fromB..<right.floats.count], bForm, m: rows.count,
                n: columns.count, k: k, aStride: left.stride, bStride: right.stride, cStride: n)
            }
          }
        }
        #expect(difference(parts, whole) == nil)
      }
    }
  }

  @Test(arguments: Precision.allCases)
  func `every thread and every call gives the same bits`(precision: Precision) {
    let (m, n, k) = (33, 130, 700)
    let a = Floats(draw(m * k, seed: 6)), b = Floats(draw(k * n, seed: 7))
    let results = (0..<8).map { _ in Floats(zeros: m * n) }
    WorkerPool(threads: 4).run(parts: results.count) { part in
      nativeMatrixProduct(precision, c: results[part], a: a, b: b, m: m, n: n, k: k)
    }
    for result in results { #expect(difference(result, results[0]) == nil) }
  }

  /// One NaN or infinity reaches its row and its column, and nothing else.
  @Test(arguments: Dispatch.available, Precision.allCases)
  func `NaN and infinity go through`(set: InstructionSet, precision: Precision) {
    let (m, n, k) = (8, 70, 33)
    for value in [Float.nan, .infinity, -.infinity] {
      var a = [Float](repeating: 1, count: m * k), b = [Float](repeating: 1, count: k * n)
      a[3 * k + 32] = value
      b[5 * n + 66] = value
      let c = Floats(zeros: m * n)
      Dispatch.using(set) {
        nativeMatrixProduct(precision, c: c, a: Floats(a), b: Floats(b), m: m, n: n, k: k)
      }
      for i in 0..<m {
        for j in 0..<n {
          let found = c[i * n + j]
          if i != 3 && j != 66 {
            #expect(found == Float(k))
          } else if value.isNaN {
            #expect(found.isNaN)
          } else {
            #expect(found == value)
          }
        }
      }
    }
  }

  /// A product of one and x is x rounded: against arithmetic in Double, midpoints among them.
  @Test(arguments: Dispatch.available)
  func `bfloat16 operands are rounded to nearest even`(set: InstructionSet) {
    var values: [Float] = [0, 1, -1, 3.3e38, Float.leastNormalMagnitude]
    for bits in stride(from: UInt32(0x0080_0000), to: 0x7F00_0000, by: 0x000F_8000) {
      values += [bits, bits + 1, bits &- 1, bits + 0x7FFF].map { Float(bitPattern: $0) }
    }
    values += values.map { -$0 }
    let n = values.count
    let expected = values.map { abs($0) < .leastNormalMagnitude ? 0 : Self.rounded($0) }
    let c = Floats(zeros: n)
    Dispatch.using(set) {
      nativeMatrixProduct(.bfloat16, c: c, a: Floats([1]), b: Floats(values), m: 1, n: n, k: 1)
    }
    #expect(difference(c, Floats(expected)) == nil)
    Dispatch.using(set) {
      nativeMatrixProduct(
        .bfloat16, c: c, a: Floats(values), .transposed, b: Floats([1]), m: n, n: 1, k: 1)
    }
    #expect(difference(c, Floats(expected)) == nil)
  }

  /// The engine is what configuration chooses: it must reach the kernels it names.
  @Test func `an engine uses its backend and precision`() throws {
    let (m, n, k) = (9, 33, 21)
    let a = Floats(draw(m * k, seed: 10)), b = Floats(draw(n * k, seed: 11))
    for backend in MatrixEngine.Backend.concrete {
      for precision in Precision.allCases {
        guard let engine = try? MatrixEngine(backend: backend, precision: precision) else {
          continue
        }
        let found = Floats(zeros: m * n), expected = Floats(zeros: m * n)
        engine.product(c: found, a: a, b: b, .transposed, m: m, n: n, k: k)
        switch backend {
        case .openblas: matrixProduct(c: expected, a: a, b: b, .transposed, m: m, n: n, k: k)
        case .native, .auto:
          nativeMatrixProduct(
            precision, c: expected, a: a, b: b, .transposed, m: m, n: n, k: k)
        }
        #expect(difference(found, expected) == nil)
      }
    }
  }

  @Test func `what a backend lacks is refused, and the native one lacks nothing anywhere`() {
    #expect(throws: MatrixEngineError.precision(.bfloat16, .openblas)) {
      try MatrixEngine(backend: .openblas, precision: .bfloat16)
    }
    for set in Dispatch.available {
      for precision in Precision.allCases {
        let engine = Dispatch.using(set) {
          try? MatrixEngine(backend: .native, precision: precision)
        }
        #expect(engine?.backend == .native, "\(set.name) \(precision)")
      }
    }
  }

  @Test func `a short operand traps`() async {
    await #expect(processExitsWith: .failure) {
      nativeMatrixProduct(
        .float32, c: Floats(zeros: 4), a: Floats(zeros: 3), b: Floats(zeros: 4), m: 2, n: 2, k: 2)
    }
  }
}

import Foundation
import Kernels
import Testing

struct `Hidden states` {
  static let widths = [1, 15, 16, 17, 63, 64, 65]

  /// Half a unit in the last of 11 bits, half of 1/127 of the largest of the row, or half a step.
  @Test(arguments: Dispatch.available, widths)
  func `come back to their format's rounding`(set: InstructionSet, width: Int) {
    let x = draw(3 * width, seed: 5, scale: 2)
    for format in HiddenStates.Format.allCases {
      Dispatch.using(set) {
        let states = HiddenStates(format, rowCount: 5, width: width)
        #expect(states.store(1..<4, from: Floats(x)) == nil)
        let y = Floats(zeros: 3 * width)
        states.read(1..<4, into: y)
        for row in 0..<3 {
          let values = x[(row * width)..<((row + 1) * width)]
          let largest = values.map { abs($0) }.max() ?? 0
          for i in 0..<width {
            let exact = x[row * width + i]
            let bound =
              switch format {
              case .float16: abs(exact) * 0x1p-11 + 0x1p-25
              case .int8: largest / 253.9
              case .grid: states.step / 2 + abs(exact) * 0x1p-22
              }
            #expect(abs(y[row * width + i] - exact) <= bound)
          }
        }
        // In another order, and from bytes.
        let z = Floats(zeros: 2 * width)
        let order: [Int32] = [3, 1]
        states.gather(into: z, rows: order.span)
        #expect(z.array == Array(y.array.suffix(width) + y.array.prefix(width)))
        var bytes: [UInt8] = [7]
        states.append(1..<4, to: &bytes)
        #expect(bytes.count == 1 + 3 * width * format.width)
        let copy = HiddenStates(format, rowCount: 3, width: width)
        copy.copy(to: 0..<3, from: bytes, at: 1)
        copy.setScales(0..<3, states.scales(1..<4))
        let again = Floats(zeros: 3 * width)
        copy.read(0..<3, into: again)
        #expect(again.array == y.array)
      }
    }
  }

  @Test(arguments: Dispatch.available)
  func `are the same bytes on every instruction set`(set: InstructionSet) {
    let x = draw(4 * 37, seed: 9, scale: 3)
    for format in HiddenStates.Format.allCases {
      func made(_ set: InstructionSet) -> ([UInt8], [Float]) {
        Dispatch.using(set) {
          let states = HiddenStates(format, rowCount: 4, width: 37)
          _ = states.store(0..<4, from: Floats(x))
          var bytes: [UInt8] = []
          states.append(0..<4, to: &bytes)
          return (bytes, states.scales(0..<4))
        }
      }
      let (a, b) = (made(set), made(.baseline))
      #expect(a.0 == b.0 && a.1 == b.1)
    }
  }

  /// What a half cannot hold would come back as infinity, and every logit with it.
  @Test func `that the format cannot hold are named`() {
    var x = draw(3 * 20, seed: 1)
    for bad: Float in [.nan, .infinity, -.infinity] {
      x[20 + 19] = bad
      for format in HiddenStates.Format.allCases {
        let states = HiddenStates(format, rowCount: 3, width: 20)
        #expect(states.store(0..<3, from: Floats(x)) == 1)
      }
    }
    x[20 + 19] = 65520
    #expect(HiddenStates(.float16, rowCount: 3, width: 20).store(0..<3, from: Floats(x)) == 1)
    #expect(HiddenStates(.int8, rowCount: 3, width: 20).store(0..<3, from: Floats(x)) == nil)
    let grid = HiddenStates(.grid, rowCount: 3, width: 20, step: 2)
    #expect(grid.store(0..<3, from: Floats(x)) == nil)
    x[20 + 19] = -65536
    #expect(grid.store(0..<3, from: Floats(x)) == 1)
    x[20 + 19] = 65504
    #expect(HiddenStates(.float16, rowCount: 3, width: 20).store(0..<3, from: Floats(x)) == nil)
  }

  @Test func `of zeros are zeros`() {
    let states = HiddenStates(.int8, rowCount: 1, width: 9)
    #expect(states.store(0..<1, from: Floats(zeros: 9)) == nil)
    let y = Floats([Float](repeating: 1, count: 9))
    states.read(0..<1, into: y)
    #expect(y.array.allSatisfy { $0 == 0 })
  }

  @Test func `that hold no numbers are found`() {
    let halves = HiddenStates(.float16, rowCount: 2, width: 3)
    halves.copy(to: 0..<2, from: [UInt8](repeating: 0, count: 12), at: 0)
    #expect(halves.firstNotFinite(0..<2) == nil)
    halves.copy(to: 1..<2, from: [0, 0, 0, 0x7C, 0, 0], at: 0)
    #expect(halves.firstNotFinite(0..<2) == 1)
    let bytes = HiddenStates(.int8, rowCount: 2, width: 3)
    bytes.setScales(0..<2, [1, .infinity])
    #expect(bytes.firstNotFinite(0..<2) == 1)
  }
}

/// Boxes and what lies in them, as the box-tracking verifier follows it.
///
/// Objects are numbered in alphabetical order, so a box is a set of small numbers, and its members
/// in rising order are its contents in alphabetical order.
struct BoxRoom {
  /// One operation of a problem; boxes and objects by number.
  enum Operation {
    case move(object: Int, to: Int)
    case swap(Int, Int)
  }

  /// Names of the objects, alphabetical.
  let names: [[UInt8]]
  /// Bit o of `boxes[b]`: object o lies in box b.
  private(set) var boxes: [UInt16]

  var boxCount: Int { boxes.count }

  /// - Parameters:
  ///   - names: distinct and alphabetical; at most 16.
  ///   - places: the box of each object.
  init(names: [[UInt8]], places: [Int], boxCount: Int) {
    self.names = names
    boxes = Array(repeating: 0, count: boxCount)
    for (object, place) in places.enumerated() { boxes[place] |= 1 << UInt16(object) }
  }

  /// The box that holds `object`; every object lies in exactly one.
  func box(holding object: Int) -> Int {
    boxes.firstIndex { $0 & (1 << UInt16(object)) != 0 } ?? 0
  }

  /// Applies an operation.
  ///
  /// - Returns: the two boxes concerned, in alphabetical order.
  mutating func apply(_ operation: Operation) -> (first: Int, second: Int) {
    switch operation {
    case .move(let object, let target):
      let source = box(holding: object)
      boxes[source] &= ~(1 << UInt16(object))
      boxes[target] |= 1 << UInt16(object)
      return (min(source, target), max(source, target))
    case .swap(let first, let second):
      boxes.swapAt(first, second)
      return (min(first, second), max(first, second))
    }
  }

  /// A box holds from now on what a line says, right or wrong.
  mutating func set(_ box: Int, to contents: UInt16) { boxes[box] = contents }

  /// `A={cup,key}`.
  func contents(of box: Int) -> [UInt8] {
    let members = names.indices.filter { boxes[box] & (1 << UInt16($0)) != 0 }.map { names[$0] }
    return [Self.letter(box)] + Array("={".utf8) + members.joined(separator: [UInt8(ascii: ",")])
      + [UInt8(ascii: "}")]
  }

  /// `A` for box 0.
  static func letter(_ box: Int) -> UInt8 { UInt8(ascii: "A") + UInt8(box) }
}

/// What a line lists, in its order: at most 32 elements, without an allocation.
package struct ShortList<Element: BitwiseCopyable & Equatable & Sendable>: Sendable {
  /// The most elements.
  package static var limit: Int { 32 }

  private var elements: InlineArray<32, Element>
  /// How many elements it has.
  package private(set) var count = 0

  /// The empty list.
  ///
  /// - Parameter filler: stands where no element does.
  package init(filler: Element) { elements = InlineArray(repeating: filler) }

  /// Adds an element at the end.
  ///
  /// - Returns: false if there is no room.
  package mutating func append(_ element: Element) -> Bool {
    guard count < Self.limit else { return false }
    elements[count] = element
    count += 1
    return true
  }

  /// The list with one more element; `nil` if there is no room.
  package func appending(_ element: Element) -> Self? {
    var next = self
    return next.append(element) ? next : nil
  }

  /// Takes out the element at a place.
  ///
  /// - Precondition: there is one.
  package mutating func remove(at place: Int) {
    precondition(0..<count ~= place, "there are \(count) elements")
    for later in place + 1..<count { elements[later - 1] = elements[later] }
    count -= 1
  }

  /// Sorts it by insertion; elements of which none precedes the other keep their order.
  package mutating func sort(by precedes: (Element, Element) -> Bool) {
    for index in 0..<count {
      let element = elements[index]
      var place = index
      while place > 0, precedes(element, elements[place - 1]) {
        elements[place] = elements[place - 1]
        place -= 1
      }
      elements[place] = element
    }
  }
}

extension ShortList: RandomAccessCollection {
  /// 0.
  package var startIndex: Int { 0 }

  /// The number of elements.
  package var endIndex: Int { count }

  /// The element at a place.
  package subscript(place: Int) -> Element {
    precondition(0..<count ~= place, "there are \(count) elements")
    return elements[place]
  }
}

extension ShortList: Equatable {
  /// Whether they list the same in the same order.
  package static func == (first: Self, second: Self) -> Bool {
    guard first.count == second.count else { return false }
    for place in 0..<first.count where first.elements[place] != second.elements[place] {
      return false
    }
    return true
  }
}

/// Nodes in an order.
typealias NodeRow = ShortList<UInt8>

extension NodeRow {
  init() { self.init(filler: 0) }

  /// By the alphabet.
  init(_ nodes: LetterSet) {
    self.init()
    // There are 26 letters.
    for node in nodes { _ = append(node) }
  }

  var members: LetterSet {
    var members = LetterSet()
    for node in self { members.insert(node) }
    return members
  }
}

public import Files
public import Records

/// Traces of `mystery`, by fractions of 128 bits.
public struct MysteryTraces: TraceEnumerator {
  public let family = "mystery"
  public let alphabet = "ABCDEFGHIJKLabcdefghijklmnopqrstuvwxyz0123456789/:;,+= \n"

  public struct State {
    var names: [String]
    var odds: [Int128]
    var clues: [(name: String, chances: [Pair])]
    var products: [Pair]?
    var isSummed = false
  }

  /// A fraction of whole numbers.
  public struct Pair: Equatable {
    var top: Int128
    var bottom: Int128

    var text: String { bottom == 1 ? "\(top)" : "\(top)/\(bottom)" }

    init(_ top: Int128, _ bottom: Int128) {
      let divisor = MysteryTraces.divisor(top, bottom)
      (self.top, self.bottom) = (top / divisor, bottom / divisor)
    }
  }

  static func divisor(_ a: Int128, _ b: Int128) -> Int128 { b == 0 ? a : divisor(b, a % b) }

  public init() {}

  public var kindsWithoutUse: Set<String> { [] }

  public func knobs(of record: Record) -> [String: JSON]? {
    let parts = record.problem.split(separator: ";")
    return [
      "suspects": JSON(parts[0].split(separator: ",").count), "clues": JSON(parts.count - 1),
    ]
  }

  private static func isName(_ text: String, capital: Bool) -> Bool {
    let letters = Array(text.utf8)
    return (2...12).contains(letters.count) && (capital ? 65...90 : 97...122).contains(letters[0])
      && letters.dropFirst().allSatisfy { (97...122).contains($0) }
  }

  private static func number(_ text: String, digits: Int) -> Int128? {
    guard text.count <= digits, text.utf8.allSatisfy({ (48...57).contains($0) }),
      text.first != "0"
    else { return nil }
    return Int128(text)
  }

  public func begin(_ lexemes: [String]) -> State? {
    var parts = lexemes.split(separator: ";", omittingEmptySubsequences: false).map { Array($0) }
    let priors = parts.removeFirst().split(separator: ",", omittingEmptySubsequences: false)
    var state = State(names: [], odds: [], clues: [])
    for prior in priors.map({ Array($0) }) {
      guard prior.count == 2, Self.isName(prior[0], capital: true),
        let weight = Self.number(prior[1], digits: 2)
      else { return nil }
      state.names.append(prior[0])
      state.odds.append(weight)
    }
    for part in parts {
      guard part.count > 2, Self.isName(part[0], capital: false), part[1] == ":",
        !["odds", "sum"].contains(part[0])
      else { return nil }
      let cells = part.dropFirst(2).split(separator: ",", omittingEmptySubsequences: false)
      guard cells.count == state.names.count else { return nil }
      var chances: [Pair] = []
      for (name, cell) in zip(state.names, cells.map({ Array($0) })) {
        guard cell.count == 4, cell[0] == name, cell[2] == "/",
          let top = Self.number(cell[1], digits: 2), let bottom = Self.number(cell[3], digits: 2),
          top < bottom, Self.divisor(top, bottom) == 1
        else { return nil }
        chances.append(Pair(top, bottom))
      }
      state.clues.append((part[0], chances))
    }
    guard (2...8).contains(state.names.count), (1...12).contains(state.clues.count),
      Set(state.names).count == state.names.count,
      Set(state.clues.map(\.name)).count == state.clues.count
    else { return nil }
    var end = state
    while let clue = end.clues.popLast() {
      end.odds = Self.odds(Self.products(end.odds, clue.chances))
    }
    let most = end.odds.max() ?? 0
    return end.odds.count { $0 == most } == 1 ? state : nil
  }

  private static func products(_ odds: [Int128], _ chances: [Pair]) -> [Pair] {
    zip(odds, chances).map { Pair($0 * $1.top, $1.bottom) }
  }

  private static func odds(_ products: [Pair]) -> [Int128] {
    var scale: Int128 = 1
    for product in products { scale = scale / divisor(scale, product.bottom) * product.bottom }
    let whole = products.map { $0.top * (scale / $0.bottom) }
    let common = whole.reduce(0) { divisor($0, $1) }
    return whole.map { $0 / common }
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    var next = state
    if let products = state.products {
      next.products = nil
      next.odds = Self.odds(products)
      return [("odds " + next.odds.map { "\($0)" }.joined(separator: ":"), next)]
    }
    let total = state.odds.reduce(0, +)
    if state.isSummed {
      let place = state.odds.indices.max { state.odds[$0] < state.odds[$1] } ?? 0
      let share = Pair(state.odds[place], total)
      return [("Answer: \(state.names[place]) \(share.text)", nil)]
    }
    if state.clues.isEmpty {
      next.isSummed = true
      return [("sum " + state.odds.map { "\($0)" }.joined(separator: "+") + "=\(total)", next)]
    }
    return state.clues.indices.map { index in
      var next = state
      let clue = next.clues.remove(at: index)
      let products = Self.products(state.odds, clue.chances)
      next.products = products
      return (clue.name + ": " + products.map(\.text).joined(separator: ", "), next)
    }
  }
}

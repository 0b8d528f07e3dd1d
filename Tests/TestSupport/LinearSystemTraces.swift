public import Files
public import Records

/// Traces of `linear-system`. Row operations are tried over a range of factors and kept if they
/// remove the unknown with the least ones; values come from fractions as pairs.
public struct LinearSystemTraces: TraceEnumerator {
  public let family = "linear-system"
  public let alphabet = "0123456789xyzwR=*+-/();,: \nfreeAnswer:none"

  public struct State {
    /// Coefficients by unknown, with the right side under "=".
    var rows: [[Character: Int]]
    /// Rows that may still lose or remove unknowns.
    var active: [Int]
    var unknowns: [Character]
    var column = 0
    var pivot: Int?
    var shared: (row: Int, factor: Int)?
    var pivots: [Character: Int] = [:]
    var values: [Character: (top: Int128, bottom: Int128)] = [:]
    var isContradictory = false
  }

  public init() {}
  public var levelsShareProblems: Bool { false }

  public func knobs(of record: Record) -> [String: JSON]? {
    let parts = record.problem.split(separator: ";")
    guard let bound = record.knobs["coefficient_bound"]?.intValue else { return nil }
    var held = 0
    for part in parts {
      let side = part.split(separator: "=")[0]
      held += side.count { "xyzw".contains($0) }
      for number in side.split(whereSeparator: { !$0.isNumber }) {
        guard let value = Int(number), value <= bound else { return nil }
      }
    }
    let answer = record.answer ?? ""
    return [
      "unknowns": JSON(parts.count), "zeros": JSON(parts.count * parts.count - held),
      "coefficient_bound": JSON(bound),
      "solutions": JSON(answer == "none" ? 0 : answer.contains("free") ? 2 : 1),
    ]
  }

  public func begin(_ lexemes: [String]) -> State? {
    let parts = lexemes.split(separator: ";", omittingEmptySubsequences: false).map { Array($0) }
    guard (2...4).contains(parts.count) else { return nil }
    let unknowns = Array("xyzw".prefix(parts.count))
    var rows: [[Character: Int]] = []
    for part in parts {
      var row: [Character: Int] = [:]
      var sign = 1
      var isLeft = true
      for lexeme in part {
        switch lexeme {
        case "+": sign = 1
        case "-": sign = -1
        case "=": (isLeft, sign) = (false, 1)
        default:
          if let letter = lexeme.last, unknowns.contains(letter), isLeft {
            let digits = lexeme.dropLast()
            guard digits.allSatisfy({ "0123456789".contains($0) }), digits.count < 3,
              row[letter] == nil
            else { return nil }
            row[letter] = sign * (digits.isEmpty ? 1 : Int(digits) ?? 0)
          } else {
            guard !isLeft, lexeme.allSatisfy({ "0123456789".contains($0) }), lexeme.count < 5,
              row["="] == nil
            else { return nil }
            row["="] = sign * (Int(lexeme) ?? 0)
          }
        }
      }
      let written = NormalText.lexemes(Array(Self.write(row, unknowns).utf8))
      guard written.map({ String(decoding: $0, as: UTF8.self) }) == part,
        unknowns.contains(where: { row[$0, default: 0] != 0 })
      else { return nil }
      rows.append(row)
    }
    return Self.advanced(
      State(rows: rows, active: Array(rows.indices), unknowns: unknowns))
  }

  private static func write(_ row: [Character: Int], _ unknowns: [Character]) -> String {
    var terms = ""
    for letter in unknowns {
      let value = row[letter, default: 0]
      if value == 0 { continue }
      terms += value > 0 ? (terms.isEmpty ? "" : "+") : "-"
      terms += (abs(value) > 1 ? "\(abs(value))" : "") + "\(letter)"
    }
    return (terms.isEmpty ? "0" : terms) + "=\(row["=", default: 0])"
  }

  private static func holders(_ state: State) -> [Int] {
    state.active.filter { state.rows[$0][state.unknowns[state.column], default: 0] != 0 }
  }

  private static func advanced(_ state: State) -> State {
    var state = state
    while state.column < state.unknowns.count, state.shared == nil, !state.isContradictory {
      let holders = holders(state)
      if holders.count > 1 { return state }
      if let last = holders.first {
        state.pivots[state.unknowns[state.column]] = last
        state.active.removeAll { $0 == last }
      }
      state.column += 1
      state.pivot = nil
    }
    return state
  }

  private static func common(_ a: Int128, _ b: Int128) -> Int128 {
    b == 0 ? (a < 0 ? -a : a) : common(b, a % b)
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    let unknowns = state.unknowns
    func changed(_ index: Int, _ row: [Character: Int], _ pivot: Int?) -> State {
      var next = state
      next.rows[index] = row
      next.pivot = pivot ?? state.pivot
      next.shared = nil
      if unknowns.allSatisfy({ row[$0, default: 0] == 0 }) {
        next.isContradictory = row["=", default: 0] != 0
      } else {
        let factor = row.values.reduce(Int128(0)) { Self.common($0, Int128($1)) }
        if factor > 1 { next.shared = (index, Int(factor)) }
      }
      return Self.advanced(next)
    }
    if let (index, factor) = state.shared {
      let row = state.rows[index].mapValues { $0 / factor }
      return [
        (
          "R\(index + 1)=R\(index + 1)/\(factor): \(Self.write(row, unknowns))",
          changed(index, row, nil)
        )
      ]
    }
    if state.isContradictory { return [("Answer: none", nil)] }
    if state.column < unknowns.count {
      let letter = unknowns[state.column]
      let holders = Self.holders(state)
      var lines: [(line: String, state: State?)] = []
      for pivot in holders where state.pivot == nil || state.pivot == pivot {
        for target in holders where target != pivot {
          let (a, b) = (
            state.rows[target][letter, default: 0], state.rows[pivot][letter, default: 0]
          )
          // The least positive p for which b divides p a.
          var p = 1
          while (p * a) % b != 0 { p += 1 }
          let q = p * a / b
          var row: [Character: Int] = [:]
          for key in unknowns + ["="] {
            row[key] =
              p * state.rows[target][key, default: 0] - q * state.rows[pivot][key, default: 0]
          }
          lines.append(
            (
              "R\(target + 1)=\(p)*R\(target + 1)\(q > 0 ? "-" : "+")\(abs(q))*R\(pivot + 1): "
                + Self.write(row, unknowns), changed(target, row, pivot)
            ))
        }
      }
      return lines
    }
    guard let letter = unknowns.last(where: { state.values[$0] == nil }) else {
      var answer = unknowns.map { "\($0)=\(Self.text(state.values[$0]))" }.joined(separator: ", ")
      let free = unknowns.filter { state.pivots[$0] == nil }.map(String.init)
      if !free.isEmpty { answer += "; free \(free.joined(separator: ", "))" }
      return [("Answer: \(answer)", nil)]
    }
    var next = state
    guard let pivot = state.pivots[letter] else {
      next.values[letter] = (0, 1)
      return [("\(letter)=0 free", next)]
    }
    let row = state.rows[pivot]
    var line = "\(letter)=(\(row["=", default: 0])"
    var (top, bottom) = (Int128(row["=", default: 0]), Int128(1))
    for other in unknowns where other != letter && row[other, default: 0] != 0 {
      let factor = row[other, default: 0]
      let value = state.values[other] ?? (0, 1)
      line += "\(factor > 0 ? "-" : "+")\(abs(factor))*\(Self.text(value))"
      top = top * value.bottom - Int128(factor) * value.top * bottom
      bottom *= value.bottom
    }
    bottom *= Int128(row[letter, default: 1])
    let divisor = Self.common(top, bottom) * (bottom < 0 ? -1 : 1)
    next.values[letter] = (top / divisor, bottom / divisor)
    return [("\(line))/\(row[letter, default: 1])=\(Self.text(next.values[letter]))", next)]
  }

  private static func text(_ value: (top: Int128, bottom: Int128)?) -> String {
    guard let value else { return "?" }
    return value.bottom == 1 ? "\(value.top)" : "\(value.top)/\(value.bottom)"
  }
}

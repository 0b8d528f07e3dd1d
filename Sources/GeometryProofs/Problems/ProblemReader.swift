internal import Exact

/// The state of reading one problem: names seen so far, and the line for errors.
struct ProblemReader {
  private(set) var problem: GeometryProblem
  private var indices: [Substring: Int]
  private let line: Int

  init(name: String, line: Int) {
    self.init(GeometryProblem(name: name, points: [], clauses: [], goals: []), line: line)
  }

  init(_ problem: GeometryProblem, line: Int) {
    self.problem = problem
    self.line = line
    indices = [:]
    for (index, name) in problem.points.enumerated() { indices[name[...]] = index }
  }

  func error(_ token: some StringProtocol, _ reason: String) -> ProblemError {
    ProblemError(line: line, token: String(token), reason: reason)
  }

  private func words(_ text: Substring) -> [Substring] {
    text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" })
  }

  /// A goal of the problem.
  mutating func read(goal text: Substring) throws(ProblemError) {
    let words = words(text)
    guard !words.isEmpty else { return }
    let known = indices
    do {
      problem.goals.append(try Statement.parse(words) { known[$0] })
    } catch {
      throw self.error(words[min(error.word, words.count) - 1], error.reason)
    }
  }

  /// `points = construction {, construction}`; an empty one is skipped (`;` at the end).
  mutating func read(clause text: Substring, isAuxiliary: Bool) throws(ProblemError) {
    if words(text).isEmpty { return }
    let sides = text.split(separator: "=", omittingEmptySubsequences: false)
    guard sides.count == 2 else {
      throw error(
        words(text)[0], "expected 'points = constructions', found \(sides.count - 1) '=' signs")
    }
    var clause = Clause(points: [], constructions: [], isAuxiliary: isAuxiliary)
    for word in words(sides[0]) { try define(word, in: &clause) }
    guard !clause.points.isEmpty else { throw error("=", "no point before '='") }
    for construction in sides[1].split(separator: ",", omittingEmptySubsequences: false) {
      let words = words(construction)
      guard let name = words.first else {
        // `a@0_0 =` gives coordinates and no construction.
        if sides[1].allSatisfy({ $0 == " " }), clause.coordinates.allSatisfy({ $0 != nil }) {
          for point in clause.points { append(free: point, like: clause) }
          return
        }
        throw error(sides[0], "no construction after '=' or ','")
      }
      clause.constructions.append(try read(name, Array(words.dropFirst()), in: clause))
    }
    try checkLoci(clause)
    problem.clauses.append(clause)
  }

  private mutating func append(free point: Int, like clause: Clause) {
    let index = clause.points.firstIndex(of: point) ?? 0
    problem.clauses.append(
      Clause(
        points: [point], coordinates: [clause.coordinates[index]],
        constructions: [Construction("free", [.point(point)])], isAuxiliary: clause.isAuxiliary))
  }

  /// A new point, `name` or `name@x_y`.
  private mutating func define(_ word: Substring, in clause: inout Clause) throws(ProblemError) {
    let parts = word.split(separator: "@", omittingEmptySubsequences: false)
    let name = parts[0]
    var place: Position<Double>?
    if parts.count > 1 {
      let numbers = parts[1].split(separator: "_", omittingEmptySubsequences: false)
      guard parts.count == 2, numbers.count == 2, let x = Double(numbers[0]),
        let y = Double(numbers[1]), x.isFinite, y.isFinite
      else { throw error(word, "expected coordinates as name@x_y") }
      place = Position(x, y)
    }
    guard Self.isName(name) else {
      throw error(
        word, "expected a point's name: a letter, then letters, digits, _ or ', at most 24 bytes")
    }
    guard indices[name] == nil else { throw error(word, "point '\(name)' is defined twice") }
    guard problem.points.count < GeometryProblem.mostPoints else {
      throw error(word, "more than \(GeometryProblem.mostPoints) points")
    }
    indices[name] = problem.points.count
    clause.points.append(problem.points.count)
    clause.coordinates.append(place)
    problem.points.append(String(name))
  }

  static func isName(_ name: Substring) -> Bool {
    let bytes = name.utf8
    guard let first = bytes.first, (1...24).contains(bytes.count) else { return false }
    func isLetter(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    return isLetter(first)
      && bytes.allSatisfy {
        isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "'")
      }
  }

  /// Names that other dialects use for constructions of the table.
  private static let aliases = ["eq_trapezoid": "iso_trapezoid"]

  private func read(
    _ name: Substring, _ given: [Substring], in clause: Clause
  ) throws(ProblemError) -> Construction {
    let key = Self.aliases[String(name)] ?? String(name)
    guard let entry = ConstructionEntry.all[key] else {
      throw error(name, "unknown construction '\(name)'")
    }
    let parameters = entry.parameters
    guard entry.newPointCount == clause.points.count else {
      throw error(
        name, "\(name) makes \(entry.newPointCount) points, the clause names \(clause.points.count)"
      )
    }
    // A number written as two whole numbers (AlphaGeometry) counts as one argument.
    var words = given.map(String.init)
    if case .number = parameters.last {
      let points = parameters.count - 1
      let least = points - entry.newPointCount
      for count in [points, least] where words.count == count + 2 && Int(words[count]) != nil {
        words[count...] = [words[count] + "/" + words[count + 1]]
        break
      }
    }
    var arguments: [String?] = words
    if words.count == parameters.count - entry.newPointCount {
      // AlphaGeometry may leave out the clause's own points.
      var rest = arguments[...]
      arguments = parameters.map { $0 == .newPoint ? nil : rest.removeFirst() }
    }
    guard arguments.count == parameters.count else {
      throw error(name, "\(name) takes \(parameters.count) arguments, found \(given.count)")
    }
    // AlphaGeometry puts the new points of `square` and `parallelogram` last.
    if key == "square" || key == "parallelogram" {
      let count = entry.newPointCount
      let own = Set(clause.points.map { problem.points[$0] })
      if Set(arguments.suffix(count).compactMap { $0 }) == own,
        arguments.dropLast(count).allSatisfy({ $0.map { !own.contains($0) } ?? false })
      {
        arguments = arguments.suffix(count) + arguments.dropLast(count)
      }
    }
    var ownPoints = clause.points
    var filled: [Construction.Argument] = []
    for (word, parameter) in zip(arguments, parameters) {
      filled.append(try argument(word, parameter, name, clause, &ownPoints))
    }
    return Construction(key, filled)
  }

  private func argument(
    _ word: String?, _ parameter: ConstructionEntry.Parameter, _ name: Substring, _ clause: Clause,
    _ ownPoints: inout [Int]
  ) throws(ProblemError) -> Construction.Argument {
    switch parameter {
    case .newPoint:
      // In any order, each once; one that is left out is the next in the clause's order.
      let place = word == nil ? 0 : ownPoints.firstIndex { problem.points[$0] == word }
      guard let place else {
        throw error(word ?? "", "\(name) names another point of the clause here, each once")
      }
      return .point(ownPoints.remove(at: place))
    case .point:
      guard let word, let index = indices[word[...]] else {
        throw error(word ?? "", "undefined point '\(word ?? "")'")
      }
      guard !clause.points.contains(index) else {
        throw error(word, "\(name) needs a point of an earlier clause here, found '\(word)'")
      }
      return .point(index)
    case .number(let kind):
      guard let word, let number = NumberText.parse(word, kind) else {
        throw error(
          word ?? "", "expected a number such as \(kind == .angle ? "30o or 1/6" : "1/2")")
      }
      guard kind == .angle || number > .zero else {
        throw error(word, "expected a number above 0")
      }
      return .number(number)
    }
  }

  /// Two constructions are two loci of one point; a construction that fixes its points stands
  /// alone.
  private func checkLoci(_ clause: Clause) throws(ProblemError) {
    guard clause.constructions.count > 1 else { return }
    guard clause.constructions.count == 2 else {
      throw error(
        clause.constructions[2].name,
        "a third construction of one point; a point is at most the meet of two loci")
    }
    for construction in clause.constructions where !construction.isLocus {
      throw error(
        construction.name, "\(construction.name) places its points alone; no second construction")
    }
  }
}

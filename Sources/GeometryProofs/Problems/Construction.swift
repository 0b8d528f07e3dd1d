public import Exact

/// One line of the construction table: what a construction's arguments are and what it says.
public struct ConstructionEntry: Sendable {
  /// What one argument is.
  public enum Parameter: Hashable, Sendable { case newPoint, point, number(Constant) }

  /// A statement whose points are argument positions; its number may be an argument as well.
  public struct Template: Sendable {
    /// Its points are argument positions.
    public let statement: Statement
    /// The argument that is the statement's number, if one is.
    public let number: Int?
  }

  /// The word in problem files.
  public let name: String
  /// What each argument is, in order.
  public let parameters: [Parameter]
  /// Conditions that must hold of the old points.
  public let requirements: [Template]
  /// What a proof may take as given: facts, and conditions such as `obtuse_angle`.
  public let statements: [Template]

  /// How many points it makes.
  public var newPointCount: Int { parameters.count { $0 == .newPoint } }

  /// Every construction by name.
  public static let all: [String: ConstructionEntry] = {
    var entries: [String: ConstructionEntry] = [:]
    for line in ConstructionTable.text.split(separator: "\n") {
      let entry = ConstructionEntry(line)
      entries[entry.name] = entry
    }
    return entries
  }()

  /// Reads a line of the table, which is a constant of this module and tested as a whole.
  private init(_ line: Substring) {
    let columns = line.split(separator: "|", omittingEmptySubsequences: false)
    let words = columns[0].split(separator: " ")
    name = String(words[0])
    var letters: [Substring: Int] = [:]
    parameters = words.dropFirst().enumerated().map { index, word in
      let kind: Parameter? =
        switch word.first {
        case "*": .newPoint
        case "@": .number(.angle)
        case "#": .number(.ratio)
        default: nil
        }
      letters[kind == nil ? word : word.dropFirst()] = index
      return kind ?? .point
    }
    let kinds = parameters
    func templates(_ column: Substring) -> [Template] {
      column.split(separator: ",").filter { $0.contains { $0 != " " } }.map { text in
        var words = text.split(separator: " ")
        var number: Int?
        if let last = words.last, let index = letters[last], case .number = kinds[index] {
          number = index
          words[words.count - 1] = "1"
        }
        guard let statement = try? Statement.parse(words, point: { letters[$0] }) else {
          preconditionFailure("construction table: \(line)")
        }
        return Template(statement: statement, number: number)
      }
    }
    requirements = templates(columns[1])
    statements = templates(columns[2])
  }
}

/// One construction of a clause, its arguments complete and in the table's order.
public struct Construction: Hashable, Sendable {
  /// A point's index, or a number.
  public enum Argument: Hashable, Sendable {
    case point(Int)
    case number(Rational)
  }
  /// A key of `ConstructionEntry.all`.
  public let name: String
  /// One for each parameter of the entry.
  public let arguments: [Argument]

  /// - Precondition: `name` is a key of the table, the arguments fit its parameters.
  public init(_ name: String, _ arguments: [Argument]) {
    precondition(
      ConstructionEntry.all[name]?.parameters.count == arguments.count,
      "\(name): arguments do not fit the table")
    self.name = name
    self.arguments = arguments
  }

  /// The table's line.
  public var entry: ConstructionEntry {
    guard let entry = ConstructionEntry.all[name] else { preconditionFailure("no \(name)") }
    return entry
  }

  /// The points among the arguments, in order, numbers left out.
  public var points: [Int] {
    arguments.compactMap { if case .point(let point) = $0 { point } else { nil } }
  }

  /// The number among the arguments, if there is one.
  public var number: Rational? {
    arguments.lazy.compactMap { if case .number(let number) = $0 { number } else { nil } }.first
  }

  /// What must hold of the old points.
  public var requirements: [Statement] { entry.requirements.map(filled) }
  /// What a proof may take as given.
  public var statements: [Statement] { entry.statements.map(filled) }

  private func filled(_ template: ConstructionEntry.Template) -> Statement {
    var statement = template.statement.mapped { index in
      guard case .point(let point) = arguments[index] else { preconditionFailure("\(name)") }
      return point
    }
    if let index = template.number, case .number(let number) = arguments[index] {
      statement.numbers = [number]
    }
    return statement
  }
}

extension Construction {
  /// Whether it leaves one point one degree of freedom: a line, a ray or a circle. Two loci meet in
  /// a point; every other construction stands alone in its clause.
  public var isLocus: Bool { Self.loci.contains(name) }

  private static let loci: Set<String> = [
    "between", "on_line", "on_pline", "on_pline0", "on_tline", "on_bline", "on_circle", "on_circum",
    "on_dia", "eqdistance", "angle_bisector", "angle_mirror", "on_aline", "on_aline0", "on_aline2",
    "eqangle3", "lc_tangent", "s_angle", "aconst", "rconst", "rconst2", "r2const", "lconst",
    "l2const", "eqratio", "eqratio6", "on_opline", "between_bound", "iso_triangle_vertex",
    "iso_triangle_vertex_angle",
  ]
}

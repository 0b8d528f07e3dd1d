/// A rule of inference: a line of the rule table. Its statements' points are variable positions.
public struct Rule: Sendable {
  /// The name that proofs use: `inscribed-angles`.
  public let name: String
  /// Its number in the peers' lists (`r03`), `-` where it has none.
  public let number: String
  /// The letters of the variables, in the order in which a step lists its points.
  public let variables: [String]
  /// Groups of variables that stand for distinct points.
  public let groups: [[Int]]
  /// What a step must cite, in this order.
  public let premises: [Statement]
  /// What must hold of the drawings, in the order in which a step cites it.
  public let conditions: [Statement]
  /// A step states one of them.
  public let conclusions: [Statement]

  /// In the order of the table.
  public static let all: [Rule] = RuleTable.text.split(separator: "\n").map { Rule($0) }
  /// By name.
  public static let named: [String: Rule] = {
    var rules: [String: Rule] = [:]
    for rule in all { rules[rule.name] = rule }
    return rules
  }()

  /// Reads a line of the table, which is a constant of this module and tested as a whole.
  private init(_ line: Substring) {
    let columns = line.split(separator: "|", omittingEmptySubsequences: false)
    guard columns.count == 5 else { preconditionFailure("rule table: \(line)") }
    let title = columns[0].split(separator: " ")
    (name, number) = (String(title[0]), String(title[1]))
    var letters: [Substring: Int] = [:]
    var order: [String] = []
    func variable(_ letter: Substring) -> Int {
      if let known = letters[letter] { return known }
      letters[letter] = order.count
      order.append(String(letter))
      return order.count - 1
    }
    groups = columns[1].split(separator: ",").map { $0.split(separator: " ").map(variable) }
    func statements(_ column: Substring) -> [Statement] {
      column.split(separator: ",").filter { $0.contains { $0 != " " } }.map { text in
        guard
          let statement = try? Statement.parse(text.split(separator: " "), point: variable)
        else { preconditionFailure("rule table: \(line)") }
        return statement
      }
    }
    premises = statements(columns[2])
    conditions = statements(columns[3])
    conclusions = statements(columns[4])
    variables = order
  }
}

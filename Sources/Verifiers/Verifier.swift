/// Judges solutions of one task family from the rendered text alone.
///
/// A verifier treats both texts as hostile: it reads bytes, never traps, takes time linear in
/// their length, and accepts only what the family's published grammar and rules allow. It shares
/// no code with what writes traces.
public protocol Verifier: Sendable {
  /// The family's name, as records carry it: `sum-reduce`.
  var family: String { get }
  /// Increased when the set of accepted texts changes.
  var version: Int { get }
  /// One sentence: what is verified.
  var checks: String { get }
  /// EBNF of problem and solution, the same text as in the family's `.md` file.
  var grammar: String { get }
  /// EBNF of the free texts that `judgeAnswer` reads, the same text as in the family's `.md` file;
  /// `nil` if the family has no rule for such texts.
  var freeTextGrammar: String? { get }
  /// The names of the rules that steps apply, in kebab-case; none if the verifier names no rules.
  var rules: [String] { get }
  /// A problem and one of its valid solutions.
  var example: (problem: String, solution: String) { get }

  /// Judges `solution` as a worked solution of `problem`. Total: any bytes get a verdict.
  func verify(problem: Span<UInt8>, solution: Span<UInt8>) -> Verdict

  /// The steps of an accepted solution, read from its text.
  ///
  /// - Returns: `nil` if the solution is rejected or the verifier names no rules.
  func steps(problem: Span<UInt8>, solution: Span<UInt8>) -> [CheckedStep]?

  /// Judges a solution of which one line is granted: it may be wrong, and all others must follow,
  /// from what it says where they use it.
  ///
  /// - Returns: accepted only if the granted line is indeed wrong; `nil` if the verifier cannot
  ///   grant.
  func verify(problem: Span<UInt8>, solution: Span<UInt8>, granting line: Int) -> Verdict?

  /// Judges the answer that a chat model's free text states, regardless of its steps: the check
  /// behind a record whose checker has the level `answer`. Total, like `verify`.
  ///
  /// - Returns: `nil` if the family has no rule for such texts.
  func judgeAnswer(problem: Span<UInt8>, text: Span<UInt8>) -> AnswerVerdict?
}

extension Verifier {
  public var freeTextGrammar: String? { nil }

  public var rules: [String] { [] }

  public func steps(problem: Span<UInt8>, solution: Span<UInt8>) -> [CheckedStep]? { nil }

  public func verify(
    problem: Span<UInt8>, solution: Span<UInt8>, granting line: Int
  ) -> Verdict? { nil }

  /// Same for bytes in arrays.
  public func steps(problem: [UInt8], solution: [UInt8]) -> [CheckedStep]? {
    steps(problem: problem.span, solution: solution.span)
  }

  /// Same for bytes in arrays.
  public func verify(problem: [UInt8], solution: [UInt8], granting line: Int) -> Verdict? {
    verify(problem: problem.span, solution: solution.span, granting: line)
  }

  /// Same for bytes in an array.
  public func verify(problem: [UInt8], solution: [UInt8]) -> Verdict {
    verify(problem: problem.span, solution: solution.span)
  }

  /// Same for bytes in an array.
  public func judgeAnswer(problem: [UInt8], text: [UInt8]) -> AnswerVerdict? {
    judgeAnswer(problem: problem.span, text: text.span)
  }
}

extension Array where Element == UInt8 {
  /// The bytes of a span.
  package init(copying span: Span<UInt8>) {
    self.init(capacity: span.count) { output in
      for index in span.indices { output.append(span[index]) }
    }
  }
}

extension Verifiers {
  /// The verifier of the family called `family`, if there is one.
  public static func named(_ family: String) -> (any Verifier)? {
    byName[family]
  }

  private static let byName = Dictionary(
    all.map { ($0.family, $0) }, uniquingKeysWith: { first, _ in first })
}

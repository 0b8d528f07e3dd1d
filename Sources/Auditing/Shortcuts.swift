public import Files
public import Randomness
internal import Records
internal import Statistics
public import Tasks

/// How often answers are found without working the problem: a family whose shortcuts pay teaches
/// the shortcut.
///
/// Every family is held against five guessers: the answer that is most frequent among other
/// problems of the level, the first, the last and the greatest number in the problem, and the
/// answer of the nearest other problem by edit distance. A family adds guesses of its own
/// (`ProblemFamily.guesses`).
public struct Shortcuts: Sendable, Equatable {
  /// One guesser's success.
  public struct Guesser: Sendable, Equatable {
    /// `majority`, `last number`, or as the family calls its own.
    public var name: String
    /// Problems whose answer it guessed.
    public var right: Int
    /// Problems that it was asked.
    public var asked: Int

    /// Right guesses of all, from 0 to 1; 0 if nothing was asked.
    public var share: Double { Double(right) / Double(max(1, asked)) }
    /// 95 % lower bound of the share.
    public var atLeast: Double {
      asked == 0 ? 0 : ClopperPearson.lowerBound(successes: right, trials: asked, confidence: 0.95)
    }
  }

  /// Name of the family.
  public var family: String
  /// The level of all problems asked.
  public var level: Int
  /// What the family states that no guesser exceeds.
  public var bound: Double
  /// By share, highest first.
  public var guessers: [Guesser]

  /// The guesser with the highest share; `nil` if no problem was asked.
  public var best: Guesser? { guessers.first }

  /// Draws problems and lets every guesser answer them.
  ///
  /// The cost of the nearest problem is `asked * known` edit distances, each of the product of two
  /// problem lengths.
  /// - Parameters:
  ///   - asked: problems to guess at.
  ///   - known: other problems with their answers.
  /// - Throws: `TaskError` for a level that the family does not have.
  public init(
    of family: any ProblemFamily, level: Int, asked: Int, known: Int, seed: Seed
  ) throws(TaskError) {
    self.family = family.name
    self.level = level
    bound = family.shortcutBound(level: level)
    var records: [Record] = []
    var contents: Set<String> = []
    // A small level repeats problems; one that is known already is no test.
    var index = 0
    while records.count < asked + known, index < 20 * (asked + known) {
      let record = try draw(family, level: level, seed: seed, index: index)
      if contents.insert(record.content).inserted { records.append(record) }
      index += 1
    }
    let questions = records.suffix(min(asked, records.count / 2))
    let others = records.dropLast(questions.count)
    var counts: [String: Int] = [:]
    for other in others { counts[other.answer ?? "", default: 0] += 1 }
    let majority = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
    let texts = others.map { (text: Array($0.problem.utf8), answer: $0.answer ?? "") }
    var tallies: [String: Int] = [:]
    for question in questions {
      let problem = Array(question.problem.utf8)
      let numbers = Self.numbers(in: question.problem)
      var guesses = family.guesses(ofText: question.problem)
      guesses.append(("majority", majority))
      guesses.append(("last number", numbers.last ?? ""))
      guesses.append(("greatest number", numbers.max { Self.isSmaller($0, $1) } ?? ""))
      guesses.append(("first number", numbers.first ?? ""))
      guesses.append(("nearest problem", Self.nearest(to: problem, among: texts) ?? ""))
      for guess in guesses {
        tallies[guess.name, default: 0] += guess.answer == question.answer ? 1 : 0
      }
    }
    guessers = tallies.map { Guesser(name: $0.key, right: $0.value, asked: questions.count) }
      .sorted { ($1.right, $0.name) < ($0.right, $1.name) }
  }

  /// Maximal runs of digits.
  private static func numbers(in text: String) -> [String] {
    text.split { !("0"..."9").contains($0) }.map(String.init)
  }

  private static func isSmaller(_ a: String, _ b: String) -> Bool {
    a.utf8.count == b.utf8.count ? a < b : a.utf8.count < b.utf8.count
  }

  /// The answer of the problem with the least edit distance, the first of equals.
  private static func nearest(
    to problem: [UInt8], among others: [(text: [UInt8], answer: String)]
  ) -> String? {
    var best: (distance: Int, answer: String)?
    for other in others {
      let limit = best?.distance ?? .max
      guard abs(other.text.count - problem.count) < limit else { continue }
      let distance = EditDistance.between(problem, other.text, below: limit)
      if distance < limit { best = (distance, other.answer) }
    }
    return best?.answer
  }
}

extension Shortcuts {
  /// One object: family, level, bound and guessers.
  public var json: JSON {
    [
      "family": JSON(family), "level": JSON(level), "bound": JSON(bound),
      "guessers": JSON(guessers) {
        [
          "name": JSON($0.name), "right": JSON($0.right), "asked": JSON($0.asked),
          "share": JSON($0.share),
        ]
      },
    ]
  }
}

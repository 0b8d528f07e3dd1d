/// The text that all orders and names of suspects and clues share.
///
/// Suspects get colours by their priors and chances, clues by their chances, each refined by the
/// other until colours split no further; equal ones are told apart by trying each as the first. The
/// least table of numbers wins; names are forgotten.
enum MysteryNaming {
  static func canonicalText(_ problem: Mystery.Problem) -> String {
    let suspects = problem.weights.map { UInt64($0) }
    let clues = [UInt64](repeating: 1, count: problem.clues.count)
    return least(problem, refined(problem, (suspects, clues))) ?? ""
  }

  private typealias Colors = (suspects: [UInt64], clues: [UInt64])

  private static func least(_ problem: Mystery.Problem, _ colors: Colors) -> String? {
    let sorted = colors.suspects.sorted()
    var best: String?
    func consider(_ text: String?) {
      if let text, best.map({ text < $0 }) ?? true { best = text }
    }
    if let shared = zip(sorted, sorted.dropFirst()).first(where: { $0 == $1 })?.0 {
      for suspect in colors.suspects.indices where colors.suspects[suspect] == shared {
        var tried = colors
        tried.suspects[suspect] = mixed(shared ^ 0x1D)
        consider(least(problem, refined(problem, tried)))
      }
      return best
    }
    // With the suspects in order, clues are rows of numbers.
    let order = colors.suspects.indices.sorted { colors.suspects[$0] < colors.suspects[$1] }
    let priors = order.map { String(problem.weights[$0]) }.joined(separator: ", ")
    let rows = problem.clues.map { clue in
      order.map { clue.chances[$0].text }.joined(separator: ", ")
    }
    return ([priors] + rows.sorted()).joined(separator: "; ")
  }

  private static func refined(_ problem: Mystery.Problem, _ start: Colors) -> Colors {
    var colors = start
    var distinct = 0
    while true {
      for (index, clue) in problem.clues.enumerated() {
        var hash = colors.clues[index]
        for (suspect, chance) in clue.chances.enumerated() {
          hash &+= mixed(colors.suspects[suspect] &+ salt(chance))
        }
        colors.clues[index] = mixed(hash)
      }
      var next = colors.suspects
      for (index, clue) in problem.clues.enumerated() {
        for (suspect, chance) in clue.chances.enumerated() {
          next[suspect] &+= mixed(colors.clues[index] &+ salt(chance))
        }
      }
      colors.suspects = next.map(mixed)
      let now = Set(colors.suspects).count
      if now == distinct { return colors }
      distinct = now
    }
  }

  private static func salt(_ chance: Mystery.Fraction) -> UInt64 {
    mixed(UInt64(chance.top) << 32 | UInt64(chance.bottom))
  }
}

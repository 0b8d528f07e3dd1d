extension NaturalDeduction {
  /// What a line cites: the formulas of lines, and subproofs by their first and last formulas.
  ///
  /// No rule cites more than two of either; of more, only the number is kept.
  struct Support {
    typealias Subproof = (assumption: Int, conclusion: Int)

    private(set) var lineCount = 0
    private(set) var subproofCount = 0
    private(set) var lines = (first: 0, second: 0)
    private(set) var subproofs: (first: Subproof, second: Subproof) = ((0, 0), (0, 0))

    mutating func add(line formula: Int) {
      if lineCount == 0 { lines.first = formula } else { lines.second = formula }
      lineCount += 1
    }

    mutating func add(_ subproof: Subproof) {
      if subproofCount == 0 { subproofs.first = subproof } else { subproofs.second = subproof }
      subproofCount += 1
    }
  }

  /// The lines so far, and which of them are in scope.
  struct Proof {
    private struct Block {
      var parent: Int
      var depth: Int
      /// The line of its assumption; the proof itself has none.
      var first: Int?
      /// The last line, once it is closed.
      var last: Int?
    }
    private var lines: [(formula: Int, block: Int)] = []
    private var blocks = [Block(parent: 0, depth: 0)]
    private var open = [0]

    init() { lines.reserveCapacity(32) }

    /// Open subproofs.
    var depth: Int { open.count - 1 }

    /// Adds a line at a depth of at most one more than that of the line before, and that only for
    /// an assumption.
    mutating func append(_ formula: Int, at depth: Int, isAssumed: Bool) {
      let number = lines.count + 1
      let kept = isAssumed ? max(0, depth - 1) : depth
      while open.count - 1 > kept {
        blocks[open.removeLast()].last = number - 1
      }
      if isAssumed {
        blocks.append(Block(parent: open[open.count - 1], depth: open.count, first: number))
        open.append(blocks.count - 1)
      }
      lines.append((formula, open[open.count - 1]))
    }

    /// Why a line at this depth does not follow; `nil` if it does.
    func fault(
      of line: Line, at depth: Int, premises: [Int], _ formulas: borrowing Formulas
    ) -> String? {
      // What a line at this depth may cite stands in the subproofs that it leaves open.
      let block = open[min(depth, open.count - 1)]
      var support = Support()
      for place in 0..<line.citedCount {
        let (first, last) = (line.cited[place].first, line.cited[place].last)
        guard first >= 1, first <= lines.count else {
          return "expected lines before this one to be cited"
        }
        let (formula, home) = lines[first - 1]
        guard let last else {
          guard blocks[home].last == nil, blocks[home].depth <= depth else {
            return "line \(first) is in a subproof that is closed"
          }
          support.add(line: formula)
          continue
        }
        guard blocks[home].first == first, blocks[home].parent == block else {
          return "expected a subproof directly before in the same scope, from its assumption on"
        }
        // The innermost subproofs end where this line begins.
        guard last == blocks[home].last ?? lines.count else {
          return "expected the subproof from line \(first) to its last line"
        }
        // Its last line must be its own, not one of a subproof within.
        guard lines[last - 1].block == home else { return "the subproof ends in another" }
        support.add((formula, lines[last - 1].formula))
      }
      let isRight = line.rule.gives(
        line.formula, from: support, premises: depth == 0 ? premises : [], formulas)
      return isRight ? nil : "this is no use of \(line.rule.rawValue)"
    }
  }
}

extension NaturalDeduction.Rule {
  /// How many lines and subproofs it cites.
  private var counts: (lines: Int, subproofs: Int) {
    switch self {
    case .premise, .assume: (0, 0)
    case .copy, .andElim, .orIntro, .falseElim: (1, 0)
    case .andIntro, .impElim, .notElim: (2, 0)
    case .orElim: (1, 2)
    case .impIntro, .notIntro, .raa: (0, 1)
    }
  }

  /// Whether a formula is what the rule makes of the lines and subproofs cited, in either order.
  fileprivate func gives(
    _ formula: Int, from support: NaturalDeduction.Support, premises: [Int],
    _ formulas: borrowing NaturalDeduction.Formulas
  ) -> Bool {
    guard counts == (support.lineCount, support.subproofCount) else { return false }
    let node = formulas.nodes[formula]
    let (one, other) = support.lines
    let (first, second) = support.subproofs
    switch self {
    case .premise: return premises.contains(formula)
    case .assume: return true
    case .copy: return one == formula
    case .andIntro:
      return formulas.isJoined(formula, .and, one, other)
        || formulas.isJoined(formula, .and, other, one)
    case .andElim:
      let inner = formulas.nodes[one]
      return inner.op == .and && (inner.left == formula || inner.right == formula)
    case .orIntro: return node.op == .or && (node.left == one || node.right == one)
    case .impElim:
      return formulas.isJoined(one, .implies, other, formula)
        || formulas.isJoined(other, .implies, one, formula)
    case .notElim:
      return node.op == .falsum
        && (formulas.isNegation(one, of: other) || formulas.isNegation(other, of: one))
    case .falseElim: return formulas.nodes[one].op == .falsum
    case .orElim:
      let (a, b) = (first.assumption, second.assumption)
      return (formulas.isJoined(one, .or, a, b) || formulas.isJoined(one, .or, b, a))
        && first.conclusion == formula && second.conclusion == formula
    case .impIntro:
      return formulas.isJoined(formula, .implies, first.assumption, first.conclusion)
    case .notIntro:
      return formulas.isNegation(formula, of: first.assumption)
        && formulas.nodes[first.conclusion].op == .falsum
    case .raa:
      return formulas.isNegation(first.assumption, of: formula)
        && formulas.nodes[first.conclusion].op == .falsum
    }
  }
}

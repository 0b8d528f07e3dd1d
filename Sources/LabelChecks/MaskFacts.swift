/// What masks look like over all texts: where they begin and end, and which tokens stand there.
struct MaskFacts {
  private(set) var count = 0
  /// Masks with a target in front, which nothing predicts.
  var atFront = Tally()
  /// Masks of 1 everywhere after the first token.
  private(set) var all = 0
  /// Texts that are known to begin with a prompt, and of these, with targets in it.
  private(set) var prompts = 0
  var trained = Tally()
  /// Masks whose last target is not the last token.
  private(set) var endsEarly = 0
  /// Tokens two before the first target, one before, and at it.
  private var aroundStart: [[Int32: Int]] = [[:], [:], [:]]
  private var last: [Int32: Int] = [:]
  /// Places of the first targets.
  private var starts: Set<Int> = []

  mutating func add(_ sequence: LabelSequence) {
    guard let mask = sequence.mask, let tokens = sequence.tokens, mask.count == tokens.count,
      let first = mask.firstIndex(where: { $0 != 0 }),
      let end = mask.lastIndex(where: { $0 != 0 })
    else { return }
    count += 1
    starts.insert(first)
    if first == 0, sequence.firstTarget > 0 { atFront.add(sequence.name) }
    if mask.dropFirst().allSatisfy({ $0 != 0 }) { all += 1 }
    if let prompt = sequence.prompt, prompt > 1 {
      prompts += 1
      if mask[1..<min(prompt, mask.count)].contains(where: { $0 != 0 }) {
        trained.add(sequence.name)
      }
    }
    if end < tokens.count - 1 { endsEarly += 1 }
    for (place, offset) in [-2, -1, 0].enumerated() where tokens.indices.contains(first + offset) {
      aroundStart[place][tokens[first + offset], default: 0] += 1
    }
    if let token = tokens.last { last[token, default: 0] += 1 }
  }

  /// Whether nearly all texts have the same token there.
  private func isSame(_ tokens: [Int32: Int]) -> Bool {
    (tokens.values.max() ?? 0) * 10 >= count * 9
  }

  /// By how much all masks are moved: -1 where they begin at the token that separates prompt and
  /// answer and leave the last out, 1 where they leave the first token of the answer out.
  var shift: Int? {
    // Masks of one place in every text, as of windows of a text, separate no prompts.
    guard count >= Evidence.fewestRows, starts.count > 1 else { return nil }
    let same = aroundStart.map(isSame)
    if same[2], !same[1], endsEarly * 10 >= count * 9, isSame(last) { return -1 }
    if same[0], !same[1], endsEarly == 0 { return 1 }
    return nil
  }
}

/// Runs of one token at the ends of texts.
struct PaddingFacts {
  /// Texts, by their length.
  private var lengths: [Int: Int] = [:]
  private var runs: [(token: Int32, length: Int, counted: Int)] = []
  private(set) var texts = 0

  mutating func add(_ sequence: LabelSequence) {
    guard let tokens = sequence.tokens, let last = tokens.last else { return }
    texts += 1
    lengths[tokens.count, default: 0] += 1
    let run = tokens.reversed().prefix { $0 == last }.count
    guard run > 1 else { return }
    // The last of a run that ends a text may be its end; the others are padding.
    let start = tokens.count - run + 1
    let counted = (start..<tokens.count).count { place in
      let row = place - sequence.firstTarget
      return (0..<sequence.rowCount).contains(row) && sequence.isTarget(row)
    }
    runs.append((last, run, counted))
  }

  /// The padding token, and how many targets are padding.
  ///
  /// Without a tokenizer: all texts are of one length, several end in runs of one and the same
  /// token, of different lengths.
  func counted(padding: Int32?) -> (token: Int32, targets: Int)? {
    let token: Int32
    if let padding {
      token = padding
    } else {
      // A text may end in three equal tokens by chance; of a padded batch, many do.
      let long = runs.filter { $0.length > 2 }
      guard lengths.count == 1, long.count > 1, long.count * 4 >= texts, let first = long.first,
        long.allSatisfy({ $0.token == first.token }),
        long.count < texts || Set(long.map(\.length)).count > 1
      else { return nil }
      token = first.token
    }
    let targets = runs.filter { $0.token == token && $0.length > 2 }.reduce(0) { $0 + $1.counted }
    return targets > 0 ? (token, targets) : nil
  }
}

/// How texts begin.
struct BeginningFacts {
  private(set) var texts = 0
  private(set) var first: [Int32: Int] = [:]
  /// Texts that begin with the same token twice.
  private(set) var doubled: [Int32: Int] = [:]

  mutating func add(_ tokens: [Int32]) {
    guard tokens.count > 1 else { return }
    texts += 1
    first[tokens[0], default: 0] += 1
    if tokens[0] == tokens[1] { doubled[tokens[0], default: 0] += 1 }
  }
}

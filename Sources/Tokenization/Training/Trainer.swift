extension Tokenizer {
  /// Learns merges from texts (Sennrich et al. 2016): repeatedly merges the most frequent pair of
  /// adjacent tokens.
  ///
  /// Depends only on the multiset of texts. Equally frequent pairs are ordered by smaller left id,
  /// then smaller right id. Ids: 0, 1, 2 the special tokens; 3 + b the byte b; then one per merge,
  /// in order of rank, except that a merge whose bytes are already a token gets that token's id. No
  /// merge spells a special token.
  ///
  /// - Parameters:
  ///   - vocabularySize: an upper bound.
  ///   - minimumFrequency: less frequent pairs are not merged.
  /// - Precondition: `vocabularySize >= smallestVocabulary`.
  public static func train(
    on texts: some Sequence<[UInt8]>, vocabularySize: Int, minimumFrequency: Int = 2
  ) -> (tokenizer: Tokenizer, report: TrainingReport) {
    precondition(
      vocabularySize >= smallestVocabulary,
      "a vocabulary of \(vocabularySize), at least \(smallestVocabulary) are needed")
    var report = TrainingReport()
    var pieces = PieceCounts()
    for text in texts {
      report.textCount += 1
      report.byteCount += text.count
      pieces.add(text)
    }
    var trainer = Trainer(pieces.all, minimumFrequency: max(1, minimumFrequency))
    while trainer.tokens.count < vocabularySize, trainer.step() {}

    report.pieceCount = pieces.pieceCount
    report.distinctPieceCount = trainer.wordCount
    report.requestedVocabularySize = vocabularySize
    report.vocabularySize = trainer.tokens.count
    report.mergeCount = trainer.merges.count
    report.minimumFrequency = max(1, minimumFrequency)
    report.ending = trainer.tokens.count < vocabularySize ? .noPairRepeats : .vocabularyFull
    return (Tokenizer(tokens: trainer.tokens, merges: trainer.merges), report)
  }
}

/// Training state between two merges.
private struct Trainer {
  private(set) var tokens: [[UInt8]]
  private(set) var merges: [Merge] = []

  /// Distinct pieces as ids, and their counts.
  private var words: [[Int32]] = []
  private var counts: [Int] = []
  private var idOfToken: [[UInt8]: Int32] = [:]
  /// Count of each pair over all words; only pairs that occur.
  private var pairCounts: [UInt64: Int] = [:]
  /// Words that have contained a pair; some may have lost it since.
  private var wordsOfPair: [UInt64: [Int32]] = [:]
  /// At least one entry per pair, with its current count or an older, higher one.
  private var heap = Heap<Candidate>()
  private let minimumFrequency: Int

  var wordCount: Int { words.count }

  init(_ pieces: [(piece: [UInt8], count: Int)], minimumFrequency: Int) {
    self.minimumFrequency = minimumFrequency
    let firstByte = Int32(Tokenizer.specialTokens.count)
    tokens = Tokenizer.specialTokens.map { _ in [] } + (UInt8.min...UInt8.max).map { [$0] }
    for (id, token) in tokens.enumerated() where !token.isEmpty { idOfToken[token] = Int32(id) }
    words.reserveCapacity(pieces.count)
    for (word, (piece, count)) in pieces.enumerated() {
      words.append(piece.map { firstByte + Int32($0) })
      counts.append(count)
      addPairs(of: word, times: count)
    }
    for (pair, count) in pairCounts { push(pair, count) }
  }

  /// Merges the most frequent pair.
  ///
  /// - Returns: false if no pair is frequent enough.
  mutating func step() -> Bool {
    while let candidate = heap.pop() {
      let current = pairCounts[candidate.pair] ?? 0
      guard current == candidate.count else {
        // Counts fall as neighbours merge; a pair whose count rose was pushed again at that time.
        if current < candidate.count { push(candidate.pair, current) }
        continue
      }
      if merge(candidate.pair) { return true }
    }
    return false
  }

  /// - Returns: false if the pair would spell a special token.
  private mutating func merge(_ pair: UInt64) -> Bool {
    let left = Int32(truncatingIfNeeded: pair >> 32)
    let right = Int32(truncatingIfNeeded: pair)
    let bytes = tokens[Int(left)] + tokens[Int(right)]
    guard !Tokenizer.specialTokens.contains(where: { $0.utf8.elementsEqual(bytes) }) else {
      return false
    }
    let result: Int32
    if let known = idOfToken[bytes] {
      result = known
    } else {
      result = Int32(tokens.count)
      tokens.append(bytes)
      idOfToken[bytes] = result
    }
    merges.append(Merge(left: left, right: right, result: result))

    var risen: Set<UInt64> = []
    for index in wordsOfPair.removeValue(forKey: pair) ?? [] {
      let word = Int(index)
      guard contains(left, right, in: words[word]) else { continue }
      addPairs(of: word, times: -counts[word])
      words[word] = Self.replaced(left, right, by: result, in: words[word])
      addPairs(of: word, times: counts[word], near: result, &risen)
    }
    for pair in risen { push(pair, pairCounts[pair] ?? 0) }
    return true
  }

  private func contains(_ left: Int32, _ right: Int32, in word: [Int32]) -> Bool {
    for i in 1..<max(1, word.count) where word[i - 1] == left && word[i] == right { return true }
    return false
  }

  private static func replaced(
    _ left: Int32, _ right: Int32, by result: Int32, in word: [Int32]
  ) -> [Int32] {
    var out: [Int32] = []
    out.reserveCapacity(word.count)
    var i = 0
    while i < word.count {
      if i + 1 < word.count, word[i] == left, word[i + 1] == right {
        out.append(result)
        i += 2
      } else {
        out.append(word[i])
        i += 1
      }
    }
    return out
  }

  /// Adds a word's pairs to the counts, and the word to the pairs' lists.
  private mutating func addPairs(of word: Int, times count: Int) {
    let symbols = words[word]
    for i in 1..<max(1, symbols.count) {
      let pair = Merge.key(symbols[i - 1], symbols[i])
      let sum = (pairCounts[pair] ?? 0) + count
      pairCounts[pair] = sum == 0 ? nil : sum
      if count > 0, merges.isEmpty { wordsOfPair[pair, default: []].append(Int32(word)) }
    }
  }

  /// Same, after a merge: only pairs with the new token are new to the word.
  private mutating func addPairs(
    of word: Int, times count: Int, near result: Int32, _ risen: inout Set<UInt64>
  ) {
    addPairs(of: word, times: count)
    let symbols = words[word]
    for i in 1..<max(1, symbols.count) where symbols[i - 1] == result || symbols[i] == result {
      let pair = Merge.key(symbols[i - 1], symbols[i])
      wordsOfPair[pair, default: []].append(Int32(word))
      risen.insert(pair)
    }
  }

  private mutating func push(_ pair: UInt64, _ count: Int) {
    if count >= minimumFrequency { heap.push(Candidate(count: count, pair: pair)) }
  }

  /// The best candidate compares smallest: most frequent, then smallest ids.
  private struct Candidate: Comparable {
    let count: Int
    let pair: UInt64

    static func < (a: Self, b: Self) -> Bool {
      a.count != b.count ? a.count > b.count : a.pair < b.pair
    }
  }
}

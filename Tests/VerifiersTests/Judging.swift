import Testing
import Verifiers

/// Shared by the tests of the families: verdicts as step numbers.
func verdict(_ family: String, _ problem: [UInt8], _ solution: [UInt8]) throws -> Verdict {
  try #require(Verifiers.named(family)).verify(problem: problem, solution: solution)
}

func verdict(_ family: String, _ problem: String, _ solution: String) throws -> Verdict {
  try verdict(family, Array(problem.utf8), Array(solution.utf8))
}

/// The step a text is rejected at; nil if it is accepted.
func rejectedStep(_ family: String, _ problem: String, _ solution: String) throws -> Int? {
  switch try verdict(family, problem, solution) {
  case .accepted: nil
  case .rejected(let step, _): step
  }
}

/// The reason of a rejection; nil if the text is accepted.
func reason(_ family: String, _ problem: String, _ solution: String) throws -> String? {
  switch try verdict(family, problem, solution) {
  case .accepted: nil
  case .rejected(_, let reason): reason
  }
}

/// Lexemes per line, by a reading of the text rules that is not the verifiers' own.
func lexemes(_ text: [UInt8]) -> [[[UInt8]]] {
  var lines: [[[UInt8]]] = [[]]
  var previousWasWord = false
  for byte in text.last == 10 ? text.dropLast() : text[...] {
    let isWord =
      byte < 128
      && (Character(UnicodeScalar(byte)).isLetter
        || Character(UnicodeScalar(byte)).isNumber)
    if byte == 10 {
      lines.append([])
    } else if isWord && previousWasWord {
      lines[lines.count - 1][lines[lines.count - 1].count - 1].append(byte)
    } else if byte != 32 {
      lines[lines.count - 1].append([byte])
    }
    previousWasWord = isWord
  }
  return text.isEmpty || text == [10] ? [] : lines
}

/// A small generator for test texts (SplitMix64, Steele, Lea and Flood 2014).
struct TestGenerator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

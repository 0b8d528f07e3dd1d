internal import Records

/// Cuts records longer than a limit into pieces that can each be learnt from.
enum OwnPieces {
  /// A record; `isUnfinished` if its text continues beyond it, so that no end may be learnt.
  struct Piece: Sendable {
    let record: Record
    let isUnfinished: Bool
  }

  /// Total bytes of all texts.
  static func byteCount(_ line: OwnLine) -> Int {
    switch line {
    case .pair(let problem, let solution, _, _): problem.utf8.count + solution.utf8.count
    case .chat(let turns): turns.reduce(0) { $0 + $1.text.utf8.count }
    case .text(let text): text.utf8.count
    }
  }

  /// The pieces of a line, none longer than `limit` bytes. A text is cut at line ends or spaces; a
  /// conversation between an answer and the next question, with the system's turn before each part;
  /// of a pair, the beginning of its answer is kept.
  ///
  /// - Returns: none if it cannot be cut so: a question that leaves no room, a turn too long.
  static func cut(_ line: OwnLine, limit: Int) -> [Piece] {
    switch line {
    case .text(let text):
      let parts = parts(of: Array(text.utf8), limit: limit)
      return parts.enumerated().map { number, part in
        Piece(
          record: Record(text: String(decoding: part, as: UTF8.self), partOf: text),
          isUnfinished: number + 1 < parts.count)
      }
    case .pair(let problem, let solution, _, let masked):
      let room = limit - problem.utf8.count
      guard room >= limit / 2, let part = parts(of: Array(solution.utf8), limit: room).first
      else { return [] }
      let kept = masked.map { $0.clamped(to: 0..<part.count) }.filter { !$0.isEmpty }
      guard kept.reduce(0, { $0 + $1.count }) < part.count else { return [] }
      return [
        Piece(
          record: Record(
            prompt: problem, solution: String(decoding: part, as: UTF8.self), masked: kept),
          isUnfinished: true)
      ]
    case .chat(let turns):
      return conversations(turns, limit: limit).map {
        Piece(record: Record(chat: $0), isUnfinished: false)
      }
    }
  }

  private static func conversations(_ turns: [Turn], limit: Int) -> [[Turn]] {
    let system = turns.first?.role == .system ? Array(turns.prefix(1)) : []
    let start = system.reduce(0) { $0 + $1.text.utf8.count }
    var pieces: [[Turn]] = []
    var open: [Turn] = []
    var size = start
    for pair in stride(from: system.count, to: turns.count, by: 2) {
      let exchange = Array(turns[pair..<min(pair + 2, turns.count)])
      let bytes = exchange.reduce(0) { $0 + $1.text.utf8.count }
      guard start + bytes <= limit else { return [] }
      if !open.isEmpty, size + bytes > limit {
        pieces.append(system + open)
        (open, size) = ([], start)
      }
      open += exchange
      size += bytes
    }
    return pieces + [system + open]
  }

  /// Runs of at most `limit` bytes that end after a newline, else after a space in the second half,
  /// else between two characters.
  private static func parts(of text: [UInt8], limit: Int) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = 0
    while text.count - start > limit {
      let window = text[start..<(start + limit)]
      let half = window.suffix(limit - limit / 2)
      let newline = half.lastIndex(of: 0x0A)
      var end = newline ?? half.lastIndex(of: 0x20).map { $0 } ?? window.endIndex - 1
      if newline == nil, text[end] != 0x20 {
        // Stop where the byte after the end begins a character.
        while end > start, text[end + 1] & 0xC0 == 0x80 { end -= 1 }
      }
      parts.append(text[start...end])
      start = end + 1
    }
    if start < text.count { parts.append(text[start...]) }
    // A part without text is no piece.
    return parts.filter { $0.contains { $0 > 0x20 } }
  }
}

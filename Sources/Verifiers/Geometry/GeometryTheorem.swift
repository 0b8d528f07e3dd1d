internal import GeometryProofs

/// A theorem of plane geometry with its proof, judged by the proof checker, which does no search
/// and is independent of the engine that found the proof.
struct GeometryTheorem: Verifier {
  let family = "geometry"
  let version = 1
  let checks =
    "each step is an instance of its rule or an exact sum of cited steps, an identity over a finite "
    + "field, and true on at least three random drawings; the last step is the goal, which is the "
    + "answer"
  let grammar = """
    problem   = clause , { ";" , clause } , "?" , statement , [ newline ] ;
    clause    = point , { point } , "=" , made , [ "," , made ] ;
    made      = construction , { point | number } ;        (* every argument written out *)
    solution  = { added , newline } , step , newline , { step , newline } , answer , [ newline ] ;
    added     = "auxiliary" , clause ;
    step      = natural , "." , statement , ":" , reason ; (* numbered from 1 *)
    statement = predicate , { point } , [ number ] | equation , { number , point , point } , number ;
    reason    = "given" | "check"
              | "by" , rule , { point } , "from" , { natural | "=" } , [ "where" , { natural } ]
              | system , { number , "[" , natural , "]" } , [ "lines" , { natural } ] ,
                [ "branch" , natural ]
              | ( "line" | "circle" | "same" ) , { natural } ;
    system    = "directions" | "ratios" | "lengths" | "squares" ;
    equation  = "aequation" | "lequation" | "l2equation" | "requation" ;
    answer    = "Answer" , ":" , statement ;               (* the goal, as the problem spells it *)
    newline   = ? the byte 0A ? ;
    """
  let example = (
    problem: "a b c = triangle a b c; d = foot d b a c; e = foot e c a b ? cyclic b c d e",
    solution: """
    1. perp d b a c : given
    2. coll d a c : given
    3. perp e c a b : given
    4. coll e a b : given
    5. eqangle d b d c e b e c : directions -1[1] -1[3] lines 2 4
    6. ncoll d b c : check
    7. cyclic b c d e : by concyclic-by-angles b c d e from 5 where 6
    Answer: cyclic b c d e
    """
  )

  /// No proof has more lines; those beyond are not read, and the text is refused.
  private static let lineCountLimit = 4096
  /// Longer lines are refused before their words are read.
  private static let lineLimit = 16 << 10
  /// Longer problems are unreadable.
  private static let problemLimit = 8 << 10

  func verify(problem: Span<UInt8>, solution: Span<UInt8>) -> Verdict {
    Verdict { () throws(Rejection) in
      let read = try Self.read(problem)
      let goal = read.goals[0].text(read.points)
      var (lines, isWhole) = try Self.lines(solution)
      // The answer may be missing; then the lines present are judged first.
      let answer = "Answer: " + goal
      let end = lines.firstIndex { $0.hasPrefix("Answer") } ?? lines.count
      let rest = lines[end...]
      lines = Array(lines[..<end])
      let text = SolutionText(of: read, lines: lines)
      switch ProofChecker.check(text.proof, of: read) {
      case .accepted: break
      case .rejected(let line, _, let reason):
        let step = text.line(ofProofLine: line)
        // A proof without a step ends before the answer's line.
        throw step == 0 && lines.isEmpty
          ? Rejection(step: 1, "expected the first step of a proof, found the answer or nothing")
          : Rejection(step: step, Excerpt.printable(reason))
      }
      guard rest.first == answer else {
        throw Rejection(
          step: end + 1,
          "expected \(Excerpt.quoted(Array(answer.utf8))), found "
            + (rest.first.map { Excerpt.quoted(Array($0.utf8)) } ?? "the end"))
      }
      guard rest.count == 1, isWhole else {
        throw Rejection(step: end + 2, "the proof is complete; expected no further line")
      }
      return goal
    }
  }

  private static func read(_ bytes: Span<UInt8>) throws(Rejection) -> GeometryProblem {
    guard bytes.count <= problemLimit else {
      throw .unreadable("expected at most \(problemLimit) bytes, found \(bytes.count)")
    }
    let lines = try lines(bytes, unreadable: true).lines
    guard lines.count == 1 else { throw .unreadable("expected one line, found \(lines.count)") }
    do {
      return try SolutionText.problem(lines[0])
    } catch {
      throw .unreadable(Excerpt.printable(error.words))
    }
  }

  /// The lines of a text, with one space between words and none at the ends; the first
  /// `lineCountLimit` of them, and whether these are all.
  private static func lines(
    _ bytes: Span<UInt8>, unreadable: Bool = false
  ) throws(Rejection) -> (lines: [String], isWhole: Bool) {
    var reader = LineReader(Array(copying: bytes))
    var lines: [String] = []
    while let range = reader.next() {
      guard lines.count < lineCountLimit else { return (lines, false) }
      let line = reader.bytes[range]
      guard line.count <= lineLimit else {
        throw Rejection(
          step: unreadable ? 0 : reader.number,
          "expected at most \(lineLimit) bytes on a line, found \(line.count)")
      }
      guard line.allSatisfy({ (0x20...0x7E).contains($0) }) else {
        throw Rejection(
          step: unreadable ? 0 : reader.number,
          "expected printable ASCII, found \(Excerpt.quoted(reader.bytes, in: range))")
      }
      let words = line.split(separator: UInt8(ascii: " "))
      guard !words.isEmpty else {
        throw Rejection(step: unreadable ? 0 : reader.number, "the line is empty")
      }
      let spaced = Array(words.joined(separator: [UInt8(ascii: " ")]))
      lines.append(String(decoding: spaced, as: UTF8.self))
    }
    return (lines, true)
  }
}

import Randomness
import Tasks
import Testing

struct `Program traces` {
  let family = ProgramTrace()

  private func solution(_ problem: String) -> String {
    var stream = Seed(1).stream()
    return family.work(problem, using: &stream).text
  }

  @Test(arguments: [
    (
      "mod 11, a=4, b=7: while b>4 max 3 {a=a*b; b=b-2}; print a",
      "7>4 yes\na=4*7=6\nb=7-2=5\n5>4 yes\na=6*5=8\nb=5-2=3\n3>4 no\nAnswer: 8"
    ),
    // After the most rounds a loop ends without a line.
    (
      "mod 5, a=1: while a>0 max 2 {a=a*1}; print a",
      "1>0 yes\na=1*1=1\n1>0 yes\na=1*1=1\nAnswer: 1"
    ),
    ("mod 5, a=1: if a>3 {a=a+1}; print a", "1>3 no\nAnswer: 1"),
    ("mod 5, a=1: if a>3 {a=a+1} else {a=a-2}; print a", "1>3 no\na=1-2=4\nAnswer: 4"),
    ("mod 9, a=5, p=[1,2,3]: p[a]=a*2; a=p[a]; print a", "p[2]=5*2=1\na=1\nAnswer: 1"),
    // A loop in a loop counts its rounds anew each time.
    (
      "mod 9, a=0: while a<8 max 2 {while a<8 max 1 {a=a+1}}; print a",
      "0<8 yes\n0<8 yes\na=0+1=1\n1<8 yes\n1<8 yes\na=1+1=2\nAnswer: 2"
    ),
  ])
  func `are worked as the format says`(problem: String, text: String) {
    #expect(solution(problem) == text)
  }

  @Test(arguments: [
    "", "mod 5: print a", "mod 1, a=0: a=a+1; print a", "mod 98, a=0: a=a+1; print a",
    "mod 5, a=5: a=a+1; print a", "mod 5, a=1: a=a+5; print a", "mod 5, a=1: b=a+1; print a",
    "mod 5, a=1: a=a+1; print b", "mod 5, b=1, a=1: a=a+1; print a", "mod 5, a=1: print a",
    "mod 5, a=1: a=p[0]; print a", "mod 5, a=1, p=[1]: a=p[1]; print a",
    "mod 5, a=1: while a>1 max 0 {a=a+1}; print a", "mod 5, a=1: while a>1 {a=a+1}; print a",
    "mod 5, a=1: if a>1 {}; print a", "mod 5, a=1: if a>1 {a=a+1} {a=a+2}; print a",
    "mod 5, a=1: 1=a; print a", "mod 5, a=1: a=a+1 ; print a", "mod 5, a=01: a=a+1; print a",
    "mod 5, a=1: if a>1 {if a>1 {if a>1 {a=a+1}}}; print a",
  ])
  func `a text it would not write is not read`(text: String) {
    #expect(family.read(text) == nil)
  }

  @Test func `every renaming has one canonical text`() throws {
    let texts = [
      "mod 7, a=4, b=6, c=2: b=b*c; if b>3 {c=c+b}; print c",
      "mod 7, a=6, b=2, c=4: a=a*b; if a>3 {b=b+a}; print b",
      "mod 7, b=2, d=4, e=6: e=e*b; if e>3 {b=b+e}; print b",
    ]
    let canonical = Set(texts.compactMap(family.canonical))
    #expect(canonical == ["mod 7, a=6, b=2, c=4: a=a*b; if a>3 {b=b+a}; print b"])
    var stream = Seed(2).stream()
    for level in 1...10 {
      for _ in 0..<50 {
        let posed = family.pose(level: level, using: &stream)
        #expect(family.canonical(posed.canonical) == posed.canonical)
      }
    }
  }

  /// A loop or an array now and then at every level that has them.
  @Test func `hold loops, branches and elements`() {
    var stream = Seed(4).stream()
    for level in 4...10 {
      let texts = (0..<100).map { _ in family.pose(level: level, using: &stream).text }
      for word in ["while", "if", "else", "p[", "*", "-", "<", ">"] {
        #expect(texts.contains { $0.contains(word) }, "level \(level): \(word)")
      }
    }
  }
}

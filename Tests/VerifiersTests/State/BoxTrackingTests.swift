import Testing
import Verifiers

struct `The box-tracking verifier` {
  let family = "box-tracking"
  let problem = "A={cup,key} B={} C={pen}; move cup to B; swap A C; where is pen?"

  @Test(arguments: [
    (
      "A={cup,key} B={} C={pen}; move cup to B; swap A C; where is pen?",
      "A={key} B={cup}\nA={pen} C={key}\nAnswer: A", "A"
    ),
    ("A={} B={cup}; where is cup?", "Answer: B", "B"),
    (
      "A={} B={cup}; move cup to A; move cup to B; where is cup?",
      "A={cup} B={}\nA={} B={cup}\nAnswer: B", "B"
    ),
    ("A={cup} B={cat,dog}; swap A B; where is cat?", "A={cat,dog} B={cup}\nAnswer: A", "A"),
    ("A={cup} B={cat,dog}; move cup to B; where is cup?", "A={} B={cat,cup,dog}\nAnswer: B", "B"),
    (
      "A={move,to} B={is,where}; move to to B; swap A B; where is where?",
      "A={move} B={is,to,where}\nA={is,to,where} B={move}\nAnswer: A", "A"
    ),
    (
      "A={} B={} C={} D={} E={} F={aa,ab}; swap E F; where is ab?", "E={aa,ab} F={}\nAnswer: E", "E"
    ),
    ("A={car,cart} B={}; where is cart?", "Answer: A", "A"),
  ])
  func `accepts the one right trace`(p: String, solution: String, answer: String) throws {
    #expect(try verdict(family, p, solution) == .accepted(answer: answer))
  }

  @Test(
    arguments: [
      ("A={key}B={cup}", nil), ("A = { key } B={ cup }", nil), ("A={key} B={cup},", 1),
      ("A={cup,key} B={}", 1),  // nothing moved
      ("A={cup,key} B={cup}", 1),  // copied
      ("A={key} B={}", 1),  // lost
      ("B={cup} A={key}", 1), ("A={key}", 1), ("A={key} B={cup} C={pen}", 1),
      ("A={key} C={cup}", 1),
      ("A={key};B={cup}", 1), ("A={key} B={cups}", 1), ("A={key} B={Cup}", 1),
      ("a={key} b={cup}", 1),
      ("A={key} B={c up}", 1), ("A={key} B=(cup)", 1), ("A={key} B={cup}\r", 1), ("", 1),
      ("A={key}\tB={cup}", 1), ("A={key} B={\u{0441}up}", 1), ("A={key} B={cup,}", 1),
      ("A={{key}} B={cup}", 1), ("1: A={key} B={cup}", 1), ("move cup to B: A={key} B={cup}", 1),
    ] as [(String, Int?)])
  func `judges a first line`(line: String, step: Int?) throws {
    let solution = "\(line)\nA={pen} C={key}\nAnswer: A"
    #expect(try rejectedStep(family, problem, solution) == step)
  }

  @Test func `wants contents in alphabetical order`() throws {
    let problem = "A={cup} B={cat,dog}; move cup to B; where is cup?"
    #expect(try rejectedStep(family, problem, "A={} B={cat,dog,cup}\nAnswer: B") == 1)
  }

  @Test func `names lines that are dropped, swapped, repeated or extra`() throws {
    let (first, second, answer) = ("A={key} B={cup}", "A={pen} C={key}", "Answer: A")
    for (lines, step) in [
      ([second, answer], 1), ([first, answer], 2), ([first, second], 3),
      ([second, first, answer], 1),
      ([first, first, second, answer], 2), ([first, second, second, answer], 3),
      ([first, second, answer, answer], 4), ([first, second, "Answer: C"], 3),
      ([first, second, "Answer: a"], 3), ([first, second, "Answer: A."], 3),
      ([first, second, "Answer: A B"], 3), ([first, "A={key} C={pen}", "Answer: C"], 2),
    ] {
      #expect(try rejectedStep(family, problem, lines.joined(separator: "\n")) == step, "\(lines)")
    }
  }

  @Test(arguments: [
    "", "where is pen?", "A={pen}; where is pen?", "A={} B={}; where is pen?",
    "A={} B={pen}; where is cup?", "B={} A={pen}; where is pen?", "A={} C={pen}; where is pen?",
    "A={pen} B={pen}; where is pen?", "A={pen,pen} B={}; where is pen?",
    "A={pen,cup} B={}; where is pen?", "A={pen} B={}; move pen to A; where is pen?",
    "A={pen} B={}; move pen to C; where is pen?", "A={pen} B={}; move cup to B; where is pen?",
    "A={pen} B={}; swap B A; where is pen?", "A={pen} B={}; swap A A; where is pen?",
    "A={pen} B={}; swap A C; where is pen?", "A={pen} B={}; where is pen",
    "A={pen} B={} where is pen?",
    "A={pen} B={}; swap A B where is pen?", "A={pen} B={};; where is pen?",
    "A={pen} B={}; where is pen? ?", "A={pen} B={}; where is pen?\n\n", "A={p} B={}; where is p?",
    "A={abcdefghi} B={}; where is abcdefghi?", "A={Pen} B={}; where is Pen?",
    "A={,pen} B={}; where is pen?",
    "A={pen,} B={}; where is pen?", "A={pen cup} B={}; where is pen?", "A={pen} B={; where is pen?",
    "A={pen} B={} C={} D={} E={} F={} G={}; where is pen?", "A={pen} B={}; swap A B;",
    "A={pen} B={};",
    "A={aa,ab,ac,ad,ae,af,ag,ah,ai,aj,ak,al,am} B={}; where is aa?",
    "A={pen} B={}; " + String(repeating: "swap A B; ", count: 65) + "where is pen?",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: A") == 0)
  }

  @Test func `reads 12 objects and 64 operations`() throws {
    let swaps = String(repeating: "swap A B; ", count: 64)
    let names = "aa,ab,ac,ad,ae,af,ag,ah,ai,aj,ak,al"
    let problem = "A={\(names)} B={}; \(swaps)where is al?"
    let lines = (0..<64).map { $0 % 2 == 0 ? "A={} B={\(names)}" : "A={\(names)} B={}" }
    let solution = (lines + ["Answer: A"]).joined(separator: "\n")
    #expect(try verdict(family, problem, solution) == .accepted(answer: "A"))
  }

  /// An illegal move must be judged by where the object is then, not where it was at first.
  @Test func `judges operations in the state they meet`() throws {
    let back = "A={pen} B={}; move pen to B; move pen to A; where is pen?"
    #expect(try rejectedStep(family, back, "A={} B={pen}\nA={pen} B={}\nAnswer: A") == nil)
    let again = "A={pen} B={}; swap A B; move pen to B; where is pen?"
    #expect(try rejectedStep(family, again, "A={} B={pen}\nAnswer: B") == 0)
  }
}

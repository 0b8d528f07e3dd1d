import Testing
import Verifiers

struct `The graph-search verifier` {
  let family = "graph-search"

  static let breadth = "bfs A to D: A-B A-C B-D C-D"
  static let breadthLines = [
    "A=0 sets B=1 C=1; open B=1 C=1; done A", "B=1 sets D=2; open C=1 D=2; done A B",
    "C=1 sets none; open D=2; done A B C", "D=2; path A B D", "Answer: A B D",
  ]
  static let weighted = "dijkstra A to D: A-B:2 A-C:2 B-D:1 C-D:5"
  static let weightedLines = [
    "A=0 sets B=2 C=2; open B=2 C=2; done A", "C=2 sets D=7; open B=2 D=7; done A C",
    "B=2 sets D=3; open D=3; done A C B", "D=3; path A B D", "Answer: A B D",
  ]
  static let depth = "dfs from A: A-B A-C B-C D-E"
  static let depthLines = [
    "go C; stack A C; seen A C", "go B; stack A C B; seen A C B", "back C; stack A C; seen A C B",
    "back A; stack A; seen A C B", "Answer: A C B",
  ]
  static let order = "topo: A>C B>C C>D"
  static let orderLines = [
    "ready A B", "take B frees none; ready A; order B", "take A frees C; ready C; order B A",
    "take C frees D; ready D; order B A C", "take D frees none; ready none; order B A C D",
    "Answer: B A C D",
  ]
  static let cut = "dijkstra A to D: A-B:2 C-D:1"
  static let cutLines = [
    "A=0 sets B=2; open B=2; done A", "B=2 sets none; open none; done A B", "cut A B / C D",
    "Answer: none",
  ]

  @Test(arguments: [
    (breadth, breadthLines), (weighted, weightedLines), (depth, depthLines), (order, orderLines),
    (cut, cutLines), ("dfs from A: B-C", ["Answer: A"]),
  ])
  func `accepts a right trace`(problem: String, lines: [String]) throws {
    #expect(try rejectedStep(family, problem, lines.joined(separator: "\n")) == nil)
    let spaced = lines.joined(separator: " \n").replacing("=", with: " = ")
    #expect(try rejectedStep(family, problem, spaced) == nil)
  }

  @Test(arguments: [
    (breadth, breadthLines, 1, "A=0 sets C=1 B=1; open C=1 B=1; done A"),
    (breadth, breadthLines, 1, "A=0 sets B=1; open B=1; done A"),
    (breadth, breadthLines, 1, "A=0 sets B=1 C=1; open B=1; done A"),
    (breadth, breadthLines, 1, "A=1 sets B=2 C=2; open B=2 C=2; done A"),
    (breadth, breadthLines, 1, "B=0 sets A=1 D=1; open A=1 D=1; done B"),
    (breadth, breadthLines, 1, "A=0 sets B=1 C=1; open B=1 C=1; done"),
    (breadth, breadthLines, 1, "A=0 sets B=1 C=1 open B=1 C=1; done A"),
    (breadth, breadthLines, 1, "cut A / B C D"),
    (breadth, breadthLines, 2, "C=1 sets D=2; open B=1 D=2; done A C"),
    (breadth, breadthLines, 2, "B=1 sets A=2 D=2; open C=1 A=2 D=2; done A B"),
    (breadth, breadthLines, 2, "B=1 sets D=2; open D=2 C=1; done A B"),
    (breadth, breadthLines, 3, "C=1 sets D=2; open D=2; done A B C"),
    (breadth, breadthLines, 4, "D=2; path A C D"), (breadth, breadthLines, 4, "D=2; path A D"),
    (breadth, breadthLines, 4, "D=3; path A B D"),
    (breadth, breadthLines, 4, "D=2 sets none; open none; done A B C D"),
    (breadth, breadthLines, 5, "Answer: A C D"), (breadth, breadthLines, 5, "Answer: none"),
    (weighted, weightedLines, 2, "C=2 sets D=8; open B=2 D=8; done A C"),
    (weighted, weightedLines, 3, "D=7; path A C D"),
    (weighted, weightedLines, 3, "B=2 sets none; open D=7; done A C B"),
    (weighted, weightedLines, 1, "A=0 sets B=10000 C=2; open B=10000 C=2; done A"),
    (depth, depthLines, 1, "go D; stack A D; seen A D"),
    (depth, depthLines, 1, "back A; stack A; seen A"),
    (depth, depthLines, 2, "back A; stack A; seen A C"),
    (depth, depthLines, 2, "go B; stack A B; seen A C B"),
    (depth, depthLines, 2, "go B; stack A C B; seen A B C"),
    (depth, depthLines, 3, "go A; stack A C B A; seen A C B A"),
    (depth, depthLines, 3, "back A; stack A; seen A C B"),
    (depth, depthLines, 4, "Answer: A C B"), (depth, depthLines, 5, "Answer: A B C"),
    (order, orderLines, 1, "ready A"), (order, orderLines, 1, "ready B A"),
    (order, orderLines, 1, "ready A B C"),
    (order, orderLines, 2, "take C frees D; ready A B D; order C"),
    (order, orderLines, 2, "take B frees C; ready A C; order B"),
    (order, orderLines, 3, "take A frees none; ready none; order B A"),
    (order, orderLines, 6, "Answer: A B C D"),
    (cut, cutLines, 3, "cut A B C / D"), (cut, cutLines, 3, "cut B A / C D"),
    (cut, cutLines, 4, "Answer: A B C D"),
  ])
  func `rejects a wrong line where it stands`(
    problem: String, lines: [String], number: Int, line: String
  ) throws {
    var changed = lines
    changed[number - 1] = line
    #expect(try rejectedStep(family, problem, changed.joined(separator: "\n")) == number, "\(line)")
  }

  @Test(arguments: [
    "", "bfs A to A: A-B", "bfs A to B:", "bfs A to B: A-A", "bfs A to B: A-B B-A",
    "bfs A to B: A>B", "bfs A to B: A-B:1", "dijkstra A to B: A-B", "dijkstra A to B: A-B:0",
    "dijkstra A to B: A-B:10", "dfs from A: A-", "dfs A: A-B", "topo: A>B B>C C>A", "topo: A-B",
    "topo A: A>B", "bfs A to B: A-B, B-C", "bfs a to b: a-b", "BFS A to B: A-B",
    "topo: A>B B>C C>D D>E E>F F>G G>H H>I I>J J>K K>L L>M M>N N>O O>P P>Q",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: A") == 0)
  }

  /// A granted line may say anything that its grammar admits; what follows is derived from it.
  @Test(arguments: [
    ("A=9999 sets Z=9999 Z=0 A=1; open Z=9999 Z=0 A=1; done Z Z Z", breadth),
    ("A=0 sets D=1; open D=1; done A", breadth), ("go Z; stack Z; seen Z Z", depth),
    ("ready Z Z A", order), ("cut Z / Z", breadth), ("D=0; path Z Z", weighted),
  ])
  func `goes on from a granted line without a trap`(line: String, problem: String) throws {
    let verifier = try #require(Verifiers.named(family))
    for rest in [
      "\nAnswer: A", "\nD=1; path A D\nAnswer: A D",
      "\nZ=0 sets none; open none; done Z\ncut Z / Z",
      "\ntake Z frees none; ready none; order Z\nAnswer: Z", "\nback Z; stack Z; seen Z", "",
    ] {
      let verdict = verifier.verify(
        problem: Array(problem.utf8), solution: Array((line + rest).utf8), granting: 1)
      #expect(verdict?.isAccepted == (line.hasPrefix("A=0 sets D=1") && rest.contains("path")))
    }
  }

  @Test(arguments: [
    (breadth, "A C D", true), (breadth, "A B D", true), (breadth, "A D", false),
    (breadth, "none", false), (weighted, "A C D", false), (weighted, "A B D", true),
    (cut, "none", true), (cut, "A B C D", false), (depth, "A C B", true), (depth, "A B C", true),
    (depth, "A B", false), (depth, "B A C", false), (depth, "A B C D", false),
    ("dfs from A: A-B B-C A-D", "A B D C", false), ("dfs from A: A-B B-C A-D", "A D B C", true),
    (order, "A B C D", true), (order, "A C B D", false), (order, "A B C", false),
    (order, "A A B C D", false), (order, "none", false), (breadth, "A B D A B D", false),
  ])
  func `judges an answer by its certificate`(problem: String, answer: String, isRight: Bool) throws
  {
    let verifier = try #require(Verifiers.named(family))
    let verdict = verifier.judgeAnswer(
      problem: Array(problem.utf8), text: Array("Answer: \(answer)".utf8))
    if isRight {
      #expect(verdict == .right(answer: answer))
    } else {
      guard case .wrong = verdict else {
        Issue.record("\(String(describing: verdict))")
        return
      }
    }
  }
}

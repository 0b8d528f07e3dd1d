import Randomness
import Tasks
import Testing

struct `Graph search` {
  let family = GraphSearch()

  private func solution(_ problem: String) -> String {
    var stream = Seed(1).stream()
    return family.work(problem, using: &stream).text
  }

  @Test func `the example is worked as the format says`() {
    #expect(
      solution("bfs A to D: A-B C-B C-D") == """
        A=0 sets B=1; open B=1; done A
        B=1 sets C=2; open C=2; done A B
        C=2 sets D=3; open D=3; done A B C
        D=3; path A B C D
        Answer: A B C D
        """)
  }

  @Test func `a shorter way found later is taken`() {
    #expect(
      solution("dijkstra A to D: A-D:9 A-B:1 B-C:2 C-D:3") == """
        A=0 sets B=1 D=9; open B=1 D=9; done A
        B=1 sets C=3; open C=3 D=9; done A B
        C=3 sets D=6; open D=6; done A B C
        D=6; path A B C D
        Answer: A B C D
        """)
  }

  @Test func `a goal out of reach has a cut`() {
    #expect(
      solution("bfs A to D: A-B C-D") == """
        A=0 sets B=1; open B=1; done A
        B=1 sets none; open none; done A B
        cut A B / C D
        Answer: none
        """)
  }

  /// Two of the nearest, two neighbours, two ready nodes: each a choice of its own.
  @Test(arguments: [
    ("dijkstra A to D: A-B:1 A-C:1 B-D:1", 2), ("dfs from A: A-B A-C", 2),
    ("topo: A>C B>C", 2), ("bfs A to D: A-B A-C B-D C-D", 1),
  ])
  func `leaves as many traces as there are choices`(problem: String, traces: Int) {
    var found: Set<String> = []
    family.eachSolution(of: problem) { found.insert($0.text) }
    #expect(found.count == traces)
  }

  @Test(arguments: [
    "", "bfs", "bfs A to A: A-B", "bfs A to B:", "bfs A to B: A-A", "bfs A to B: A-B B-A",
    "bfs A to B: A>B", "dfs from A: A-b", "topo: A>B B>C C>A", "dijkstra A to B: A-B:0",
    "dijkstra A to B: A-B", "dijkstra A to B: A-B:O", "topo:A>B", "bfs A to B: A-B ",
    "bfs A to B: A-B:1", "dfs from A to B: A-B", "walk from A: A-B",
    "topo: A>B B>C C>D D>E E>F F>G G>H H>I I>J J>K K>L L>M M>N N>O O>P P>Q",
  ])
  func `a text it would not write is not read`(text: String) {
    #expect(family.read(text) == nil)
  }

  /// Random renamings of nodes, with edges in another order and from their other ends.
  @Test func `every renaming has one canonical text`() throws {
    var stream = Seed(3).stream()
    for level in 1...10 {
      for _ in 0..<40 {
        let posed = family.pose(level: level, using: &stream)
        #expect(family.canonical(posed.canonical) == posed.canonical)
        let parts = posed.text.split(separator: ": ", maxSplits: 1)
        var letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        let names = letters
        stream.shuffle(&letters)
        let renaming = Dictionary(uniqueKeysWithValues: zip(names, letters))
        var edges = parts[1].split(separator: " ").map { edge in
          var characters = edge.map { renaming[$0] ?? $0 }
          if characters[1] == "-", stream.uniform(2) == 0 { characters.swapAt(0, 2) }
          return String(characters)
        }
        stream.shuffle(&edges)
        let words = parts[0].split(separator: " ").map { word in
          word.count == 1 ? String(word.map { renaming[$0] ?? $0 }) : String(word)
        }
        let other = words.joined(separator: " ") + ": " + edges.joined(separator: " ")
        #expect(family.canonical(other) == posed.canonical, "\(posed.text) / \(other)")
      }
    }
  }

  /// All graphs of four nodes: as many texts as there are graphs up to renaming with their two ends
  /// told apart. There are 2^6 labelled ones, and by Burnside's lemma for the one exchange that
  /// leaves the ends alone (it fixes 2 edges and joins the others in 2 pairs) (2^6 + 2^4) / 2 = 40;
  /// some name fewer nodes.
  @Test func `small graphs have as many canonical texts as Burnside counts`() {
    let pairs = ["A-B", "A-C", "A-D", "B-C", "B-D", "C-D"]
    var texts: Set<String> = []
    for set in 1..<64 {
      let edges = pairs.indices.filter { set & (1 << $0) != 0 }.map { pairs[$0] }
      let named = Set((edges.joined() + "AB").filter(\.isLetter)).count
      if named < 4 { continue }
      texts.insert(family.canonical("bfs A to B: " + edges.joined(separator: " ")) ?? "")
    }
    // Without C or D: none or one edge between the ends. With one of them: of the three nodes A, B,
    // C the graphs in which C has an edge, 2^3 - 2.
    #expect(texts.count == 40 - 2 - 6)
    #expect(!texts.contains(""))
  }
}

import Testing
import Verifiers

/// Every single-byte change, and every change of whole lines, to solutions whose valid traces are
/// all written out here by hand.
struct `Every small change to a solution` {
  /// A problem and all of its valid traces.
  struct Exhaustive: Sendable, CustomTestStringConvertible {
    let family: String
    let problem: String
    let traces: [String]
    var testDescription: String { "\(family) \(problem)" }
  }

  static let cases = [
    Exhaustive(
      family: "sum-reduce", problem: "9+8+2+5",
      traces: [
        "7+2+5\n7+7\n4\nAnswer: 4", "7+2+5\n9+5\n4\nAnswer: 4", "9+0+5\n9+5\n4\nAnswer: 4",
        "9+8+7\n7+7\n4\nAnswer: 4", "9+8+7\n9+5\n4\nAnswer: 4",
      ]),
    Exhaustive(
      family: "column-addition", problem: "347+85",
      traces: [
        "7+5+0=12 write 2 carry 1\n4+8+1=13 write 3 carry 1\n3+0+1=4 write 4 carry 0\nAnswer: 432"
      ]),
    Exhaustive(
      family: "linear-equation", problem: "3x+5=2x-7",
      traces: [
        "subtract 2x: x+5=-7\nsubtract 5: x=-12\nAnswer: -12",
        "subtract 5: 3x=2x-12\nsubtract 2x: x=-12\nAnswer: -12",
      ]),
    Exhaustive(
      family: "linear-equation", problem: "5x+1=2x+3",
      traces: [
        "subtract 2x: 3x+1=3\nsubtract 1: 3x=2\ndivide by 3: x=2/3\nAnswer: 2/3",
        "subtract 1: 5x=2x+2\nsubtract 2x: 3x=2\ndivide by 3: x=2/3\nAnswer: 2/3",
      ]),
    Exhaustive(
      family: "worded-sum", problem: "What is 50 - 8 + 13?",
      traces: ["50-8=42\n42+13=55\nAnswer: 55"]),
    Exhaustive(
      family: "column-addition", problem: "3-5",
      traces: ["-(5-3)\n5-3-0=2 write 2 borrow 0\nAnswer: -2"]),
    Exhaustive(
      family: "long-multiplication", problem: "7*8",
      traces: ["7*8+0=56 write 6 carry 5\nrow 1: 56\nAnswer: 56"]),
    Exhaustive(
      family: "long-division", problem: "17/5",
      traces: ["take 17\n3*5=15 17-15=2 quotient 3\nAnswer: 3r2"]),
    Exhaustive(
      family: "expression", problem: "2*3+4*5",
      traces: ["6+4*5\n6+20\n26\nAnswer: 26", "2*3+20\n6+20\n26\nAnswer: 26"]),
    Exhaustive(
      family: "fraction", problem: "1/3-1/6",
      traces: ["6=2*3+0\n3*6/3=6\n1/3=2/6\n2/6-1/6=1/6\n6=6*1+0\nAnswer: 1/6"]),
    Exhaustive(
      family: "box-tracking",
      problem: "A={cup,key} B={} C={pen}; move cup to B; swap A C; where is pen?",
      traces: ["A={key} B={cup}\nA={pen} C={key}\nAnswer: A"]),
    Exhaustive(
      family: "graph-search", problem: "topo: A>C B>C",
      traces: [
        "ready A B\ntake A frees none; ready B; order A\ntake B frees C; ready C; order A B\n"
          + "take C frees none; ready none; order A B C\nAnswer: A B C",
        "ready A B\ntake B frees none; ready A; order B\ntake A frees C; ready C; order B A\n"
          + "take C frees none; ready none; order B A C\nAnswer: B A C",
      ]),
    Exhaustive(
      family: "graph-search", problem: "dijkstra A to C: A-B:1 B-C:2",
      traces: [
        "A=0 sets B=1; open B=1; done A\nB=1 sets C=3; open C=3; done A B\nC=3; path A B C\n"
          + "Answer: A B C"
      ]),
    Exhaustive(
      family: "program-trace", problem: "mod 7, a=4, b=5: if a<5 {a=a*b}; b=b-a; print b",
      traces: ["4<5 yes\na=4*5=6\nb=5-6=6\nAnswer: 6"]),
    Exhaustive(
      family: "rewriting", problem: "1:aa>e; baaaa",
      traces: [
        "1 at 2: baa\n1 at 2: b\nAnswer: b", "1 at 3: baa\n1 at 2: b\nAnswer: b",
        "1 at 4: baa\n1 at 2: b\nAnswer: b",
      ]),
    Exhaustive(
      family: "automaton", problem: "run ab from 1: 1a>1 2, 2b>3, 3e>1; accept 3",
      traces: [
        "e: 1\na: 1 2\ne: 1 2\nb: 3\ne: 1 3\naccept: 3\nAnswer: 1 3 yes"
      ]),
    Exhaustive(
      family: "automaton", problem: "minimal: 1a>2, 2a>3, 3a>3, 4a>2; accept 3",
      traces: ["1 2 4 | 3\na on 1 2 4: 1 4 | 2 | 3\nAnswer: 1 4 | 2 | 3"]),
  ]

  /// A failure is a false accept, a false reject, or a wrong line named.
  @Test(arguments: cases)
  func `is judged by whether it spells a valid trace, and where it stops to`(
    _ item: Exhaustive
  ) throws {
    let valid = item.traces.map { lexemes(Array($0.utf8)) }
    let problem = Array(item.problem.utf8)
    var (accepted, rejected) = (0, 0)
    for trace in item.traces {
      for mutant in Self.mutants(of: Array(trace.utf8)) {
        let lines = lexemes(mutant)
        let agreeing = valid.map { zip($0, lines).prefix { $0 == $1 }.count }.max() ?? 0
        switch try verdict(item.family, problem, mutant) {
        case .accepted:
          accepted += 1
          if !valid.contains(lines) {
            Issue.record("false accept: \(String(decoding: mutant, as: UTF8.self))")
          }
        case .rejected(let step, _):
          rejected += 1
          if valid.contains(lines) || step != agreeing + 1 {
            Issue.record(
              "step \(step), expected \(agreeing + 1): \(String(decoding: mutant, as: UTF8.self))")
          }
        }
      }
    }
    // Each trace itself, and spaces beside its punctuation, are valid; almost nothing else is.
    #expect(accepted > item.traces.count && rejected > 20 * accepted)
    #expect(accepted + rejected > 10_000)
  }

  static func mutants(of trace: [UInt8]) -> [[UInt8]] {
    var mutants = [trace]
    for place in 0...trace.count {
      for byte in UInt8.min...UInt8.max {
        mutants.append(Array(trace[..<place]) + [byte] + Array(trace[place...]))
        if place < trace.count {
          mutants.append(Array(trace[..<place]) + [byte] + Array(trace[(place + 1)...]))
        }
      }
      mutants.append(Array(trace[..<place]))
      mutants.append(Array(trace[place...]))
      if place < trace.count {
        mutants.append(Array(trace[..<place]) + Array(trace[(place + 1)...]))
      }
    }
    let lines = trace.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    for first in lines.indices {
      for second in lines.indices {
        var copy = lines
        copy.swapAt(first, second)
        mutants.append(Array(copy.joined(separator: [10])))
        copy = lines
        copy.insert(lines[first], at: second)
        mutants.append(Array(copy.joined(separator: [10])))
        copy = lines
        copy[second] = lines[first]
        mutants.append(Array(copy.joined(separator: [10])))
      }
    }
    return mutants
  }
}

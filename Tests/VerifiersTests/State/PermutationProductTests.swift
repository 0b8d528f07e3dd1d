import Testing
import Verifiers

struct `The permutation-product verifier` {
  let family = "permutation-product"
  static let problem = "S4: 2143 2341 4123"

  @Test(arguments: [
    "3214 4123\n2143\nAnswer: 2143", "2143 1234\n2143\nAnswer: 2143",
    "3214  4123 \n 2143\nAnswer : 2143\n",
  ])
  func `accepts both orders`(solution: String) throws {
    #expect(try verdict(family, Self.problem, solution) == .accepted(answer: "2143"))
  }

  @Test(arguments: [
    ("1432 4123\n2143\nAnswer: 2143", 1), ("3214 4123 \n2134\nAnswer: 2134", 2),
    ("2143\nAnswer: 2143", 1), ("32144123\n2143\nAnswer: 2143", 1), ("3214 4123\nAnswer: 2143", 2),
    ("3214 4123\n2143\nAnswer: 2134", 3), ("3214 4123\n2143\nAnswer: 2143\n2143", 4),
    ("3214 4122\n2143\nAnswer: 2143", 1), ("3214 412\n2143\nAnswer: 2143", 1), ("", 1),
  ])
  func `rejects a wrong line where it stands`(solution: String, step: Int) throws {
    #expect(try rejectedStep(family, Self.problem, solution) == step)
  }

  @Test(arguments: [
    "", "S4:", "S4: 2143", "S4: 2143 234", "S4: 2143 2344", "S6: 123456 123456", "S2: 12 12",
    "S4: 2143 0123", "S3: 213 2341", "S4 2143 2341", "S4: 2143, 2341",
    "S3: " + String(repeating: "213 ", count: 33),
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: 2143") == 0)
  }

  @Test func `goes on from a granted line`() throws {
    let verifier = try #require(Verifiers.named(family))
    func granted(_ solution: String) -> Bool? {
      verifier.verify(
        problem: Array(Self.problem.utf8), solution: Array(solution.utf8), granting: 1)?.isAccepted
    }
    #expect(granted("1432 4123\n4321\nAnswer: 4321") == true)
    #expect(granted("4321\nAnswer: 4321") == true)
    #expect(granted("1432 4123\n2143\nAnswer: 2143") == false)
  }
}

import Files
import Randomness
import Tasks
import Testing

struct `Long division` {
  let family = LongDivision()

  @Test(arguments: [
    (
      "947/26",
      "take 94\n3*26=78 94-78=16 quotient 3\nbring 7: 167\n6*26=156 167-156=11 quotient 36\n"
        + "Answer: 36r11"
    ),
    (
      "7/4 to 3 places",
      "take 7\n1*4=4 7-4=3 quotient 1\nbring .0: 30\n7*4=28 30-28=2 quotient 17\nbring .0: 20\n"
        + "5*4=20 20-20=0 quotient 175\nAnswer: 1.75"
    ),
    (
      "1/99 to 2 places",
      "take 1\n0*99=0 1-0=1 quotient 0\nbring .0: 10\n0*99=0 10-0=10 quotient 0\nbring .0: 100\n"
        + "1*99=99 100-99=1 quotient 1\nAnswer: 0.01"
    ),
    (
      "101/1",
      "take 1\n1*1=1 1-1=0 quotient 1\nbring 0: 0\n0*1=0 0-0=0 quotient 10\nbring 1: 1\n"
        + "1*1=1 1-1=0 quotient 101\nAnswer: 101"
    ),
    ("0/7", "take 0\n0*7=0 0-0=0 quotient 0\nAnswer: 0"),
    ("3/7", "take 3\n0*7=0 3-0=3 quotient 0\nAnswer: 0r3"),
    ("8/4 to 2 places", "take 8\n2*4=8 8-8=0 quotient 2\nAnswer: 2"),
  ])
  func `is worked as the format says`(problem: String, solution: String) {
    var stream = Seed(1).stream()
    #expect(family.work(problem, using: &stream).text == solution)
  }

  @Test func `answers multiply back, at every level`() throws {
    var stream = Seed(2).stream()
    var exact = 0
    for level in 1...10 {
      for _ in 0..<200 {
        let posed = family.pose(level: level, using: &stream)
        let numbers = posed.text.split(separator: "/").compactMap { Int($0) }
        let answer = family.work(posed.text, using: &stream).answer.split(separator: "r")
          .compactMap { Int($0) }
        let rest = answer.count == 2 ? answer[1] : 0
        exact += rest == 0 ? 1 : 0
        #expect(answer[0] * numbers[1] + rest == numbers[0] && rest < numbers[1])
        #expect(String(answer[0]).count == level + 1)
      }
    }
    // Half of 2000, give or take six standard deviations.
    #expect(abs(exact - 1000) < 134)
  }

  @Test(arguments: [
    "", "/", "1/", "/1", "01/2", "1/0", "1/2/3", "-1/2", "1 / 2", "1/x", "1/2 to 3",
    "1/2 to 0 places", "1/2 to 10 places", "1/2 to 3 places ", "123456789012345678/2",
    "1/2  to 3 places",
  ])
  func `a text it would not write is not read`(text: String) {
    #expect(family.read(text) == nil)
  }

  /// Every problem with its probability, against the closed forms.
  @Test(arguments: [[:], ["remainder": 0], ["remainder": 1]])
  func `the space of level 1 is what enumeration counts`(settings: [String: Int]) throws {
    let difficulty = try family.difficulty(level: 1, settings: settings)
    var mass: [String: Double] = [:]
    let isListed = family.eachProblem(at: difficulty) { text in
      let numbers = text.split(separator: "/").compactMap { Int($0) }
      let isExact = numbers[0] % numbers[1] == 0
      let among = settings.isEmpty ? 0.5 : 1
      mass[text] = among / 90 / 8 / (isExact ? 1 : Double(numbers[1] - 1))
    }
    let space = family.space(at: difficulty)
    #expect(isListed && space.problems == String(mass.count))
    #expect(abs(mass.values.reduce(0, +) - 1) < 1e-9)
    #expect(abs(space.collision / mass.values.reduce(0.0) { $0 + $1 * $1 } - 1) < 1e-9)
    #expect(abs(space.heaviest - (mass.values.max() ?? 0)) < 1e-12)
  }
}

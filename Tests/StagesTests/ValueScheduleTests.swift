import Files
import Foundation
import Stages
import Testing

struct `A value that changes with the steps` {
  private func read(_ value: JSON?) throws -> (ValueSchedule, JSON?) {
    var settings = Settings(value.map { ["temperature": $0] } ?? [:])
    let schedule = try settings.schedule("temperature", default: 1, in: 0.01...1000, "softens")
    try settings.finish()
    return (schedule, settings.resolved["temperature"])
  }

  /// A plain number stays one in the key of a stage: trainings that had it keep their keys.
  @Test func `may be one that does not`() throws {
    for (given, value) in [(nil, 1.0), (2, 2.0), (0.5, 0.5)] as [(JSON?, Double)] {
      let (schedule, resolved) = try read(given)
      #expect(schedule == ValueSchedule(value) && schedule.isConstant)
      #expect(resolved == JSON(value))
      for step in [1, 2, 50, 100] { #expect(schedule.value(atStep: step, of: 100) == value) }
    }
  }

  @Test func `goes from one end to the other in its share of the steps`() throws {
    let block: JSON = ["from": 4, "to": 1, "over": 0.5]
    let (schedule, resolved) = try read(block)
    #expect(schedule == ValueSchedule(from: 4, to: 1, over: 0.5, shape: .linear))
    #expect(resolved?["from"]?.doubleValue == 4 && resolved?["to"]?.doubleValue == 1)
    #expect(resolved?["over"]?.doubleValue == 0.5 && resolved?["shape"] == "linear")
    let values = (1...100).map { schedule.value(atStep: $0, of: 100) }
    #expect(values[0] == 4 && values[49] == 1 && values[99] == 1)
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(abs(values[24] - (4 - 3 * 24.0 / 49)) < 1e-12)
  }

  @Test func `takes the shape that it is given`() {
    let cosine = ValueSchedule(from: 0, to: 1, shape: .cosine)
    #expect(cosine.value(atStep: 1, of: 5) == 0 && cosine.value(atStep: 5, of: 5) == 1)
    #expect(abs(cosine.value(atStep: 2, of: 5) - (1 - cos(.pi / 4)) / 2) < 1e-15)
    #expect(abs(cosine.value(atStep: 3, of: 5) - 0.5) < 1e-15)
    let stepped = ValueSchedule(from: 0, to: 1, over: 0.6, shape: .constant)
    #expect((1...5).map { stepped.value(atStep: $0, of: 5) } == [0, 0, 1, 1, 1])
  }

  /// One step, no step of its own, a share that is no whole number of steps.
  @Test func `is at its end where it has no time to go there`() {
    for shape in ValueSchedule.Shape.allCases {
      #expect(ValueSchedule(from: 3, to: 1, shape: shape).value(atStep: 1, of: 1) == 1)
      let short = ValueSchedule(from: 3, to: 1, over: 0, shape: shape)
      #expect(short.value(atStep: 1, of: 10) == 1)
      let odd = ValueSchedule(from: 3, to: 1, over: 0.33, shape: shape)
      #expect(odd.value(atStep: 10, of: 10) == 1 && odd.value(atStep: 1, of: 10) == 3)
    }
  }

  @Test func `stays between its ends`() {
    for shape in ValueSchedule.Shape.allCases {
      let schedule = ValueSchedule(from: 0.01, to: 0.99, over: 0.7, shape: shape)
      for step in 1...97 {
        #expect(schedule.range.contains(schedule.value(atStep: step, of: 97)))
      }
    }
  }

  @Test(
    arguments: [
      ("temperature", "hot", "expected a number, or a block"),
      ("temperature", 0, "from 0.01"), ("temperature", 1001, "to 1000"),
      ("temperature", ["from": 0], "temperature.from: expected a number from 0.01"),
      ("temperature", ["to": "x"], "temperature.to: expected a number"),
      ("temperature", ["over": 1.5], "temperature.over"), ("temperature", ["over": -1], "over"),
      ("temperature", ["shape": "sine"], "one of linear, cosine, constant"),
      ("temperature", ["form": 2], "unknown key"),
      ("temperature", [1, 2], "expected a number, or"),
      ("temperature", true, "expected a number"),
    ] as [(String, JSON, String)])
  func `is refused while planning, where it is wrong`(key: String, value: JSON, words: String) {
    let error = #expect(throws: ConfigurationError.self) { try read(value) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }
}

import Files
import Foundation
import Stages
import Synchronization
import Testing
import Tokenization
import Training

/// The look at noise in the place of labels before a training starts.
struct `The guard against labels that are not read` {
  private func failure(
    _ sets: TinySets, _ inputs: [StageInput], _ with: JSONObject, planted: Bool
  ) throws -> String? {
    var run = TinyRun(inputs: inputs)
    run.with = with
    run.with["steps"] = 12
    let failure = planted ? InjectedFailure(place: .unread, step: 1) : nil
    do {
      _ = try run(sets.place.path + "/out-" + inputs[0].name, failure: failure)
      return nil
    } catch let error as TrainingError {
      return error.description
    }
  }

  private static let soft = Objectives.all.filter { $0.reads == .distributions }.map { $0.name }
    .filter { !`The objectives of a training`.matching.contains($0) }

  /// Any objective that is told to learn labels and does not is a training for nothing.
  @Test(arguments: soft)
  func `stops a training that ignores them`(name: String) throws {
    let sets = try TinySets()
    let inputs = [try sets.labelled(), try sets.order(48)]
    let with: JSONObject = ["objective": JSON(name)]
    let error = try failure(sets, inputs, with, planted: true)
    #expect(error?.contains("the labels are not read") == true, "\(error ?? "nothing")")
    #expect(try failure(sets, inputs, with, planted: false) == nil)
  }

  /// No weight, little weight, weight only later: an alarm only where there is some.
  @Test(
    arguments: [
      (["mix": 0], false), (["mix": 1e-6], true), (["mix": 1e-12], false), (["mix": 0.5], true),
      (["mix": ["from": 0, "to": 1]], true), (["mix": ["from": 1, "to": 0]], true),
      (["mix": ["from": 0, "to": 0]], false), (["temperature": 0.01], true),
      (["temperature": 1000], true), (["micro_batch": 1], true), (["batch": 1, "steps": 12], true),
    ] as [(JSONObject, Bool)])
  func `looks where labels weigh something`(with: JSONObject, isSeen: Bool) throws {
    let sets = try TinySets()
    let inputs = [try sets.labelled(), try sets.order(with["batch"] == nil ? 48 : 12)]
    let error = try failure(sets, inputs, with, planted: true)
    #expect((error != nil) == isSeen, "\(error ?? "nothing")")
    #expect(try failure(sets, inputs, with, planted: false) == nil)
  }

  /// Labels that look like one kind of noise, at temperatures where bounded divergences are at
  /// their bound whatever the label is.
  @Test(arguments: soft, [0.01, 1, 1000])
  func `raises no false alarm`(name: String, temperature: Double) throws {
    let sets = try TinySets()
    let V = TinySets.tokenizer.vocabularySize
    let uniform = try sets.labelled("uniform") { tokens in
      [Float](repeating: Float(-log(Double(V))), count: (tokens.count - 1) * V)
    }
    let peaked = try sets.labelled("peaked") { tokens in
      var rows = [Float](repeating: -.infinity, count: (tokens.count - 1) * V)
      for t in 1..<tokens.count { rows[(t - 1) * V + Int(tokens[t])] = 0 }
      return rows
    }
    let order = try sets.order(48)
    let with: JSONObject = [
      "objective": ["name": JSON(name), "temperature": JSON(temperature)]
    ]
    for labels in [uniform, peaked, try sets.labelled("oracle", oracle: true)] {
      #expect(try failure(sets, [labels, order], with, planted: false) == nil, "\(labels.name)")
    }
  }

  /// Trainings on tokens alone have no labels to read.
  @Test(arguments: ["hard", "smoothed"]) func `leaves others alone`(name: String) throws {
    let sets = try TinySets()
    let inputs = [try sets.labelled(), try sets.order(48)]
    let with: JSONObject = ["objective": ["name": JSON(name)]]
    #expect(try failure(sets, inputs, with, planted: true) == nil)
  }
}

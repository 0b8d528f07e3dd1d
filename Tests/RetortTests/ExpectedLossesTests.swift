import Files
import Foundation
import Kernels
import Testing

/// The losses of small trainings, committed: a change of the engine that is not meant to change
/// what is learnt must not move them, on any processor, by more than rounding does.
///
/// The trainings are those whose inputs are exact anywhere: the teacher and `scratch` learn the
/// traces' tokens, `kd-oracle` the exact distributions. (The teacher's own distributions, after 400
/// steps, are a processor's: `kd-full` has no series that all could share.)
struct `The losses of the tiny pipeline` {
  private struct Line { let stage: String; let step: Int; let loss: Double }

  private static func expected() throws -> [Line] {
    let path = Program.root + "/Tests/RetortTests/ExpectedLosses/tiny.txt"
    return String(decoding: try readFile(path), as: UTF8.self).split(separator: "\n")
      .filter { !$0.hasPrefix("#") }
      .compactMap { line -> Line? in
        let words = line.split(separator: " ")
        guard words.count == 3, let step = Int(words[1]), let loss = Double(words[2]) else {
          return nil
        }
        return Line(stage: String(words[0]), step: step, loss: loss)
      }
  }

  /// Rounding of one step: a sum of n float32 products is off by at most n 2^-24 of the sum of
  /// their sizes; n is at most 64 here, sizes are about 1, and an embedding, a layer's five
  /// products and the readout follow one another: 7 · 64 · 2^-24 = 2.7e-5 of a logit at worst. A
  /// loss moves by at most twice what its logits do. So much new error enters with each step, and
  /// what is there does not grow while the loss falls: `step` times as much. (Measured between
  /// OpenBLAS's cores and our instruction sets: below 1e-7 in all 24 steps.)
  private static func tolerance(step: Int) -> Double { Double(step) * 2 * 7 * 64 * 0x1p-24 }

  @Test(arguments: MatrixEngine.Backend.allCases)
  func `are as committed, whatever makes the products`(backend: MatrixEngine.Backend) throws {
    let expected = try Self.expected()
    try #require(expected.count == 4 + 24 + 24)
    let name = "backend=\(backend.rawValue)"
    let found = try Program.withFolder { folder in
      let outcome = try Program.run([
        "run", Program.pipeline("tiny"), "--into", folder, "--threads", "2", "--quiet",
        "--set", "compare.arms=[scratch, kd-oracle]", "--set", "compare.seeds=1",
        "--set", "teacher." + name, "--set", "compare." + name,
      ])
      try #require(outcome.status == 0, "\(outcome.errors)")
      var losses: [String: Double] = [:]
      for stage in try Folder.names(in: folder + "/stages") {
        let metrics = "\(folder)/stages/\(stage)/metrics.jsonl"
        guard let bytes = try? readFile(metrics) else { continue }
        for line in bytes.split(separator: 0x0A) {
          let json = try JSON.parse(Array(line))
          guard let step = json["step"]?.intValue, let loss = json["loss"]?.doubleValue else {
            continue
          }
          losses["\(stage.dropLast(13)) \(step)"] = loss
        }
      }
      return losses
    }
    for line in expected {
      let loss = try #require(found["\(line.stage) \(line.step)"], "\(line.stage) \(line.step)")
      #expect(
        abs(loss - line.loss) <= Self.tolerance(step: line.step),
        "\(line.stage), step \(line.step): expected \(line.loss), found \(loss)")
    }
  }
}

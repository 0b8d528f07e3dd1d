import Decoding
import Files
import Foundation
import ModelSupport
import Models
import Randomness
import Testing

struct `The precision of weights` {
  /// Names on the command line and in pipelines.
  @Test func `says how a file's weights are held`() throws {
    let folder = NSTemporaryDirectory() + "retort-precision-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let parameters = Parameters(drawn: try smallConfiguration(), seed: Seed(1))
    try ModelFolder.write(parameters, tokenizer: nil, to: folder)
    let file = try ModelFile(folder)
    func bytes(_ precision: WeightPrecision) throws -> Int {
      try DecoderWeights(file, precision: precision, threads: 1).byteCount
    }
    let full = try bytes(.float32)
    #expect(try bytes(.q8_0) < bytes(.bfloat16) && bytes(.bfloat16) < full)
    // The file holds float32: its own bits are these.
    #expect(try bytes(.stored) == full)
    #expect(WeightPrecision.allCases.map(\.rawValue) == ["float32", "bfloat16", "q8_0", "stored"])
  }
}

import Files
import ModelSupport
import Models
import Testing

/// The frequencies themselves are held to transformers' logits in ArchitectureTests.
struct `Scaled positions` {
  static let forms: [PositionScaling] = [
    .none, .linear(factor: 4), .llama3(factor: 8, low: 1, high: 4, original: 8192),
    .yarn(
      factor: 4, original: 2048, fast: 32, slow: 1, amplitude: 1.25, truncates: false),
  ]

  @Test(arguments: forms)
  func `are read back as they are written`(form: PositionScaling) throws {
    var configuration = try smallConfiguration()
    configuration.scaling = form
    let json = JSON.object(configuration.json)
    #expect(try TransformerConfiguration(json: json) == configuration)
    #expect((json["rope_scaling"] == nil) == (form == .none))
  }
}

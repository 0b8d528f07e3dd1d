import Foundation
import Kernels
import Models
import Testing

/// A Llama in `Double`, one number at a time, of which parts may be left out: what fast and pruned
/// models are held to. It shares no line with them.
struct SlowLlama {
  private let parameters: Parameters
  private let c: TransformerConfiguration
  var layers, channels: [Int]
  /// For each layer that is left.
  var neurons, heads: [[Int]]

  init(_ parameters: Parameters) {
    self.parameters = parameters
    c = parameters.configuration
    layers = Array(0..<c.layerCount)
    channels = Array(0..<c.hiddenSize)
    neurons = layers.map { [c] _ in Array(0..<c.intermediateSize) }
    heads = layers.map { [c] _ in Array(0..<c.headCount) }
  }

  init(_ parameters: Parameters, _ pruning: Pruning) {
    self.init(parameters)
    layers = pruning.layers
    channels = pruning.channels
    neurons = pruning.neurons
    heads = pruning.heads
  }

  /// Everything that one text's tokens made: `[layer][token][…]`.
  struct Run {
    var residuals: [[[Double]]] = []
    var attentionInputs: [[[Double]]] = []
    var feedForwardInputs: [[[Double]]] = []
    var activated: [[[Double]]] = []
    /// `[layer][head][token][…]`
    var attended: [[[[Double]]]] = []
    var readoutInputs: [[Double]] = []
    var logits: [[Double]] = []
  }

  private func weights(_ name: String) throws -> [Double] {
    try #require(parameters[name]).array.map(Double.init)
  }

  private func normed(_ x: [Double], _ weights: [Double]) -> [Double] {
    let square = x.reduce(0) { $0 + $1 * $1 } / Double(x.count)
    let inverse = 1 / (square + c.normEpsilon).squareRoot()
    return zip(x, channels).map { $0 * inverse * weights[$1] }
  }

  /// Rows of a matrix with one column for each channel, times x.
  private func times(_ w: [Double], _ rows: [Int], _ x: [Double]) -> [Double] {
    rows.map { row in
      zip(channels, x).reduce(0) { $0 + w[row * c.hiddenSize + $1.0] * $1.1 }
    }
  }

  private func rotated(_ x: [Double], at position: Int) -> [Double] {
    let half = c.headWidth / 2
    var y = x
    for d in 0..<half {
      let angle =
        Double(position) * pow(c.rotaryBase, -2 * Double(d) / Double(c.headWidth))
      y[d] = x[d] * cos(angle) - x[d + half] * sin(angle)
      y[d + half] = x[d + half] * cos(angle) + x[d] * sin(angle)
    }
    return y
  }

  func run(_ tokens: [Int32]) throws -> Run {
    let D = c.headWidth
    let size = c.headCount / c.keyValueHeadCount
    let table = try weights("model.embed_tokens.weight")
    var run = Run()
    var x = tokens.map { token in channels.map { table[Int(token) * c.hiddenSize + $0] } }
    for (place, l) in layers.enumerated() {
      let name = "model.layers.\(l)."
      run.residuals.append(x)
      let inputNorm = try weights(name + "input_layernorm.weight")
      let inputs = x.map { normed($0, inputNorm) }
      run.attentionInputs.append(inputs)
      let q = try weights(name + "self_attn.q_proj.weight")
      let k = try weights(name + "self_attn.k_proj.weight")
      let v = try weights(name + "self_attn.v_proj.weight")
      let o = try weights(name + "self_attn.o_proj.weight")
      func rows(_ head: Int) -> [Int] { Array((head * D)..<((head + 1) * D)) }
      var attended: [[[Double]]] = []
      for head in heads[place] {
        let queries = inputs.enumerated().map { rotated(times(q, rows(head), $1), at: $0) }
        let keys = inputs.enumerated().map { rotated(times(k, rows(head / size), $1), at: $0) }
        let values = inputs.map { times(v, rows(head / size), $0) }
        attended.append(
          tokens.indices.map { t in
            let scores = (0...t).map { s in
              zip(queries[t], keys[s]).reduce(0) { $0 + $1.0 * $1.1 } / Double(D).squareRoot()
            }
            let most = scores.max() ?? 0
            let shares = scores.map { exp($0 - most) }
            let sum = shares.reduce(0, +)
            return (0..<D).map { d in
              (0...t).reduce(0) { $0 + shares[$1] / sum * values[$1][d] }
            }
          })
      }
      run.attended.append(attended)
      for t in tokens.indices {
        for (i, channel) in channels.enumerated() {
          for (h, head) in heads[place].enumerated() {
            for d in 0..<D {
              x[t][i] += o[channel * c.attention.outputWidth + head * D + d] * attended[h][t][d]
            }
          }
        }
      }
      let middleNorm = try weights(name + "post_attention_layernorm.weight")
      let middle = x.map { normed($0, middleNorm) }
      run.feedForwardInputs.append(middle)
      let gate = try weights(name + "mlp.gate_proj.weight")
      let up = try weights(name + "mlp.up_proj.weight")
      let down = try weights(name + "mlp.down_proj.weight")
      let activated = middle.map { row in
        zip(times(gate, neurons[place], row), times(up, neurons[place], row)).map {
          $0 / (1 + exp(-$0)) * $1
        }
      }
      run.activated.append(activated)
      for t in tokens.indices {
        for (i, channel) in channels.enumerated() {
          for (a, neuron) in neurons[place].enumerated() {
            x[t][i] += down[channel * c.intermediateSize + neuron] * activated[t][a]
          }
        }
      }
    }
    run.residuals.append(x)
    let finalNorm = try weights("model.norm.weight")
    run.readoutInputs = x.map { normed($0, finalNorm) }
    let readout = c.tiesEmbeddings ? table : try weights("lm_head.weight")
    run.logits = run.readoutInputs.map {
      times(readout, Array(0..<c.vocabularySize), $0)
    }
    return run
  }
}

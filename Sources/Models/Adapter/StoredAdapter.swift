internal import Checkpoints
internal import Files
internal import Kernels
public import Tensors

/// A low-rank adapter on disk, in the form of the library `peft`, to be added to a model's weights.
public struct StoredAdapter: Sendable {
  /// A and B of one module.
  private struct Pair: Sendable {
    let a, b: Floats
    let inputs, outputs: Int
  }

  /// The folder, as given to `init`.
  public let path: String
  private let rank: Int
  private let scale: Float
  /// By the module's name.
  private let pairs: [String: Pair]

  /// Opens a folder with `adapter_config.json` and `adapter_model.safetensors`.
  ///
  /// - Throws: `CheckpointError.key` for an adapter that adds something other than s B A, or that
  ///   changes other weights too; `.tensor` for one without its partner; `FileError`, `JSONError`.
  public init(_ path: String) throws {
    self.path = path
    let file = path + "/" + PEFT.configurationName
    let fields = try JSON.parse(readFile(file, limit: 1 << 24))
    func wrong(_ key: String, _ reason: String) -> CheckpointError {
      .key(file: file, key: key, reason: reason)
    }
    guard fields["peft_type"] == "LORA" else {
      throw wrong("peft_type", "expected LORA, found \(fields["peft_type"]?.text ?? "nothing")")
    }
    for (key, harmless) in [
      ("use_dora", [false]), ("bias", ["none"]), ("modules_to_save", [[]]),
      ("rank_pattern", [[:]]), ("alpha_pattern", [[:]]), ("layer_replication", [[]]),
    ] as [(String, [JSON])] {
      guard let value = fields[key], value != .null, !harmless.contains(value) else { continue }
      throw wrong(key, "\(value.text.prefix(60)) is not supported")
    }
    guard let rank = fields["r"]?.intValue, rank > 0, rank <= 1 << 16 else {
      throw wrong("r", "expected a rank, found \(fields["r"]?.text.prefix(40) ?? "nothing")")
    }
    guard let alpha = fields["lora_alpha"]?.doubleValue, alpha.isFinite else {
      throw wrong("lora_alpha", "expected a number")
    }
    self.rank = rank
    // Kalajdzievski 2023: divided by the root of the rank.
    let isRooted = fields["use_rslora"] == true
    scale = Float(alpha / (isRooted ? Double(rank).squareRoot() : Double(rank)))
    pairs = try Self.pairs(path + "/" + PEFT.weightsName, rank: rank)
  }

  private static func pairs(_ file: String, rank: Int) throws(CheckpointError) -> [String: Pair] {
    let checkpoint = try Checkpoint(file)
    var pairs: [String: Pair] = [:]
    var used = 0
    for tensor in checkpoint.tensors where tensor.name.hasSuffix(PEFT.aSuffix) {
      func wrong(_ name: String, _ reason: String) -> CheckpointError {
        .tensor(file: file, name: name, reason: reason)
      }
      let stem = String(tensor.name.dropLast(PEFT.aSuffix.count))
      guard let partner = checkpoint.tensor(named: stem + PEFT.bSuffix) else {
        throw wrong(tensor.name, "has no partner \(stem + PEFT.bSuffix)")
      }
      guard tensor.shape.count == 2, tensor.shape[0] == rank, partner.shape.count == 2,
        partner.shape[1] == rank
      else {
        throw wrong(
          tensor.name, "\(tensor.shape) and \(partner.shape) are no pair of rank \(rank)")
      }
      let module =
        stem.hasPrefix(PEFT.prefix) ? String(stem.dropFirst(PEFT.prefix.count)) : stem
      pairs[module] = Pair(
        a: Floats(try checkpoint.rows(of: tensor.name).floats),
        b: Floats(try checkpoint.rows(of: partner.name).floats), inputs: tensor.shape[1],
        outputs: partner.shape[0])
      used += 2
    }
    if let other = checkpoint.tensors.first(where: {
      !$0.name.hasSuffix(PEFT.aSuffix) && !$0.name.hasSuffix(PEFT.bSuffix)
    }) {
      throw .tensor(
        file: file, name: other.name, reason: "is neither of a pair of a low-rank adapter")
    }
    guard used == checkpoint.tensors.count, used > 0 else {
      throw .form(path: file, reason: "holds no whole pairs of a low-rank adapter")
    }
    return pairs
  }

  /// Whether a tensor is adapted.
  func holds(_ name: String) -> Bool {
    name.hasSuffix(".weight") && pairs[String(name.dropLast(".weight".count))] != nil
  }

  /// Names of the adapted modules.
  var modules: [String] { pairs.keys.sorted() }

  /// Whether a module of this many outputs and inputs can take its pair; `nil` without one.
  func fits(_ module: String, outputs: Int, inputs: Int) -> Bool? {
    pairs[module].map { $0.outputs == outputs && $0.inputs == inputs }
  }

  /// `w += s B A`, or its transpose.
  ///
  /// - Parameters:
  ///   - w: the module's whole matrix, `(outputs, inputs)`, or `(inputs, outputs)`.
  func add(_ module: String, to w: Floats, isTransposed: Bool) {
    guard let pair = pairs[module] else { return }
    let b = Floats(pair.b.array)
    Kernels.scale(b, by: scale)
    if isTransposed {
      matrixProduct(
        c: w, a: pair.a, .transposed, b: b, .transposed, m: pair.inputs, n: pair.outputs, k: rank,
        accumulate: true)
    } else {
      matrixProduct(
        c: w, a: b, b: pair.a, m: pair.outputs, n: pair.inputs, k: rank, accumulate: true)
    }
  }
}

extension ModelCheckpoint {
  /// The model with an adapter's products added to its weights, as they are read.
  ///
  /// - Throws: `CheckpointError.tensor` for a module that the model does not have, or has in
  ///   another shape.
  public func merging(_ adapter: StoredAdapter) throws(CheckpointError) -> ModelCheckpoint {
    let isTransposed = architecture?.names.transposesMatrices ?? false
    for module in adapter.modules {
      func wrong(_ reason: String) -> CheckpointError {
        .tensor(file: adapter.path, name: module, reason: reason)
      }
      guard let tensor = tensor(named: module + ".weight"), tensor.shape.count == 2 else {
        throw wrong("is no matrix of \(checkpoint.path) -- the adapter is of another model")
      }
      let shape = isTransposed ? tensor.shape.reversed() : tensor.shape
      guard adapter.fits(module, outputs: shape[0], inputs: shape[1]) == true else {
        throw wrong("does not fit \(tensor.shape), its shape in \(checkpoint.path)")
      }
    }
    var merged = self
    merged.adapter = adapter
    return merged
  }
}

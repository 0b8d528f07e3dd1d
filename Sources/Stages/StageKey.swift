public import Files

/// The key that names a stage's output: SHA-256 over kind, code version, resolved configuration and
/// the content of the inputs. It does not include the stage's name, paths or the thread count.
public struct StageKey: Sendable, Hashable, CustomStringConvertible {
  /// 64 hex.
  public let hex: String

  /// - Parameter inputs: the `content` digests of the input manifests, in order.
  public init(kind: String, codeVersion: Int, configuration: JSONObject, inputs: [String]) {
    let text: JSON = [
      "kind": JSON(kind), "version": JSON(codeVersion), "configuration": .object(configuration),
      "inputs": JSON(inputs) { JSON($0) },
    ]
    hex = SHA256.hash(text.serialized()).hex
  }

  /// The first 12 hex digits, which are part of the folder's name.
  public var short: String { String(hex.prefix(12)) }

  public var description: String { short }
}

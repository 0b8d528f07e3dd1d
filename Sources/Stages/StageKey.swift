public import Files

/// What a stage's output is named by: SHA-256 over kind, code version, resolved configuration and
/// the content of the inputs. Not the stage's name, no path, no thread count.
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

  /// The 12 hex that the folder's name carries.
  public var short: String { String(hex.prefix(12)) }

  public var description: String { short }
}

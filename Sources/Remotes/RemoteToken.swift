internal import Foundation
public import Files

/// A token of an answer with the log-probabilities that the server gave beside it.
public struct RemoteToken: Sendable, Equatable {
  /// One token that might have stood there.
  public struct Alternative: Sendable, Equatable {
    /// As the server spells it: text, or `token_id:7`.
    public var spelling: String
    /// The server's number for it; `nil` where neither a field nor the spelling gives one.
    public var id: Int?
    /// May be a part of a character; `nil` where the server does not give them.
    public var bytes: [UInt8]?
    /// Natural logarithm, at most 0 for a server that keeps its word.
    public var logProbability: Double
  }

  /// The token that stands there, as the server spells it.
  public var spelling: String
  /// The server's number for it; `nil` where neither a field nor the spelling gives one.
  public var id: Int?
  /// May be a part of a character; `nil` where the server does not give them.
  public var bytes: [UInt8]?
  /// Natural logarithm; `nil` for the first of a prompt.
  public var logProbability: Double?
  /// The likeliest tokens, most likely first.
  public var alternatives: [Alternative]

  /// The tokens of the first choice of an answer: in the form of chats (`logprobs.content`), which
  /// some servers also use for completions, or in OpenAI's older form of completions
  /// (`logprobs.tokens`). None where there are none.
  public static func tokens(of json: JSON) -> [RemoteToken] {
    let choice = json["choices"]?.arrayValue?.first
    if let content = choice?["logprobs"]?["content"]?.arrayValue {
      return content.compactMap(token)
    }
    guard let old = choice?["logprobs"], let spelt = old["tokens"]?.arrayValue else { return [] }
    let own = old["token_logprobs"]?.arrayValue ?? []
    let top = old["top_logprobs"]?.arrayValue ?? []
    return spelt.enumerated().map { place, spelling in
      let text = spelling.stringValue ?? ""
      let others = top.indices.contains(place) ? top[place].objectValue?.members ?? [] : []
      return RemoteToken(
        spelling: text, id: id(in: text),
        logProbability: own.indices.contains(place) ? own[place].doubleValue : nil,
        alternatives: sorted(
          others.compactMap { member in
            member.value.doubleValue.map {
              Alternative(spelling: member.key, id: id(in: member.key), logProbability: $0)
            }
          }))
    }
  }

  private static func token(_ json: JSON) -> RemoteToken? {
    guard let own = alternative(json) else { return nil }
    let others = json["top_logprobs"]?.arrayValue ?? json["top_probs"]?.arrayValue ?? []
    return RemoteToken(
      spelling: own.spelling, id: own.id, bytes: own.bytes, logProbability: own.logProbability,
      alternatives: sorted(others.compactMap(alternative)))
  }

  private static func alternative(_ json: JSON) -> Alternative? {
    guard let logarithm = json["logprob"]?.doubleValue ?? json["prob"]?.doubleValue.map({ log($0) })
    else { return nil }
    let spelling = json["token"]?.stringValue ?? ""
    return Alternative(
      spelling: spelling, id: json["id"]?.intValue ?? id(in: spelling),
      bytes: json["bytes"]?.arrayValue?.compactMap { $0.intValue.flatMap(UInt8.init(exactly:)) },
      logProbability: logarithm)
  }

  private static func sorted(_ all: [Alternative]) -> [Alternative] {
    all.sorted { ($1.logProbability, $0.spelling) < ($0.logProbability, $1.spelling) }
  }

  /// The id that a spelling like `token_id:7` names.
  private static func id(in spelling: String) -> Int? {
    let prefix = "token_id:"
    return spelling.hasPrefix(prefix) ? Int(spelling.dropFirst(prefix.count)) : nil
  }
}

public import Files
internal import Foundation
internal import HTTP

/// Finds out what a server really returns, whatever its documentation says.
///
/// A few short requests, as patient as the server's settings say; a fault that stays is a finding.
public struct RemoteProbe: Sendable {
  private let server: RemoteServer
  /// As asked for; `nil`: the first that the server lists.
  private let model: String?

  /// - Parameter model: `nil`: the first that the server lists.
  public init(_ server: RemoteServer, model: String? = nil) {
    self.server = server
    self.model = model
  }

  /// What was found, in the order of asking.
  public struct Findings: Sendable, Equatable {
    /// One row per question: `null` as its value where nothing came; the note, often empty, says
    /// why.
    public var rows: [(name: String, value: JSON, note: String)] = []

    public static func == (a: Self, b: Self) -> Bool { a.json == b.json }

    /// The value found under a name.
    public subscript(_ name: String) -> JSON? { rows.first { $0.name == name }?.value }

    /// Whether texts can be asked for at all.
    public var isUsable: Bool { self["chat"] == true || self["completions"] == true }

    /// `{name: value, …}`, and under `notes` what the server said.
    public var json: JSON {
      var object = JSONObject(rows.map { ($0.name, $0.value) })
      object["notes"] = .object(
        JSONObject(rows.filter { !$0.note.isEmpty }.map { ($0.name, JSON($0.note)) }))
      return .object(object)
    }

    mutating func add(_ name: String, _ value: JSON, _ note: String = "") {
      rows.append((name, value, note))
    }
  }

  /// Numbers of alternatives that are asked for, most first.
  private static let ladder = [1000, 100, 50, 20, 10, 5, 1]

  /// Asks.
  ///
  /// - Throws: `HTTPError.library` or `RemoteError.library` where no request at all can be sent;
  ///   `Interrupted`.
  public func findings() throws -> Findings {
    let connection = try HTTPConnection()
    var found = Findings()
    let listed = try models(&found, connection)
    guard let name = model ?? listed.first else {
      found.add("chat", false, "no model is known -- name one: --model")
      found.add("completions", false, "no model is known -- name one: --model")
      return found
    }
    found.add("model", JSON(name))
    let chat = try text(.chat, name, "chat", &found, connection)
    let plain = try text(.completions, name, "completions", &found, connection)
    guard chat || plain else { return found }
    let interface = chat ? RemoteRequest.Interface.chat : .completions
    try alternatives(interface, name, &found, connection)
    if plain { try prompts(name, &found, connection) }
    try draws(interface, name, &found, connection)
    try tokens(name, &found, connection)
    return found
  }

  /// - Returns: the answer, or `nil` and why there is none.
  private func ask(
    _ path: String, _ body: JSON? = nil, isAtRoot: Bool = false, _ connection: HTTPConnection
  ) throws -> (json: JSON?, why: String) {
    do {
      return (
        try server.send(path, body, isAtRoot: isAtRoot, over: connection), ""
      )
    } catch let error as RemoteError {
      if case .library = error { throw error }
      return (nil, "\(error)")
    }
  }

  private func models(_ found: inout Findings, _ connection: HTTPConnection) throws -> [String] {
    let (json, why) = try ask("/models", nil, connection)
    let listed = json?["data"]?.arrayValue?.compactMap { $0["id"]?.stringValue }
    found.add("models", listed.map { JSON($0) { JSON($0) } } ?? .null, why)
    return listed ?? []
  }

  private func request(
    _ interface: RemoteRequest.Interface, _ model: String, temperature: Double = 0,
    newTokens: Int = 4, seed: Int = 1, more: JSONObject = [:]
  ) -> JSON {
    let body = RemoteRequest(
      interface, model: model, text: "Name a colour.", temperature: temperature,
      newTokens: newTokens, seed: seed
    ).body
    var object = body.objectValue ?? [:]
    for member in more.members { object[member.key] = member.value }
    return .object(object)
  }

  /// Whether a text comes back, and whether its tokens are counted.
  private func text(
    _ interface: RemoteRequest.Interface, _ model: String, _ name: String,
    _ found: inout Findings, _ connection: HTTPConnection
  ) throws -> Bool {
    let (json, why) = try ask(interface.path, request(interface, model), connection)
    guard let json else {
      found.add(name, false, why)
      return false
    }
    do throws(RemoteError) {
      let answer = try RemoteAnswer(json, from: server.address.at(interface.path))
      found.add(name, true)
      if found["counts_tokens"] == nil { found.add("counts_tokens", JSON(answer.newTokens != nil)) }
      return true
    } catch {
      found.add(name, false, "\(error)")
      return false
    }
  }

  /// Log-probabilities: how many alternatives, what names them, how much mass they keep.
  private func alternatives(
    _ interface: RemoteRequest.Interface, _ model: String, _ found: inout Findings,
    _ connection: HTTPConnection
  ) throws {
    var why = ""
    var best: [RemoteToken] = []
    for k in Self.ladder {
      let (json, said) = try ask(
        interface.path,
        request(interface, model, newTokens: 1, more: interface.asking(k)), connection)
      why = said
      let tokens = json.map { RemoteToken.tokens(of: $0) } ?? []
      let count = tokens.first?.alternatives.count ?? 0
      if count > (best.first?.alternatives.count ?? -1) { best = tokens }
      if count > 0 { break }
    }
    found.add("logprobs", JSON(!best.isEmpty), best.isEmpty ? why : "")
    guard let first = best.first else { return }
    found.add("max_top_logprobs", JSON(first.alternatives.count))
    found.add("token_ids", JSON(first.alternatives.contains { $0.id != nil }))
    found.add("token_bytes", JSON(first.alternatives.contains { $0.bytes != nil }))
    let mass = first.alternatives.reduce(0) { $0 + exp($1.logProbability) }
    found.add(
      "mass_of_top", first.alternatives.isEmpty ? .null : JSON(mass),
      mass > 1.001 ? "more than 1: these are no log-probabilities" : "")
    // Rows that temperature or a cut have changed are not the teacher's distributions.
    let k = max(1, min(5, first.alternatives.count))
    let warm = try ask(
      interface.path,
      request(
        interface, model, temperature: 2, newTokens: 1, more: interface.asking(k)),
      connection
    ).json.map { RemoteToken.tokens(of: $0) }?.first
    if let warm, let a = first.alternatives.first?.logProbability,
      let b = warm.alternatives.map(\.logProbability).max()
    {
      let follows = abs(a - b) > 0.01
      found.add(
        "logprobs_follow_temperature", JSON(follows),
        follows ? "ask for labels at temperature 1" : "")
    }
  }

  /// Whether the prompt's own tokens get log-probabilities, and whether ids are taken as a prompt.
  private func prompts(
    _ model: String, _ found: inout Findings, _ connection: HTTPConnection
  ) throws {
    let path = RemoteRequest.Interface.completions.path
    let echo = try ask(
      path, request(.completions, model, newTokens: 1, more: ["echo": true, "logprobs": 1]),
      connection)
    let echoed = echo.json.map { RemoteToken.tokens(of: $0).count } ?? 0
    found.add("echo_logprobs", JSON(echoed > 1), echoed > 1 ? "" : echo.why)
    let own = try ask(
      path, request(.completions, model, newTokens: 1, more: ["prompt_logprobs": 1]), connection)
    let choice = own.json?["choices"]?.arrayValue?.first
    let rows = (choice?["prompt_logprobs"] ?? own.json?["prompt_logprobs"])?.arrayValue ?? []
    found.add("prompt_logprobs", JSON(rows.count > 1), rows.count > 1 ? "" : own.why)
    let ids = try ask(
      path, request(.completions, model, newTokens: 1, more: ["prompt": [1, 2, 3]]), connection)
    found.add("ids_as_prompt", JSON(ids.json?["choices"]?.arrayValue?.first != nil), ids.why)
  }

  /// Whether a seed fixes a text, and whether another gives another.
  private func draws(
    _ interface: RemoteRequest.Interface, _ model: String, _ found: inout Findings,
    _ connection: HTTPConnection
  ) throws {
    func text(_ temperature: Double, seed: Int) throws -> String? {
      let (json, _) = try ask(
        interface.path,
        request(interface, model, temperature: temperature, newTokens: 24, seed: seed), connection)
      return json.flatMap { try? RemoteAnswer($0, from: "").text }
    }
    let same = try [7, 7].map { try text(1, seed: $0) }
    let others = try (8...10).map { try text(1, seed: $0) }
    guard let first = same[0] else { return found.add("seed_honoured", .null, "no text came") }
    let isFixed = same[1] == first
    let varies = others.contains { $0 != first }
    found.add(
      "seed_honoured", JSON(isFixed && varies),
      !varies
        ? "five draws at temperature 1 gave one text" : isFixed ? "" : "one seed gave two texts")
    let greedy = try [1, 2].map { try text(0, seed: $0) }
    found.add("greedy_repeats", JSON(greedy[0] != nil && greedy[0] == greedy[1]))
  }

  /// Whether the server says how it cuts a text into tokens.
  private func tokens(
    _ model: String, _ found: inout Findings, _ connection: HTTPConnection
  ) throws {
    let (json, why) = try ask(
      "/tokenize", ["model": JSON(model), "content": "Name a colour.", "prompt": "Name a colour."],
      isAtRoot: true, connection)
    let ids = json?["tokens"]?.arrayValue?.compactMap { $0.intValue ?? $0["id"]?.intValue }
    found.add("tokenize", ids.map { JSON($0) { JSON($0) } } ?? .null, ids == nil ? why : "")
  }
}

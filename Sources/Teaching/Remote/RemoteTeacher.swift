internal import Files
internal import HTTP
internal import Remotes
internal import Stages

/// A teacher behind an OpenAI-compatible server, as the settings of a stage describe it.
///
/// The address, the key's variable, the timeout, the retries and the number of requests at once are
/// like a path and a thread count: they change no byte, stand in no manifest and are no part of the
/// stage's key. The model's name is, and with it identifies the teacher.
struct RemoteTeacher: Sendable {
  let model: String
  let concurrency: Int
  private let address: ServerAddress
  private let keyVariable: String?
  private let patience: RemoteServer.Patience

  init(_ settings: inout Settings) throws(ConfigurationError) {
    let url = settings.takeRaw(
      "url", .string, default: .required,
      "base address of an OpenAI-compatible server, like http://127.0.0.1:8080/v1",
      example: "http://127.0.0.1:8080/v1")
    guard let text = url?.stringValue else {
      throw settings.error(
        "url", url.map { "expected an address, found \($0.text.prefix(60))" } ?? "is missing")
    }
    do throws(ServerAddress.Malformed) { address = try ServerAddress(text) } catch {
      throw settings.error("url", "\(error)")
    }
    model = try settings.string("model", "the model's name, as the server knows it")
    guard !model.isEmpty || settings.isDescription else {
      throw settings.error(
        "model", "expected a name, found none -- `retort remote probe` lists them")
    }
    keyVariable = try settings.optionalString(
      "api_key_env", "name of the environment variable that holds the key; none: no key is sent")
    if let keyVariable {
      let isName = keyVariable.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || $0 == 0x5F
      }
      guard isName, !keyVariable.isEmpty else {
        // What stands here may be the key itself.
        throw settings.error(
          "api_key_env", "expected the name of a variable: letters, digits and _")
      }
    }
    concurrency = try settings.int(
      "concurrency", default: 4, in: 1...256, "requests that are on their way at once")
    let seconds = try settings.double(
      "timeout", default: 300, in: 1...86_400, "seconds until a request is given up")
    let retries = try settings.int(
      "retries", default: 5, in: 0...100,
      "requests after one that found nobody, came to no end or was told to come later")
    patience = .init(seconds: seconds, retries: retries)
    for key in ["api_key_env", "concurrency", "timeout", "retries"] { settings.leaveOut(key) }
  }

  /// - Throws: `RemoteError.key`.
  func server() throws(RemoteError) -> RemoteServer {
    try RemoteServer(address, keyVariable: keyVariable, patience: patience)
  }

  /// Identifies the teacher in `origin` and in manifests, 64 hex: its weights are not at hand.
  var fingerprint: String { SHA256.hash("remote model \(model)").hex }
}

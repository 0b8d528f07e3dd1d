internal import Files
internal import Remotes

/// The answers that a sampling has received, one file each, so that an interrupted one can continue
/// and no answer is paid for twice.
///
/// The folder is a stage's scratch, which is specific to its settings and inputs. A damaged file is
/// ignored: its text is asked for again.
struct RemoteTexts: Sendable {
  let folder: String

  private func path(_ number: Int) -> String { "\(folder)/answer-\(number).json" }

  /// The answer of a request, if it was kept; `.some(nil)`: the server had refused it.
  func kept(_ number: Int) -> RemoteText? {
    guard let bytes = try? readFile(path(number)), let json = try? JSON.parse(bytes),
      let digest = json["sha256"]?.stringValue, let answer = json["answer"],
      SHA256.hash(answer.serialized()).hex == digest
    else { return nil }
    if let refusal = answer["refused"]?.stringValue { return .refused(refusal) }
    return RemoteAnswer(kept: answer).map { .answered($0) }
  }

  /// - Throws: `FileError`.
  func keep(_ text: RemoteText, _ number: Int) throws(FileError) {
    let answer: JSON =
      switch text {
      case .answered(let answer): answer.json
      case .refused(let words): ["refused": JSON(words)]
      }
    let json: JSON = ["sha256": JSON(SHA256.hash(answer.serialized()).hex), "answer": answer]
    try Folder.make(folder)
    try AtomicFile.write(json.serialized(), to: path(number))
  }
}

/// What came of one request.
enum RemoteText: Sendable, Equatable {
  case answered(RemoteAnswer)
  /// The server refused this request, and the settings pass over such.
  case refused(String)
}

import Files
import Foundation
import LabelChecks
import StageSupport
import Testing
import Tokenization

/// A label file in a temporary folder, and what is told besides.
struct Case: CustomTestStringConvertible, Sendable {
  let name: String
  /// Name of the finding that must be there; `nil`: none may be.
  let finding: String?
  let make: @Sendable (_ folder: String) throws -> (path: String, given: GivenContext)

  var testDescription: String { name }

  init(
    _ name: String, _ finding: String?,
    _ make: @escaping @Sendable (_ folder: String) throws -> (path: String, given: GivenContext)
  ) {
    self.name = name
    self.finding = finding
    self.make = make
  }

  /// A case of one file.
  static func file(
    _ name: String, _ finding: String?, as file: String, vocabulary: Int? = nil,
    tokenizer: Bool = false, tokens: @escaping @Sendable () throws -> [[Int32]] = { [] },
    _ bytes: @escaping @Sendable () throws -> [UInt8]
  ) -> Case {
    Case(name, finding) { folder in
      let path = folder + "/" + file
      try AtomicFile.write(bytes(), to: path)
      var given = GivenContext()
      given.vocabulary = vocabulary
      given.tokens = try tokens()
      if tokenizer { given.tokenizer = TinyInputs.tokenizer }
      return (path, given)
    }
  }

  func report() throws -> LabelReport {
    let folder = NSTemporaryDirectory() + "retort-labels-\(UUID().uuidString)"
    try Folder.make(folder)
    defer { try? Folder.remove(folder) }
    let (path, given) = try make(folder)
    return try LabelAudit.run(path, given: given)
  }
}

internal import Files
internal import Foundation

/// A comparison's report: the facts and their results.
///
/// `report.json` holds both. The results are a function of the facts and the page is a function of
/// the report, so both can be reproduced from the file alone, byte by byte.
public struct Report: Sendable, Equatable {
  /// Of `report.json`; a file of another version is not read.
  public static let formatVersion = 1

  /// What was read from the inputs.
  public let facts: Facts
  /// A function of `facts` alone.
  public let results: Results

  /// Computes the results.
  ///
  /// - Throws: `ComparisonError.guardFailed` when a guard refuses.
  public init(_ facts: Facts) throws(ComparisonError) {
    self.facts = facts
    results = Results(facts)
    try Guards.enforce(results.checks)
  }

  /// The file `report.json`: keys in alphabetical order, indented, one newline at the end.
  public func json() throws -> [UInt8] {
    let object: JSONObject = [
      "format": JSON(Report.formatVersion), "verdicts": JSON(verdicts) { JSON($0) },
      "results": try Report.encode(results), "facts": try Report.encode(facts),
    ]
    return object.serialized(pretty: true) + [0x0A]
  }

  /// The answer of each comparison, one sentence each.
  public var verdicts: [String] {
    zip(facts.comparisons, results.comparisons).map { compared, result in
      let sentence = result.headline?.claim.sentence ?? "No claim: there is only one arm."
      return facts.comparisons.count > 1 ? "\(compared.name): \(sentence)" : sentence
    }
  }

  /// Reads `report.json`, recomputes everything from its facts and compares.
  ///
  /// - Throws: `ComparisonError.report` when the file's results differ from those of its facts;
  ///   `ComparisonError.guardFailed` when a guard refuses.
  public init(json bytes: [UInt8]) throws {
    let json: JSON
    do throws(JSONError) {
      json = try JSON.parse(bytes)
    } catch {
      throw ComparisonError.report(error.description)
    }
    guard let version = json["format"]?.intValue else {
      throw ComparisonError.report("no format version: this is not a report of ours")
    }
    guard version == Report.formatVersion else {
      throw ComparisonError.report(
        "format version \(version), this program reads \(Report.formatVersion)")
    }
    guard let facts = json["facts"] else { throw ComparisonError.report("has no facts") }
    let decoded: Facts
    do {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      decoded = try decoder.decode(Facts.self, from: Data(facts.serialized()))
    } catch let error as DecodingError {
      throw ComparisonError.report("facts: \(Report.describe(error))")
    }
    try self.init(decoded)
    guard try self.json() == bytes else {
      throw ComparisonError.report(
        "its results are not those that its facts give -- it was edited, or another version of "
          + "this program wrote it; run the compare stage again")
    }
  }

  private static func encode(_ value: some Encodable) throws -> JSON {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    do {
      return try JSON.parse(Array(encoder.encode(value)))
    } catch let error as EncodingError {
      throw ComparisonError.report("a value cannot be written: \(error)")
    }
  }

  private static func describe(_ error: DecodingError) -> String {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map(\.stringValue).joined(separator: ".") + ": "
        + context.debugDescription
    }
    return switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .keyNotFound(_, let context), .dataCorrupted(let context):
      path(context)
    @unknown default: "cannot be read"
    }
  }
}

public import Comparison
internal import Files

extension Report {
  /// The page `report.html`.
  public func html() -> [UInt8] { Page(self).bytes }

  /// Reads the report of a folder, runs every guard again and rebuilds the page.
  ///
  /// - Returns: the checks, flags among them.
  /// - Throws: `ComparisonError.report` for a report or page that does not follow from the facts,
  ///   `ManifestError` for files that differ from the folder's manifest, if it has one.
  public static func check(_ folder: String) throws -> [Check] {
    if fileExists(folder + "/" + Manifest.fileName) {
      try Manifest.read(from: folder).verifyFiles(in: folder)
    }
    let report = try Report(json: readFile(folder + "/report.json", limit: 1 << 28))
    let page = folder + "/report.html"
    guard fileExists(page) else {
      let absent = Check(
        name: "page", comparison: nil, state: .flag,
        text: "no report.html is here -- `retort compare report` makes it")
      return report.results.checks + [absent]
    }
    guard try readFile(page, limit: 1 << 28) == report.html() else {
      throw ComparisonError.page(page)
    }
    return report.results.checks
  }

  /// The page of a `report.json`.
  public static func html(from json: [UInt8]) throws -> [UInt8] { try Report(json: json).html() }
}

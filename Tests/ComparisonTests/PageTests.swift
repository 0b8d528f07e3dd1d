import Comparison
import ReportPage
import Files
import Foundation
import Testing

struct `The page` {
  /// Everything a page of ours is made of. A name that is not here came from data.
  private static let elements: Set<String> = [
    "html", "head", "meta", "title", "style", "body", "main", "header", "section", "nav", "footer",
    "h1", "h2", "h3", "p", "a", "b", "div", "span", "code", "pre", "ul", "li", "dl", "dt", "dd",
    "figure", "figcaption", "details", "summary", "table", "thead", "tbody", "tr", "th", "td",
    "article", "svg", "path", "line", "text", "rect", "circle", "polygon",
  ]

  private func wide() -> Fixture {
    var fixture = Fixture()
    fixture.plans.append(
      .init(
        name: "n6000", samples: 6000,
        levels: [("scratch", 0.36), ("kd-full", 0.24)]))
    fixture.items = 200
    fixture.extraSettings = [
      "pipeline": "quickstart",
      "about": """
      A student of 117 k parameters learns to reduce sums modulo 10 from a thousand traces: once \
      from the traces' own tokens, once from the whole distributions of a teacher.
      """,
    ]
    return fixture
  }

  /// A browser repairs what is not well-formed, each in its way; a page that must look the same
  /// everywhere leaves nothing to repair.
  @Test func `is well-formed, stands alone and has no script`() throws {
    let fixture = wide()
    defer { fixture.remove() }
    let out = try fixture.run()
    let bytes = try readFile(out + "/report.html")
    if let place = ProcessInfo.processInfo.environment["RETORT_KEEP_REPORT"] {
      try AtomicFile.write(bytes, to: place + "/report.html")
      try AtomicFile.write(readFile(out + "/report.json"), to: place + "/report.json")
    }
    let markup = try Markup(bytes)
    #expect(markup.elements.isSubset(of: Self.elements), "\(markup.elements)")
    #expect(!markup.attributes.contains { $0.hasPrefix("on") || $0 == "src" || $0 == "xlink" })
    for link in markup.links {
      #expect(link.hasPrefix("#") && markup.ids.contains(String(link.dropFirst())), "\(link)")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("default-src 'none'".replacingOccurrences(of: "'", with: "&#39;")))
    for word in ["<script", "http:", "https:", "//", "url(", "@import", "javascript:"] {
      #expect(!text.contains(word), "\(word)")
    }
  }

  @Test func `says the verdict, the flags, the families and the teacher`() throws {
    let fixture = wide()
    defer { fixture.remove() }
    let text = try Markup(readFile(fixture.run() + "/report.html")).text
    for words in [
      "kd-full has a lower KL above the floor at choice tokens than scratch by",
      "not tuned per arm", "smallest sign-flip p", "No exact test is possible",
      "the entropy of the exact next-token distribution", "347+85", "subtract 2x: x+5=-7",
      "A={key} B={cup}", "9+2+1+6", "1+1+6", "the verifier accepted 402", "With more data",
      "retort run Pipelines/quickstart.yaml", "teacher", "Final or best checkpoint",
      "Identical initial weights, order of the batches and tokens: verified.",
    ] {
      #expect(text.contains(words), "\(words)")
    }
  }

  /// "Identical" must not be said of what an arm is about.
  @Test func `says what an arm that writes does not share`() throws {
    var fixture = Fixture()
    fixture.plans[0].levels = [("scratch", 0.85), ("kd-full", 0.3), ("kd-on-policy", 0.2)]
    fixture.alter = { stage, details in
      guard stage.hasPrefix("n1000-kd-on-policy-") else { return }
      details["tokens"] = 12_345
      details["labels"] = "soft"
      details["texts"] = "student"
    }
    defer { fixture.remove() }
    let text = try Markup(readFile(fixture.run() + "/report.html")).text
    #expect(
      text.contains(
        "order of the batches and tokens: verified, but for the texts of kd-on-policy."))
    #expect(text.contains("kd-on-policy writes its own texts, which is its difference"))
  }

  /// What a model or a file may hold: markup, entities, terminal codes, spreadsheet formulas,
  /// invisible marks. All of it is shown as text.
  @Test func `text from data never becomes markup`() throws {
    var fixture = Fixture()
    fixture.texts = hostileTexts
    fixture.extraSettings = [
      "title": JSON(hostileTexts[2]), "about": JSON(hostileTexts.joined(separator: " ")),
      "pipeline": JSON(hostileTexts[3]),
    ]
    fixture.alter = { stage, details in
      if stage == "problems" { details["split"] = JSON(hostileTexts[0]) }
    }
    defer { fixture.remove() }
    let out = try fixture.run()
    let bytes = try readFile(out + "/report.html")
    let markup = try Markup(bytes)
    #expect(markup.elements.isSubset(of: Self.elements))
    #expect(!markup.attributes.contains { $0.hasPrefix("on") || $0 == "src" })
    #expect(markup.links.allSatisfy { $0.hasPrefix("#") })
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(!text.contains("<script") && !text.contains("<img") && !text.contains("<base"))
    for scalar in text.unicodeScalars where scalar != "\n" {
      let isHidden =
        scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
        || (0x2028...0x202E).contains(scalar.value) || scalar.value == 0xFEFF
      #expect(!isHidden, "U+\(String(scalar.value, radix: 16))")
    }
    // Shown, not dropped.
    #expect(markup.text.contains("<script>window.__pwned=1</script>"))
    #expect(markup.text.contains("\u{27E8}U+202E\u{27E9}gnp.exe"))
    #expect(hostileTexts.count == 41)
  }

  @Test func `comes again from report.json byte by byte`() throws {
    let fixture = wide()
    defer { fixture.remove() }
    let out = try fixture.run()
    let json = try readFile(out + "/report.json")
    #expect(try Report(json: json).json() == json)
    #expect(try Report.html(from: json) == readFile(out + "/report.html"))
    #expect(try Report.check(out).allSatisfy { $0.state != .refused })
  }

  @Test func `a report whose results were edited is refused`() throws {
    var fixture = Fixture()
    fixture.items = 4
    defer { fixture.remove() }
    let out = try fixture.run()
    let text = String(decoding: try readFile(out + "/report.json"), as: UTF8.self)
    let edited = text.replacingOccurrences(of: "\"kind\": \"better\"", with: "\"kind\": \"worse\"")
    #expect(edited != text)
    let error = #expect(throws: ComparisonError.self) { try Report(json: Array(edited.utf8)) }
    #expect(error?.description.contains("not those that its facts give") == true)
    #expect(throws: ComparisonError.self) { try Report(json: Array("{}".utf8)) }
    #expect(throws: ComparisonError.self) { try Report(json: Array(text.utf8.dropLast(9))) }
  }

  @Test func `two runs on the same inputs give the same bytes`() throws {
    var (first, second) = (Fixture(), Fixture())
    (first.items, second.items) = (10, 10)
    defer {
      first.remove()
      second.remove()
    }
    let (a, b) = try (first.run(), second.run())
    for file in ["report.json", "report.html"] {
      #expect(try readFile(a + "/" + file) == readFile(b + "/" + file))
      let text = String(decoding: try readFile(a + "/" + file), as: UTF8.self)
      #expect(!text.contains(first.folder))
    }
  }
}

struct `The snapshot` {
  /// The whole of report.json for a small fixture. A failure means that the report says something
  /// else than before: if that is meant, run with RETORT_UPDATE_SNAPSHOTS=1 and raise the stage's
  /// code version. Numbers may differ in the last bits between mathematics libraries.
  @Test func `report_json is as it was`() throws {
    var fixture = Fixture()
    fixture.plans[0].levels = [("scratch", 0.85), ("kd-full", 0.2)]
    fixture.seeds = 2
    fixture.items = 2
    fixture.showsFamilies = false
    defer { fixture.remove() }
    let bytes = try readFile(fixture.run() + "/report.json")
    let place = #filePath.replacingOccurrences(
      of: "PageTests.swift", with: "Snapshots/report.json")
    if ProcessInfo.processInfo.environment["RETORT_UPDATE_SNAPSHOTS"] != nil {
      try AtomicFile.write(bytes, to: place)
    }
    try expectSame(JSON.parse(bytes), JSON.parse(readFile(place)), at: "")
  }

  private func expectSame(_ found: JSON, _ golden: JSON, at path: String) throws {
    switch (found, golden) {
    case (.object(let a), .object(let b)):
      #expect(a.keys == b.keys, "\(path)")
      for key in a.keys {
        if let x = a[key], let y = b[key] { try expectSame(x, y, at: path + "." + key) }
      }
    case (.array(let a), .array(let b)):
      #expect(a.count == b.count, "\(path)")
      for (i, pair) in zip(a, b).enumerated() {
        try expectSame(pair.0, pair.1, at: path + "[\(i)]")
      }
    case (.int, .int), (.int, .double), (.double, .int), (.double, .double):
      let (a, b) = (found.doubleValue ?? 0, golden.doubleValue ?? 0)
      #expect(abs(a - b) <= 1e-11 * max(abs(a), abs(b)) + 1e-14, "\(path): \(a), \(b)")
    default: #expect(found == golden, "\(path)")
    }
  }
}

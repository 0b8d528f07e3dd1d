import Foundation
import Testing
import Verifiers

struct `Every verifier` {
  static let families = Verifiers.all.map(\.family)

  /// The family's published page lies beside its verifier, found from this file's own place.
  static func pages() throws -> [String: String] {
    let sources = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/Verifiers").standardizedFileURL
    var pages: [String: String] = [:]
    let files = try #require(FileManager.default.enumerator(atPath: sources.path()))
    for case let file as String in files where file.hasSuffix(".md") && file.contains("/") {
      let text = try String(contentsOf: sources.appending(path: file), encoding: .utf8)
      let title = try #require(text.split(separator: "\n").first).dropFirst(2)
      pages[String(title)] = text
    }
    return pages
  }

  @Test func `is in the registry, and has a page`() throws {
    #expect(Set(Self.families).count == Self.families.count)
    #expect(try Set(Self.pages().keys) == Set(Self.families))
    for family in Self.families {
      #expect(Verifiers.named(family)?.family == family)
    }
    #expect(Verifiers.named("no-such-family") == nil)
  }

  @Test(arguments: families)
  func `prints the grammar and example of its page`(family: String) throws {
    let verifier = try #require(Verifiers.named(family))
    let page = try #require(try Self.pages()[family])
    #expect(page.contains("```ebnf\n\(verifier.grammar)\n```\n"))
    #expect(page.contains("## Free text") == (verifier.freeTextGrammar != nil))
    if let grammar = verifier.freeTextGrammar {
      #expect(page.contains("```ebnf\n\(grammar)\n```\n"))
    }
    #expect(page.contains("```text\n\(verifier.example.problem)\n```\n"))
    #expect(page.contains("```text\n\(verifier.example.solution)\n```\n"))
    for section in ["## Text rules", "## What is checked", "## Problem space"] {
      #expect(page.contains(section))
    }
    #expect(!verifier.checks.isEmpty && !verifier.checks.contains("\n") && verifier.version >= 1)
  }

  @Test(arguments: families)
  func `accepts its own example and rejects another family's`(family: String) throws {
    let verifier = try #require(Verifiers.named(family))
    for other in Verifiers.all {
      let verdict = verifier.verify(
        problem: Array(other.example.problem.utf8), solution: Array(other.example.solution.utf8))
      #expect(verdict.isAccepted == (other.family == family))
    }
  }
}

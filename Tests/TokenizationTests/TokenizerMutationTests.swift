import Files
import Foundation
import Testing
import Tokenization

/// A deterministic fuzz target: files that are right, changed at random places.
///
/// What comes out is an error of ours or a tokenizer that encodes and decodes; anything else ends
/// the process. `RETORT_FUZZ_ROUNDS` in the environment asks for more.
struct `Mutated tokenizers` {
  static let rounds =
    ProcessInfo.processInfo.environment["RETORT_FUZZ_ROUNDS"].flatMap(Int.init) ?? 400

  static let text = bytes(" don't 12 <s> Ab\u{301}数\n\n\u{2581}x") + [0xFF, 0xE2, 0x96]

  static func use(_ tokenizer: Tokenizer) throws {
    for specials in [false, true] {
      let ids = tokenizer.encode(text, parsingSpecials: specials, addingSpecials: true)
      #expect(ids.allSatisfy { $0 >= 0 && Int($0) < tokenizer.vocabularySize })
      _ = try tokenizer.decode(ids)
    }
    _ = try? tokenizer.ggufVocabulary()
    _ = tokenizer.json
    for name in Wrapping.names {
      _ = try? Wrapping(tokenizer, template: name).sample(problem: text, solution: text)
    }
  }

  static func mutate(_ original: [UInt8], _ numbers: inout Numbers) -> [UInt8] {
    var bytes = original
    // The parts stand at both ends of the vocabulary, so change those more often.
    let start = String(decoding: bytes, as: UTF8.self).utf8.count > 2000 ? 2000 : bytes.count
    for _ in 0...Int.random(in: 0...2, using: &numbers) {
      guard bytes.count > 100 else { break }
      let area = Bool.random(using: &numbers) ? min(start, bytes.count) : bytes.count
      let at = Int.random(in: 0..<area, using: &numbers)
      switch Int.random(in: 0..<6, using: &numbers) {
      case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
      case 1:
        bytes[at] = Array("\"[]{},:0189-aAx\\ \u{7F}".utf8).randomElement(using: &numbers) ?? 0
      case 2: bytes.removeSubrange(at..<min(bytes.count, at + 9))
      case 3:
        let words = [
          "null", "true", "false", "-1", "1e9", "4294967296", "\"\"", "{}", "[]", "\"A\"",
        ]
        bytes.replaceSubrange(
          at..<min(bytes.count, at + 4),
          with: Array((words.randomElement(using: &numbers) ?? "").utf8))
      case 4:
        let piece = bytes[at..<min(bytes.count, at + 20)]
        bytes.insert(contentsOf: piece, at: Int.random(in: 0..<area, using: &numbers))
      default: bytes.removeSubrange((bytes.count - 1 - at / 8)...)
      }
    }
    return bytes
  }

  @Test(.timeLimit(.minutes(10)), arguments: Family.names)
  func `in tokenizer.json are refused or read, never worse`(name: String) throws {
    let original = try Golden.bytes("Families/\(name).json")
    var numbers = Numbers(state: 3)
    var taken = 0
    for _ in 0..<Self.rounds {
      let bytes = Self.mutate(original, &numbers)
      do throws(TokenizerError) {
        let tokenizer = try Tokenizer(json: bytes)
        taken += 1
        do { try Self.use(tokenizer) } catch { Issue.record(error) }
      } catch {
        #expect(!error.description.isEmpty && error.description.utf8.count < 4000)
      }
    }
    #expect(taken > 0 && taken < Self.rounds)
  }

  @Test(.timeLimit(.minutes(10)), arguments: ["smollm2", "llama3", "llama2", "gemma"])
  func `in GGUF are refused or read, never worse`(name: String) throws {
    let original = try `A tokenizer in GGUF`.tokenizer(name).ggufVocabulary()
    var numbers = Numbers(state: 5)
    var taken = 0
    for _ in 0..<Self.rounds {
      var gguf = original
      for _ in 0...Int.random(in: 0...2, using: &numbers) {
        let id = Int.random(in: gguf.tokens.indices, using: &numbers)
        let other = Int.random(in: gguf.tokens.indices, using: &numbers)
        switch Int.random(in: 0..<9, using: &numbers) {
        case 0: gguf.tokens[id] = Self.mutate(gguf.tokens[id] + Self.text, &numbers)
        case 1: gguf.tokens.swapAt(id, other)
        case 2: gguf.types?[id] = Int.random(in: 0...7, using: &numbers)
        case 3: gguf.scores?[id] = Float.random(in: -1000...10, using: &numbers)
        case 4: if let count = gguf.merges?.count, count > 0 { gguf.merges?.swapAt(0, count - 1) }
        case 5: gguf.merges?.removeLast()
        case 6: gguf.beginningId = [nil, -1, 0, .max, .min].randomElement(using: &numbers) ?? nil
        case 7: gguf.unknownId = [nil, 0, 5, 1 << 40].randomElement(using: &numbers) ?? nil
        default: gguf.addsSpacePrefix?.toggle()
        }
      }
      do throws(TokenizerError) {
        let tokenizer = try Tokenizer(gguf: gguf)
        taken += 1
        do { try Self.use(tokenizer) } catch { Issue.record(error) }
        do { try Self.use(Tokenizer(json: tokenizer.json)) } catch { Issue.record(error) }
      } catch {
        #expect(!error.description.isEmpty && error.description.utf8.count < 4000)
      }
    }
    #expect(taken > 0)
  }
}

import Files
import Testing
import Tokenization

struct `A tokenizer file` {
  /// What the library saved and what we write of it differ in nothing but the last newline.
  @Test func `is written as the tokenizers library writes it`() throws {
    let theirs = try Golden.bytes("library-tokenizer.json")
    let ours = try Golden.tokenizer().json
    let a = try JSON.parse(theirs)
    let b = try JSON.parse(ours)
    for key in a.objectValue?.keys ?? [] where key != "model" { #expect(a[key] == b[key]) }
    #expect(a["model"]?["merges"] == b["model"]?["merges"])
    let vocabulary = a["model"]?["vocab"]?.objectValue?.members.sorted {
      ($0.value.intValue ?? 0) < ($1.value.intValue ?? 0)
    }
    #expect(vocabulary == b["model"]?["vocab"]?.objectValue?.members)
  }

  @Test func `comes back as the same bytes and encodes the same`() throws {
    let texts = [
      bytes("it's \"quoted\" \\ and\ttabbed 数数"), bytes("quoted and tabbed"), [0, 0, 255],
    ]
    let (tokenizer, _) = Tokenizer.train(on: texts + texts, vocabularySize: 400)
    let again = try Tokenizer(json: tokenizer.json)
    #expect(again.json == tokenizer.json)
    #expect(again.fingerprint == tokenizer.fingerprint)
    for text in texts { #expect(again.encode(text) == tokenizer.encode(text)) }
  }

  /// The fingerprint stands in manifests: if this fails, every set made before names another
  /// tokenizer.
  @Test func `has a frozen fingerprint`() {
    let (tokenizer, _) = Tokenizer.train(on: [bytes("abab cd")], vocabularySize: 300)
    #expect(tokenizer.fingerprint == SHA256.hash(tokenizer.json).hex)
    #expect(
      tokenizer.fingerprint
        == "431eb79e65542f59ea0c81dcd4753eb9d889c2addf4444e43921a16fd0500b54")
  }
}

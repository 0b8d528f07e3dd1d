import Files
import SoftLabels
import Stages
import Testing
import Training

struct `The inputs of a training` {
  private let sets: TinySets

  init() throws { sets = try TinySets() }

  private func failure(_ inputs: [StageInput], _ with: JSONObject = [:], train: Bool = false)
    -> String
  {
    var run = TinyRun(inputs: inputs)
    run.kind = train ? .train : .distil
    run.with = with
    do {
      _ = try run(sets.place.path + "/out")
      return ""
    } catch {
      return "\(error)"
    }
  }

  @Test func `are refused when rows and tokens are shifted by one`() throws {
    let words = failure([try sets.labelled(shift: 1), try sets.order(48)])
    #expect(words.contains("shifted"), "\(words)")
  }

  @Test func `are refused when the order is too short or for other samples`() throws {
    let labels = try sets.labelled()
    #expect(
      failure([labels, try sets.order(44)]).contains("has 44 entries, steps × batch are 48"))
    #expect(
      failure([labels, try sets.order(48, ids: ["a", "b"])]).contains("made for other samples"))
  }

  @Test func `are refused without labels where some are needed`() throws {
    let plain = try sets.plain()
    #expect(failure([plain, try sets.order(48)]).contains("expected as inputs a label set"))
    let words = failure([plain, try sets.order(48)], ["labels": "smoothed"], train: true)
    #expect(words.contains("put a stage of kind label between"), "\(words)")
  }

  @Test func `are refused when nobody verified them, unless that is said`() throws {
    let plain = try sets.plain(verified: false)
    let order = try sets.order(48)
    #expect(failure([plain, order], train: true).contains("not verified"))
    #expect(failure([plain, order], ["unverified": true], train: true) == "")
  }

  /// What validates may not be what is learnt from: the best checkpoint would be the one that knows
  /// it by heart.
  @Test func `are refused when the validation set shares a problem`() throws {
    let labels = try sets.labelled()
    let order = try sets.order(48)
    let words = failure([labels, order, try sets.labelled("same")])
    #expect(words.contains("12 of its 12 problems stand in labels too"), "\(words)")
    #expect(words.contains("split: validation"))
    #expect(failure([labels, order, try sets.labelled("validation")]) == "")
  }

  /// The set is what is wrong, not the order.
  @Test func `name the set where all of it is too long`() throws {
    let words = failure(
      [try sets.labelled(), try sets.order(48)], ["max_tokens": 10])
    #expect(words.hasPrefix("the set labels: every sample of step 1 is longer"), "\(words)")
  }

  @Test func `are refused when the validation set has another tokenizer`() throws {
    let plain = try sets.plain()
    let words = failure(
      [plain, try sets.order(48), try sets.labelled("validation")],
      ["tokenizer": ["vocab_size": 262]], train: true)
    #expect(words.contains("another tokenizer"), "\(words)")
  }

  /// The same bits anywhere: the digest in the manifest covers the order file.
  @Test func `are refused when the order file was changed`() throws {
    let labels = try sets.labelled()
    let order = try sets.order(48)
    let path = try order.require().folder + "/order.npy"
    var bytes = try readFile(path)
    bytes[bytes.count - 4] ^= 1
    try AtomicFile.write(bytes, to: path)
    #expect(failure([labels, order]).contains("expected SHA-256"))
  }
}

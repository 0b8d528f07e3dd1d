import Files
import Testing
import Tokenization

struct `Turns in a wrapping` {
  typealias Turns = [(role: Wrapping.Role, text: [UInt8])]

  private func targets(_ sample: (tokens: [Int32], mask: [UInt8])) -> [Int32] {
    zip(sample.tokens, sample.mask).filter { $0.1 == 1 }.map(\.0)
  }

  /// One question and its answer are the sample that labelling has always made of them.
  @Test(arguments: [
    ("smollm2", "smollm2"), ("smollm2", "chatml"), ("qwen2", "qwen2"), ("qwen2", "qwen2.5"),
    ("qwen3", "qwen3"), ("llama3", "llama-3"), ("llama3", "llama-3.1"), ("gemma", "gemma"),
  ])
  func `of one question are its sample`(family: String, template: String) throws {
    let tokenizer = try Family.tokenizer(family)
    let wrapping = try Wrapping(tokenizer, template: template)
    let (problem, solution) = (bytes(" a+b \n"), bytes("c\nd"))
    let sample = try #require(
      wrapping.sample(turns: [(.user, problem), (.assistant, solution)]))
    #expect(sample == wrapping.sample(problem: problem, solution: solution))
  }

  @Test func `are joined by our special tokens where there is no template`() throws {
    let tokenizer = try Golden.tokenizer()
    let wrapping = try Wrapping(tokenizer)
    let turns: Turns = [
      (.system, bytes("s")), (.user, bytes("u")), (.assistant, bytes("a")), (.user, bytes("v")),
      (.assistant, bytes("b")),
    ]
    let sample = try #require(wrapping.sample(turns: turns))
    func ids(_ text: String) -> [Int32] { tokenizer.encode(bytes(text)) }
    #expect(
      sample.tokens
        == ids("s") + [1] + ids("u") + [1] + ids("a") + [2] + ids("v") + [1] + ids("b") + [2])
    #expect(targets(sample) == ids("a") + [2] + ids("b") + [2])
    #expect(
      try #require(wrapping.sample(turns: [(.user, bytes("9+8")), (.assistant, bytes("7"))]))
        == wrapping.sample(problem: bytes("9+8"), solution: bytes("7")))
  }

  /// Only what assistants say is learnt, and the whole is what the template renders.
  @Test func `of a chat template are rendered one after the other`() throws {
    let tokenizer = try Family.tokenizer("smollm2")
    let wrapping = try Wrapping(tokenizer, template: "smollm2")
    let sample = try #require(
      wrapping.sample(turns: [
        (.system, bytes("S")), (.user, bytes("U")), (.assistant, bytes("A")), (.user, bytes("V")),
        (.assistant, bytes("B")),
      ]))
    let rendered =
      "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nU<|im_end|>\n<|im_start|>assistant\nA"
      + "<|im_end|>\n<|im_start|>user\nV<|im_end|>\n<|im_start|>assistant\nB<|im_end|>"
    #expect(
      String(
        decoding: wrapping.bytes(of: sample.tokens.filter { !wrapping.isSpecial($0) }),
        as: UTF8.self)
        == rendered.replacing("<|im_start|>", with: "").replacing("<|im_end|>", with: ""))
    let end = try #require(tokenizer.specialId("<|im_end|>"))
    #expect(
      targets(sample) == tokenizer.encode(bytes("A")) + [end] + tokenizer.encode(bytes("B")) + [end]
    )
  }

  @Test func `have no form where a template knows one question`() throws {
    let tokenizer = try Family.tokenizer("llama2")
    let wrapping = try Wrapping(tokenizer, template: "llama-2")
    #expect(wrapping.sample(turns: [(.user, bytes("a")), (.assistant, bytes("b"))]) == nil)
  }

  @Test func `of a text are all targets but the first token`() throws {
    let tokenizer = try Golden.tokenizer()
    let sample = try Wrapping(tokenizer).sample(text: bytes("9+8=17"))
    #expect(sample.tokens == tokenizer.encode(bytes("9+8=17")) + [2])
    #expect(sample.mask.first == 0 && sample.mask.dropFirst().allSatisfy { $0 == 1 })
  }
}

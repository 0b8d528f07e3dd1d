import Files
import LoopbackSupport
import Remotes
import Testing

struct `A remote answer` {
  @Test func `is read from chats and completions`() throws {
    let chat = try RemoteAnswer(.chat("A.", model: "m", tokens: 9), from: "x")
    #expect(chat.text == "A." && chat.ending == .stop && chat.model == "m" && chat.newTokens == 9)
    let plain = try RemoteAnswer(
      ["choices": [["text": "B", "finish_reason": "length"]], "system_fingerprint": "f"], from: "x")
    #expect(plain.text == "B" && plain.ending == .length && plain.newTokens == nil)
    #expect(plain.systemFingerprint == "f")
    for answer in [chat, plain] { #expect(RemoteAnswer(kept: answer.json) == answer) }
  }

  @Test(
    arguments: [
      [:], ["choices": []], ["choices": [[:]]], ["choices": [["text": 3]]], ["choices": "x"], [],
      ["error": ["message": "x"]], ["choices": [["message": nil]]],
    ] as [JSON])
  func `without a text is an error that shows what came`(json: JSON) {
    #expect(throws: RemoteError.self) { try RemoteAnswer(json, from: "x") }
  }

  /// A refusal and a call of a tool have no content; they are no crash and no text.
  @Test(arguments: ["tool_calls", "content_filter", "stop"])
  func `may have no content`(ending: String) throws {
    let answer = try RemoteAnswer(
      ["choices": [["message": ["content": nil], "finish_reason": JSON(ending)]]], from: "x")
    #expect(answer.text.isEmpty && answer.ending.word == ending)
  }

  @Test func `gives its tokens' alternatives in all three forms`() throws {
    let chat = RemoteToken.tokens(
      of: .chat(
        "a",
        logprobs: [
          "content": [
            [
              "token": "a", "bytes": [97], "logprob": -0.5,
              "top_logprobs": [
                ["token": "b", "bytes": [98], "logprob": -1.5, "id": 8],
                ["token": "a", "bytes": [97], "logprob": -0.5, "id": 7],
              ],
            ]
          ]
        ]))
    #expect(chat.count == 1 && chat[0].logProbability == -0.5)
    #expect(chat[0].alternatives.map(\.id) == [7, 8] && chat[0].alternatives[1].bytes == [98])
    let old = RemoteToken.tokens(of: [
      "choices": [
        [
          "text": "x",
          "logprobs": [
            "tokens": ["token_id:3", "y"], "token_logprobs": [nil, -2],
            "top_logprobs": [nil, ["y": -2, "token_id:5": -0.25]],
          ],
        ]
      ]
    ])
    #expect(
      old.map(\.id) == [3, nil] && old[0].alternatives.isEmpty && old[0].logProbability == nil)
    #expect(old[1].alternatives.map(\.id) == [5, nil])
    #expect(RemoteToken.tokens(of: ["choices": [["text": "x", "logprobs": nil]]]).isEmpty)
  }
}

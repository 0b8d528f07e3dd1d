import Files
import Sets
import Stages
import Testing

struct `A mix of teachers` {
  private func mix(_ given: JSONObject, _ teachers: [String] = ["a", "b"]) throws -> (
    mix: TeacherMix, resolved: JSONObject
  ) {
    var settings = Settings(given)
    let mix = try TeacherMix(&settings, teachers: teachers)
    try settings.finish()
    return (mix, settings.resolved)
  }

  @Test func `is read from weights or routes`() throws {
    let (weighted, key) = try mix(["teachers": ["b": 1, "a": 3]])
    #expect(weighted == .mixture([0.75, 0.25]) && key["teachers"] == [0.75, 0.25])
    #expect(weighted.weights(of: "anything", teachers: 2) == [0.75, 0.25])
    let (equal, equalKey) = try mix([:])
    #expect(equal == .mixture([0.5, 0.5]) && equalKey["teachers"] == [0.5, 0.5])
    let (routed, routedKey) = try mix(["route": ["sum-reduce": "b", "default": "a"]])
    #expect(routed.weights(of: "sum-reduce", teachers: 2) == [0, 1])
    #expect(routed.weights(of: "sat", teachers: 2) == [1, 0])
    #expect(routedKey["route"] == [["sum-reduce", 2], [nil, 1]])
    let (strict, _) = try mix(["route": ["x": "a", "y": "b"]])
    #expect(strict.weights(of: "z", teachers: 2) == nil)
  }

  /// The key of a stage with one teacher is what it was before there could be several.
  @Test func `of one teacher adds nothing to the key`() throws {
    for teachers in [["a"], []] {
      let (one, key) = try mix([:], teachers)
      #expect(one == .mixture([1]) && key.isEmpty)
    }
    #expect(try mix([:], ["a"]).mix.fingerprint(of: ["ff"]) == "ff")
  }

  @Test(
    arguments: [
      (["teachers": ["a": 1]], "says nothing of b"),
      (["teachers": ["a": 1, "c": 1]], "no teacher"),
      (["teachers": ["a": 0, "b": 1]], "more than 0"),
      (["teachers": ["a": -1, "b": 2]], "more than 0"),
      (["teachers": ["a": "x", "b": 1]], "more than 0"), (["teachers": [0.5, 0.5]], "a mapping"),
      (["teachers": 1], "a mapping"), (["route": [:]], "a mapping"), (["route": "a"], "a mapping"),
      (["route": ["default": "a"]], "sends nothing to b"),
      (["route": ["x": 1, "default": "b"]], "the name"),
      (["route": ["x": "aa", "default": "b"]], "did you mean a"),
      (["route": ["x": "a", "default": "b"], "teachers": ["a": 1, "b": 1]], "leave one out"),
    ] as [(JSONObject, String)])
  func `that cannot be meant is refused`(given: JSONObject, words: String) {
    let error = #expect(throws: ConfigurationError.self) { try mix(given) }
    #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
  }

  @Test func `for one teacher is refused`() {
    for key in ["teachers", "route"] {
      let error = #expect(throws: ConfigurationError.self) { try mix([key: ["a": 1]], ["a"]) }
      #expect(error?.path == [key] && error.map { "\($0)".contains("several") } == true)
    }
  }

  /// Weights and fingerprints both tell mixes apart.
  @Test func `is identified by its teachers and what each has of it`() throws {
    let all = [
      try mix(["teachers": ["a": 1, "b": 2]]).mix.fingerprint(of: ["f", "g"]),
      try mix(["teachers": ["a": 2, "b": 1]]).mix.fingerprint(of: ["f", "g"]),
      try mix([:]).mix.fingerprint(of: ["f", "g"]), try mix([:]).mix.fingerprint(of: ["g", "f"]),
      try mix(["route": ["x": "a", "default": "b"]]).mix.fingerprint(of: ["f", "g"]),
    ]
    #expect(Set(all).count == 5 && all.allSatisfy { $0.count == 64 })
  }

  @Test func `is held against what planning knows`() throws {
    func outlook(_ name: String, tokenizer: String?) -> Outlook {
      var outlook = Outlook(name: name, kind: "import")
      outlook.tokenizer = tokenizer
      return outlook
    }
    var set = Outlook(name: "set", kind: "generate")
    set.sources = [
      .init(stage: "set", kind: "generate", settings: [:], cells: ["x/1", "x/2", "y/1"])
    ]
    let both = try mix([:]).mix
    for pair in [("t", "t"), ("t", nil), (nil, nil)] as [(String?, String?)] {
      try both.check(
        teachers: [outlook("a", tokenizer: pair.0), outlook("b", tokenizer: pair.1)], set: set)
    }
    let error = #expect(throws: InputError.self) {
      try both.check(
        teachers: [outlook("a", tokenizer: "t"), outlook("b", tokenizer: "u")], set: set)
    }
    #expect(error?.input == "b")
    let routed = try mix(["route": ["x": "a", "z": "b"]]).mix
    let lost = #expect(throws: ConfigurationError.self) { try routed.check(teachers: [], set: set) }
    #expect(lost.map { "\($0)".contains("sends y to nobody") } == true)
    try mix(["route": ["x": "a", "default": "b"]]).mix.check(teachers: [], set: set)
    try routed.check(teachers: [], set: nil)
  }
}

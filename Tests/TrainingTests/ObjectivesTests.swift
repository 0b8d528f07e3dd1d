import Files
import Foundation
import Kernels
import SoftLabels
import Stages
import Testing
import Training

/// The objectives of trainings, by their names.
struct `The objectives of a training` {
  static func read(
    _ name: String, _ with: JSONObject = [:]
  ) throws -> (objective: any Objective, resolved: JSONObject) {
    let type = try #require(Objectives.all.first { $0.name == name })
    var settings = Settings(with)
    let objective = try type.init(&settings)
    try settings.finish()
    return (objective, settings.resolved)
  }

  static func certificate(entropy: Double) -> Certificate {
    Certificate(
      massKept: 1, divergenceMean: 0, divergence99: 0, divergenceMaximum: 0,
      teacherCrossEntropy: 1, meanEntropy: entropy, targets: 1)
  }

  /// A pipeline that names one and says no more must run.
  @Test func `have names of their own, a line for people and a default for every setting`() throws {
    #expect(Set(Objectives.all.map { $0.name }).count == Objectives.all.count)
    for type in Objectives.all {
      #expect(!type.about.isEmpty)
      let (objective, _) = try Self.read(type.name)
      #expect(objective.loss.readsDistributions == (type.reads == .distributions), "\(type.name)")
      #expect(objective.loss.misfit(nil) == nil, "\(type.name)")
    }
  }

  @Test func `match inner states where they say so`() throws {
    let found = try Objectives.all.filter { try Self.read($0.name).objective.matching != nil }
    #expect(found.map { $0.name } == Self.matching)
  }

  @Test func `hard is the next token`() throws {
    let loss = try Self.read("hard").objective.loss
    #expect(loss as? NextToken == NextToken())
  }

  @Test func `smoothed takes what it is given, or the labels' mean entropy`() throws {
    let given = try Self.read("smoothed", ["smoothing": 0.25])
    #expect(!given.objective.needsCertificate)
    #expect(given.objective.loss as? NextToken == NextToken(epsilon: 0.25))
    #expect(JSON.object(given.resolved).text == #"{"smoothing":0.25}"#)
    let open = try Self.read("smoothed")
    #expect(open.objective.needsCertificate)
    #expect(JSON.object(open.resolved).text == #"{"smoothing":null}"#)
    let settled = try open.objective.settled(vocabulary: 300) { Self.certificate(entropy: 1.5) }
    let epsilon = try #require((settled.loss as? NextToken)?.epsilon)
    let entropy = Smoothing.entropy(epsilon: Double(epsilon), vocabulary: 300)
    #expect(abs(entropy - 1.5) < 1e-4)
    #expect(settled.details["smoothing"]?.doubleValue == Double(epsilon))
    // All of the mass: an epsilon of 1 is no smoothing of anything.
    let all = try open.objective.settled(vocabulary: 300) { Self.certificate(entropy: 99) }
    #expect(all.loss.misfit(nil) == nil)
  }

  @Test func `forward-kl is softened and mixed as it is told`() throws {
    let plain = try Self.read("forward-kl")
    #expect(plain.objective.loss as? ForwardDivergence == ForwardDivergence())
    let other = try Self.read("forward-kl", ["temperature": 2, "mix": 0.5])
    #expect(
      other.objective.loss as? ForwardDivergence == ForwardDivergence(temperature: 2, mix: 0.5))
    #expect(throws: ConfigurationError.self) { try Self.read("forward-kl", ["mix": 1.5]) }
    #expect(throws: ConfigurationError.self) { try Self.read("forward-kl", ["beta": 0.5]) }
  }

  @Test func `reverse-kl is softened, mixed and floored as it is told`() throws {
    let plain = try Self.read("reverse-kl")
    #expect(plain.objective.loss as? ReverseDivergence == ReverseDivergence(floor: -40))
    let other = try Self.read("reverse-kl", ["temperature": 2, "mix": 0.5, "floor": -9])
    #expect(
      other.objective.loss as? ReverseDivergence
        == ReverseDivergence(temperature: 2, mix: 0.5, floor: -9))
    #expect(throws: ConfigurationError.self) { try Self.read("reverse-kl", ["floor": 0]) }
  }

  private typealias Kind = MixtureDivergence.Kind
  /// Name, key of the share, what the defaults are, what a share of 1/4 is.
  static let mixtures: [(String, String, MixtureDivergence.Kind, MixtureDivergence.Kind)] = [
    ("jsd", "beta", Kind.jensenShannon(beta: 0.5), Kind.jensenShannon(beta: 0.25)),
    ("skew-kl", "alpha", Kind.skewForward(alpha: 0.1), Kind.skewForward(alpha: 0.25)),
    ("skew-reverse-kl", "alpha", Kind.skewReverse(alpha: 0.1), Kind.skewReverse(alpha: 0.25)),
    ("total-variation", "", Kind.totalVariation, Kind.totalVariation),
  ]

  @Test(arguments: mixtures)
  func `divergences from mixtures are what they are told to be`(
    name: String, share: String, plain: MixtureDivergence.Kind, told: MixtureDivergence.Kind
  ) throws {
    #expect(try Self.read(name).objective.loss as? MixtureDivergence == MixtureDivergence(plain))
    var with: JSONObject = ["temperature": 2, "mix": 0.5]
    if !share.isEmpty { with[share] = 0.25 }
    #expect(
      try Self.read(name, with).objective.loss as? MixtureDivergence
        == MixtureDivergence(told, temperature: 2, mix: 0.5))
    if !share.isEmpty {
      #expect(throws: ConfigurationError.self) { try Self.read(name, [share: 1]) }
    }
  }

  /// Those that no label set of whole distributions can teach: they want the teacher's states.
  static let matching = ["attention-matching", "hidden-matching"]

  /// Labels of an oracle give almost every token probability 0.
  @Test(arguments: Objectives.all.map { $0.name }.filter { !matching.contains($0) })
  func `learn exact distributions too`(name: String) throws {
    let sets = try TinySets()
    var run = TinyRun(inputs: [try sets.labelled(oracle: true), try sets.order(48 * 5)])
    run.with = ["objective": JSON(name), "steps": 60, "log_every": 1]
    let out = sets.place.path + "/out"
    let word = ["hard", "smoothed"].contains(name) ? name : "soft"
    #expect(try run(out).details["labels"] == JSON(word))
    let losses = try TinyRun.metrics(in: out).map { try #require($0["loss"]?.doubleValue) }
    #expect(losses.allSatisfy { $0.isFinite && $0 >= 0 })
    #expect(losses[59] < 0.9 * losses[0], "\(losses[0]) to \(losses[59])")
  }

  /// Both kinds of stage are one: what they train towards is what they are told.
  @Test func `are the same by either kind of stage`() throws {
    let sets = try TinySets()
    let inputs = [try sets.labelled(), try sets.order(48)]
    func digest(_ kind: TinyRun.Kind, _ name: String, _ with: JSONObject) throws -> [String] {
      var run = TinyRun(inputs: inputs)
      run.kind = kind
      run.with = with
      let out = sets.place.path + "/" + name
      return try TinyRun.digest(of: run(out), in: out)
    }
    let hard = try digest(.train, "a", [:])
    #expect(try digest(.distil, "b", ["objective": "hard"]) == hard)
    #expect(try digest(.train, "c", ["labels": "hard"]) == hard)
    let soft = try digest(.distil, "d", ["temperature": 2])
    let block: JSON = ["name": "forward-kl", "temperature": 2]
    #expect(try digest(.train, "e", ["objective": block]) == soft)
    #expect(soft != hard)
  }

  @Test func `on distributions want a set that has some`() throws {
    let sets = try TinySets()
    var run = TinyRun(inputs: [try sets.plain(), try sets.order(48)])
    run.kind = .train
    run.with = ["objective": "forward-kl"]
    #expect(throws: StageError.self) { try run(sets.place.path + "/out") }
  }
}

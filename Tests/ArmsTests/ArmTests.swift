import Arms
import Testing

struct `The table of arms` {
  /// Planning, costs, verdicts and the page all read it: a name that stands twice would mean two
  /// things.
  @Test func `names each arm once and marks each apart`() {
    #expect(Set(Arm.names).count == Arm.all.count)
    #expect(Set(Arm.all.map(\.mark)).count == Arm.all.count)
    #expect(Arm.all.count { $0.isBaseline } == 1)
    for arm in Arm.all {
      #expect(Arm.named(arm.name) == arm && !arm.words.isEmpty)
      if let control = arm.control { #expect(Arm.named(control) != nil) }
      #expect(["train", "distil"].contains(arm.stage))
    }
    #expect(Arm.named("kd") == nil && Arm.named("kd-full-2") == nil)
  }

  /// Who learns from a teacher pays for it, and nobody else does.
  @Test func `charges a teacher to those who learn from one`() {
    for arm in Arm.all {
      // A living teacher's passes are part of the training, and nothing is labelled before.
      #expect(
        (arm.target == .teacher && !arm.writes) == arm.pays.contains(.labelling), "\(arm.name)")
      #expect((arm.target == .teacher) == arm.pays.contains(.teacher), "\(arm.name)")
    }
  }

  /// A comparison's settings are for all its arms; each takes those that its objective knows.
  @Test func `drops the settings of other objectives`() throws {
    let options: [(key: String, value: Int)] = [
      ("temperature", 2), ("smoothing", 3), ("floor", 4), ("mix", 5),
    ]
    func known(_ name: String) -> [String] {
      Arm.named(name)?.known(options).map { "\($0.key) \($0.value)" } ?? []
    }
    #expect(known("scratch") == [])
    #expect(known("scratch-ls") == ["smoothing 3"])
    #expect(known("kd-full") == ["temperature 2", "mix 5"])
    #expect(known("kd-pruned") == known("kd-full"))
    #expect(known("kd-rkl") == ["temperature 2", "floor 4", "mix 5"])
    #expect(Set(Arm.allOptions) == ["smoothing", "temperature", "mix", "floor", "texts"])
  }

  /// Guards hold what trainings say of their labels against it.
  @Test func `knows what its trainings call their labels`() {
    let words = ["scratch": "hard", "scratch-ls": "smoothed"]
    for arm in Arm.all { #expect(arm.labelsWord == words[arm.name] ?? "soft") }
  }

  @Test(arguments: [
    (["scratch", "scratch-ls", "kd-full", "kd-oracle"], "scratch", "kd-full"),
    (["kd-full", "kd-oracle", "scratch"], "scratch", "kd-full"),
    (["scratch", "kd-oracle", "scratch-ls"], "scratch", "scratch-ls"),
    (["scratch", "kd-oracle", "rkl"], "scratch", "rkl"),
    (["scratch", "rkl", "kd-oracle"], "scratch", "rkl"),
    (["scratch", "rkl", "kd-full"], "scratch", "kd-full"),
    (["forward", "reverse"], "forward", "reverse"),
    (["kd-full", "rkl"], "kd-full", "rkl"),
    (["kd-full", "kd-pruned"], "kd-full", "kd-pruned"),
    (["kd-rkl", "kd-on-policy"], "kd-rkl", "kd-on-policy"),
  ])
  func `finds what a comparison asks about`(_ arms: [String], _ baseline: String, _ arm: String) {
    #expect(Arm.baseline(of: arms) == baseline)
    #expect(Arm.headline(of: arms) == arm)
  }

  @Test func `has no verdict on one arm`() {
    #expect(Arm.headline(of: ["scratch"]) == nil && Arm.headline(of: []) == nil)
    #expect(Arm.baseline(of: []) == nil)
  }
}

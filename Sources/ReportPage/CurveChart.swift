internal import Comparison
internal import Statistics

/// Curves over training tokens: each seed a thin line, the mean a heavy one, the band its 95 %
/// t-interval, the arm's name at the line's end.
struct CurveChart {
  struct Arm {
    var name: String
    var style: ArmStyle
    var seeds: [[(tokens: Double, value: Double)]]
  }

  struct Level {
    var name: String
    var value: Double
  }

  var arms: [Arm]
  var levels: [Level]
  var yTitle: String

  /// Mean and interval over the seeds at each point that all of an arm's curves share.
  static func points(_ arm: Arm)
    -> [(tokens: Double, mean: Double, low: Double?, high: Double?, count: Int)]
  {
    guard let shortest = arm.seeds.map(\.count).min() else { return [] }
    return (0..<shortest).map { i in
      let values = arm.seeds.map { $0[i].value }
      let interval = PairedInterval(values)
      return (
        mean(arm.seeds.map { $0[i].tokens }), mean(values), interval?.low, interval?.high,
        values.count
      )
    }
  }

  var html: HTML {
    let (width, height) = (760.0, 400.0)
    let all = arms.flatMap { $0.seeds.flatMap { $0 } }
    let means = arms.map { Self.points($0) }
    let x = Scale(all.map(\.tokens), from: 58, to: 618, logarithmic: true)
    // Bands of few seeds may be far wider than the curves: bands are clipped, lines are not.
    let values = all.map(\.value) + levels.map(\.value)
    let isPositive = values.allSatisfy { $0 > 0 }
    let y = Scale(values, from: 348, to: 26, logarithmic: isPositive, padding: 0.05)
    return drawing(width: width, height: height, title: yTitle + " over training tokens") {
      Axes(x: x, y: y, xTitle: "training tokens", yTitle: yTitle).html
      for level in levels {
        line("level", x.from, y(level.value), x.to, y(level.value))
      }
      for (arm, points) in zip(arms, means) { band(arm, points, x, y) }
      for (arm, points) in zip(arms, means) {
        for seed in arm.seeds {
          path("thin \(arm.style.name)", seed.map { (x($0.tokens), y($0.value)) })
        }
        path("thick \(arm.style.name)", points.map { (x($0.tokens), y($0.mean)) })
        for point in points {
          mark(arm.style, x: x(point.tokens), y: y(point.mean), size: 3.1)
        }
      }
      names(means, x, y)
    }
  }

  private func band(
    _ arm: Arm, _ points: [(tokens: Double, mean: Double, low: Double?, high: Double?, count: Int)],
    _ x: Scale, _ y: Scale
  ) -> HTML {
    func clamp(_ value: Double) -> Double { min(max(y(value), y.to), y.from) }
    let upper = points.compactMap { point in
      point.high.map { (x: x(point.tokens), y: clamp($0)) }
    }
    let lower = points.compactMap { point in
      point.low.map { (x: x(point.tokens), y: clamp($0)) }
    }
    return upper.count > 1
      ? path("band \(arm.style.name)", upper + lower.reversed(), closed: true) : HTML()
  }

  private func names(
    _ means: [[(tokens: Double, mean: Double, low: Double?, high: Double?, count: Int)]],
    _ x: Scale, _ y: Scale
  ) -> HTML {
    var entries: [(name: String, style: String, y: Double)] = []
    for (arm, points) in zip(arms, means) {
      if let last = points.last { entries.append((arm.name, arm.style.name, y(last.mean))) }
    }
    entries += levels.map { ($0.name, "quiet", y($0.value)) }
    let places = spread(entries.map(\.y), gap: 17, within: 26...346)
    return .join(
      zip(entries, places).map { entry, place in
        line("lead-line", x.to + 4, entry.y, x.to + 14, place)
          + label("direct \(entry.style)", x.to + 18, place + 4, entry.name)
      })
  }
}

/// Grid, ticks and titles of a chart.
struct Axes {
  var x: Scale
  var y: Scale
  var xTitle: String
  var yTitle: String

  var html: HTML {
    let decimals = y.tickDecimals
    return HTML.join(
      y.ticks().map { tick in
        line(tick == 0 ? "zero" : "grid", x.from, y(tick), x.to, y(tick))
          + label(
            "tick", x.from - 8, y(tick) + 4,
            y.isLogarithmic ? Format.plain(tick) : Format.fixed(tick, decimals), anchor: "end")
      })
      + HTML.join(
        x.ticks().map { tick in
          line("grid up", x(tick), y.from, x(tick), y.from + 5)
            + label("tick", x(tick), y.from + 20, Format.short(tick), anchor: "middle")
        })
      + label("title", x.from - 46, y.to - 12, yTitle)
      + label("title", (x.from + x.to) / 2, y.from + 42, xTitle, anchor: "middle")
  }
}

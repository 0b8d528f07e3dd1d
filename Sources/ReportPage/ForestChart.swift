internal import Comparison
internal import Scores
internal import Statistics

/// Differences with their intervals, one row each: the mean and its 95\u{202F}% interval, every
/// seed a dot, zero a line.
struct ForestChart {
  struct Row {
    var name: String
    /// Smaller text under the name.
    var note: String
    var style: ArmStyle
    var interval: PairedInterval
    /// Text at the end of the row.
    var words: String
  }

  var rows: [Row]
  var metric: Metric

  var html: HTML {
    let scale = metric.isShare ? 100.0 : 1.0
    let rowHeight = 54.0
    let height = 58 + rowHeight * Double(rows.count)
    let values = rows.flatMap { row in
      row.interval.differences + [row.interval.low, row.interval.high].compactMap { $0 }
    }
    let x = Scale(values.map { $0 * scale } + [0], from: 170, to: 560, zero: true)
    let title = "paired difference, " + (metric.isShare ? "percentage points" : "nat per token")
    return drawing(width: 760, height: height, title: title) {
      for tick in x.ticks() {
        line(tick == 0 ? "zero" : "grid", x(tick), 14, x(tick), height - 44)
        label("tick", x(tick), height - 26, Format.fixed(tick, x.tickDecimals), anchor: "middle")
      }
      label("title", (x.from + x.to) / 2, height - 6, title, anchor: "middle")
      for (i, row) in rows.enumerated() {
        self.row(row, y: 14 + rowHeight * (Double(i) + 0.5), x, scale)
      }
    }
  }

  private func row(_ row: Row, y: Double, _ x: Scale, _ scale: Double) -> HTML {
    let name = row.style.name
    var pieces = [
      label("direct \(name)", 0, y - 1, row.name), label("tick", 0, y + 15, row.note),
    ]
    if let low = row.interval.low, let high = row.interval.high {
      let (a, b) = (x(low * scale), x(high * scale))
      pieces.append(line("whisker \(name)", a, y, b, y))
      for end in [a, b] { pieces.append(line("whisker \(name)", end, y - 6, end, y + 6)) }
    }
    for difference in row.interval.differences {
      let place = x(difference * scale)
      pieces.append(line("rug \(name)", place, y + 10, place, y + 19))
    }
    pieces.append(mark(row.style, x: x(row.interval.mean * scale), y: y, size: 6.5))
    pieces.append(label("value", 580, y + 4, row.words))
    return .join(pieces)
  }
}

/// Values per arm as dots, one per seed, with their mean: for one level or for all items.
struct DotChart {
  struct Column {
    var name: String
    var note: String
    /// Values arm by arm.
    var groups: [(arm: String, style: ArmStyle, values: [Double])]
    /// The teacher's value.
    var teacher: Double?
  }

  var columns: [Column]
  var metric: Metric

  var html: HTML {
    let scale = metric.isShare ? 100.0 : 1.0
    let (width, height) = (760.0, columns.allSatisfy { $0.note.isEmpty } ? 298.0 : 314.0)
    let values = columns.flatMap { column in
      column.groups.flatMap(\.values) + [column.teacher].compactMap { $0 }
    }
    let y = Scale(
      values.map { $0 * scale } + (metric.higherIsBetter ? [100] : []), from: 268, to: 22,
      zero: true)
    let step = (width - 58) / Double(max(columns.count, 1))
    return drawing(width: width, height: height, title: metric.words + " by arm and level") {
      for tick in y.ticks() {
        line(tick == 0 ? "zero" : "grid", 52, y(tick), width, y(tick))
        label("tick", 44, y(tick) + 4, Format.fixed(tick, y.tickDecimals), anchor: "end")
      }
      label("title", 6, 12, metric.words + (metric.isShare ? ", per cent" : ", nat"))
      for (i, column) in columns.enumerated() {
        self.column(column, left: 58 + step * Double(i), width: step, y, scale)
      }
    }
  }

  private func column(
    _ column: Column, left: Double, width: Double, _ y: Scale, _ scale: Double
  ) -> HTML {
    let middle = left + width / 2
    var pieces = [
      label("name", middle, 290, column.name, anchor: "middle"),
      label("tick", middle, 307, column.note, anchor: "middle"),
    ]
    let span = min(width * 0.78, 34 * Double(column.groups.count))
    if let teacher = column.teacher {
      let place = y(teacher * scale)
      pieces.append(
        line("teacher-line", middle - span / 2 - 8, place, middle + span / 2 + 8, place))
    }
    for (k, group) in column.groups.enumerated() where !group.values.isEmpty {
      let x = middle + span * ((Double(k) + 0.5) / Double(column.groups.count) - 0.5)
      let centre = y(mean(group.values) * scale)
      pieces.append(line("mean \(group.style.name)", x - 10, centre, x + 10, centre))
      for value in group.values {
        pieces.append(mark(group.style, x: x, y: y(value * scale), size: 4.2))
      }
    }
    return .join(pieces)
  }
}

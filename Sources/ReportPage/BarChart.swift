internal import Statistics

/// Horizontal bars of stacked parts, with a number at the end: costs, pass rates, counts.
struct BarChart {
  struct Part {
    /// Class of the style sheet.
    var style: String
    var value: Double
  }

  struct Row {
    var name: String
    var style: String
    var parts: [Part]
    /// An interval of the row's total, if it has one.
    var interval: (low: Double, high: Double)?
    var words: String
  }

  var rows: [Row]
  var title: String
  /// End of the axis; `nil`: the longest row.
  var end: Double?
  var legend: [(style: String, name: String)] = []

  var html: HTML {
    let rowHeight = 34.0
    let top = legend.isEmpty ? 6.0 : 34.0
    let height = top + rowHeight * Double(rows.count) + 8
    let longest = end ?? rows.map { $0.parts.reduce(0) { $0 + $1.value } }.max() ?? 1
    let (from, to) = (120.0, 610.0)
    func x(_ value: Double) -> Double { from + (to - from) * value / max(longest, 1e-300) }
    return drawing(width: 760, height: height, title: title) {
      HTML.join(keys)
      line("zero", from, top, from, height - 8)
      for (i, row) in rows.enumerated() {
        self.row(row, y: top + rowHeight * Double(i) + 8, from: from, x)
      }
    }
  }

  private var keys: [HTML] {
    var left = 120.0
    return legend.map { key in
      let piece =
        HTML.leaf(
          "rect",
          [
            "class": "bar " + key.style, "x": svg(left), "y": "4", "width": "14", "height": "14",
            "rx": "3",
          ]) + label("tick", left + 20, 16, key.name)
      left += 46 + 7.2 * Double(key.name.count)
      return piece
    }
  }

  private func row(_ row: Row, y: Double, from: Double, _ x: (Double) -> Double) -> HTML {
    var pieces = [label("direct \(row.style)", 112, y + 14, row.name, anchor: "end")]
    var sum = 0.0
    for part in row.parts where part.value > 0 {
      let left = x(sum)
      sum += part.value
      pieces.append(
        .leaf(
          "rect",
          [
            "class": "bar " + part.style, "x": svg(left), "y": svg(y),
            "width": svg(max(x(sum) - left, 1)), "height": "19", "rx": "2.5",
          ]))
    }
    var reach = x(sum)
    if let interval = row.interval {
      pieces.append(line("whisker plain", x(interval.low), y + 9.5, x(interval.high), y + 9.5))
      reach = max(reach, x(interval.high))
    }
    pieces.append(label("value", reach + 10, y + 14, row.words))
    return .join(pieces)
  }
}

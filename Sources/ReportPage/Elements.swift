internal import Comparison
internal import Arms

// Short names for the page's elements.

func div(_ name: String, @HTMLBuilder _ content: () -> HTML) -> HTML {
  .element("div", ["class": name], content)
}

func p(_ name: String = "", @HTMLBuilder _ content: () -> HTML) -> HTML {
  .element("p", name.isEmpty ? [:] : ["class": name], content)
}

func span(_ name: String, _ text: String) -> HTML {
  .element("span", ["class": name]) { HTML.text(text) }
}

func code(_ text: String) -> HTML { .element("code") { HTML.text(text) } }

/// A chapter of the page with its heading.
func section(
  _ id: String, _ title: String, lead: HTML? = nil, @HTMLBuilder _ content: () -> HTML
) -> HTML {
  .element("section", ["id": id]) {
    HTML.element("h2") { HTML.text(title) }
    if let lead { p("lead") { lead } }
    content()
  }
}

/// A figure with its caption and a folded table of its numbers.
func figure(_ drawing: HTML, caption: HTML, numbers: Table) -> HTML {
  .element("figure") {
    div("plot") { drawing }
    HTML.element("figcaption") { caption }
    HTML.element("details") {
      HTML.element("summary") { "The numbers" as HTML }
      numbers.html
    }
  }
}

/// A table: the first column is text and names its row, the others are right-aligned figures.
struct Table {
  var head: [HTML]
  var rows: [[HTML]] = []
  /// Number of leading columns that hold words.
  var words = 1
  var name = ""

  init(_ head: [String], words: Int = 1, name: String = "") {
    self.head = head.map { .text($0) }
    self.words = words
    self.name = name
  }

  mutating func add(_ cells: [HTML]) { rows.append(cells) }
  mutating func add(_ cells: [String]) { rows.append(cells.map { .text($0) }) }

  var html: HTML {
    div("scroll") {
      HTML.element("table", ["class": name]) {
        HTML.element("thead") {
          HTML.element("tr") {
            for (i, cell) in head.enumerated() {
              HTML.element("th", ["scope": "col", "class": i < words ? "w" : "n"]) { cell }
            }
          }
        }
        HTML.element("tbody") {
          for row in rows {
            HTML.element("tr") {
              for (i, cell) in row.enumerated() {
                if i == 0 {
                  HTML.element("th", ["scope": "row"]) { cell }
                } else {
                  HTML.element("td", ["class": i < words ? "w" : "n"]) { cell }
                }
              }
            }
          }
        }
      }
    }
  }
}

/// Fixed colours per arm: those of Okabe and Ito, lightened on a dark page. Marks also differ in
/// shape, so that colour is never the only distinction.
struct ArmStyle {
  /// Class of the style sheet, `a0` to `a6`, or `teacher`.
  let name: String
  let shape: Int

  static func of(_ arm: String, among arms: [String]) -> ArmStyle {
    if arm == "teacher" { return ArmStyle(name: "teacher", shape: 4) }
    if let listed = Arm.named(arm) {
      // Seven colours; further arms have them again, with shapes of their own.
      return ArmStyle(name: "a\(listed.mark % 7)", shape: listed.mark)
    }
    let others = arms.filter { Arm.named($0) == nil }
    let place = 4 + (others.firstIndex(of: arm) ?? 0) % 3
    return ArmStyle(name: "a\(place)", shape: place % 4)
  }
}

/// The arm's name with its mark, as used in tables.
func armLabel(_ arm: String, among arms: [String]) -> HTML {
  let style = ArmStyle.of(arm, among: arms)
  return .element("span", ["class": "arm " + style.name]) {
    HTML.element(
      "svg", ["viewBox": "0 0 12 12", "width": "11", "height": "11", "aria-hidden": "true"]
    ) { mark(style, x: 6, y: 6, size: 4.6) }
    HTML.text(" " + arm)
  }
}

/// Objects are moved and boxes swapped; after each operation the two boxes concerned are restated.
struct BoxTracking: TraceVerifier {
  let family = "box-tracking"
  let version = 2
  let rules = ["move", "swap"]
  let checks =
    "each line restates exactly the two boxes its operation concerns with their right contents, "
    + "in alphabetical order; the answer is the box that holds the object asked for"
  let grammar = """
    problem   = boxes , ";" , { operation , ";" } , "where" , "is" , name , "?" , [ newline ] ;
    boxes     = contents , contents , { contents } ;             (* A, B, ...: 2 to 6 boxes *)
    contents  = box , "=" , "{" , [ name , { "," , name } ] , "}" ;
    operation = "move" , name , "to" , box | "swap" , box , box ;     (* 0 to 64 operations *)
    solution  = { step , newline } , answer , [ newline ] ;
    step      = contents , contents ;
    answer    = "Answer" , ":" , box ;
    box       = "A" | "B" | "C" | "D" | "E" | "F" ;
    name      = ? 2 to 8 letters a to z ? ;
    newline   = ? the byte 0A ? ;
    """
  let example = (
    problem: "A={cup,key} B={} C={pen}; move cup to B; swap A C; where is pen?",
    solution: "A={key} B={cup}\nA={pen} C={key}\nAnswer: A"
  )

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    let puzzle = try BoxPuzzle(&problem)
    var room = puzzle.room
    var boxLines = [Int](repeating: 0, count: room.boxCount)
    for operation in puzzle.operations {
      var next = room
      let boxes = next.apply(operation)
      let expected =
        next.contents(of: boxes.first) + [UInt8(ascii: " ")] + next.contents(of: boxes.second)
      let claim = try trace.read(Excerpt.quoted(expected)) { line throws(Rejection) in
        [try Self.contents(&line, in: room), try Self.contents(&line, in: room)]
      }
      let isRight =
        boxes.first != boxes.second && claim.map(\.box) == [boxes.first, boxes.second]
        && claim.allSatisfy { $0.isOrdered && $0.objects == next.boxes[$0.box] }
      try trace.require(isRight, expecting: [expected])
      let rule =
        switch operation {
        case .move: "move"
        case .swap: "swap"
        }
      try trace.applied(
        rule, from: Set([0, boxLines[boxes.first], boxLines[boxes.second]]).sorted())
      for part in claim {
        room.set(part.box, to: part.objects)
        boxLines[part.box] = trace.number
      }
    }
    return try trace.finish(answer: [BoxRoom.letter(room.box(holding: puzzle.query))])
  }

  /// Follows the one object through moves and swaps; the others do not matter to it.
  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let puzzle = try BoxPuzzle(&problem)
    var place = puzzle.room.box(holding: puzzle.query)
    for operation in puzzle.operations {
      switch operation {
      case .move(puzzle.query, let target): place = target
      case .swap(let first, let second) where first == place || second == place:
        place = first == place ? second : first
      case .move, .swap: break
      }
    }
    let found = try BoxPuzzle.box(&answer, in: puzzle.room)
    try answer.expectEnd()
    let letter = String(UnicodeScalar(BoxRoom.letter(place)))
    guard found == place else { throw .unreadable("it ends in \(letter), found another box") }
    return letter
  }

  private struct Part {
    var box: Int
    var objects: UInt16 = 0
    /// Whether names stand in alphabetical order, each once.
    var isOrdered = true
  }

  /// `A={cup,key}`, right or wrong, of boxes and objects that there are.
  private static func contents(
    _ line: inout Lexer, in room: BoxRoom
  ) throws(Rejection) -> Part {
    var part = Part(box: try BoxPuzzle.box(&line, in: room))
    try line.expect(all: ["=", "{"])
    var last = -1
    while !line.take("}") {
      if last >= 0 { try line.expect(",") }
      let object = try BoxPuzzle.object(&line, in: room)
      part.isOrdered = part.isOrdered && object > last
      last = object
      part.objects |= 1 << UInt16(object)
    }
    return part
  }
}

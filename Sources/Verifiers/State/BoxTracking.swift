/// Objects are moved and boxes swapped; after each operation the two boxes concerned are restated.
struct BoxTracking: Verifier {
  let family = "box-tracking"
  let version = 1
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

  func verify(problem: Span<UInt8>, solution: Span<UInt8>) -> Verdict {
    Verdict { () throws(Rejection) in
      let puzzle = try BoxPuzzle(problem: problem)
      var room = puzzle.room
      var trace = TraceReader(solution)
      for operation in puzzle.operations {
        let boxes = room.apply(operation)
        try trace.expect(
          room.contents(of: boxes.first) + [UInt8(ascii: " ")] + room.contents(of: boxes.second))
      }
      return try trace.finish(answer: [BoxRoom.letter(room.box(holding: puzzle.query))])
    }
  }
}

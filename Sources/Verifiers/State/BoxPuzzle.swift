/// A box-tracking problem, read and checked: boxes, operations, the object asked for.
struct BoxPuzzle {
  private static let boxLimit = 6
  private static let objectLimit = 12
  private static let operationLimit = 64
  private static let nameLengths = 2...8

  /// The boxes before the first operation.
  let room: BoxRoom
  /// Legal ones: each moves an object to another box or swaps two boxes in alphabetical order.
  private(set) var operations: [BoxRoom.Operation] = []
  /// The object asked for.
  private(set) var query = 0

  init(_ lexer: inout Lexer) throws(Rejection) {
    room = try Self.room(&lexer)
    var current = room
    while !lexer.take("where") {
      guard operations.count < Self.operationLimit else {
        throw .unreadable("expected at most \(Self.operationLimit) operations, found more")
      }
      let operation = try Self.operation(&lexer, in: current)
      operations.append(operation)
      _ = current.apply(operation)
      try lexer.expect(";")
    }
    try lexer.expect("is")
    query = try Self.object(&lexer, in: room)
    try lexer.expect("?")
    try lexer.expectEnd()
  }

  /// Reads the boxes and the semicolon after them.
  private static func room(_ lexer: inout Lexer) throws(Rejection) -> BoxRoom {
    var placed: [(name: [UInt8], box: Int)] = []
    var boxCount = 0
    repeat {
      guard boxCount < boxLimit else {
        throw .unreadable("expected at most \(boxLimit) boxes, found more")
      }
      try lexer.expect(String(UnicodeScalar(BoxRoom.letter(boxCount))))
      try lexer.expect("=")
      try lexer.expect("{")
      var last: [UInt8]?
      while !lexer.take("}") {
        if last != nil { try lexer.expect(",") }
        let start = lexer
        let name = try lexer.name(lengths: nameLengths)
        if let last, !last.lexicographicallyPrecedes(name) {
          throw .unreadable(
            "expected the names of a box in alphabetical order, found \(start.found)")
        }
        guard placed.count < objectLimit else {
          throw .unreadable("expected at most \(objectLimit) objects, found more")
        }
        guard !placed.contains(where: { $0.name == name }) else {
          throw .unreadable("expected each object in one box, found a second \(start.found)")
        }
        placed.append((name, boxCount))
        last = name
      }
      boxCount += 1
    } while !lexer.take(";")
    guard boxCount > 1 else { throw .unreadable("expected at least 2 boxes, found 1") }
    guard !placed.isEmpty else { throw .unreadable("expected at least 1 object, found none") }
    placed.sort { $0.name.lexicographicallyPrecedes($1.name) }
    return BoxRoom(names: placed.map(\.name), places: placed.map(\.box), boxCount: boxCount)
  }

  private static func operation(
    _ lexer: inout Lexer, in room: BoxRoom
  ) throws(Rejection) -> BoxRoom.Operation {
    if lexer.take("move") {
      let object = try object(&lexer, in: room)
      try lexer.expect("to")
      let start = lexer
      let target = try box(&lexer, in: room)
      let source = room.box(holding: object)
      guard target != source else {
        throw .unreadable("expected a move to another box, found \(start.found)")
      }
      return .move(object: object, to: target)
    }
    guard lexer.take("swap") else {
      throw .unreadable("expected `move`, `swap` or `where`, found \(lexer.found)")
    }
    let first = try box(&lexer, in: room)
    let start = lexer
    let second = try box(&lexer, in: room)
    guard first < second else {
      throw .unreadable(
        "expected two boxes in alphabetical order, found \(start.found) after "
          + Excerpt.quoted([BoxRoom.letter(first)]))
    }
    return .swap(first, second)
  }

  static func object(_ lexer: inout Lexer, in room: BoxRoom) throws(Rejection) -> Int {
    let start = lexer
    let name = try lexer.name(lengths: nameLengths)
    guard let object = room.names.firstIndex(of: name) else {
      throw .unreadable("expected an object that lies in a box, found \(start.found)")
    }
    return object
  }

  static func box(_ lexer: inout Lexer, in room: BoxRoom) throws(Rejection) -> Int {
    for box in 0..<room.boxCount where lexer.take(String(UnicodeScalar(BoxRoom.letter(box)))) {
      return box
    }
    throw .unreadable("expected one of the \(room.boxCount) boxes, found \(lexer.found)")
  }
}

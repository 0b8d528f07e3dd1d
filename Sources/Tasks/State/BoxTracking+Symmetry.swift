extension BoxTracking {
  /// The text that all renamings of boxes and objects share.
  ///
  /// Objects first. Those that an operation or the question mentions are identified by the order in
  /// which they are first mentioned, which no renaming changes; each of the others is identified by
  /// its box alone, and two in the same box are interchangeable. So once the boxes are named, a
  /// problem is, up to the names of objects, exactly this row of numbers: the initial box of each
  /// mentioned object, the number of the others in each box, and the operations and the question
  /// with objects by their order of mention. Two namings of the boxes give the same row only if the
  /// problems are renamings of each other. The least row over all (at most 6! = 720) namings is
  /// therefore the same for all renamings of a problem, and differs between problems that are not
  /// renamings of each other. It is written out as a problem text again.
  ///
  /// The row begins with the boxes of the mentioned objects, so the least one numbers these as they
  /// first appear there: only the namings that do are compared, n! of n other boxes.
  public func canonicalText(_ problem: Problem) -> String {
    let (order, mentioned) = Self.orderOfMention(problem)
    var best: [UInt8] = []
    var bestNaming: [Int] = []
    var hosts: [Int] = []
    for object in order[..<mentioned] where !hosts.contains(problem.place[object]) {
      hosts.append(problem.place[object])
    }
    for naming in Self.permutations[problem.boxCount]
    where hosts.indices.allSatisfy({ naming[hosts[$0]] == $0 }) {
      let row = Self.row(problem, naming: naming, order: order, mentioned: mentioned)
      if best.isEmpty || row.lexicographicallyPrecedes(best) {
        best = row
        bestNaming = naming
      }
    }
    return Self.renamed(problem, naming: bestNaming, order: order, mentioned: mentioned).text
  }

  /// Mentioned objects in order of first mention, then the others.
  private static func orderOfMention(_ problem: Problem) -> (order: [Int], mentioned: Int) {
    var order: [Int] = []
    for case .move(let object, _) in problem.operations where !order.contains(object) {
      order.append(object)
    }
    if !order.contains(problem.query) { order.append(problem.query) }
    let mentioned = order.count
    order += problem.names.indices.filter { !order.contains($0) }
    return (order, mentioned)
  }

  private static func row(
    _ problem: Problem, naming: [Int], order: [Int], mentioned: Int
  ) -> [UInt8] {
    var row: [UInt8] = []
    row.reserveCapacity(mentioned + problem.boxCount + 3 * problem.operations.count + 1)
    for object in order[..<mentioned] { row.append(UInt8(naming[problem.place[object]])) }
    let counts = row.count
    for _ in 0..<problem.boxCount { row.append(0) }
    for object in order[mentioned...] { row[counts + naming[problem.place[object]]] += 1 }
    for operation in problem.operations {
      switch operation {
      case .move(let object, let box):
        row.append(0)
        row.append(UInt8(order.firstIndex(of: object) ?? 0))
        row.append(UInt8(naming[box]))
      case .swap(let first, let second):
        let (a, b) = (naming[first], naming[second])
        row.append(1)
        row.append(UInt8(min(a, b)))
        row.append(UInt8(max(a, b)))
      }
    }
    row.append(UInt8(order.firstIndex(of: problem.query) ?? 0))
    return row
  }

  /// Boxes by `naming`; mentioned objects `oa`, `ob`, … in order, then the others box by box.
  private static func renamed(
    _ problem: Problem, naming: [Int], order: [Int], mentioned: Int
  ) -> Problem {
    let others = (0..<problem.boxCount).flatMap { box in
      order[mentioned...].filter { naming[problem.place[$0]] == box }
    }
    let ranked = order[..<mentioned] + others
    let rank = problem.names.indices.map { ranked.firstIndex(of: $0) ?? 0 }
    var renamed = problem
    renamed.names = ranked.indices.map { rank in
      "o" + String(UnicodeScalar(UInt8(ascii: "a") + UInt8(rank)))
    }
    renamed.place = ranked.map { naming[problem.place[$0]] }
    renamed.query = rank[problem.query]
    renamed.operations = problem.operations.map { operation in
      switch operation {
      case .move(let object, let box): .move(object: rank[object], to: naming[box])
      case .swap(let first, let second):
        .swap(
          first: min(naming[first], naming[second]), second: max(naming[first], naming[second]))
      }
    }
    return renamed
  }

  /// All orders of 0..<n, for n up to 6.
  private static let permutations: [[[Int]]] = (0...6).map { count in
    (0..<count).reduce([[]]) { orders, next in
      orders.flatMap { order in
        (0...order.count).map { place in
          var longer = order
          longer.insert(next, at: place)
          return longer
        }
      }
    }
  }
}

package import GeometryProofs

/// What a clause can do without.
extension Clause {
  /// The most general clause of the same points that still gives what a proof takes from this one:
  /// a locus that the proof does not use goes, a point of which it uses nothing is free.
  ///
  ///     d = foot d b a c            with `coll d a c` alone     d = on_line d a c
  ///     m = on_line m a b, on_circle m o a   with `cong …` alone   m = on_circle m o a
  ///
  /// - Parameter used: canonical forms of the given statements that the proof cites.
  package func weaker(used: Set<Statement>) -> Clause {
    guard coordinates.allSatisfy({ $0 == nil }) else { return self }
    let needed = Set(constructions.flatMap(\.canonicalStatements)).intersection(used)
    var result = self
    if points.count > 1 {
      if needed.isEmpty, let shape = constructions[0].freeShape { result.constructions = [shape] }
      return result
    }
    let parts = constructions.count == 2 ? constructions : constructions[0].loci
    guard !parts.isEmpty || needed.isEmpty else { return self }
    if needed.isEmpty {
      result.constructions = [Construction("free", [.point(points[0])])]
    } else if let one = parts.first(where: { needed.isSubset(of: $0.canonicalStatements) }) {
      result.constructions = [one]
    } else if parts.count > 2, let two = Self.pair(of: parts, giving: needed) {
      result.constructions = two
    }
    return result
  }

  /// A free shape without its points that nothing mentions: a triangle of which one corner counts
  /// is a free point. Other clauses stay.
  package func keeping(_ mentioned: Set<Int>) -> Clause {
    guard constructions.count == 1, Self.freeShapes.contains(constructions[0].name),
      coordinates.allSatisfy({ $0 == nil })
    else { return self }
    let kept = points.filter(mentioned.contains)
    guard kept.count < points.count, let name = Self.shapes[kept.count] else { return self }
    return Clause(
      points: kept, constructions: [Construction(name, kept.map { .point($0) })],
      isAuxiliary: isAuxiliary)
  }

  private static let freeShapes: Set<String> = ["segment", "triangle", "quadrangle"]
  /// By the number of points.
  private static let shapes = [1: "free", 2: "segment", 3: "triangle"]

  private static func pair(
    of parts: [Construction], giving needed: Set<Statement>
  ) -> [Construction]? {
    for i in parts.indices {
      for j in parts.indices where j > i {
        let given = parts[i].canonicalStatements + parts[j].canonicalStatements
        if needed.isSubset(of: given) { return [parts[i], parts[j]] }
      }
    }
    return nil
  }
}

extension Construction {
  /// What it gives, in canonical form.
  var canonicalStatements: [Statement] { statements.compactMap(\.canonical.statement) }

  /// The loci on which its point lies; itself for a locus, none for one that is not taken apart.
  fileprivate var loci: [Construction] {
    if isLocus { return [self] }
    let p = points
    func locus(_ name: String, _ old: Int...) -> Construction {
      Construction(name, ([p[0]] + old.map { p[$0] }).map { Construction.Argument.point($0) })
    }
    switch name {
    case "midpoint": return [locus("on_line", 1, 2), locus("on_bline", 1, 2)]
    case "mirror": return [locus("on_line", 1, 2), locus("on_circle", 2, 1)]
    case "foot": return [locus("on_line", 2, 3), locus("on_tline", 1, 2, 3)]
    case "reflect":
      return [
        locus("on_circle", 2, 1), locus("on_circle", 3, 1), locus("on_tline", 1, 2, 3),
      ]
    case "circumcenter", "circle":
      return [locus("on_bline", 1, 2), locus("on_bline", 2, 3), locus("on_bline", 1, 3)]
    case "orthocenter":
      return [
        locus("on_tline", 1, 2, 3), locus("on_tline", 2, 3, 1), locus("on_tline", 3, 1, 2),
      ]
    case "incenter":
      return [
        locus("angle_bisector", 2, 1, 3), locus("angle_bisector", 1, 3, 2),
        locus("angle_bisector", 1, 2, 3),
      ]
    case "parallelogram": return [locus("on_pline", 3, 1, 2), locus("on_pline", 1, 2, 3)]
    case "intersection_ll": return [locus("on_line", 1, 2), locus("on_line", 3, 4)]
    case "eq_triangle": return [locus("on_bline", 1, 2), locus("on_circle", 1, 2)]
    default: return []
    }
  }

  /// A shape of as many points of which nothing is said; nil where the sampler has none.
  fileprivate var freeShape: Construction? {
    switch name {
    case "r_triangle", "iso_triangle0": Construction("triangle", arguments)
    case "trapezoid": Construction("quadrangle", arguments)
    default: nil
    }
  }
}

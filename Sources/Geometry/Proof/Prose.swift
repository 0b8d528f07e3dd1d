internal import Exact

/// A proof in words, as a textbook would number it.
///
/// Angles are between lines: `∠(AB, CD)` is the turn that takes line AB to the direction of line
/// CD, modulo a half turn; so `∠(AB, CD) = -∠(CD, AB)`, and supplements that lie on one line are
/// not told apart.
struct Prose {
  let names: [String]

  /// What a claim says.
  func phrase(_ claim: Claim) -> String {
    let p = claim.list.map { names[$0] }
    func s(_ i: Int) -> String { segment(p[2 * i], p[2 * i + 1]) }
    switch claim.kind {
    case .coll: return p.joined(separator: ", ") + " lie on one line"
    case .cyclic: return p.joined(separator: ", ") + " lie on one circle"
    case .circle:
      return "\(p[0]) is the centre of the circle through "
        + p.dropFirst().joined(separator: ", ")
    case .para: return "\(s(0)) ∥ \(s(1))"
    case .perp: return "\(s(0)) ⟂ \(s(1))"
    case .cong: return "\(s(0)) = \(s(1))"
    case .eqangle: return "∠(\(s(0)), \(s(1))) = ∠(\(s(2)), \(s(3)))"
    case .eqratio: return "\(s(0)) : \(s(1)) = \(s(2)) : \(s(3))"
    case .midp: return "\(p[0]) is the midpoint of \(segment(p[1], p[2]))"
    case .simtri, .simtrir:
      return "triangles \(triangle(p, 0)) and \(triangle(p, 3)) are similar"
        + (claim.kind == .simtrir ? ", with opposite orientation" : "")
    case .contri, .contrir:
      return "triangles \(triangle(p, 0)) and \(triangle(p, 3)) are congruent"
        + (claim.kind == .contrir ? ", with opposite orientation" : "")
    case .aconst: return "∠(\(s(0)), \(s(1))) = \(degrees(claim))"
    case .angleSum:
      return "∠(\(s(0)), \(s(1))) + ∠(\(s(3)), \(s(2))) = \(degrees(claim))"
    case .rconst: return "\(s(0)) : \(s(1)) = \(claim.numerator) : \(claim.denominator)"
    case .r2const: return "\(s(0))² : \(s(1))² = \(claim.numerator) : \(claim.denominator)"
    case .lengthSum:
      return "\(segment(p[0], p[1])) + \(segment(p[1], p[2])) = \(segment(p[0], p[2]))"
    case .squareSum:
      let left = [(0, 2), (1, 3)].filter { p[$0.0] != p[$0.1] }
      let right = [(0, 3), (1, 2)].filter { p[$0.0] != p[$0.1] }
      func sum(_ pairs: [(Int, Int)]) -> String {
        pairs.map { segment(p[$0.0], p[$0.1]) + "²" }.joined(separator: " + ")
      }
      return "\(sum(left)) = \(sum(right))"
    case .product:
      func product(_ pairs: [(Int, Int)]) -> String {
        pairs.map { segment(p[$0.0], p[$0.1]) }.joined(separator: " · ")
      }
      return "\(product([(1, 3), (2, 4), (0, 5)])) = \(product([(3, 2), (4, 0), (5, 1)]))"
    case .median:
      return "4 \(segment(p[3], p[0]))² + \(segment(p[1], p[2]))² = "
        + "2 \(segment(p[3], p[1]))² + 2 \(segment(p[3], p[2]))²"
    case .diff: return "\(p.joined(separator: ", ")) are different"
    case .ncoll: return "\(p.joined(separator: ", ")) do not lie on one line"
    case .npara: return "\(s(0)) and \(s(1)) are not parallel"
    case .nperp: return "\(s(0)) and \(s(1)) are not perpendicular"
    case .sameclock: return "\(triangle(p, 0)) and \(triangle(p, 3)) turn the same way"
    case .sameside:
      return "\(p[0]) lies towards \(p[1]) and \(p[2]) as \(p[3]) does towards \(p[4]) and \(p[5])"
    case .nsameside:
      return "\(p[0]) lies between \(p[1]) and \(p[2]) just if \(p[3]) does not between "
        + "\(p[4]) and \(p[5])"
    case .longer: return "\(s(0)) is longer than \(s(1))"
    case .obtuse: return "\(p[1]) lies between \(p[0]) and \(p[2])"
    }
  }

  /// Names of one letter stand side by side; longer ones need a space.
  func segment(_ a: String, _ b: String) -> String {
    a.count == 1 && b.count == 1 ? a + b : "\(a) \(b)"
  }

  private func triangle(_ p: [String], _ from: Int) -> String {
    let three = p[from..<(from + 3)]
    return three.joined(separator: three.allSatisfy { $0.count == 1 } ? "" : " ")
  }

  private func degrees(_ claim: Claim) -> String {
    let tenths = Int(claim.numerator) * 1800 / Int(max(claim.denominator, 1))
    return tenths % 10 == 0 ? "\(tenths / 10)°" : "\(tenths / 10).\(tenths % 10)°"
  }

  /// All steps, premises first, each with its reason and what it cites.
  func text(_ derivation: Derivation) -> String {
    derivation.steps.enumerated().map { index, step in
      "\(index + 1). \(sentence(step))"
    }.joined(separator: "\n")
  }

  private func sentence(_ step: Derivation.Step) -> String {
    let cited =
      step.parents.isEmpty
      ? "" : " [" + step.parents.map { "\($0 + 1)" }.joined(separator: ", ") + "]"
    let noted =
      step.sides.isEmpty
      ? "" : " (" + step.sides.map { phrase($0) }.joined(separator: "; ") + ")"
    return "\(phrase(step.claim)): \(Self.words(for: step.reason))\(cited)\(noted)."
  }

  static func words(for reason: Derivation.Reason) -> String {
    switch reason {
    case .premise: "given"
    case .overlap: "circles that share three points are one circle"
    case .sum(.directions, _): "angle chasing"
    case .sum(.logs, _): "ratio chasing"
    case .sum(.lengths, _): "adding lengths"
    case .sum(.squares, _): "adding squares of lengths"
    case .rule(let rule): words(for: rule)
    }
  }

  static func words(for rule: RuleID) -> String {
    switch rule {
    case .premise: "given"
    case .angleChase: "angle chasing"
    case .ratioChase: "ratio chasing"
    case .lengthChase: "adding lengths"
    case .squareChase: "adding squares of lengths"
    case .collinear: "parallel lines with a common point are one line"
    case .concyclic: "equal angles over one segment"
    case .concyclicByCenter: "four points at one distance from a centre"
    case .circleByRadii: "three points at one distance from a centre"
    case .radii: "radii of one circle"
    case .inscribed: "inscribed angles over one chord"
    case .central: "the inscribed angle is half the central angle"
    case .similarByAngles: "two pairs of equal angles"
    case .similarBySides: "proportional sides"
    case .similarByAngle: "an equal angle between proportional sides"
    case .similarBySideSideAngle: "two proportional sides and the angle opposite the longer"
    case .similarParts: "corresponding parts of similar triangles"
    case .congruentParts: "corresponding parts of congruent triangles"
    case .congruent: "similar triangles with one pair of equal sides"
    case .chordsOfAngles: "equal inscribed angles stand on equal chords"
    case .equalChordsForward, .equalChordsBackward:
      "equal chords of one circle"
    case .betweenness: "a segment is the sum of its parts"
    case .perpendicularSquares: "Pythagoras on perpendicular lines"
    case .squaresPerpendicular: "the converse of Pythagoras"
    case .medianSquares: "the median's length"
    case .isoscelesAngles: "base angles of an isosceles triangle"
    case .isoscelesSides: "equal base angles"
    case .bisectorAngles: "a side divided as the other two sides are: the bisector"
    case .bisectorRatio: "a bisector divides the opposite side as the other two sides"
    case .orthocenter: "the three altitudes meet in one point"
    case .incenter: "the three bisectors meet in one point"
    case .hypotenuseMidpoint: "the midpoint of the hypotenuse is equally far from all corners"
    case .midpoint: "equally far from both ends, on their line"
    case .midpointHalf: "a midpoint halves its segment"
    case .midpointColl, .midpointCong: "by the definition of a midpoint"
    case .thirdRatio: "two lines divided in one ratio"
    case .trapezoidParallel: "a line that divides both legs alike is parallel to the bases"
    case .trapezoidRatio: "parallels divide both legs alike"
    case .centerOfChords: "where the bisectors of two chords meet is the centre"
    case .radiusOfCircle: "all points of a circle are equally far from its centre"
    case .bisectorMeetsCircle: "bisector and perpendicular bisector meet on the circle"
    case .isoscelesTrapezoid: "an isosceles trapezoid"
    case .mediatorPerpendicular: "two points equally far from both ends"
    case .mediatorSides: "a point of the perpendicular bisector"
    case .menelaus: "Menelaus: a line that meets the three sides"
    case .menelausConverse: "the converse of Menelaus"
    case .ceva: "Ceva: three lines through one point"
    case .cevaConverse: "the converse of Ceva"
    case .harmonicBisector: "a harmonic pencil with a right angle: one line bisects two others"
    case .harmonicPerpendicular: "a harmonic pencil with a bisector: a right angle"
    case .pappus: "Pappus: three points on each of two lines"
    case .midlineOfEqualSegments:
      "the line of the midpoints is equally inclined to equal segments"
    case .feetOnBisectors: "feet of a corner on the bisectors at the other two"
    case .axisBetweenPerpendiculars:
      "the perpendicular bisector halves what two perpendiculars at the ends cut off"
    }
  }
}

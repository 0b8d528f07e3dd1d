/// The named rules, under the names of the proof language.
///
/// Rules with a template are instantiated from the diagram (`Matcher`). The others have a search of
/// their own and are listed here only for their names.
package enum RuleID: UInt8, Sendable, CaseIterable {
  case premise
  /// A linear combination in one of the four systems.
  case angleChase, ratioChase, lengthChase, squareChase
  case collinear, concyclic, concyclicByCenter, circleByRadii, radii
  case inscribed, central
  case similarByAngles, similarBySides, similarByAngle, similarBySideSideAngle
  case similarParts, congruent, congruentParts
  case chordsOfAngles
  case betweenness, perpendicularSquares, squaresPerpendicular, medianSquares
  case isoscelesAngles, isoscelesSides, bisectorAngles, bisectorRatio
  case orthocenter, incenter, hypotenuseMidpoint
  case midpoint, midpointHalf, midpointColl, midpointCong
  case thirdRatio, trapezoidParallel, trapezoidRatio
  case centerOfChords, radiusOfCircle, bisectorMeetsCircle, isoscelesTrapezoid
  case equalChordsForward, equalChordsBackward
  case mediatorPerpendicular, mediatorSides
  case menelaus, menelausConverse, ceva, cevaConverse, harmonicBisector, harmonicPerpendicular
  case pappus
  case midlineOfEqualSegments, feetOnBisectors, axisBetweenPerpendiculars

  var rule: Rule { Self.table[Int(rawValue)] }

  private static let table: ContiguousArray<Rule> = ContiguousArray(allCases.map { $0.definition })

  /// All rules' premises in one array, and where each rule's begin: the closure's inner loop reads
  /// nothing else.
  static let premiseRow: (templates: ContiguousArray<Rule.Template>, starts: ContiguousArray<Int>) =
    {
      var templates = ContiguousArray<Rule.Template>()
      var starts: ContiguousArray<Int> = [0]
      for id in allCases {
        templates += id.rule.premises
        starts.append(templates.count)
      }
      return (templates, starts)
    }()

  private var definition: Rule {
    switch self {
    case .isoscelesAngles:
      Rule(name, "O A B", "cong O A O B | => eqangle O A A B A B O B")
    case .isoscelesSides:
      Rule(name, "O A B", "eqangle O A A B A B O B | ncoll O A B => cong O A O B")
    case .bisectorAngles:
      Rule(
        name, "A B C D",
        "eqratio D B D C A B A C , coll D B C | ncoll A B C => eqangle A B A D A D A C")
    case .bisectorRatio:
      Rule(
        name, "A B C D",
        "eqangle A B A D A D A C , coll D B C | ncoll A B C => eqratio D B D C A B A C")
    case .orthocenter:
      Rule(name, "A B C D", "perp A B C D , perp A C B D | => perp A D B C")
    case .incenter:
      Rule(
        name, "A B C X",
        "eqangle A B A X A X A C , eqangle B A B X B X B C | ncoll A B C => eqangle C B C X C X C A"
      )
    case .hypotenuseMidpoint:
      Rule(name, "A B C M", "perp A B B C , midp M A C | => cong A M B M")
    case .midpoint:
      Rule(name, "M A B", "cong M A M B , coll M A B | => midp M A B")
    case .midpointHalf:
      Rule(name, "M A B", "midp M A B | => rconst M A A B 1/2")
    case .midpointColl:
      Rule(name, "M A B", "midp M A B | => coll M A B")
    case .midpointCong:
      Rule(name, "M A B", "midp M A B | => cong M A M B")
    case .thirdRatio:
      Rule(
        name, "A B C D E F",
        "eqratio A B A C D E D F , coll A B C , coll D E F | sameside A B C D E F => "
          + "eqratio A B B C D E E F")
    case .trapezoidParallel:
      Rule(
        name, "A B C D M N",
        "para A B C D , coll M A D , coll N B C , eqratio M A M D N B N C | "
          + "sameside M A D N B C => para M N A B")
    case .trapezoidRatio:
      Rule(
        name, "A B C D M N",
        "para A B C D , coll M A D , coll N B C , para M N A B | ncoll A B C => "
          + "eqratio M A M D N B N C")
    case .centerOfChords:
      Rule(
        name, "A B C D O",
        "cyclic A B C D , cong O A O B , cong O C O D | npara A B C D => cong O A O C")
    case .radiusOfCircle:
      Rule(name, "A B C D O", "circle O A B C , cyclic A B C D | => cong O A O D")
    case .bisectorMeetsCircle:
      Rule(
        name, "A B C D",
        "eqangle C A C D C D C B , cong D A D B | ncoll A B C , nperp A B C D => cyclic A B C D")
    case .isoscelesTrapezoid:
      Rule(
        name, "A B C D", "cong A B C D , para A D B C | npara A B C D => eqangle C A C B B C B D")
    case .equalChordsForward:
      Rule(
        name, "A B P Q", "cyclic A B P Q , cong A B P Q | npara A P B Q => eqangle P A P B P B Q B")
    case .equalChordsBackward:
      Rule(
        name, "A B P Q", "cyclic A B P Q , cong A B P Q | npara A Q B P => eqangle P A P B Q B P B")
    case .chordsOfAngles:
      Rule(
        name, "A B C P Q R", "cyclic A B C P Q R , eqangle C A C B R P R Q | => cong A B P Q")
    case .mediatorPerpendicular:
      Rule(name, "A B P Q", "cong A P B P , cong A Q B Q | => perp A B P Q")
    case .mediatorSides:
      Rule(name, "A B M O", "midp M A B , perp O M A B | => cong O A O B")
    case .menelaus:
      Rule(
        name, "A B C D E F",
        "coll D B C , coll E C A , coll F A B , coll D E F | ncoll A B C => product A B C D E F")
    case .menelausConverse:
      Rule(
        name, "A B C D E F",
        "coll D B C , coll E C A , coll F A B , product A B C D E F | ncoll A B C , "
          + "sameside D B C E C A , obtuse A B F => coll D E F")
    case .ceva:
      Rule(
        name, "A B C P D E F",
        Self.cevians + ", coll F C P | ncoll A B C => product A B C D E F")
    case .cevaConverse:
      Rule(
        name, "A B C P D E F",
        Self.cevians + ", product A B C D E F | ncoll A B C , sameside D B C E C A , "
          + "obtuse A F B => coll F C P")
    case .harmonicBisector:
      Rule(
        name, "A B C P D E F",
        Self.cevians + ", coll F C P , perp C F A B | ncoll A B C => eqangle F D F C F C F E")
    case .harmonicPerpendicular:
      Rule(
        name, "A B C P D E F",
        Self.cevians + ", coll F C P , eqangle F D F C F C F E | ncoll A B C => perp C F A B")
    case .pappus:
      Rule(
        name, "A B C P Q R X Y Z",
        "coll A B C , coll P Q R , coll X A Q , coll X P B , coll Y A R , coll Y P C , "
          + "coll Z B R , coll Z Q C | ncoll A B P , ncoll A B Q , ncoll A B R => coll X Y Z")
    case .midlineOfEqualSegments:
      Rule(
        name, "A B C D M N",
        "cong A B C D , midp M A C , midp N B D | => eqangle A B M N M N C D")
    case .feetOnBisectors:
      Rule(
        name, "A B C F G",
        "eqangle B A B G B G B C , perp B G G A , eqangle C A C F C F C B , perp C F F A | => "
          + "para F G B C")
    case .axisBetweenPerpendiculars:
      Rule(
        name, "A B C D E",
        "perp E A A B , perp D B A B , coll C D E , cong C A C B | => midp C E D")
    default:
      Rule(name, "", "")
    }
  }

  /// Two cevians of triangle ABC through P, and where all three meet the sides.
  private static let cevians =
    "coll D B C , coll E C A , coll F A B , coll D A P , coll E B P "

  /// Its name in proof text.
  package var name: String {
    switch self {
    case .premise: "given"
    case .angleChase: "directions"
    case .ratioChase: "ratios"
    case .lengthChase: "lengths"
    case .squareChase: "squares"
    case .collinear: "directions"
    case .concyclic: "concyclic-by-angles"
    case .concyclicByCenter: "concyclic-by-centre"
    case .circleByRadii: "circle-by-centre"
    case .radii: "radii"
    case .inscribed: "inscribed-angles"
    case .central: "central-angle"
    case .similarByAngles: "angle-angle"
    case .similarBySides: "side-side-side"
    case .similarByAngle: "side-angle-side"
    case .similarBySideSideAngle: "side-side-angle"
    case .similarParts: "similar-triangles"
    case .congruent: "congruent-if-similar"
    case .congruentParts: "congruent-triangles"
    case .chordsOfAngles: "equal-angles-equal-chords"
    case .betweenness: "segment-sum"
    case .perpendicularSquares: "perpendicular-squares"
    case .squaresPerpendicular: "squares-perpendicular"
    case .medianSquares: "median-law"
    case .isoscelesAngles: "isosceles-angles"
    case .isoscelesSides: "isosceles-sides"
    case .bisectorAngles: "bisector-by-ratio"
    case .bisectorRatio: "bisector-ratio"
    case .orthocenter: "orthocentre"
    case .incenter: "incentre"
    case .hypotenuseMidpoint: "right-angle-midpoint"
    case .midpoint: "midpoint-by-sides"
    case .midpointHalf: "midpoint-half"
    case .midpointColl: "midpoint-line"
    case .midpointCong: "midpoint-sides"
    case .thirdRatio: "ratio-on-line"
    case .trapezoidParallel: "parallel-by-division"
    case .trapezoidRatio: "division-by-parallel"
    case .centerOfChords: "centre-by-two-chords"
    case .radiusOfCircle: "radius-of-circle"
    case .bisectorMeetsCircle: "bisector-meets-axis"
    case .isoscelesTrapezoid: "isosceles-trapezoid"
    case .equalChordsForward: "equal-chords-crossed"
    case .equalChordsBackward: "equal-chords-mirrored"
    case .mediatorPerpendicular: "axis"
    case .mediatorSides: "axis-point"
    case .menelaus: "menelaus"
    case .menelausConverse: "menelaus-converse"
    case .ceva: "ceva"
    case .cevaConverse: "ceva-converse"
    case .harmonicBisector: "harmonic-bisector"
    case .harmonicPerpendicular: "harmonic-perpendicular"
    case .pappus: "pappus"
    case .midlineOfEqualSegments: "midline-of-equal-segments"
    case .feetOnBisectors: "feet-on-bisectors"
    case .axisBetweenPerpendiculars: "axis-between-perpendiculars"
    }
  }
}

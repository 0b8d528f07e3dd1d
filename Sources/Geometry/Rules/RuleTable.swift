/// The named rules, by the numbers that Newclid gives them.
///
/// Those with a template are instantiated from the diagram (`Matcher`); the others are applied by a
/// search of their own and stand here for their names only.
enum RuleID: UInt8, Sendable, CaseIterable {
  case premise
  /// A linear combination in one of the four systems.
  case angleChase, ratioChase, lengthChase, squareChase
  case collinear, concyclic, concyclicByCenter, circleOfRadii
  case inscribed, central
  case similarByAngles, similarBySides, similarByAngle, similarBySideSideAngle
  case similarAngles, similarRatios
  case chordsOfAngles, anglesOfChords
  case betweenness, perpendicularSquares, squaresPerpendicular, medianSquares
  case isoscelesAngles, isoscelesSides, bisectorAngles, bisectorRatio
  case orthocenter, incenter, hypotenuseMidpoint
  case midpoint, midpointHalf, midpointColl, midpointCong
  case thirdRatio, trapezoidParallel, trapezoidRatio
  case centerOfChords, radiusOfCircle, bisectorMeetsCircle, isoscelesTrapezoid
  case equalChordsForward, equalChordsBackward
  case mediatorPerpendicular, mediatorSides
  case symmetricKite, rightRadius, congruent

  var rule: Rule { Self.table[Int(rawValue)] }

  private static let table: ContiguousArray<Rule> = ContiguousArray(allCases.map { $0.definition })

  /// All rules' premises in one row, with where each rule's begin: what the closure's loop reads.
  static let premiseRow: (templates: ContiguousArray<Rule.Template>, starts: ContiguousArray<Int>) = {
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
      Rule("r13", "O A B", "cong O A O B | ncoll O A B => eqangle O A A B A B O B")
    case .isoscelesSides:
      Rule("r14", "O A B", "eqangle A O A B B A B O | ncoll O A B => cong O A O B")
    case .bisectorAngles:
      Rule(
        "r11", "A B C D",
        "eqratio D B D C A B A C , coll D B C | ncoll A B C => eqangle A B A D A D A C")
    case .bisectorRatio:
      Rule(
        "r12", "A B C D",
        "eqangle A B A D A D A C , coll D B C | ncoll A B C => eqratio D B D C A B A C")
    case .orthocenter:
      Rule("r43", "A B C D", "perp A B C D , perp A C B D | ncoll A B C => perp A D B C")
    case .incenter:
      Rule(
        "r46", "A B C X",
        "eqangle A B A X A X A C , eqangle B A B X B X B C | ncoll A B C => eqangle C B C X C X C A")
    case .hypotenuseMidpoint:
      Rule("r19", "A B C M", "perp A B B C , midp M A C | => cong A M B M")
    case .midpoint:
      Rule("r54", "M A B", "cong M A M B , coll M A B | => midp M A B")
    case .midpointHalf:
      Rule("r51", "M A B", "midp M A B | => rconst M A A B 1/2")
    case .midpointColl:
      Rule("r56", "M A B", "midp M A B | => coll M A B")
    case .midpointCong:
      Rule("r55", "M A B", "midp M A B | => cong M A M B")
    case .thirdRatio:
      Rule(
        "r71", "A B C D E F",
        "eqratio A B A C D E D F , coll A B C , coll D E F | sameside A B C D E F => "
          + "eqratio A B B C D E E F")
    case .trapezoidParallel:
      Rule(
        "r41", "A B C D M N",
        "para A B C D , coll M A D , coll N B C , eqratio M A M D N B N C | "
          + "sameside M A D N B C => para M N A B")
    case .trapezoidRatio:
      Rule(
        "r42", "A B C D M N",
        "para A B C D , coll M A D , coll N B C , para M N A B | ncoll A B C => "
          + "eqratio M A M D N B N C")
    case .centerOfChords:
      Rule(
        "r50", "A B C D O",
        "cyclic A B C D , cong O A O B , cong O C O D | npara A B C D => cong O A O C")
    case .radiusOfCircle:
      Rule("r49", "A B C D O", "circle O A B C , cyclic A B C D | => cong O A O D")
    case .bisectorMeetsCircle:
      Rule(
        "r74", "A B C D",
        "eqangle C A C D C D C B , cong D A D B | ncoll A B C D , nperp A B C D => cyclic A B C D")
    case .isoscelesTrapezoid:
      Rule("r91", "A B C D", "cong A B C D , para A D B C | npara A B C D => eqangle C A C B B C B D")
    case .equalChordsForward:
      Rule(
        "r80", "A B P Q", "cyclic A B P Q , cong A B P Q | npara A P B Q => eqangle P A P B P B Q B")
    case .equalChordsBackward:
      Rule(
        "r81", "A B P Q", "cyclic A B P Q , cong A B P Q | npara A Q B P => eqangle P A P B Q B P B")
    case .mediatorPerpendicular:
      Rule("r23", "A B P Q", "cong A P B P , cong A Q B Q | => perp A B P Q")
    case .mediatorSides:
      Rule("r22", "A B M O", "midp M A B , perp O M A B | => cong O A O B")
    case .rightRadius:
      Rule("r24", "A B P Q", "cong A P B P , cong A Q B Q , cyclic A B P Q | => perp P A A Q")
    default:
      Rule(name, "", "")
    }
  }

  /// Its name in proof text.
  var name: String {
    switch self {
    case .premise: "premise"
    case .angleChase: "angles"
    case .ratioChase: "ratios"
    case .lengthChase: "lengths"
    case .squareChase: "squares"
    case .collinear: "r28"
    case .concyclic: "r04"
    case .concyclicByCenter: "r01"
    case .circleOfRadii: "r73"
    case .inscribed: "r03"
    case .central: "r88"
    case .similarByAngles: "r34"
    case .similarBySides: "r60"
    case .similarByAngle: "r62"
    case .similarBySideSideAngle: "ssa"
    case .similarAngles, .similarRatios: "r52"
    case .chordsOfAngles: "r05"
    case .anglesOfChords: "r58"
    case .betweenness: "r83"
    case .perpendicularSquares: "r85"
    case .squaresPerpendicular: "r86"
    case .medianSquares: "r89"
    case .symmetricKite: "r23"
    case .congruent: "r68"
    default: rule.name
    }
  }
}

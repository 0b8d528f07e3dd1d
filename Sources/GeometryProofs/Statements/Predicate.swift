/// What a statement says of its points. The raw value is the word in problem and proof text.
///
/// `d(AB)` is the direction of line AB in half turns, a number modulo 1; `|AB|` is a length.
public enum Predicate: String, CaseIterable, Sendable, Hashable {
  // MARK: Facts, which proofs derive.
  /// `coll A B C …`: all on one line.
  case coll
  /// `cyclic A B C D …`: all on one circle (never on a line), in any order.
  case cyclic
  /// `circle O A B C …`: O is the centre of the circle through the others.
  case circle
  /// `para A B C D`: d(AB) = d(CD); the same line is allowed.
  case para
  /// `perp A B C D`: d(AB) - d(CD) = 1/2.
  case perp
  /// `cong A B C D`: |AB| = |CD|.
  case cong
  /// `eqangle A B C D E F G H`: d(CD) - d(AB) = d(GH) - d(EF).
  case eqangle
  /// `eqratio A B C D E F G H`: |AB| / |CD| = |EF| / |GH|.
  case eqratio
  /// `midp M A B`: M is the midpoint of AB.
  case midp
  /// `simtri A B C P Q R`: similar triangles of the same orientation.
  case simtri
  /// `simtrir A B C P Q R`: similar triangles of opposite orientation.
  case simtrir
  /// `contri A B C P Q R`: congruent triangles of the same orientation.
  case contri
  /// `contrir A B C P Q R`: congruent triangles of opposite orientation.
  case contrir
  /// `aconst A B C D r`: d(CD) - d(AB) = r half turns.
  case aconst
  /// `rconst A B C D q`: |AB| / |CD| = q.
  case rconst
  /// `r2const A B C D q`: |AB|² / |CD|² = q.
  case r2const
  /// `lconst A B q`: |AB| = q.
  case lconst
  /// `l2const A B q`: |AB|² = q.
  case l2const
  /// `aequation k A B … r`: the sum of k d(AB) is r, for whole numbers k.
  case aequation
  /// `lequation k A B … c`: the sum of k |AB| is c.
  case lequation
  /// `l2equation k A B … c`: the sum of k |AB|² is c.
  case l2equation
  /// `requation k A B … q`: the product of the powers |AB|^k is q, for whole numbers k.
  case requation
  /// `same A B`: two names of one point.
  case same

  // MARK: Conditions, which are only read off a diagram, with a margin.
  /// `diff A B …`: pairwise distinct.
  case diff
  /// `ncoll A B C …`: not all on one line.
  case ncoll
  /// `ncyclic A B C D`: not on one circle and not on one line.
  case ncyclic
  /// `npara A B C D`: not parallel.
  case npara
  /// `nperp A B C D`: not perpendicular.
  case nperp
  /// `sameclock A B C P Q R`: both triples turn the same way, and neither is on a line.
  case sameclock
  /// `sameside A B C P Q R`: (B-A)·(C-A) and (Q-P)·(R-P) have one sign, and neither is 0.
  case sameside
  /// `nsameside A B C P Q R`: they have opposite signs.
  case nsameside
  /// `obtuse_angle A B C`: (A-B)·(C-B) < 0; for points of one line, B lies between A and C.
  case obtuseAngle = "obtuse_angle"
  /// `longer A B C D`: |AB| > |CD|.
  case longer

  /// Whether it is a condition: read off diagrams, never derived.
  public var isCondition: Bool {
    switch self {
    case .diff, .ncoll, .ncyclic, .npara, .nperp, .sameclock, .sameside, .nsameside, .obtuseAngle,
      .longer:
      true
    default: false
    }
  }

  /// How many points it takes; for the three equations, any even number.
  public var pointCounts: ClosedRange<Int> {
    switch self {
    case .coll, .ncoll: 3...Statement.mostPoints
    case .cyclic, .circle: 4...Statement.mostPoints
    case .para, .perp, .cong, .npara, .nperp, .longer, .ncyclic: 4...4
    case .eqangle, .eqratio: 8...8
    case .midp, .obtuseAngle: 3...3
    case .simtri, .simtrir, .contri, .contrir, .sameclock, .sameside, .nsameside: 6...6
    case .aconst, .rconst, .r2const: 4...4
    case .lconst, .l2const, .same: 2...2
    case .aequation, .lequation, .l2equation, .requation: 2...Statement.mostPoints
    case .diff: 2...Statement.mostPoints
    }
  }

  /// The kind of number its text ends with.
  public var constant: Constant? {
    switch self {
    case .aconst: .angle
    case .rconst, .r2const, .lconst, .l2const: .ratio
    default: nil
    }
  }

  /// Whether it is a sum of multiples of directions, lengths, squared lengths or logarithms of
  /// lengths: its text has a number before each pair of points.
  public var isEquation: Bool {
    switch self {
    case .aequation, .lequation, .l2equation, .requation: true
    default: false
    }
  }
}

/// Which numbers stand in a text: `30o`, `1/6`, `2pi/3` for angles; `1/2` for ratios and lengths.
public enum Constant: Sendable, Hashable { case angle, ratio }

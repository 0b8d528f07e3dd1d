import Foundation
import Testing

/// Proofs that tests accept, mutate and break: written by hand, one for each kind of step; and
/// found by the engine, chosen so that they use many rules (`Proofs/`).
enum ProofFixtures {
  /// The engine's, read from the test's resources.
  static func found() throws -> [(name: String, text: String)] {
    let folder = try #require(Bundle.module.url(forResource: "Proofs", withExtension: nil))
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: nil)
    return try files.sorted { $0.lastPathComponent < $1.lastPathComponent }.map {
      ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8))
    }
  }

  static let all: [(name: String, text: String)] = texts.map { text in
    let name = text.split(separator: "\n")[1].dropFirst("problem ".count)
    return (String(name), text + "\n")
  }

  static func named(_ name: String) -> String { all.first { $0.name == name }?.text ?? "" }

  private static let texts = [
    """
    retort geometry proof 1
    problem orthocentre
    given a b c = triangle a b c
    given h = on_tline h b a c, on_tline h c a b
    goal perp a h b c
    proof
    1. perp h b a c : given
    2. perp h c a b : given
    3. perp a h b c : by orthocentre a b c h from 2 1
    """,
    """
    retort geometry proof 1
    problem varignon
    given a b c d = quadrangle a b c d
    given e = midpoint e a b
    given f = midpoint f b c
    given g = midpoint g c d
    given h = midpoint h d a
    goal para e f h g
    proof
    1. midp e a b : given
    2. midp f b c : given
    3. midp g c d : given
    4. midp h d a : given
    5. para e f a c : by midline b a c e f from 1 2
    6. para h g a c : by midline d a c h g from 4 3
    7. para e f h g : directions 1[5] -1[6]
    """,
    """
    retort geometry proof 1
    problem feet-concyclic
    given a b c = triangle a b c
    given d = foot d b a c
    given e = foot e c a b
    goal cyclic b c d e
    proof
    1. perp d b a c : given
    2. coll d a c : given
    3. perp e c a b : given
    4. coll e a b : given
    5. eqangle d b d c e b e c : directions -1[1] -1[3] lines 2 4
    6. ncoll d b c : check
    7. cyclic b c d e : by concyclic-by-angles b c d e from 5 where 6
    """,
    """
    retort geometry proof 1
    problem feet-concyclic-with-midpoint
    given a b c = triangle a b c
    given d = foot d b a c
    given e = foot e c a b
    auxiliary m = midpoint m b c
    goal cyclic b c d e
    proof
    1. perp d b a c : given
    2. coll d a c : given
    3. perp b d d c : directions 1[1] lines 2
    4. midp m b c : given
    5. cong b m d m : by right-angle-midpoint b d c m from 3 4
    6. perp e c a b : given
    7. coll e a b : given
    8. perp c e e b : directions 1[6] lines 7
    9. cong c m e m : by right-angle-midpoint c e b m from 8 4
    10. cong m b m c : given
    11. cong m d m c : ratios -1[5] 1[10]
    12. cyclic b d c e : by concyclic-by-centre m b d c e from 5 11 9
    """,
    """
    retort geometry proof 1
    problem kite
    given a b = segment a b
    given c = free c
    given d = on_circle d a b, on_circle d c b
    goal eqangle b a b c d c d a
    proof
    1. cong a d a b : given
    2. cong c d c b : given
    3. sameclock a b c a c d : check
    4. contrir a b c a d c : by congruent-sides-reversed a b c a d c from 1 2 = where 3
    5. simtrir a b c a d c : by congruent-triangles-reversed a b c a d c from 4
    6. eqangle b a b c d c d a : by similar-triangles-reversed a b c a d c from 5
    """,
    """
    retort geometry proof 1
    problem two-points-on-a-circle
    given a b c = triangle a b c
    given d = on_circum d a b c
    given e = on_circum e a b c
    goal eqangle d b d e c b c e
    proof
    1. cyclic a b c d : given
    2. cyclic a b c e : given
    3. cyclic b c d e : circle 1 2
    4. eqangle d b d e c b c e : by inscribed-angles b e d c from 3
    """,
    """
    retort geometry proof 1
    problem lengths-along-a-line
    given a b = segment a b
    given c = between_bound c a b
    given d = eqdistance d b a c
    goal lequation 1 b d 1 c b -1 a b 0
    proof
    1. coll c a b : given
    2. obtuse_angle a c b : given
    3. lequation 1 a c 1 c b -1 a b 0 : by segment-sum a c b from 1 where 2
    4. cong d b a c : given
    5. lequation 1 b d 1 c b -1 a b 0 : lengths 1[3] 1[4]
    """,
    """
    retort geometry proof 1
    problem orthocentre-by-squares
    given a b c = triangle a b c
    given h = on_tline h b a c, on_tline h c a b
    goal perp a h b c
    proof
    1. perp h b a c : given
    2. l2equation 1 h a 1 b c -1 h c -1 b a 0 : by perpendicular-squares h b a c from 1
    3. perp h c a b : given
    4. l2equation 1 h a 1 c b -1 h b -1 c a 0 : by perpendicular-squares h c a b from 3
    5. l2equation 1 h b 1 a c -1 h c -1 a b 0 : squares 1[2] -1[4]
    6. perp h a b c : by squares-perpendicular h a b c from 5
    """,
    """
    retort geometry proof 1
    problem one-centre-of-a-parallelogram
    given a b c = triangle a b c
    given d = parallelogram d a b c
    given m = midpoint m a c
    given n = midpoint n b d
    goal coll a n c
    proof
    1. midp m a c : given
    2. para a b c d : given
    3. para a d b c : given
    4. ncoll a b c : check
    5. midp m b d : by parallelogram-centre a c b d m from 1 2 3 where 4
    6. midp n b d : given
    7. same m n : by one-midpoint m b d n from 5 6
    8. coll m a c : given
    9. coll a n c : same 8 7
    """,
    """
    retort geometry proof 1
    problem one-bisector
    given a b c = triangle a b c
    given x = incenter x a b c
    given y = angle_bisector y b a c
    goal coll a x y
    proof
    1. eqangle a b a x a x a c : given
    2. eqangle a b a y a y a c : given
    3. coll a x y : directions 1/2[1] -1/2[2] branch 2
    """,
    """
    retort geometry proof 1
    problem halves-of-equal-sides
    given a b c = iso_triangle a b c
    given m = midpoint m a b
    given n = midpoint n a c
    goal eqangle b c b n c m c b
    proof
    1. midp m a b : given
    2. rconst m a a b 1/2 : by midpoint-half m a b from 1
    3. midp n a c : given
    4. rconst n a a c 1/2 : by midpoint-half n a c from 3
    5. cong a b a c : given
    6. cong a m a n : ratios 1[2] -1[4] 1[5]
    7. coll m a b : given
    8. coll n a c : given
    9. eqangle a b a n a m a c : directions lines 7 8
    10. sameclock a b n a m c : check
    11. contrir b a n c a m : by congruent-side-angle-side-reversed b a n c a m from 5 6 9 where 10
    12. simtrir b a n c a m : by congruent-triangles-reversed b a n c a m from 11
    13. eqangle b a b n c m c a : by similar-triangles-reversed b a n c a m from 12
    14. eqangle b a b c c b c a : given
    15. eqangle b c b n c m c b : directions 1[13] -1[14]
    """,
    """
    retort geometry proof 1
    problem feet-of-altitudes-similar
    given a b c = triangle a b c
    given d = foot d b a c
    given e = foot e c a b
    goal eqratio a d a b a e a c
    proof
    1. perp d b a c : given
    2. coll d a c : given
    3. perp e c a b : given
    4. coll e a b : given
    5. eqangle a b a d a e a c : directions lines 2 4
    6. eqangle d b d a e a e c : directions -1[1] -1[3] lines 2 4
    7. ncoll b a d : check
    8. simtrir b a d c a e : by angle-angle-reversed b a d c a e from 5 6 where 7
    9. eqratio a d a b a e a c : by similar-triangles-reversed b a d c a e from 8
    """,
    """
    retort geometry proof 1
    problem chords-through-a-point
    given a b c = triangle a b c
    given d = on_circum d a b c
    given x = intersection_ll x a b c d
    goal eqratio x a x c x d x b
    proof
    1. cyclic a b c d : given
    2. coll x a b : given
    3. coll x c d : given
    4. eqratio x a x c x d x b : by power-of-point a b c d x from 1 2 3
    """,
    """
    retort geometry proof 1
    problem sixty-degrees
    given a b = segment a b
    given c = s_angle a b c 60o
    given d = s_angle c b d 60o
    goal aconst a b b d 120o
    proof
    1. aconst a b b c 60o : given
    2. aconst c b b d 60o : given
    3. aconst a b b d 120o : directions 1[1] 1[2]
    """,
    """
    retort geometry proof 1
    problem two-lines-one-line
    given a b = segment a b
    given c = on_line c a b
    given d = on_line d b c
    goal coll a c d
    proof
    1. coll c a b : given
    2. coll d b c : given
    3. coll a c d : line 1 2
    """,
  ]
}

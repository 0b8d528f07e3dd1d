import Geometry
import GeometryProofs
import Testing

struct `The prover` {
  private func problem(_ text: String, _ name: String = "p") throws -> GeometryProblem {
    try ProblemParser.parse(line: text, name: name)
  }

  private func prove(
    _ text: String, auxiliary: Bool = false, seconds: Double = 30
  ) throws -> Prover.Outcome {
    var options = Prover.Options()
    options.usesAuxiliaryPoints = auxiliary
    options.seconds = seconds
    return try Prover(try problem(text), options).prove()
  }

  /// International Mathematical Olympiad 2015, problem 3, as three points on a line: a known engine
  /// deduces nothing at all from it (Newclid, issue 40).
  @Test(.timeLimit(.minutes(4))) func `deduces from problem 3 of 2015, and proves it`() throws {
    let text =
      "a b c = triangle a b c; h = orthocenter h a b c; f = foot f a b c; m = midpoint m b c; "
      + "o = circumcenter o a b c; q = on_circle q o a, on_dia q a h; "
      + "k = on_circle k o a, on_dia k h q; s = circumcenter s k q h; t = circumcenter t f k m "
      + "? coll s t k"
    let alone = try prove(text)
    let given = try problem(text).clauses.flatMap(\.constructions).flatMap(\.statements)
    #expect(alone.factCount > 2 * given.count)
    let outcome = try prove(text, auxiliary: true)
    #expect(outcome.status == .proved)
    for proof in outcome.proofs {
      let verdict = ProofChecker.check(proof, of: try problem(text))
      #expect(verdict.isAccepted, "\(verdict)")
    }
  }

  /// Each from the rules alone, and accepted by the checker for the problem that was asked.
  @Test(arguments: [
    "a b c = iso_triangle0 a b c ? eqangle b a b c c b c a",
    "a b c = triangle a b c; m = midpoint m a b; n = midpoint n a c ? para m n b c",
    "a b = segment a b; o = midpoint o a b; c = on_circle c o a ? perp c a c b",
    "a b c = triangle a b c; d = on_tline d b a c, on_tline d c a b ? perp a d b c",
    "a b c = triangle a b c; d = foot d b a c; e = foot e c a b ? cyclic b c d e",
    "a b c = triangle a b c; h = orthocenter h a b c; k = reflect k h b c ? cyclic a b c k",
    "a b c = triangle a b c; i = incenter i a b c; o = circumcenter o a b c; m = on_line m a i, on_circle m o a ? cong m i m b",
    "a b c = triangle a b c; p = on_circum p a b c; d = foot d p b c; e = foot e p c a; f = foot f p a b ? coll d e f",
    "a b c = triangle a b c; h = orthocenter h a b c; o = circumcenter o a b c; x y z g = centroid x y z g a b c ? coll h o g",
    "a b c = triangle a b c; d e = square d e a b; f g = square f g c a ? cong b f c e",
    "o a = segment o a; b = on_circle b o a; m = midpoint m a b; c = on_circle c o a; d = on_line d c m, on_circle d o a; e = on_circle e o a; f = on_line f e m, on_circle f o a; x = on_line x c f, on_line x a b; y = on_line y e d, on_line y a b ? midp m x y",
    // Menelaus, Ceva and their converses, harmonic pencils, Pappus, feet and midpoints.
    "a b c = triangle a b c; d = on_line d a b; e = on_pline e d b c, on_line e a c; f = on_line f c d, on_line f b e; g = on_line g a f, on_line g b c ? midp g b c",
    "a b c = triangle a b c; d = angle_bisector d c b a, on_line d a c; e = angle_bisector e a c b, on_line e a b; f = on_line f d e, on_line f b c ? eqratio f b f c a b a c",
    "a b c = triangle a b c; d = foot d c a b; p = on_line p c d; e = on_line e b p, on_line e a c; f = on_line f a p, on_line f b c ? eqangle d e d c d c d f",
    "a b c = triangle a b c; i = incenter i a b c; f = foot f a b i; g = foot g a c i ? para f g b c",
    "a b c = triangle a b c; d = on_line d a b; e = on_line e a c, eqdistance e c b d; m = midpoint m b c; n = midpoint n d e; i = incenter i a b c ? para m n a i",
    "a b = segment a b; c = on_bline c a b; d = on_tline d b a b; e = intersection_lt e c d a a b ? cong e c c d",
    "a b = segment a b; c = on_line c a b; p q = segment p q; r = on_line r p q; x = on_line x a q, on_line x p b; y = on_line y a r, on_line y p c; z = on_line z b r, on_line z q c ? coll x y z",
    "a b c = triangle a b c; d e f i = incenter2 d e f i a b c; p = on_line p a d, on_line p b e ? coll c p f",
    "a b c = triangle a b c; o = circumcenter o a b c; d = lc_tangent d a o, on_line d b c; e = lc_tangent e b o, on_line e c a; f = lc_tangent f c o, on_line f a b ? coll d e f",
    "a b c = triangle a b c; i = incenter i a b c; d = on_tline d a a i, on_line d b c; e = on_tline e b b i, on_line e c a; f = on_tline f c c i, on_line f a b ? coll d e f",
  ])
  func `proves first theorems, and the checker accepts`(text: String) throws {
    let outcome = try prove(text)
    #expect(outcome.status == .proved)
    let proof = try #require(outcome.proofs.first)
    let verdict = ProofChecker.check(proof, of: try problem(text))
    #expect(verdict.isAccepted, "\(verdict)")
    #expect(!outcome.prose.isEmpty)
  }

  /// The rules alone do not reach these; the added points are needed, and few.
  @Test(arguments: [
    "a b = segment a b; c = s_angle b a c 30; d = mirror d b c; e = foot e d a b ? cong d e a c",
    "a b c = triangle a b c; o = circle o a b c; d = on_line d a b; e = on_line e a c, on_circle e a d; f = on_bline f b d, on_circle f o a; g = on_bline g e c, on_circle g o a ? para d e f g",
    // IMO 2015, problem 3, on which Newclid's issue 40 reports that an engine deduces nothing.
    "a b c = triangle a b c; h = orthocenter h a b c; f = on_line f h a, on_line f b c; m = midpoint m b c; o = circle o a b c; q = on_dia q a h, on_circle q o a; k = on_dia k h q, on_circle k o a; o1 = circle o1 k q h; o2 = circle o2 f k m ? coll o1 o2 k",
  ])
  func `adds the points that a proof needs`(text: String) throws {
    #expect(try prove(text).status == .saturated)
    let outcome = try prove(text, auxiliary: true)
    #expect(outcome.status == .proved)
    #expect((1...2).contains(outcome.auxiliaryCount))
    let proof = try #require(outcome.proofs.first)
    #expect(ProofChecker.check(proof, of: try problem(text)).isAccepted)
  }

  /// alphageometry issues 68 and 111: from BA : AC = 1 : 2 its ratio table proves AC = BA.
  @Test(arguments: [
    "a b c = triangle12 a b c ? cong a c b a", "a b c = triangle a b c ? cong a b a c",
    "a b c = triangle a b c; m = midpoint m a b ? perp c m a b",
  ])
  func `refuses goals that are false`(text: String) throws {
    #expect {
      try prove(text)
    } throws: { error in
      if case GeometryError.goalFalse? = error as? GeometryError { true } else { false }
    }
  }

  /// What cannot be drawn is an error with the clause, soon, and never a proof.
  @Test(
    .timeLimit(.minutes(4)),
    arguments: [
      "a b = segment a b; c = on_line c a b; d = foot d c a b ? cong a c b d",
      "a b c = triangle a b c; d = on_line d a b, on_pline d c a b ? cong d a d b",
      "a b c = triangle a b c; d = on_line d a b, on_line d a c ? cong d b d c",
    ])
  func `refuses what cannot be drawn`(text: String) throws {
    #expect {
      try prove(text)
    } throws: { error in
      if case GeometryError.cannotDraw? = error as? GeometryError { true } else { false }
    }
  }

  /// A statement about many points is put together from what is known of some.
  @Test(arguments: [
    "a b c = triangle a b c; d = foot d b a c; e = foot e c a b; f = foot f a b c; h = orthocenter h a b c; m = midpoint m b h; n = midpoint n c h; p = midpoint p b c ? cyclic d e m n p",
    "a b c = triangle a b c; p = on_circum p a b c; d = foot d p b c; e = foot e p c a; f = foot f p a b; m = midpoint m d e; n = midpoint n e f ? coll d e f m n",
  ])
  func `proves goals about more than the fewest points`(text: String) throws {
    let outcome = try prove(text)
    #expect(outcome.status == .proved)
    let verdict = ProofChecker.check(try #require(outcome.proofs.first), of: try problem(text))
    #expect(verdict.isAccepted, "\(verdict)")
  }

  @Test(arguments: [
    "a b c = triangle a b c ? cong a b b a", "a b c = triangle a b c",
    "a b c = triangle a b c ? lconst a b 1", "a b c = triangle a b c ? coll a b b",
  ])
  func `refuses goals that say nothing`(text: String) throws {
    #expect {
      try prove(text)
    } throws: { error in
      if case GeometryError.goalUnusable? = error as? GeometryError {
        true
      } else {
        error is ProblemError
      }
    }
  }

  /// Same seed, same proof: text, points added, everything.
  @Test func `is deterministic`() throws {
    let text =
      "a b = segment a b; c = s_angle b a c 30; d = mirror d b c; e = foot e d a b ? cong d e a c"
    #expect(try prove(text, auxiliary: true).proofs == prove(text, auxiliary: true).proofs)
  }

  @Test func `takes at most sixty points`() throws {
    let clauses = (0..<61).map { "p\($0) = free p\($0)" }.joined(separator: "; ")
    #expect(throws: GeometryError.self) { try prove(clauses + " ? cong p0 p1 p0 p1") }
  }
}

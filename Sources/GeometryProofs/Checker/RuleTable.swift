/// The rules a proof may name, one a line:
///
///     name (number in the literature) | variables | premises | conditions | conclusions
///
/// Commas in the variables part groups: variables of one group stand for distinct points, those of
/// different groups may coincide. A step states one of the conclusions. Conditions are what the
/// rule needs of the drawing; without them it is false (five published rules lack theirs, see
/// Checker.md). `RuleTableTests` tests each line on random solutions of its premises.
///
/// Full angles: `eqangle A B C D E F G H` compares lines modulo half a turn, so "inscribed angles"
/// and "opposite angles of a quadrilateral" are one rule, and orientation is part of the statement.
enum RuleTable {
  static let text = """
    inscribed-angles r03 | A B P Q | cyclic A B P Q | | eqangle P A P B Q A Q B
    concyclic-by-angles r04 | A B P Q | eqangle P A P B Q A Q B | ncoll P A B | cyclic A B P Q
    equal-angles-equal-chords r05 | A B C, P Q R | cyclic A B C P Q R, eqangle C A C B R P R Q | | cong A B P Q
    equal-chords-same-side r58 | A B C, P Q R | cyclic A B C P Q R, cong A B P Q | nperp A C B C, sameclock C A B R P Q, sameside C A B R P Q | eqangle C A C B R P R Q
    equal-chords-opposite-side r59 | A B C, P Q R | cyclic A B C P Q R, cong A B P Q | nperp A C B C, sameclock C B A R P Q, nsameside C B A R P Q | eqangle C A C B R P R Q
    equal-chords-crossed r80 | A B P Q | cyclic A B P Q, cong A B P Q | npara A P B Q | eqangle P A P B P B Q B
    equal-chords-mirrored r81 | A B P Q | cyclic A B P Q, cong A B P Q | npara A Q B P | eqangle P A P B Q B P B
    parallel-chords r21 | A B C D | cyclic A B C D, para A B C D | | eqangle A D C D C D C B
    isosceles-trapezoid r91 | A B C D | cong A B C D, para A D B C | npara A B C D | eqangle C A C B B C B D
    tangent-chord r15 | O A B C, A X, B X | circle O A B C, perp O A A X | | eqangle A X A B C A C B
    chord-tangent r16 | O A B C, A X, B X | circle O A B C, eqangle A X A B C A C B | | perp O A A X
    inscribed-half-central r17 | O A B C, M O, M A, M B C | circle O A B C, midp M B C | | eqangle A B A C O B O M
    half-central-midpoint r18 | O A B C, M O, M A, M B C | circle O A B C, coll M B C, eqangle A B A C O B O M | | midp M B C
    central-angle r88 | O A B C | circle O A B C | | aequation 1 B C -1 A B 1 O A -1 C A 1/2
    centre-by-angle r87 | O A B C | cong O A O C, aequation 1 B C -1 A B 1 O A -1 C A 1/2 | ncoll A B C | circle O A B C
    right-angle-midpoint r19 | A B C, M A C, M B | perp A B B C, midp M A C | | cong A M B M
    thales r20 | O A B C | circle O A B C, coll O A C | | perp A B B C
    right-angle-centre r76 | A B C, M A, M B C | cong A M B M, coll B M C, perp A B A C | | midp M B C
    diameter-right-angle r24 | A B P Q | cong A P B P, cong A Q B Q, cyclic A B P Q | | perp P A A Q
    radius-of-circle r49 | O A B C, O D, A B C D | circle O A B C, cyclic A B C D | | cong O A O D
    centre-by-two-chords r50 | A B C D, O A, O B, O C, O D | cyclic A B C D, cong O A O B, cong O C O D | npara A B C D | cong O A O C
    concyclic-by-centre r01 | O A B C D | cong O A O B, cong O B O C, cong O C O D | | cyclic A B C D
    circle-by-centre r73 | O A B C | cong O A O B, cong O B O C | | circle O A B C
    radii r72 | O A B C | circle O A B C | | cong O A O B, cong O B O C, cong O A O C
    bisector-meets-axis r74 | A B C D | eqangle C A C D C D C B, cong D A D B | ncoll A B C, nperp A B C D | cyclic A B C D
    opposite-diameter r92 | O A B C D | midp O A B, circle O A B C, cyclic A B C D, cong A B C D | | coll O C D
    simson-line r45 | A B C P, L P A, L P C, M P B, M P C, N P A, N P B, L M N | cyclic A B C P, coll L A C, perp P L A C, coll M B C, perp P M B C, coll N A B, perp P N A B | | coll L M N
    midpoint-by-sides r54 | M A B | cong M A M B, coll M A B | | midp M A B
    midpoint-sides r55 | M A B | midp M A B | | cong M A M B
    midpoint-line r56 | M A B | midp M A B | | coll M A B
    midpoint-half r51 | M A B | midp M A B | | rconst M A A B 1/2, rconst M B A B 1/2
    midline r06 | A B C, E A B, F A C, E F | midp E A B, midp F A C | | para E F B C, rconst E F B C 1/2
    halves r29 | M A B, N C D | midp M A B, midp N C D | | eqratio M A A B N C C D
    diagonals-bisect r25 | A B C D, M A B, M C D | midp M A B, midp M C D | | para A C B D, para A D B C, cong A C B D, cong A D B C
    parallelogram-centre r26 | A B C D, M A B, M C, M D | midp M A B, para A C B D, para A D B C | ncoll A B C | midp M C D
    parallelogram-sides - | A B C D | para A B C D, para A D B C | ncoll A B C | cong A B C D, cong A D B C
    isosceles-angles r13 | O A B | cong O A O B | | eqangle O A A B A B O B
    isosceles-sides r14 | O A B | eqangle O A A B A B O B | ncoll O A B | cong O A O B
    axis-point r22 | A B M, O A, O B, O M | midp M A B, perp O M A B | | cong O A O B
    axis r23 | A B P Q | cong A P B P, cong A Q B Q | | perp A B P Q
    orthocentre r43 | A B C D | perp A B C D, perp A C B D | | perp A D B C
    incentre r46 | A B C X | eqangle A B A X A X A C, eqangle B A B X B X B C | ncoll A B C | eqangle C B C X C X C A
    centroid r48 | A B C, M B C, N C A, L A B, X A M, X B N, X C L | midp M B C, midp N C A, midp L A B, coll A X M, coll B X N | ncoll A B C | coll C X L
    bisector-by-ratio r11 | A B C, D A, D B C | eqratio D B D C A B A C, coll D B C | ncoll A B C | eqangle A B A D A D A C
    bisector-ratio r12 | A B C, D A, D B C | eqangle A B A D A D A C, coll D B C | ncoll A B C | eqratio D B D C A B A C
    homothety r07 | O A C, O B D, A B, C D | para A B C D, coll O A C, coll O B D | ncoll O A B | simtri O A B O C D, eqratio O A O C O B O D, eqratio O A O C A B C D, eqratio O A A C O B B D
    parallel-by-ratio r27 | O A C, O B D, A B, C D | eqratio O A A C O B B D, coll O A C, coll O B D | ncoll O A B, sameside A O C B O D | para A B C D
    parallel-by-division r41 | A B, C D, M A D, N B C, M N | para A B C D, coll M A D, coll N B C, eqratio M A M D N B N C | sameside M A D N B C | para M N A B
    division-by-parallel r42 | A B C, C D, M A D, N B C, M N | para A B C D, coll M A D, coll N B C, para M N A B | ncoll A B C | eqratio M A M D N B N C
    ratio-on-line r71 | A B C, D E F | eqratio A B A C D E D F, coll A B C, coll D E F | sameside A B C D E F | eqratio A B B C D E E F
    angle-angle r34 | A B C, P Q R | eqangle B A B C Q P Q R, eqangle C A C B R P R Q | ncoll A B C | simtri A B C P Q R
    angle-angle-reversed r35 | A B C, P Q R | eqangle B A B C Q R Q P, eqangle C A C B R Q R P | ncoll A B C | simtrir A B C P Q R
    side-angle-side r62 | A B C, P Q R | eqratio B A B C Q P Q R, eqangle B A B C Q P Q R | sameclock A B C P Q R | simtri A B C P Q R
    side-angle-side-reversed r63 | A B C, P Q R | eqratio B A B C Q P Q R, eqangle B A B C Q R Q P | sameclock A B C P R Q | simtrir A B C P Q R
    side-side-side r60 | A B C, P Q R | eqratio B A B C Q P Q R, eqratio C A C B R P R Q | sameclock A B C P Q R | simtri A B C P Q R
    side-side-side-reversed r61 | A B C, P Q R | eqratio B A B C Q P Q R, eqratio C A C B R P R Q | sameclock A B C P R Q | simtrir A B C P Q R
    side-side-angle - | A B C, P Q R | eqratio B A B C Q P Q R, eqangle C A C B R P R Q | sameclock A B C P Q R, longer A B B C | simtri A B C P Q R
    side-side-angle-reversed - | A B C, P Q R | eqratio B A B C Q P Q R, eqangle C A C B R Q R P | sameclock A B C P R Q, longer A B B C | simtrir A B C P Q R
    congruent-angle-angle-side r36 | A B C, P Q R | eqangle B A B C Q P Q R, eqangle C A C B R P R Q, cong A B P Q | ncoll A B C | contri A B C P Q R
    congruent-angle-angle-side-reversed r37 | A B C, P Q R | eqangle B A B C Q R Q P, eqangle C A C B R Q R P, cong A B P Q | ncoll A B C | contrir A B C P Q R
    congruent-sides r64 | A B C, P Q R | cong A B P Q, cong B C Q R, cong C A R P | sameclock A B C P Q R | contri A B C P Q R
    congruent-sides-reversed r65 | A B C, P Q R | cong A B P Q, cong B C Q R, cong C A R P | sameclock A B C P R Q | contrir A B C P Q R
    congruent-side-angle-side r66 | A B C, P Q R | cong A B P Q, cong B C Q R, eqangle B A B C Q P Q R | sameclock A B C P Q R | contri A B C P Q R
    congruent-side-angle-side-reversed r67 | A B C, P Q R | cong A B P Q, cong B C Q R, eqangle B A B C Q R Q P | sameclock A B C P R Q | contrir A B C P Q R
    congruent-if-similar r68 | A B C, P Q R | simtri A B C P Q R, cong A B P Q | | contri A B C P Q R
    congruent-if-similar-reversed r69 | A B C, P Q R | simtrir A B C P Q R, cong A B P Q | | contrir A B C P Q R
    similar-triangles r52 | A B C, P Q R | simtri A B C P Q R | | eqangle A B A C P Q P R, eqangle B C B A Q R Q P, eqangle C A C B R P R Q, eqratio A B B C P Q Q R, eqratio B C C A Q R R P, eqratio C A A B R P P Q
    similar-triangles-reversed r53 | A B C, P Q R | simtrir A B C P Q R | | eqangle A B A C P R P Q, eqangle B C B A Q P Q R, eqangle C A C B R Q R P, eqratio A B B C P Q Q R, eqratio B C C A Q R R P, eqratio C A A B R P P Q
    congruent-triangles r77 | A B C, P Q R | contri A B C P Q R | | simtri A B C P Q R, cong A B P Q, cong B C Q R, cong C A R P
    congruent-triangles-reversed r78 | A B C, P Q R | contrir A B C P Q R | | simtrir A B C P Q R, cong A B P Q, cong B C Q R, cong C A R P
    segment-sum r83 | A B C | coll A B C | obtuse_angle A B C | lequation 1 A B 1 B C -1 A C 0
    segment-sum-line r84 | A B C | lequation 1 A B 1 B C -1 A C 0 | | coll A B C
    perpendicular-squares r85 | A B, C D | perp A B C D | | l2equation 1 A C 1 B D -1 A D -1 B C 0
    squares-perpendicular r86 | A B, C D | l2equation 1 A C 1 B D -1 A D -1 B C 0 | | perp A B C D
    median-law r89 | A B, M A B | midp M A B | | l2equation 4 C M 1 A B -2 C A -2 C B 0
    parallelogram-law r90 | A B C D | para A B C D, para A D B C | ncoll A B C | l2equation 2 A B 2 B C -1 A C -1 B D 0
    power-of-point - | A B C D, X A B, X C D | cyclic A B C D, coll X A B, coll X C D | | eqratio X A X C X D X B
    concyclic-by-power - | A B C D, X A B, X C D | eqratio X A X C X D X B, coll X A B, coll X C D | ncoll X A C, sameside X A B X C D | cyclic A B C D
    pappus r44 | A B C P Q R, X A Q, X P B, Y A R, Y P C, Z B R, Z Q C, X Y Z | coll A B C, coll P Q R, coll X A Q, coll X P B, coll Y A R, coll Y P C, coll Z B R, coll Z Q C | ncoll A B P, ncoll A B Q, ncoll A B R | coll X Y Z
    harmonic-quadrilateral r70 | K L M N, A B C D, A L M, A K N, B K M, B L N, C M N, D K L | coll A L M, coll A K N, coll B K M, coll B L N, coll C M N, coll D K L, coll A B C D | ncoll K L M, ncoll L M N, ncoll K M N, ncoll K L N | eqratio A C A D B C B D
    menelaus - | A B C, D B C, E C A, F A B, D E F | coll D B C, coll E C A, coll F A B, coll D E F | ncoll A B C | requation 1 B D 1 C E 1 A F -1 D C -1 E A -1 F B 1
    menelaus-converse - | A B C, D B C, E C A, F A B, D E F | coll D B C, coll E C A, coll F A B, requation 1 B D 1 C E 1 A F -1 D C -1 E A -1 F B 1 | ncoll A B C, sameside D B C E C A, obtuse_angle A B F | coll D E F
    ceva - | A B C P, D B C, E C A, F A B, D A P, E B P, F C P | coll D B C, coll E C A, coll F A B, coll D A P, coll E B P, coll F C P | ncoll A B C | requation 1 B D 1 C E 1 A F -1 D C -1 E A -1 F B 1
    ceva-converse - | A B C P, D B C, E C A, F A B, D A P, E B P, F C P | coll D B C, coll E C A, coll F A B, coll D A P, coll E B P, requation 1 B D 1 C E 1 A F -1 D C -1 E A -1 F B 1 | ncoll A B C, sameside D B C E C A, obtuse_angle A F B | coll F C P
    harmonic-bisector - | A B C P, D B C, E C A, F A B, D A P, E B P, F C P | coll D B C, coll E C A, coll F A B, coll D A P, coll E B P, coll F C P, perp C F A B | ncoll A B C | eqangle F D F C F C F E
    harmonic-perpendicular - | A B C P, D B C, E C A, F A B, D A P, E B P, F C P | coll D B C, coll E C A, coll F A B, coll D A P, coll E B P, coll F C P, eqangle F D F C F C F E | ncoll A B C | perp C F A B
    midline-of-equal-segments - | A B, C D, M A C, N B D, M N | cong A B C D, midp M A C, midp N B D | | eqangle A B M N M N C D
    feet-on-bisectors - | A B C, G A B, F A C, F G | eqangle B A B G B G B C, perp B G G A, eqangle C A C F C F C B, perp C F F A | | para F G B C
    axis-between-perpendiculars - | A B, E A, D B, C D E, A C, B C | perp E A A B, perp D B A B, coll C D E, cong C A C B | | midp C D E
    one-meet-of-lines - | A B, C D, P A B, Q A B, P C D, Q C D | coll P A B, coll Q A B, coll P C D, coll Q C D | npara A B C D | same P Q
    one-second-meet-with-circle - | P A B, Q A B, P A C D, Q A C D | coll P A B, coll Q A B, cyclic P A C D, cyclic Q A C D | | same P Q
    one-second-meet-with-centred-circle - | O A, P A B, Q A B | coll P A B, coll Q A B, cong O P O A, cong O Q O A | | same P Q
    one-second-meet-of-circles - | O A, W A, O W, P A, Q A | cong O P O A, cong O Q O A, cong W P W A, cong W Q W A | ncoll O W A | same P Q
    one-midpoint - | P A B, Q A B | midp P A B, midp Q A B | | same P Q
    one-centre - | O A B C, P A B C | circle O A B C, circle P A B C | | same O P
    one-divider - | P A B, Q A B | coll P A B, coll Q A B, eqratio P A P B Q A Q B | sameside P A B Q A B | same P Q
    """
}

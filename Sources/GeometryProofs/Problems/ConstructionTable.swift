/// The constructions of problem files, one a line: name and parameters | requirements | statements.
///
/// A parameter with `*` is a new point of the clause, with `@` an angle, with `#` a ratio or a
/// length. Requirements must hold before the construction makes sense; they are conditions of
/// every problem that uses it. Statements are what a proof may take as given. Parameters stand in
/// Newclid 3's order; AlphaGeometry's order of `square` and `parallelogram` is read as well.
///
/// This is data. Where a construction puts its points is said once in each diagram builder.
enum ConstructionTable {
  static let text = """
    free *a | |
    segment *a *b | |
    triangle *a *b *c | |
    acute_triangle *a *b *c | |
    r_triangle *a *b *c | | perp a b a c
    iso_triangle *a *b *c | | cong a b a c, eqangle b a b c c b c a
    iso_triangle0 *a *b *c | | cong a b a c
    ieq_triangle *a *b *c | | cong a b b c, cong b c c a, eqangle a b a c c a c b, eqangle c a c b b c b a
    risos *a *b *c | | perp a b a c, cong a b a c, eqangle b a b c c b c a
    triangle12 *a *b *c | | rconst a b a c 1/2
    quadrangle *a *b *c *d | |
    pentagon *a *b *c *d *e | |
    rectangle *a *b *c *d | | perp a b b c, para a b c d, para a d b c, perp a b a d, cong a b c d, cong a d b c, cong a c b d
    isquare *a *b *c *d | | perp a b b c, cong a b b c, para a b c d, para a d b c, perp a d d c, cong b c c d, cong c d d a, perp a c b d, cong a c b d
    trapezoid *a *b *c *d | | para a b c d
    r_trapezoid *a *b *c *d | | para a b c d, perp a b a d
    iso_trapezoid *a *b *c *d | | para d c a b, cong d a b c
    eq_quadrangle *a *b *c *d | | cong d a b c
    eqdia_quadrangle *a *b *c *d | | cong d b a c
    between *c a b | diff a b | coll a b c, obtuse_angle a c b
    on_line *x a b | diff a b | coll x a b
    on_pline *x a b c | diff b c, ncoll a b c | para x a b c
    on_pline0 *x a b c | diff b c | para x a b c
    on_tline *x a b c | diff b c | perp x a b c
    on_bline *x a b | diff a b | cong x a x b, eqangle a x a b b a b x
    on_circle *x o a | diff o a | cong o x o a
    on_circum *x a b c | ncoll a b c | cyclic a b c x
    on_dia *x a b | diff a b | perp x a x b
    eqdistance *x a b c | diff b c | cong x a b c
    angle_bisector *x a b c | ncoll a b c | eqangle b a b x b x b c
    angle_mirror *x a b c | ncoll a b c | eqangle b a b c b c b x
    on_aline *x a b c d e | diff a b, ncoll c d e | eqangle a x a b d c d e
    on_aline0 *x a b c d e f g | ncoll a b c d, diff e f | eqangle a b c d e f g x
    on_aline2 *x a b c d e | diff a b, ncoll c d e | eqangle x a x b d c d e
    eqangle3 *x a b d e f | diff a b, ncoll d e f | eqangle x a x b d e d f
    lc_tangent *x a o | diff a o | perp a x a o
    s_angle a b *x @y | diff a b | aconst a b b x y
    aconst a b c *x @r | diff a b | aconst a b c x r
    rconst a b c *x #q | diff a b | rconst a b c x q
    rconst2 *x a b #q | diff a b | rconst x a x b q
    r2const a b c *x #q | diff a b | r2const a b c x q
    lconst *x a #l | | lconst x a l
    l2const *x a #l | | l2const x a l
    eqratio *x a b c d e f g | diff a b, diff c d, diff e f | eqratio a b c d e f g x
    eqratio6 *x a c e f g h | diff a c, diff e f, diff g h | eqratio a x c x e f g h
    on_opline *x a b | diff a b | coll x a b
    between_bound *x a b | diff a b | coll x a b, obtuse_angle a x b
    iso_triangle_vertex *x b c | diff b c | cong x b x c
    iso_triangle_vertex_angle *x b c | diff b c | eqangle x b b c b c x c
    midpoint *x a b | diff a b | coll x a b, cong x a x b, midp x a b
    mirror *x a b | diff a b | coll x a b, cong b a b x, midp b a x
    foot *x a b c | ncoll a b c | perp x a b c, coll x b c
    reflect *x a b c | ncoll a b c | cong b a b x, cong c a c x, perp b c a x
    circle *x a b c | ncoll a b c | cong x a x b, cong x b x c, cong x a x c, circle x a b c
    circumcenter *x a b c | ncoll a b c | cong x a x b, cong x b x c, cong x a x c, circle x a b c
    orthocenter *x a b c | ncoll a b c | perp x a b c, perp x b c a, perp x c a b
    incenter *x a b c | ncoll a b c | eqangle a b a x a x a c, eqangle c a c x c x c b, eqangle b c b x b x b a
    excenter *x a b c | ncoll a b c | eqangle a b a x a x a c, eqangle c a c x c x c b, eqangle b c b x b x b a
    incenter2 *x *y *z *i a b c | ncoll a b c | eqangle a b a i a i a c, eqangle c a c i c i c b, eqangle b c b i b i b a, coll x b c, perp i x b c, coll y c a, perp i y c a, coll z a b, perp i z a b, cong i x i y, cong i y i z, cong i x i z, circle i x y z
    excenter2 *x *y *z *i a b c | ncoll a b c | eqangle a b a i a i a c, eqangle c a c i c i c b, eqangle b c b i b i b a, coll x b c, perp i x b c, coll y c a, perp i y c a, coll z a b, perp i z a b, cong i x i y, cong i y i z, cong i x i z, circle i x y z
    centroid *x *y *z *i a b c | ncoll a b c | coll x b c, cong x b x c, midp x b c, coll y c a, cong y c y a, midp y c a, coll z a b, cong z a z b, midp z a b, coll a x i, coll b y i, coll c z i
    ninepoints *x *y *z *i a b c | ncoll a b c | coll x b c, cong x b x c, midp x b c, coll y c a, cong y c y a, midp y c a, coll z a b, cong z a z b, midp z a b, cong i x i y, cong i y i z, cong i x i z, circle i x y z
    parallelogram *x a b c | ncoll a b c | para a b c x, para a x b c, cong a b c x, cong a x b c
    square *x *y a b | diff a b | perp a b b x, cong a b b x, para a b x y, para a y b x, perp a y y x, cong b x x y, cong x y y a, perp a x b y, cong a x b y
    psquare *x a b | diff a b | cong x a a b, perp x a a b
    nsquare *x a b | diff a b | cong x a a b, perp x a a b
    eq_triangle *x b c | diff b c | cong x b b c, cong b c c x, eqangle b x b c c b c x, eqangle x c x b b x b c
    shift *x b c d | diff d b | cong x b c d, cong x c b d
    iso_trapezoid2 *x a b c | ncoll a b c | cong x b a c, cong x a b c
    intersection_ll *x a b c d | npara a b c d, ncoll a b c d | coll x a b, coll x c d
    intersection_lp *x a b c m n | npara m n a b, ncoll a b c, ncoll c m n | coll x a b, para c x m n
    intersection_lt *x a b c d e | ncoll a b c, nperp a b d e | coll x a b, perp x c d e
    intersection_pp *x a b c d e f | diff a d, npara b c e f | para x a b c, para x d e f
    intersection_tt *x a b c d e f | diff a d, npara b c e f | perp x a b c, perp x d e f
    intersection_lc *x a o b | diff a b, diff o b, nperp b o b a | coll x a b, cong o b o x
    intersection_cc *x o w a | ncoll o w a | cong o a o x, cong w a w x
    tangent *x *y a o b | diff o a, diff o b | cong o x o b, perp a x o x, cong o y o b, perp a y o y
    cc_tangent0 *x *y o a w b | diff o a, diff w b, diff o w | cong o x o a, cong w y w b, perp x o x y, perp y w y x
    cc_tangent *x *y *z *i o a w b | diff o a, diff w b, diff o w | cong o x o a, cong w y w b, perp x o x y, perp y w y x, cong o z o a, cong w i w b, perp z o z i, perp i w i z
    cc_itangent *x *y *z *i o a w b | diff o a, diff w b, diff o w | cong o x o a, cong w y w b, perp x o x y, perp y w y x, cong o z o a, cong w i w b, perp z o z i, perp i w i z
    eqangle2 *x a b c | ncoll a b c | eqangle a b a x c x c b
    trisect *x *y a b c | ncoll a b c | coll x a c, coll y a c, eqangle b a b x b x b y, eqangle b x b y b y b c
    trisegment *x *y a b | diff a b | coll x a b, coll y a b, cong a x x y, cong x y y b, rconst a x a b 1/3, rconst b y b a 1/3
    2l1c *x *y *z *i a b c o | ncoll a b c, diff o a | coll x a c, coll y b c, cong o a o z, coll i o z, cong i x i y, cong i y i z, perp i x a c, perp i y b c
    3peq *x *y *z a b c | ncoll a b c | coll z b c, coll x a b, coll y a c, coll x y z, cong z x z y
    e5128 *x *y a b c d | diff a b | cong c b c x, coll y a b, coll x y d, eqangle a b a d x a x y
    simtri *r a b c p q | ncoll a b c, diff p q | simtri a b c p q r
    simtrir *r a b c p q | ncoll a b c, diff p q | simtrir a b c p q r
    contri *q *r a b c p | ncoll a b c | contri a b c p q r
    contrir *q *r a b c p | ncoll a b c | contrir a b c p q r
    """
}

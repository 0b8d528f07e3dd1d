public import Exact

/// Numbers that coordinates are made of: `Double`, `DoubleDouble`, or a finite field.
public protocol Scalar: Sendable, Equatable {
  /// The sum, rounded where the type rounds; the other operations likewise.
  static func + (a: Self, b: Self) -> Self
  /// The difference.
  static func - (a: Self, b: Self) -> Self
  /// The product.
  static func * (a: Self, b: Self) -> Self
  /// The quotient; never a trap. A divisor of 0 gives infinity or NaN, or 0 in a field.
  static func / (a: Self, b: Self) -> Self
  /// The number with its sign changed.
  prefix static func - (a: Self) -> Self
  /// A whole number; exact below 2^53, in a field its residue.
  init(_ value: Int)
  /// A fraction, rounded to nearest or nearly so; exact in a field, if the prime does not divide
  /// the denominator.
  init(_ value: Rational)
  /// A square root, the positive one where there is an order; nil where there is none.
  var root: Self? { get }
  /// Cosine and sine of an angle in half turns; nil where the field has none.
  static func cosineAndSine(_ halfTurns: Rational) -> (cosine: Self, sine: Self)?
  /// The value rounded to a double; nil in a field without order.
  var approximation: Double? { get }
}

extension DoubleDouble: Scalar {
  public var root: Self? { high >= 0 ? squareRoot() : nil }
  public static func cosineAndSine(_ halfTurns: Rational) -> (cosine: Self, sine: Self)? {
    cosineAndSine(halfTurns: halfTurns)
  }
  public var approximation: Double? { high }
}

extension Double: Scalar {
  public init(_ value: Rational) { self = DoubleDouble(value).high }
  public var root: Self? { self >= 0 ? squareRoot() : nil }
  public static func cosineAndSine(_ halfTurns: Rational) -> (cosine: Self, sine: Self)? {
    let (cosine, sine) = DoubleDouble.cosineAndSine(halfTurns: halfTurns)
    return (cosine.high, sine.high)
  }
  public var approximation: Double? { self }
}

/// A point of the plane, or a vector, read as the complex number x + iy where that is shorter.
public struct Position<S: Scalar>: Sendable, Equatable {
  /// To the right.
  public var x: S
  /// Upwards.
  public var y: S

  /// The point, or vector, with these coordinates.
  @inlinable public init(_ x: S, _ y: S) {
    self.x = x
    self.y = y
  }
  /// The sum of vectors.
  public static func + (a: Self, b: Self) -> Self { Self(a.x + b.x, a.y + b.y) }
  /// The difference of vectors.
  public static func - (a: Self, b: Self) -> Self { Self(a.x - b.x, a.y - b.y) }
  /// The vector stretched.
  public static func * (k: S, a: Self) -> Self { Self(k * a.x, k * a.y) }
  /// The product of complex numbers.
  public static func * (a: Self, b: Self) -> Self {
    Self(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x)
  }
  /// The mirror image in the x-axis: the complex conjugate.
  public var conjugate: Self { Self(x, -y) }
  /// Turned by a right angle, counter-clockwise.
  public var turned: Self { Self(-y, x) }
  /// The scalar product.
  public func dot(_ b: Self) -> S { x * b.x + y * b.y }
  /// Twice the signed area between the vectors.
  public func cross(_ b: Self) -> S { x * b.y - y * b.x }
  /// The squared length.
  public var square: S { x * x + y * y }
}

extension Position: Hashable where S: Hashable {}

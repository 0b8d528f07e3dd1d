internal import Foundation

/// e^x in float32; 0 for -infinity.
func exponential(_ x: Float) -> Float { exp(x) }

/// Natural logarithm.
func logarithm(_ x: Double) -> Double { log(x) }

/// log(1 + x), exact for small x.
func logarithm(onePlus x: Double) -> Double { log1p(x) }

/// e^x - 1, exact for small x.
func exponentialMinusOne(_ x: Double) -> Double { expm1(x) }

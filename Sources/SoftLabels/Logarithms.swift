internal import Foundation

/// e^x in float32; 0 for -infinity.
func exponential(_ x: Float) -> Float { exp(x) }

/// Natural logarithm.
func logarithm(_ x: Double) -> Double { log(x) }

internal import Foundation

/// e^x in float32; 0 for -infinity.
func exponential(_ x: Float) -> Float { exp(x) }

/// e^x.
func naturalPower(_ x: Double) -> Double { exp(x) }

/// Natural logarithm.
func logarithm(_ x: Double) -> Double { log(x) }

/// log(1 + x), to all digits near 0.
func logarithmOfOnePlus(_ x: Double) -> Double { log1p(x) }

/// e^x - 1, to all digits near 0.
func powerLessOne(_ x: Double) -> Double { expm1(x) }

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Reference {
  /// One update in place; all arrays `(n)`.
  public static func adamW(
    parameters: inout [Double], gradients: [Double], firstMoments: inout [Double],
    secondMoments: inout [Double], _ s: AdamWStep
  ) {
    let b1 = Double(s.beta1)
    let b2 = Double(s.beta2)
    let lr = Double(s.learningRate)
    for j in parameters.indices {
      let g = gradients[j] * Double(s.gradientScale)
      firstMoments[j] = b1 * firstMoments[j] + (1 - b1) * g
      secondMoments[j] = b2 * secondMoments[j] + (1 - b2) * g * g
      let m = firstMoments[j] / (1 - pow(b1, Double(s.step)))
      let v = secondMoments[j] / (1 - pow(b2, Double(s.step)))
      parameters[j] -= lr * Double(s.decay) * parameters[j]
      parameters[j] -= lr * m / (v.squareRoot() + Double(s.epsilon))
    }
  }
}

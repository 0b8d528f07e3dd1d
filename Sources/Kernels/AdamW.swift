internal import CKernels
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Settings of one update of Adam with decoupled weight decay (Loshchilov and Hutter 2019).
public struct AdamWStep: Sendable, Equatable {
  /// Of this step; the caller applies the schedule.
  public var learningRate: Float
  /// Decay of the running mean of gradients, 0 ..< 1.
  public var beta1: Float
  /// Decay of the running mean of squared gradients, 0 ..< 1.
  public var beta2: Float
  /// Added to the root of the second moment, after its bias is corrected.
  public var epsilon: Float
  /// Times the learning rate: the share of each weight that is taken off.
  public var decay: Float
  /// Counts from 1.
  public var step: Int
  /// Multiplies every gradient: clipping folded in.
  public var gradientScale: Float

  /// - Parameters:
  ///   - decay: decoupled weight decay, multiplied by the learning rate.
  ///   - step: counted from 1; corrects the moments' bias.
  public init(
    learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8,
    decay: Float = 0.01, step: Int, gradientScale: Float = 1
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.decay = decay
    self.step = step
    self.gradientScale = gradientScale
  }
}

/// One update of AdamW.
///
///     m = b1 m + (1 - b1) g,   v = b2 v + (1 - b2) g^2          (g times gradientScale)
///     p = p (1 - lr decay) - lr / (1 - b1^t) * m / (sqrt(v / (1 - b2^t)) + epsilon)
///
/// - Parameters:
///   - parameters, firstMoments, secondMoments: `(n)`, updated.
///   - gradients: `(n)`.
public func adamW(
  parameters: Floats, gradients: Floats, firstMoments: Floats, secondMoments: Floats,
  _ step: AdamWStep
) {
  let n = parameters.count
  precondition(gradients.count == n && firstMoments.count == n && secondMoments.count == n)
  precondition(step.step >= 1, "steps count from 1")
  var settings = ck_adamw_step(
    learningRate: step.learningRate, beta1: step.beta1, beta2: step.beta2, epsilon: step.epsilon,
    decay: step.decay,
    firstCorrection: Float(1 - pow(Double(step.beta1), Double(step.step))),
    secondCorrection: Float(1 - pow(Double(step.beta2), Double(step.step))),
    gradientScale: step.gradientScale)
  ck_adamw(
    n, parameters.pointer, gradients.pointer, firstMoments.pointer, secondMoments.pointer,
    &settings)
}

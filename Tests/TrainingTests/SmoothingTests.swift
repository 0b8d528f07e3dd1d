import Foundation
import Testing
import Training

struct `Label smoothing` {
  @Test(arguments: [2, 17, 512, 49_152]) func `has the entropy asked for`(vocabulary: Int) {
    for share in [0.001, 0.1, 0.5, 0.9, 0.999] {
      let wanted = share * log(Double(vocabulary))
      let epsilon = Smoothing.epsilon(entropy: wanted, vocabulary: vocabulary)
      #expect(abs(Smoothing.entropy(epsilon: epsilon, vocabulary: vocabulary) - wanted) < 1e-9)
    }
  }

  @Test func `is none for no entropy, and uniform for all`() {
    #expect(Smoothing.epsilon(entropy: 0, vocabulary: 10) == 0)
    #expect(Smoothing.entropy(epsilon: 0, vocabulary: 10) == 0)
    #expect(abs(Smoothing.entropy(epsilon: 1, vocabulary: 10) - log(10)) < 1e-12)
    #expect(Smoothing.epsilon(entropy: 3, vocabulary: 10) == 1)
  }
}

import Kernels
import Testing

@Suite(.serialized) struct `Dispatch of kernels` {
  @Test func `an unknown name is a usage error that lists the names`() {
    let error = #expect(throws: DispatchError.self) {
      try Dispatch.configure(environment: ["RETORT_ISA": "v5"])
    }
    #expect(error == .unknown(value: "v5"))
    #expect(error?.description.contains("v4, v3 or baseline") == true)
    #expect(throws: DispatchError.unknown(value: "")) {
      try Dispatch.configure(environment: ["RETORT_ISA": ""])
    }
  }

  @Test func `an instruction set that is missing is refused`() {
    for set in InstructionSet.allCases where set > Dispatch.best {
      #expect(throws: DispatchError.missing(wanted: set, best: Dispatch.best)) {
        try Dispatch.configure(environment: ["RETORT_ISA": set.name])
      }
    }
  }

  @Test func `the environment lowers the process, in a process of its own`() async {
    await #expect(processExitsWith: .success) {
      try Dispatch.configure(environment: ["RETORT_ISA": "baseline"])
      precondition(Dispatch.current == .baseline)
      try Dispatch.configure(environment: [:])
      precondition(Dispatch.current == Dispatch.best)
    }
  }

  @Test func `an override ends with its scope`() {
    let before = Dispatch.current
    for set in Dispatch.available {
      Dispatch.using(set) { #expect(Dispatch.current == set) }
    }
    #expect(Dispatch.current == before)
    #expect(Dispatch.available.contains(.baseline))
  }
}

/// Tests of kernels take every instruction set of `Dispatch.available`. These say which those are:
/// one that the processor lacks is a skipped test, not a test that is not there.
struct `Instruction sets` {
  @Test func `the closing lines of a run name them`() {
    let here = Dispatch.available.map(\.name).joined(separator: ", ")
    let lacking =
      InstructionSet.allCases.filter { $0 > Dispatch.best }.map(\.name)
      + (Dispatch.hasBFloat16 ? [] : ["AVX512_BF16"]) + (Dispatch.hasAVXVNNI ? [] : ["AVX-VNNI"])
    print("Instruction sets tested: \(here); not on this processor: \(lacking)")
    #expect(Dispatch.available.contains(.baseline))
  }

  @Test(.enabled(if: Dispatch.best >= .v3, "this processor has no AVX2"))
  func `kernels for AVX2 are tested`() {
    #expect(Dispatch.available.contains(.v3))
    Dispatch.using(.v3) { #expect(Dispatch.current == .v3) }
  }

  @Test(.enabled(if: Dispatch.best >= .v4, "this processor has no AVX-512"))
  func `kernels for AVX-512 are tested`() {
    #expect(Dispatch.available.contains(.v4))
    Dispatch.using(.v4) { #expect(Dispatch.current == .v4) }
  }

  @Test(.enabled(if: Dispatch.hasBFloat16, "this processor has no AVX512_BF16"))
  func `products of bfloat16 in AVX-512 are tested`() {
    Dispatch.using(.v4) { #expect(Dispatch.hasBFloat16) }
  }

  @Test(.enabled(if: Dispatch.hasAVXVNNI, "this processor has no AVX-VNNI"))
  func `products of bytes by AVX-VNNI are tested`() {
    Dispatch.using(.v3) { #expect(Dispatch.hasAVXVNNI) }
  }
}

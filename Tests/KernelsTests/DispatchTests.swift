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

import Files
import Testing

struct `The facts of a machine` {
  /// Whoever reads a benchmark's line sees on what it ran.
  @Test func `come from the kernel`() {
    let machine = Machine.read()
    #expect(machine.cores >= 1 && machine.memoryMiB > 0)
    #expect(!machine.processor.isEmpty && machine.processor.first?.isWhitespace == false)
    #expect(machine.json.keys == ["processor", "cores", "memory_mib", "disk_free_mib"])
    #expect(machine.lines.map(\.0) == ["processor", "memory", "disk here"])
    #expect(machine.lines[0].1.hasSuffix("\(machine.cores) cores"))
  }
}

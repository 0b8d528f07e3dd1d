internal import ArgumentParser
internal import Files
internal import Kernels

/// `retort doctor`.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what this machine has, which kernels run, what is missing and how to get it.",
    discussion: """
      Examples:
        retort doctor
        RETORT_ISA=v3 retort doctor     the kernels of a smaller processor
      """)

  @Flag(help: "Print a JSON object.") var json = false

  mutating func run() throws {
    let machine = Machine.read()
    let check = KernelCheck.run()
    let tools = [
      Tool(name: "zstd", what: "opens the archives by hand", package: "zstd"),
      Tool(name: "tar", what: "lists them", package: "tar"),
      Tool(name: "sbatch", what: "runs stages on a cluster", package: "slurm-wlm"),
    ]
    var output = StandardOutput()
    if json {
      var object = machine.json
      object["instruction_set"] = JSON(Dispatch.current.name)
      object["instruction_sets"] = JSON(Dispatch.available) { JSON($0.name) }
      object["blas"] = JSON(BLAS.configuration)
      object["blas_core"] = JSON(BLAS.coreName)
      object["blas_core_below_processor"] = JSON(BLAS.isBelowProcessor)
      object["product_error"] = JSON(check.error)
      object["healthy"] = JSON(check.isHealthy)
      object["tools"] = .array(
        tools.map { ["name": JSON($0.name), "path": $0.path.map { JSON($0) } ?? .null] })
      output.write(line: object.serialized(pretty: true))
    } else {
      for (name, value) in machine.lines { output.write(line: Self.row(name, value)) }
      let sets = Dispatch.available.map(\.name).joined(separator: ", ")
      output.write(
        line: Self.row("kernels", "\(Dispatch.current.name) (of \(sets); RETORT_ISA lowers it)"))
      output.write(
        line: Self.row("matrix products", "\(BLAS.configuration), kernel \(BLAS.coreName)"))
      if BLAS.isBelowProcessor {
        output.write(
          line: Self.row(
            "",
            "this core leaves AVX-512 unused, at about half the rate: unset OPENBLAS_CORETYPE "
              + "or set it to SKYLAKEX"))
      }
      let verdict = check.isHealthy ? "right" : "WRONG: set OPENBLAS_CORETYPE to another kernel"
      output.write(
        line: Self.row(
          "self-check", "products are \(verdict) (largest error \(FactText.short(check.error)))"))
      for tool in tools {
        let state = tool.path ?? "missing; \(tool.what): apt-get install \(tool.package)"
        output.write(line: Self.row(tool.name, state))
      }
    }
    output.flush()
    guard check.isHealthy else {
      throw Failure.data("the matrix products of this machine are wrong")
    }
  }

  private static func row(_ name: String, _ value: String) -> String {
    name + String(repeating: " ", count: max(1, 18 - name.count)) + value
  }

  /// A program that some jobs use.
  private struct Tool {
    let name: String
    let what: String
    let package: String

    var path: String? {
      Environment.value("PATH")?.split(separator: ":").map { "\($0)/\(name)" }.first(
        where: fileExists)
    }
  }
}

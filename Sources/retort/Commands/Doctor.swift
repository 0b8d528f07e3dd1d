internal import ArgumentParser
internal import Files
internal import Kernels

/// `retort doctor`.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Shows this machine's hardware and kernels, and which tools are missing.",
    discussion: """
      Examples:
        retort doctor
        RETORT_ISA=v3 retort doctor     the kernels of a smaller processor
      """)

  @Flag(help: "Print a JSON object.") var json = false

  mutating func run() throws {
    let machine = Machine.read()
    let products = Products.tried()
    let tools = [
      Tool(name: "zstd", what: "opens the archives by hand", package: "zstd"),
      Tool(name: "tar", what: "lists them", package: "tar"),
    ]
    var output = StandardOutput()
    if json {
      var object = machine.json
      object["instruction_set"] = JSON(Dispatch.current.name)
      object["instruction_sets"] = JSON(Dispatch.available) { JSON($0.name) }
      for member in products.json.members { object[member.key] = member.value }
      object["tools"] = .array(
        tools.map { ["name": JSON($0.name), "path": $0.path.map { JSON($0) } ?? .null] })
      output.write(json: object, pretty: true)
    } else {
      for (name, value) in machine.lines { output.write(line: Self.row(name, value)) }
      let sets = Dispatch.available.map(\.name).joined(separator: ", ")
      output.write(
        line: Self.row("kernels", "\(Dispatch.current.name) (of \(sets); RETORT_ISA lowers it)"))
      for (name, value) in products.rows { output.write(line: Self.row(name, value)) }
      for tool in tools {
        let state = tool.path ?? "missing; \(tool.what): apt-get install \(tool.package)"
        output.write(line: Self.row(tool.name, state))
      }
    }
    output.flush()
    if let error = products.error { throw error }
    guard products.isHealthy else {
      throw Failure.data("the matrix products of this machine are wrong")
    }
  }

  private static func row(_ name: String, _ value: String) -> String {
    name + String(repeating: " ", count: max(1, 18 - name.count)) + value
  }

  /// The matrix-product library, tried on one product; or why there is none.
  private enum Products {
    case there(ProductCheck)
    case missing(BLASError)

    static func tried() -> Products {
      do throws(BLASError) {
        try BLAS.require(threads: 1)
        return .there(ProductCheck.run())
      } catch {
        return .missing(error)
      }
    }

    var error: BLASError? { if case .missing(let error) = self { error } else { nil } }
    var isHealthy: Bool { if case .there(let check) = self { check.isHealthy } else { false } }

    var json: JSONObject {
      guard case .there(let check) = self else {
        return [
          "blas": .null, "blas_core": .null, "blas_error": JSON(error.map { "\($0)" } ?? ""),
          "healthy": false,
        ]
      }
      return [
        "blas": JSON(BLAS.configuration), "blas_core": JSON(BLAS.coreName),
        "blas_core_below_processor": JSON(BLAS.isBelowProcessor),
        "product_error": JSON(check.error), "healthy": JSON(check.isHealthy),
      ]
    }

    var rows: [(String, String)] {
      guard case .there(let check) = self else {
        return [("matrix products", "none; the last line says why")]
      }
      var rows = [("matrix products", "\(BLAS.configuration), kernel \(BLAS.coreName)")]
      if BLAS.isBelowProcessor {
        rows.append(
          (
            "",
            "this core leaves AVX-512 unused, at about half the rate: unset OPENBLAS_CORETYPE "
              + "or set it to SKYLAKEX"
          ))
      }
      let verdict = check.isHealthy ? "right" : "WRONG: set OPENBLAS_CORETYPE to another kernel"
      rows.append(
        ("self-check", "products are \(verdict) (largest error \(FactText.short(check.error)))"))
      return rows
    }
  }

  /// An external program used by some jobs.
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

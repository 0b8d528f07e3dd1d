// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Every module in the layers of README.md ("Architecture"). A module imports only from rows
// further down this table's layers; `Scripts/check-layers` enforces it.

/// For every Swift target.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// For the modules that hold no pointer: unsafe code does not compile there.
let safe: [SwiftSetting] =
  strict + [
    .strictMemorySafety(),
    .treatWarning("StrictMemorySafety", as: .error),
  ]

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

/// The pages of a module: every `.md` file below its folder. They lie beside what they describe and
/// are no sources.
func pages(of module: String) -> [String] {
  let files = FileManager.default.enumerator(
    atPath: Context.packageDirectory + "/Sources/" + module)
  return (files?.allObjects ?? []).compactMap { $0 as? String }.filter { $0.hasSuffix(".md") }
    .sorted()
}

/// A library module and the tests that mirror it.
func module(
  _ name: String, _ dependencies: [Target.Dependency] = [], settings: [SwiftSetting] = safe,
  resources: [Resource]? = nil, exclude: [String] = [],
  tests: [Target.Dependency]? = [], testResources: [Resource]? = nil
) -> [Target] {
  var targets: [Target] = [
    .target(
      name: name, dependencies: dependencies, exclude: pages(of: name) + exclude,
      resources: resources,
      swiftSettings: settings)
  ]
  if let tests {
    targets.append(
      .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name)] + tests,
        resources: testResources, swiftSettings: strict))
  }
  return targets
}

/// The program holds Swift's libraries: it starts in half the time and runs where no toolchain is.
/// `RETORT_DYNAMIC=1` leaves them outside, for a toolchain without static ones.
let standardLibraries: [LinkerSetting] =
  Context.environment["RETORT_DYNAMIC"] == "1"
  ? []
  : [
    .unsafeFlags(
      ["-static-stdlib", "-use-ld=lld"]
        + [
          "Foundation", "CoreFoundation", "FoundationInternationalization", "FoundationEssentials",
          "_FoundationICU", "_FoundationCShims", "_FoundationCollections", "stdc++",
        ].map { "-l" + $0 }, .when(platforms: [.linux]))
  ]

let targets: [[Target]] = [
  // C: kernels of ours, and the system's libraries.
  [
    // Loads libopenblas.so.0 when a product needs it.
    .target(name: "COpenBLAS", linkerSettings: [.linkedLibrary("dl")]),
    .systemLibrary(
      name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "CKernels"),
    // Loads libcurl.so.4 when a server is first spoken to.
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl")]),
  ],
  // Layer 0: threads; numerics; rationals; randomness; statistics; files.
  module("Parallel", ["CKernels"], settings: strict, tests: ["Kernels"]),
  module("Exact"),
  module(
    "Kernels", ["CKernels", "COpenBLAS"], settings: strict, tests: ["Parallel"],
    testResources: [.copy("Goldens")]),
  module("Randomness"),
  module("Statistics", tests: ["Randomness"]),
  module("Files", ["CCrypto", "CKernels"], settings: strict),
  // Layer 1: files of tensors; what a record is; the run's database; geometry's statements, proofs
  // and their checker; HTTP.
  module("HTTP", ["CCurl", "Files"], settings: strict, tests: ["Files", "LoopbackSupport"]),
  module(
    "Tensors", ["Files", "Kernels"], settings: strict, tests: ["Files", "Kernels"],
    testResources: [.copy("Goldens")]),
  module("Records", ["Files"], tests: ["Files"]),
  module("RunStore", ["Files", grdb], tests: ["Files"]),
  module(
    "GeometryProofs", ["Exact", "Randomness"],
    tests: ["Exact", "Randomness"], testResources: [.copy("Proofs")]),
  // Layer 2: verdicts; files of bytes; what a stage is.
  module(
    "Verifiers", ["Exact", "GeometryProofs"]),
  module(
    "Checkpoints", ["Files", "Kernels", "Parallel", "Tensors"], settings: strict,
    tests: ["Files", "Kernels", "Models", "Parallel", "Tensors"], testResources: [.copy("Goldens")]),
  module(
    "Archives", ["Files", "Parallel", "Records", "CArchive", "CZstd"], settings: strict,
    tests: ["Files", "Records", "CZstd"], testResources: [.copy("Goldens")]),
  module(
    "Tokenization", ["Files"], tests: ["Files"],
    testResources: [.copy("Goldens")]),
  module(
    "Remotes", ["Files", "HTTP"], tests: ["Files", "HTTP", "LoopbackSupport"],
    testResources: [.copy("Exchanges")]),
  module("Arms"),
  module("Scores", ["Files"], tests: ["Files"]),
  module("Stages", ["Files"], tests: ["Files"]),
  module(
    "Geometry", ["Exact", "GeometryProofs", "Randomness"],
    tests: ["Exact", "GeometryProofs", "Randomness"]),
  // Layer 3: pose + work of each family; networks; label encodings.
  module(
    "Tasks", ["Files", "Geometry", "GeometryProofs", "Randomness", "Records"],
    tests: ["Files", "Randomness", "Records", "TestSupport", "Verifiers"]),
  module(
    "SoftLabels", ["Files", "Kernels", "Randomness", "Scores", "Stages", "Tensors"],
    tests: ["Files", "Kernels", "Randomness", "Scores", "Stages", "Tensors"]),
  module(
    "Models",
    ["Checkpoints", "Files", "Kernels", "Parallel", "Randomness", "Tensors", "Tokenization"],
    tests: [
      "Checkpoints", "Decoding", "Files", "Kernels", "ModelSupport", "Randomness", "Tensors",
      "Tokenization",
    ]),
  module(
    "Judging", ["Records", "Tokenization", "Verifiers"],
    tests: ["Files", "Records", "Tokenization", "Verifiers"]),
  module(
    "Comparison",
    ["Archives", "Arms", "Files", "Records", "Scores", "Sets", "Stages", "Statistics"],
    tests: [
      "Archives", "Files", "Randomness", "Records", "ReportPage", "Scores", "Stages", "Statistics",
    ],
    testResources: [.copy("Snapshots")]),
  // Layer 4: verifiers and families held against each other.
  module(
    "Auditing", ["Files", "Randomness", "Records", "Statistics", "Tasks", "Verifiers"],
    tests: ["Files", "Randomness", "Records", "Tasks", "Verifiers"]),
  // Layer 5: texts out of networks.
  module(
    "Decoding",
    ["CKernels", "Checkpoints", "Kernels", "Models", "Parallel", "Randomness"], settings: strict,
    tests: ["Checkpoints", "Files", "Kernels", "ModelSupport", "Models", "Randomness", "Tensors"]),
  // Layer 4: what stages exchange: sets, orders, stored models.
  module(
    "Sets",
    ["Archives", "Files", "Records", "SoftLabels", "Stages", "Tensors", "Tokenization"],
    tests: [
      "Archives", "Files", "Models", "Records", "SoftLabels", "StageSupport", "Stages", "Tensors",
      "Tokenization",
    ]),
  // Layer 6: the stages; they never import each other.
  module(
    "Generation",
    [
      "Archives", "Files", "Judging", "Parallel", "Randomness", "Records", "Sets", "Stages",
      "Tasks", "Verifiers",
    ],
    tests: ["Archives", "Files", "Randomness", "Records", "Stages", "Verifiers"]),
  module(
    "Curriculum",
    [
      "Archives", "Files", "Kernels", "Models", "Randomness", "Records", "Scores", "Sets",
      "SoftLabels", "Stages", "Tensors", "Tokenization",
    ],
    tests: [
      "Archives", "Files", "Models", "Records", "SoftLabels", "StageSupport", "Stages", "Tensors",
      "Tokenization",
    ]),
  module(
    "Training",
    [
      "Archives", "Decoding", "Files", "Judging", "Kernels", "Models", "Randomness", "Records",
      "Scores", "Sets", "SoftLabels", "Stages", "Tensors", "Tokenization", "Verifiers",
    ],
    tests: [
      "Archives", "Files", "Kernels", "ModelSupport", "Models", "Randomness", "Records", "Sets",
      "SoftLabels", "Stages", "Tensors", "Tokenization",
    ]),
  module(
    "Exports",
    [
      "Archives", "Auditing", "Checkpoints", "Files", "Models", "Randomness", "Records", "Sets",
      "Stages", "Statistics", "Tasks", "Tensors", "Tokenization", "Verifiers",
    ],
    tests: [
      "Archives", "Files", "Generation", "Records", "StageSupport", "Stages", "Verifiers",
    ]),
  module(
    "ReportPage", ["Arms", "Comparison", "Files", "Scores", "Stages", "Statistics", "Tasks"],
    tests: nil),
  module(
    "Teaching",
    [
      "Archives", "Checkpoints", "Decoding", "Files", "HTTP", "Judging", "Kernels", "Models",
      "Parallel", "Randomness", "Records", "Remotes", "Sets", "SoftLabels", "Stages", "Tasks",
      "Tensors", "Tokenization",
    ],
    tests: [
      "Archives", "Files", "Judging", "LoopbackSupport", "Models", "Records", "Sets", "SoftLabels",
      "StageSupport", "Stages", "Tensors", "Tokenization",
    ], testResources: [.copy("Exchanges")]),
  module(
    "LabelChecks",
    [
      "Archives", "Checkpoints", "Files", "Kernels", "Models", "Records", "Sets", "SoftLabels",
      "Stages", "Tensors", "Tokenization",
    ],
    tests: [
      "Archives", "Files", "Kernels", "Models", "Randomness", "Records", "Sets", "SoftLabels",
      "StageSupport", "Stages", "Teaching", "Tensors", "Tokenization",
    ]),
  module(
    "Evaluation",
    [
      "Archives", "Decoding", "Files", "Judging", "Kernels", "Models", "Parallel", "Randomness",
      "Records", "Scores", "Sets", "SoftLabels", "Stages", "Tokenization",
    ],
    tests: [
      "Archives", "Files", "Models", "Records", "Sets", "SoftLabels", "StageSupport", "Stages",
      "Teaching",
      "Tensors", "Tokenization",
    ]),
  // Layer 7: pipeline files, stage graph, execution.
  module(
    "Pipeline", ["Arms", "Stages", "Files", "RunStore", yams],
    tests: ["Stages", "Files", "RunStore"]),
  // Layer 8: what is measured; what a file or folder is.
  module(
    "Benchmarks",
    [
      "Archives", "Curriculum", "Decoding", "Files", "Generation", "Geometry", "GeometryProofs",
      "Kernels", "Models", "Parallel", "Pipeline", "Randomness", "Records", "Sets", "SoftLabels",
      "Stages", "Tasks", "Teaching", "Tensors", "Tokenization", "Training",
    ],
    tests: ["Archives", "Decoding", "Files", "Kernels", "Models", "Teaching"]),
  module(
    "Inspecting",
    [
      "Archives", "Checkpoints", "Comparison", "Files", "Kernels", "Models", "Parallel", "Pipeline",
      "ReportPage", "Tensors", "Tokenization",
    ],
    tests: ["Checkpoints", "Files", "Kernels", "Models", "Randomness", "Tensors", "Tokenization"]),
  // Layer 9: the command line.
  [
    .executableTarget(
      name: "retort",
      dependencies: [
        argumentParser, "Archives", "Auditing", "Benchmarks", "Checkpoints", "Comparison",
        "Curriculum", "Decoding", "Evaluation", "Exports", "Files", "Generation", "Geometry",
        "GeometryProofs", "HTTP", "Inspecting", "Kernels", "LabelChecks", "Models", "Parallel",
        "Pipeline", "Randomness", "Records", "Remotes", "ReportPage", "Sets", "SoftLabels",
        "Stages",
        "Tasks", "Teaching", "Tensors", "Tokenization", "Training", "Verifiers",
      ], swiftSettings: strict,
      linkerSettings: standardLibraries)
  ],
  [
    .testTarget(
      name: "RetortTests",
      dependencies: [
        "Arms", "Files", "Kernels", "LoopbackSupport", "Models", "Randomness", "Tokenization",
      ],
      exclude: ["ExpectedLosses", "Snapshots"], swiftSettings: strict)
  ],
  // What several test targets share.
  [
    .target(
      name: "LoopbackSupport", dependencies: ["Files"], path: "Tests/LoopbackSupport",
      swiftSettings: strict),
    .target(
      name: "TestSupport",
      dependencies: ["Auditing", "Files", "Randomness", "Records", "Tasks", "Verifiers"],
      path: "Tests/TestSupport", swiftSettings: strict),
    .target(
      name: "ModelSupport",
      dependencies: ["Checkpoints", "Files", "Kernels", "Models", "Tensors"],
      path: "Tests/ModelSupport", resources: [.copy("Goldens")], swiftSettings: strict),
    .target(
      name: "StageSupport",
      dependencies: [
        "Archives", "Files", "Kernels", "Models", "Randomness", "Records", "Stages", "Tasks",
        "Tokenization",
      ],
      path: "Tests/StageSupport", swiftSettings: strict),
  ],
]

let package = Package(
  name: "retort",
  products: [.executable(name: "retort", targets: ["retort"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
  ],
  targets: targets.flatMap { $0 },
  swiftLanguageModes: [.v6]
)

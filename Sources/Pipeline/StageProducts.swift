internal import Stages

/// What each kind of stage makes and reads: all that planning needs to know.
struct StageProducts: Sendable {
  private let types: [String: any Stage.Type]

  init(_ types: [String: any Stage.Type]) { self.types = types }

  func makes(_ kind: String) -> [StageProduct] { types[kind]?.makes ?? [] }

  func does(_ kind: String, make product: StageProduct) -> Bool { makes(kind).contains(product) }

  /// Whether stages of a kind read an order; orders are made only for these.
  func isTraining(_ kind: String) -> Bool {
    types[kind]?.needs.contains { $0.product == .order && $0.isNeeded } ?? false
  }

  /// Names of the kinds that make a product.
  func makers(of product: StageProduct) -> [String] {
    types.keys.filter { makes($0).contains(product) }.sorted()
  }
}

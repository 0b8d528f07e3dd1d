internal import Stages

/// What stages of each kind make and read: all that planning asks of a kind.
struct StageProducts: Sendable {
  private let types: [String: any Stage.Type]

  init(_ types: [String: any Stage.Type]) { self.types = types }

  func makes(_ kind: String) -> [StageProduct] { types[kind]?.makes ?? [] }

  func does(_ kind: String, make product: StageProduct) -> Bool { makes(kind).contains(product) }

  /// Whether stages of a kind read an order: they are what an order is made for.
  func isTraining(_ kind: String) -> Bool {
    types[kind]?.needs.contains { $0.product == .order && $0.isNeeded } ?? false
  }

  /// The kinds that make a product, by name.
  func makers(of product: StageProduct) -> [String] {
    types.keys.filter { makes($0).contains(product) }.sorted()
  }
}

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

  /// The one kind that makes exactly these products: what planning adds where a pipeline needs
  /// them. Kinds that take in files of elsewhere stand back, since what planning adds reads other
  /// stages.
  ///
  /// - Returns: `nil` if there is none, or if there are several.
  func maker(of products: [StageProduct]) -> String? {
    let kinds = types.keys.filter { makes($0) == products }
    if kinds.count == 1 { return kinds.first }
    let reading = kinds.filter { types[$0]?.needs.contains { $0.isNeeded } == true }
    return reading.count == 1 ? reading.first : nil
  }

  /// The settings of a kind that belong to one of its alternatives: its key, and the keys that may
  /// stand beside it.
  func settings(of kind: String, under key: String) -> [String] {
    let declared = (try? types[kind]?.declaredSettings(among: Array(types.values))) ?? []
    return [key]
      + declared.compactMap { setting in
        guard case .beside(let beside)? = setting.condition, beside.key == key else { return nil }
        return setting.path.last
      }
  }

  /// Names of the kinds that make a product.
  func makers(of product: StageProduct) -> [String] {
    types.keys.filter { makes($0).contains(product) }.sorted()
  }
}

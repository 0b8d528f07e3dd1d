/// A token that is found in a text before the text is cut into pieces.
struct AddedToken: Sendable, Equatable {
  var id: Int32
  var content: [UInt8]
  /// Only where no word goes on before or after it.
  var singleWord = false
  /// Takes the white space before it along.
  var stripsLeft = false
  /// Takes the white space after it along.
  var stripsRight = false
  /// Looked for in the normalized text, in its own normal form.
  var normalized = false
  /// A sign rather than text: nothing is decoded from it, and `encode` takes its spelling for text
  /// unless told otherwise.
  var special = true
}

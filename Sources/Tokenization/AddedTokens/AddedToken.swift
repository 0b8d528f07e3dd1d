/// A token that is matched in a text before the text is cut into pieces.
struct AddedToken: Sendable, Equatable {
  var id: Int32
  var content: [UInt8]
  /// Matches only where no word continues before or after it.
  var singleWord = false
  /// Absorbs the white space before it.
  var stripsLeft = false
  /// Absorbs the white space after it.
  var stripsRight = false
  /// Matched in the normalized text, in its own normal form.
  var normalized = false
  /// A control token rather than text: it decodes to nothing, and `encode` treats its spelling as
  /// text unless told otherwise.
  var special = true
}

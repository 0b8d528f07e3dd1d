/// SHA-256 of template texts, each with and without a final newline, and, where both are in use,
/// with line ends written as such or as `\n`.
enum RecognizedTemplates {
  /// SmolLM2-Instruct.
  static let smollm2 = [
    "872be49dbb638044ad01b60388f48d469ff2980e5f0dccdc22ec907db54d0788",
    "a7db451485df173c98c97e1a924dbf304a94d6b5cacdf434f21bc896d4297ca2",
  ]

  /// ChatML of OpenHermes 2.5.
  static let chatml = [
    "fcf7a096fe99a48fd9ad2b250bf9237e96e8f48bffec1c7ea4d3f225176cd40e",
    "84b2addbdb63f2f53adbc080b87f0e983cd71f0dd5486a9b1371a2b77d2e79d7",
    "153280e3ff55d19da1398bdb3914ee2a51b80429bfaedde11d7d216c39db80f3",
    "4d773c6800c326634a217c28d11c096dced7551c3af32ef35f59f0cb20881a72",
  ]

  /// Qwen 2.
  static let qwen2 = [
    "af9c0233881b083b52ff773580215222b5440ac3d0beeeca99b76329b048f8db",
    "fcca13af9c2d1c4dd630235ef4289eb9a34ebd6c95e903481f29c2acf6d167c1",
  ]

  /// Qwen 2.5.
  static let qwen25 = [
    "cd8e9439f0570856fd70470bf8889ebd8b5d1107207f67a5efb46e342330527f",
    "55b2f4a26ac9ee719330a61a0c39d9e538b0e9322212f048326318cff4f8674a",
  ]

  /// Qwen 3.
  static let qwen3 = [
    "87a2728cb8dc9fe424d624542f6060ec05a1d285ebbec578bb078900e33396b5",
    "c945a4a87850dd79827191150be98539a7a5e7da0689f3550d880f8dcc95b856",
  ]

  /// Llama 3.
  static let llama3 = [
    "b48c47f6443892716176eb200bf4ef108f64e06ca26ed0fa8ebc0a4b3992fcb2",
    "79bdd24efc96969555ba68f72c3bde0b3810214e2802e2beb8f848c38fb15606",
  ]

  /// Llama 3.1, 3.2, 3.3.
  static let llama31 = [
    "e10ca381b1ccc5cf9db52e371f3b6651576caee0a630b452e2816b2d404d4b65",
    "93c0e9aa3629bbd77e68dbc0f5621f6e6b23aa8d74b932595cdb8d64684526d7",
    "5816fce10444e03c2e9ee1ef8a4a1ea61ae7e69e438613f3b17b69d0426223a4",
    "d82792f95932f1c9cef5c4bd992f171225e3bf8c7b609b4557c9e1ec96be819f",
  ]

  /// Mistral 7B Instruct 0.1 and 0.2.
  static let mistral = [
    "26a59556925c987317ce5291811ba3b7f32ec4c647c400c6cc7e3a9993007ba7",
    "4f8acce212d9a9cbf95a8e2999bff615458e8797c4bcdcb1777229a4b0de99eb",
  ]

  /// Mistral Nemo.
  static let mistralTekken = [
    "e4676cb56dffea7782fd3e2b577cfaf1e123537e6ef49b3ec7caa6c095c62272",
    "e7deee034838db2bfc7487788a3013d8a307ab69f72f3c54a85f06fd76007d4e",
  ]

  /// Gemma 1 and 2.
  static let gemma = [
    "ecd6ae513fe103f0eb62e8ab5bfa8d0fe45c1074fa398b089c93a7e70c15cfd6",
    "5da48a816016e3d09e16fff7dd21a6059d66fe8de5d99883bc96890993c32091",
    "3c050259279da4341947d5f012aadc5975af71c235e71ef7e520531aaec17a86",
    "858b2da4d7e470998d7bf6addc75787d559c637495e089727fb3e3ec1e6803ff",
    "3919b9309d8949ee8f4b710215987700f87dc5bb0e87bf24dd39189ec65e3eec",
    "05caca2f1a27fedef588223760024ecac491ef6fe08fcaea593e11eb07b9c9c6",
  ]
}

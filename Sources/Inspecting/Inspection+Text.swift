internal import Files
internal import Models
internal import Tokenization

extension Inspection {
  init(manifest file: String) throws {
    let manifest = try Manifest.parse(readFile(file), path: file)
    self.init(
      kind: "manifest",
      [
        ("made_by", JSON(manifest.kind)), ("content", JSON(manifest.content)),
        ("files", JSON(manifest.files.count)),
      ])
  }

  init(lines file: String) throws {
    var source = try LineSource(file)
    var number = 0
    var records = 0
    while let line = try source.next() {
      number += 1
      do throws(JSONError) {
        let json = try JSON.parse(line)
        if json["family"] != nil, json["solution"] != nil { records += 1 }
      } catch {
        throw InspectionError.line(file: file, number: number, reason: "\(error)")
      }
    }
    self.init(kind: "JSON Lines", [("lines", JSON(number)), ("records", JSON(records))])
  }

  init(json file: String) throws {
    let json = try Self.json(file)
    if json["model"]?["merges"] != nil || json["pre_tokenizer"] != nil {
      let tokenizer = try Tokenizer(json: readFile(file))
      self.init(
        kind: tokenizer.isRetort ? "tokenizer (byte-level BPE)" : "tokenizer (BPE)",
        [
          ("vocabulary", JSON(tokenizer.vocabularySize)),
          ("fingerprint", JSON(tokenizer.fingerprint)),
        ])
    } else if let type = json["model_type"] {
      do {
        _ = try TransformerConfiguration.read(
          .object(ModelCheckpoint.named(json.objectValue ?? [:]).named))
      } catch ModelError.configuration(let key, let reason) {
        throw DoesNotRun("\(key): \(reason)", of: file)
      } catch {
        throw DoesNotRun(error, of: file) ?? error
      }
      self.init(kind: "model configuration", [("model_type", type)])
    } else {
      self.init(kind: "JSON: \(json.kindName)", [("keys", JSON(json.objectValue?.count ?? 0))])
    }
  }

  private static func json(_ file: String) throws -> JSON {
    do {
      return try JSON.parse(readFile(file))
    } catch let error as JSONError {
      throw InspectionError.json(file: file, reason: "\(error)")
    }
  }
}

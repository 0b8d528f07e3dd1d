/// A verifier that reads each step as a claim, says which rule it applies to which lines, and goes
/// on from what the line says.
///
/// It writes one check, from which follow the verdict, the steps (`CheckedStep`), solutions in
/// verbose rendering, and the judgement of a trace in which one line is granted. A claim is read
/// whole (`TraceReader.read`), then held against what is right (`TraceReader.require`), then named
/// (`TraceReader.applied`); what follows must be derived from the claim, not from what it should
/// have been, so that a wrong line that is granted has the consequences that it states.
///
/// No line of a compact solution may begin with a number and `)`.
package protocol TraceVerifier: Verifier {
  /// Judges a solution.
  ///
  /// - Parameters:
  ///   - problem: the whole problem; must be read to its end.
  ///   - trace: before the first line; must be read with `finish`.
  /// - Returns: the answer in canonical form, as `finish` returns it.
  func check(_ problem: inout Lexer, _ trace: inout TraceReader) throws(Rejection) -> String

  /// Judges an answer alone, worked out from the problem.
  ///
  /// - Parameter answer: what stands after `Answer:`; must be read to its end.
  /// - Returns: the answer in canonical form.
  /// - Throws: step 0 if problem or answer cannot be read or the answer is wrong.
  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String
}

extension TraceVerifier {
  public func verify(problem: Span<UInt8>, solution: Span<UInt8>) -> Verdict {
    Verdict { () throws(Rejection) in
      var lexer = Lexer(problem: problem)
      var trace = TraceReader(steps: solution)
      return try check(&lexer, &trace)
    }
  }

  public func steps(problem: Span<UInt8>, solution: Span<UInt8>) -> [CheckedStep]? {
    var lexer = Lexer(problem: problem)
    var trace = TraceReader(steps: solution, records: true)
    do throws(Rejection) {
      _ = try check(&lexer, &trace)
    } catch {
      return nil
    }
    return trace.steps
  }

  public func verify(
    problem: Span<UInt8>, solution: Span<UInt8>, granting line: Int
  ) -> Verdict? {
    Verdict { () throws(Rejection) in
      var lexer = Lexer(problem: problem)
      var trace = TraceReader(steps: solution, granted: line)
      let answer = try check(&lexer, &trace)
      guard trace.usedGrant else {
        throw Rejection(step: line, "the line is right: nothing was granted")
      }
      return answer
    }
  }

  public func judgeAnswer(problem: Span<UInt8>, text: Span<UInt8>) -> AnswerVerdict? {
    let problem = Array(copying: problem)
    let stated: StatedAnswer
    do throws(Rejection) {
      stated = try StatedAnswer(in: Array(copying: text))
    } catch {
      return .missing(step: error.step, reason: error.reason)
    }
    var lexer = Lexer(problem: problem.span)
    var answer = Lexer(stated.bytes, in: stated.range)
    do throws(Rejection) {
      return .right(answer: try checkAnswer(&answer, to: &lexer))
    } catch {
      return .wrong(
        step: stated.line, answer: String(decoding: stated.bytes[stated.range], as: UTF8.self),
        reason: Rejection(step: stated.line, error.why).reason)
    }
  }
}

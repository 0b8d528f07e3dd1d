/// What a chat model may say of a sum: the grammar as `Arithmetic/WordedSum.md` publishes it.
enum SumGrammar {
  static let text = """
    text      = { mark } , [ sentence , { { pause } , stop , { mark } , sentence } , { mark } ] ;
    sentence  = ( { opening } , natural | clause ) , { pause , { pause } , clause } ;
    clause    = { opening } , ( named | held | summed | worked | called | event | lead ) ;
    opening   = ( "and" | "first" | "hence" | "next" | "now" | "so" | "then" | "therefore" | "thus" ) ,
                { "," | newline } ;
    named     = ( title , naming | "it" , "is" ) , value , [ thing ] ;
    title     = [ "the" ] , [ "final" ] , ( "answer" | "result" | "total" ) ;
    naming    = ":" , { newline } | ( "is" | "equals" | "=" ) , [ ":" , { newline } ] ;
    held      = who , [ "now" ] , "has" , [ "now" ] , [ "a" , "total" , "of" ] , value , [ thing ] ,
                [ "left" ] , [ "now" ] , [ "in" , "total" ] ;
    summed    = [ "the" ] , "sum" , "of" , list , equals , natural , [ thing ] ;
    worked    = equation , [ thing ] ;
    called    = natural , [ thing ] , "is" , "the" , [ "final" ] , ( "answer" | "result" ) ;
    event     = who , ( "gets" | "loses" ) , natural , [ thing ] ;
    lead      = [ actor ] , { manner } , act , [ "by" , doing ]
              | "to" , { manner } , act , [ "by" , doing ]
              | "by" , doing ;
    actor     = "i" | "we" | "you" | "let" , ( "me" | "us" ) ;
    manner    = "can" | "first" | "just" | "simply" | ( "have" | "need" ) , "to" ;
    act       = ( "find" , [ "out" ] | "calculate" | "compute" | "determine" | "solve" ) , object
              | ( "do" | "perform" ) , work | adding | lowering ;
    doing     = ( "doing" | "performing" ) , work | adding | lowering ;
    object    = "it" | "this" | ( "the" | "this" ) , ( "problem" | "question" )
              | "the" , [ "final" ] , ( "answer" | "result" | "total" ) | total | gap | calculation
              | "how" , "many" , thing , who , "has" , [ "left" | "now" ]
              | "the" , [ "total" ] , "number" , "of" , thing ;
    work      = "this" | ( "the" | "this" ) , [ "following" ] ,
                ( "calculation" | "operation" | increase | decrease ) ;
    increase  = "addition" ;
    decrease  = "subtraction" ;
    total     = "the" , "sum" , [ "of" , ( list | those ) ] ;
    gap       = "the" , "difference" , [ ( "between" | "of" ) , ( pair | those ) ] ;
    adding    = ( "add" | "adding" ) , [ list | added | those ] , [ "together" ] ;
    lowering  = ( "subtract" | "subtracting" ) , [ taken | those ] | ( "take" | "taking" ) , taken ;
    list      = amount , joint , amount , { joint , amount } ;
    pair      = amount , "and" , amount ;
    added     = amount , "to" , amount ;
    taken     = amount , "from" , amount ;
    those     = "them" | "these" | [ "the" | "these" ] , "numbers" ;
    joint     = "and" | "," , [ "and" ] ;
    amount    = natural , [ thing ] ;
    value     = equation | natural ;
    equation  = side , equals , side , { equals , side } ;
    side      = natural , { sign , natural } ;
    calculation = natural , sign , natural , { sign , natural } ;
    equals    = "=" | "equals" | "is" , [ "equal" , "to" ] ;
    sign      = "+" | "-" ;
    mark      = pause | stop ;
    pause     = "," | ":" ;
    stop      = "." | newline ;
    who       = name | pronoun ;
    name      = ? the story's name ? ;
    pronoun   = ? "she" for Ann and Eve, "he" for Ben and Tom ? ;
    thing     = ? the story's thing ? ;
    natural   = ? a number as in 2 ? ;
    newline   = ? the byte 0A ? ;
    """

  static let grammar = Grammar(text)

  /// Whether a lexeme is of a kind that depends on the question.
  static func isKind(
    _ kind: String, _ token: ChatLexer.Token, in question: StatedNumber.Question
  ) -> Bool {
    switch token.kind {
    case .number: kind == "natural"
    case .mark(let mark): kind == "newline" && mark == LineReader.newline
    case .word(let word):
      switch kind {
      case "name": word == question.name
      case "pronoun": word == question.pronoun
      case "thing": word == question.thing
      default: false
      }
    }
  }
}

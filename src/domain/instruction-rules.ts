/** Why a passage reads like instructions to a model. */
export type InstructionReason =
  | 'override'
  | 'role'
  | 'persona'
  | 'address'
  | 'concealment'
  | 'output'
  | 'tool'
  | 'limits'
  | 'prompt-leak'
  | 'exfiltration'
  | 'encoded'
  | 'hidden'
  | 'active';

/**
 * What is looked for in a folded text (`fold-disguise.ts`): lower case, no accents, one unit for white space. Every repetition is
 * bounded, and every alternative begins with words of its own, so that time is linear in the text whatever it says.
 */
export const INSTRUCTION_RULES: readonly (readonly [InstructionReason, RegExp])[] = [
  ...rules('override', [
    /\b(?:ignore|disregard|forget|override|bypass|overrule|neglect|discard|skip)\b[^.!?\n]{0,30}?\b(?:previous|prior|above|earlier|preceding|foregoing|former|all|any|every|other|your|these|those|system|original|initial)\b[^.!?]{0,30}?\b(?:instructions?|prompts?|directions|directives?|commands|guidelines|constraints|(?:system|safety|output) rules|messages)\b/g,
    /\b(?:ignore|disregard|forget)\b[^.!?\n]{0,20}?\b(?:everything|anything|all|what)\b[^.!?\n]{0,20}?\b(?:above|before|told|so far|until now|previously)\b/g,
    /\b(?:do not|don't|never|stop) (?:follow|obey|following|obeying) (?:your|the|any|all|these|those)[^.!?\n]{0,20}? (?:instructions|prompts?|guidelines|system)\b/g,
    /\b(?:new|updated|revised|real|actual|additional|important|priority|override) (?:system )?(?:instructions?|prompt|directives?)(?: \w{1,12}){0,4}:/g,
    /\bthe (?:real|actual|new|true) (?:task|instructions?) (?:is|are|follows?)\b/g,
    // German, French, Spanish, Italian, Portuguese, Dutch: verb, then what is to be forgotten, or the other way about.
    /\b(?:ignorier\w{0,3}|missachte\w{0,2}|vergiss|vergesst|vergessen sie|uberschreibe\w{0,2}|befolge\w{0,2} (?:nicht|keine))\b[^.!?]{0,50}?\b(?:anweisung|instruktion|vorgabe|befehl|regeln|anleitung|aufforderung|prompt|system)\w{0,8}/g,
    /\b(?:ignore[rz]?|oublie[rz]?|neglige[rz]?|ne tiens? pas compte|ne tenez pas compte|ne suive[zs]|fais abstraction|faites abstraction)\b[^.!?]{0,50}?\b(?:instruction|consigne|directive|ordre|regle)s?\b/g,
    /\b(?:ignor[ae]n?|ignorad|olvid[ae]n?|olvidad|descart[ae]n?|omit[ae]n?|haz caso omiso|no sigas|no hagas caso)\b[^.!?]{0,50}?\b(?:instruccion(?:es)?|indicacion(?:es)?|orden(?:es)?|reglas|directrices)\b/g,
    /\b(?:ignor[aie]{1,2}|dimentica|tralascia|esqueca|desconsidere|negeer|vergeet)\b[^.!?]{0,50}?\b(?:istruzion[ei]|comandi|instruco?es|instrucoes|ordens|instructies|opdrachten)\b/g,
    /(?:игнорируи(?:те)?|проигнорируи(?:те)?|забуд(?:ь|ьте)|не следуи(?:те)?)[^.!?]{0,50}?(?:инструкци|указани|команд|правил)/g,
    /(?:忽略|无视|無視|忘记|忘掉|不要理会|不要遵循|不要遵守|覆盖)[^。！？\n]{0,20}?(?:指令|指示|提示|命令|规则|说明|要求|系统)/g,
    /(?:指示|命令|指令|プロンプト)[^。！？\n]{0,10}?(?:無視|忘れ)/g,
    /(?:지시|명령|프롬프트)[^.!?\n]{0,10}?(?:무시|잊)/g,
  ]),
  ...rules('role', [
    /<\|[a-z_ ]{2,24}\|>|<｜[^<>\n]{2,30}｜>/g,
    /\[\/?inst\]|<<\/?sys>>|<\/?(?:start_of_turn|end_of_turn|bos|eos)>/g,
    /<\/?(?:system|assistant|developer|user|human|instructions?|system[_-]prompt|prompt|context|documents?|evidence|untrusted|data|tool_results?|function_results?)(?: [^<>\n]{0,60})?>/g,
    /(?:^|\n)[#*>\- ]{0,6}(?:system|developer|assistant|ai)(?: (?:message|prompt|instructions?|note|override|turn))?[*_]{0,2} ?:/g,
    /(?:^|\n)#{2,4} ?(?:system|instructions?|assistant|human|user|response)\b[^\n]{0,30}/g,
    /["']role["'] ?: ?["'](?:system|developer|assistant)["']/g,
    /\bend of (?:the )?(?:document|context|evidence|input|quoted text|untrusted (?:text|data|input)|user input|system prompt|quotation|data)\b ?(?:[-=*#\]>:]|\.? ?\n? ?(?:now|new|system|you|the (?:user|assistant)))/g,
    /(?:"""|```|---|===|'''|>>>) ?\n(?:question|system|assistant|user|instructions?|new task|task) ?:/g,
  ]),
  ...rules('persona', [
    /\byou are (?:now|no longer|from now on|henceforth)\b[^.!?\n]{0,40}?\b(?:a|an|the|in|bound|restricted|limited|required|acting|called|operating|free|unrestricted|dan|an?)\b[^.!?\n]{0,40}?\b(?:ai|assistant|model|mode|bot|chatbot|agent|rules|instructions|restrictions?|expert|persona|evaluator|dan|guidelines|terminal|interpreter)\b/g,
    /\bfrom (?:now|here|this point) on,? (?:you (?:must|will|shall|should|are to|always|never|only|answer|obey|follow)|always|never|only|answer|reply|respond|your (?:answers?|repl(?:y|ies)|responses?|name|task|role))\b/g,
    /\b(?:act|behave|respond|answer|roleplay|role-play) as (?:if you (?:were|are) )?(?:an? |the )?[^.!?\n]{0,30}?\b(?:ai|assistant|language model|llm|chatbot|dan|system|interpreter|terminal|without (?:restrictions?|filters?|limits?))\b/g,
    /\bpretend (?:to be|that you|you are|you have)\b[^.!?\n]{0,40}?\b(?:ai|assistant|model|chatbot|no (?:rules|restrictions|limits|guidelines)|instructions|prompt)\b/g,
    /\bas an? (?:ai|artificial intelligence|large language model|language model|llm)(?: (?:language )?(?:model|assistant|agent|system))?,? (?:you|i|it is your|please|do|never|always|ignore)\b/g,
    /\byour (?:new|real|true|only|actual|secret|next) (?:task|role|job|instructions?|goal|objective|identity|mission|purpose)\b[^.!?\n]{0,8}\b(?:is|are|will be)\b/g,
    /\b(?:developer|debug|god|jailbreak|dan|maintenance|admin(?:istrator)?|unrestricted) mode (?:is )?(?:now )?(?:on|enabled|activated|active)\b/g,
    /\b(?:enter|enable|activate|switch (?:in)?to) (?:developer|debug|jailbreak|dan|maintenance|admin|unrestricted|god) mode\b/g,
    /\b(?:du bist|sie sind) (?:jetzt|nun|ab sofort) [^.!?\n]{0,40}?\b(?:assistent|ki|modell|modus|bot|experte)\w{0,3}\b/g,
    /\b(?:tu es|vous etes) (?:maintenant|desormais) [^.!?\n]{0,40}?\b(?:assistant|ia|modele|mode|robot|expert)\w{0,2}\b/g,
    /\b(?:ahora eres|eres ahora|usted es ahora|a partir de ahora (?:eres|responde|debes))\b/g,
    /(?:你现在是|你現在是|从现在开始,?，?你|从现在起,?，?你|扮演)[^。！？\n]{0,20}/g,
  ]),
  ...rules('address', [
    /\b(?:attention|dear|hey|hello|note (?:to|for)|message (?:to|for)|instructions? (?:to|for)|notice (?:to|for)|memo to|reminder (?:to|for)|important for|addressed to)[:,]? (?:any |all |the |every |you,? )?(?:ai|llms?|a\.i\.|language models?|large language models?|chatbots?|gpt\S{0,3}|chatgpt|claude|gemini|copilot|(?:ai |research |virtual )?assistants?(?: model)?\b(?= ?[:,])|automated (?:readers?|systems?|agents?|reviewers?)|summari[sz](?:ers?|ation (?:models?|systems?))|models?(?= (?:reading|processing|summari)))/g,
    /\bif you(?:'re| are) (?:an? |the |any )?(?:ai|llm|language model|large language model|chatbot|automated|artificial|bot|machine reading|summari[sz]er|model|assistant)\b/g,
    /\b(?:ai|llm|language model|chatbot|assistant|model)s? (?:reading|processing|summari[sz]ing|analy[sz]ing|parsing|who reads?|that reads?) this\b/g,
    /\b(?:ai|llm|language model|chatbot|ai assistant|the assistant|the model|the summari[sz]er|the compressor|the planner|the predictor|the report|the summary|the answer)s? (?:must|should|shall|needs? to|has to|have to|is to|are to) (?:always |never |not |now |only |also )?(?:ignore|say|answer|reply|respond|write|output|include|state|cite|mention|recommend|claim|conclude|follow|obey|contain|read|begin|end with|set|append|call|visit|open)\b/g,
    /\b(?:when|while|before|after|whenever) (?:you are |you )?(?:summari[sz](?:e|ing)|answer(?:ing)?|process(?:ing)?|analy[sz](?:e|ing)|quot(?:e|ing)|compress(?:ing)?|cit(?:e|ing)) (?:this|the|these|any)(?: \w{1,12})? (?:page|document|text|article|question|file|user|content|source|passage|evidence)s?\b[^.!?\n]{0,10}?[,:]? ?(?:you|always|never|please|do|say|write|add|include|append|ignore|claim|reply|first|only|insert)\b/g,
    /\b(?:achtung|hinweis|anweisung(?:en)?|nachricht|wichtig)[^.!?\n]{0,15}? (?:an|fur)(?: die| alle| den| das)? (?:ki|kunstliche intelligenz|sprachmodelle?|assistenten?|chatbots?|llms?)\b/g,
    /\b(?:wenn|falls) (?:du|sie) eine? (?:ki|sprachmodell|kunstliche|chatbot|assistent)\w{0,4}\b/g,
    /\b(?:attention|note|instructions?|message|important)[^.!?\n]{0,12}? (?:a l'|aux? |pour (?:les? |l'|toute? )?)(?:ia|intelligences? artificielles?|modeles? de langage|assistants?(?= (?:ia|virtuel))|llm)\b/g,
    /\bsi (?:tu es|vous etes) une? (?:ia|modele|intelligence|assistant|chatbot)\b/g,
    /\b(?:atencion|nota|instruccion(?:es)?|mensaje|importante)[^.!?\n]{0,12}? (?:a|al|para)(?: la| las| el| los| toda| cualquier)? (?:ia|inteligencia artificial|modelos? de lenguaje|asistentes?|llm)\b/g,
    /\bsi eres (?:una?|el|la) (?:ia|inteligencia|modelo|asistente|chatbot)\b/g,
    /(?:如果你是|作为一个|作为|致所有|致|请注意,?，?)(?:一个|一名|所有|任何)?(?:ai|人工智能|大?语言模型|大模型|智能助手|聊天机器人|机器人)/g,
  ]),
  ...rules('concealment', [
    /\b(?:do not|don't|never|must not|without|avoid) (?:tell|mention|reveal|inform|disclos|alert|show|notify|warn|let|inform|explain|tell|mention|reveal|notify|warn|alert)(?:ing|e|ion)?\b[^.!?\n]{0,40}?\b(?:the |your |any )(?:users?|humans?|operator|reader|person asking)\b/g,
    /\b(?:hide|conceal|keep) (?:this|these|it|that)(?: \w{1,12}){0,3} (?:from|secret from|hidden from) (?:the |your )?(?:users?|humans?|operator)\b/g,
    /\b(?:do not|don't|never) (?:mention|reveal|disclose|repeat|acknowledge|quote|refer to) (?:this|these|that you|the)(?: \w{1,12}){0,3} (?:instructions?|message|notice|prompt|note|command|directive|injection)\b/g,
    /\b(?:sag|sage|sagen sie|verrate|erzahle|teile|informiere)\w{0,3} [^.!?\n]{0,30}?\b(?:nutzer|benutzer|anwender|user)\w{0,2}\b[^.!?\n]{0,20}?\b(?:nicht|nichts)\b/g,
    /\b(?:ne (?:dis|dites|revele|revelez|mentionne|mentionnez|previens|informe)[^.!?\n]{0,6} (?:pas|rien|jamais))\b[^.!?\n]{0,40}?\b(?:utilisateur|lecteur)\w{0,2}/g,
    /\bno (?:le |se lo )?(?:digas|diga|reveles|revele|menciones|mencione|informes|cuentes)\b[^.!?\n]{0,40}?\b(?:usuario|lector)\w{0,2}/g,
    /(?:不要|别|切勿|禁止|请勿)[^。！？\n]{0,6}?(?:告诉|告知|透露|提及|通知|让)[^。！？\n]{0,8}?(?:用户|使用者|读者)/g,
  ]),
  ...rules('output', [
    /\b(?:answer|reply|respond|output|say|print|return|write)(?: to (?:the |every |any |all )?(?:users?|questions?|it|this))?(?: only| just| exactly| simply| always)? (?:with |only |exactly |nothing but |the (?:following|single) (?:word|text|sentence|words|line))[^.!?\n]{0,12}?(?:["'*`]|:|\bnone\b|\bnull\b|\bnot found\b|\byes\b|\bno\b)/g,
    /\b(?:answer|reply|respond|output|return|say|print)[ :]{1,2}["'`]?none\b/g,
    /\byour (?:entire |only |final |whole |next |first |complete )?(?:answer|reply|response|summary|output|report|citations?|plan|quer(?:y|ies)|quotes)s? (?:must|should|shall|has to|needs to|will|is to|have to) (?:be|contain|say|include|begin|start|end|read|consist|state|cite|list|recommend|always|only|not|never|mention|claim|have)\b/g,
    /\b(?:mark|rate|classify|score|label|rank|treat) (?:this|it|every|all|the)(?: \w{1,12}){0,3} as (?:not |ir|highly |most |the most |in)?(?:relevant|trusted|authoritative|verified|helpful|useless|safe)\b/g,
    /\b(?:always|must|instead|only) (?:cite|quote|reference|credit) (?:evidence|source|this (?:page|document|source|text)|\[\d|number)/g,
    /\b(?:cite|citing|quote) (?:it as )?(?:the )?(?:evidence|source)s? (?:number |no\.? )?\[?\d{1,4}\]?/g,
    /["'](?:found|relevant)["'] ?: ?(?:true|false)\b|["'](?:citations|queries|quotes|expand)["'] ?: ?\[/g,
    /\b(?:begin|start|end|finish|close|open) (?:your|the|every|each) (?:answer|reply|response|summary|report|output|sentence)s? (?:with|by)\b/g,
    /\b(?:append|add|insert|include|embed|put|place|write|repeat) (?:the following|this|these|a link|an image|a markdown)(?: [a-z]{1,12}){0,4} (?:to|in|into|at|before|after)(?: the end of)? (?:your|the|every|each|all)(?: [a-z]{1,10})? (?:answer|reply|response|summary|summaries|report|output)s?\b/g,
    /\b(?:antworte|antworten sie|erwidere|gib|geben sie|schreibe?)\b[^.!?\n]{0,20}?\b(?:nur|ausschliesslich|ausschließlich|immer|lediglich)\b[^.!?\n]{0,12}?\b(?:mit|aus|das|den)\b/g,
    /\b(?:reponds?|repondez|ecris|ecrivez|affiche[zs]?|dis|dites)\b[^.!?\n]{0,15}?\b(?:uniquement|seulement|toujours|simplement|exactement)\b/g,
    /\b(?:responde|responda|contesta|conteste|escribe|escriba|di)\b[^.!?\n]{0,15}?\b(?:solo|solamente|unicamente|siempre|exactamente)\b/g,
    /(?:只|仅|必须|请|始终|总是|直接|一律)(?:需|能|要|可以)?(?:回答|回复|输出|返回|写|说)[^。！？\n]{0,6}?["'「『:：“]/g,
  ]),
  ...rules('tool', [
    /<\/?(?:tool_calls?|function_calls?|tool_use|invoke|function|tool_code)\b[^<>\n]{0,60}>/g,
    /["'](?:tool_calls?|function_call|tool_use|tool_name)["'] ?:|["']name["'] ?: ?["'][a-z_.-]{1,40}["'] ?, ?["'](?:arguments|parameters|input)["'] ?:/g,
    /\b(?:call|invoke|use|run|trigger) (?:the |your |a )?["'`]?[a-z_.-]{1,30}["'`]? ?(?:tool|function|plugin)\b[^.!?\n]{0,30}?\b(?:with|to|on|and|now|using)\b/g,
    /\b(?:execute|run|eval) (?:the following|this|these|following)(?: [a-z]{1,10})? (?:commands?|code|script|shell|sql|query|program|python|javascript)\b/g,
    /\brm -rf? [~/.*]|\b(?:curl|wget) (?:-\S{1,12} ){0,3}["']?https?:|\| ?(?:ba|z)?sh\b|\bos\.system\(|\bsubprocess\.|\bprocess\.env\b|\beval\(/g,
    /\b(?:open|visit|fetch|load|browse to|navigate to|go to|download|request|get)\b[^.!?\n]{0,20}? https?:\/\/\S{1,200}[^.!?\n]{0,20}? (?:and (?:then )?(?:follow|execute|obey|run|do|use|repeat|summari)|before (?:you|answering)|first|to get (?:your|the) (?:new|further|next|real))/g,
  ]),
  ...rules('limits', [
    /\b(?:raise|increase|remove|lift|disable|bypass|exceed|double|reset|ignore|extend|turn off|switch off|set)\b[^.!?\n]{0,15}?\b(?:your |the |all |any )?(?:token|spending|call|context|cost|api|safety|run's|run|usage) (?:budgets?|limits?|caps?|filters?|quotas?|checks?|settings?)\b/g,
    /\b(?:raise|increase|remove|lift|disable|bypass|exceed|turn off|switch off|ignore) your (?:\w{1,12} )?(?:budgets?|limits?|filters?|restrictions|safeguards|guardrails|safety\b|quotas?|gate|checks?)/g,
    /\b(?:max_tokens|max_calls|micro_?usd|temperature|max_budget|allow_?unpriced)["'`]? ?[:=] ?["'`]?\d/g,
    /\b(?:switch|change|set|replace|upgrade) (?:to |the |your )(?:\w{1,12} )?(?:model|predictor|compressor|gate|plugin|planner|estimator|strategy) (?:to|with|from|=)/g,
  ]),
  ...rules('prompt-leak', [
    /\b(?:reveal|print|repeat|show|output|display|quote|leak|disclose|dump|write out|tell me|share|include|return|recite|copy|list|send|paste|summari[sz]e)\b[^.!?\n]{0,25}?\b(?:your|the (?:hidden|initial|original|full|entire|secret|above|exact))\b[^.!?\n]{0,25}?\b(?:system (?:prompt|message|instructions)|prompts?|instructions|configuration|api[ -]?keys?|environment variables?|secrets?|credentials|passwords?|access tokens?)\b/g,
    /\b(?:reveal|print|repeat|show|output|display|leak|disclose|dump|what is|what are)\b[^.!?\n]{0,12}?\b(?:the |your )?(?:system prompt|api keys?|environment variables|hidden (?:prompt|instructions))\b/g,
    /\brepeat (?:everything|all|the (?:words|text|content|lines?|message)s?) (?:above|before|so far|verbatim)\b/g,
    /\b(?:zeige?|verrate|gib|wiederhole|drucke|nenne)\b[^.!?\n]{0,25}?\b(?:systemprompt|system-prompt|systemanweisung|deine anweisungen|deinen prompt|api-schlussel|zugangsdaten|passworter)\w{0,3}/g,
    /\b(?:revele[zr]?|affiche[zr]?|repete[zr]?|montre[zr]?|donne[zr]?)\b[^.!?\n]{0,25}?\b(?:prompt|instructions? systeme|tes instructions|vos instructions|cles? api|mots de passe|consignes)\b/g,
    /\b(?:revela|revele|muestra|muestre|repite|repita|imprime|imprima)\b[^.!?\n]{0,25}?\b(?:prompt|instrucciones|claves? api|contrasenas?|mensaje del sistema)\b/g,
    /(?:透露|显示|输出|打印|重复|泄露|公开|告诉我)[^。！？\n]{0,10}?(?:系统提示|提示词|系统消息|密钥|密码|环境变量|系统指令)/g,
  ]),
  ...rules('exfiltration', [
    /!\[[^\]\n]{0,120}\]\( ?<?(?:https?:)?\/\/[^)\s]{1,300}[?&][^)\s]{0,20}/g,
    /\]\( ?<?(?:https?:)?\/\/[^)\s]{1,200}[?&/=](?:[^)\s]{0,60})?(?:\{|%7b|\$\{|<|\[|secret|answer=|data=|prompt=|question=|context=|history=|leak=|payload=|stolen=|summary=|conversation)/g,
    /\b(?:send|post|upload|forward|transmit|submit|exfiltrate|e-?mail|leak|report|deliver|mail)\b[^.!?\n]{0,60}?\b(?:to|at|via)\b[^.!?\n]{0,20}?(?:https?:\/\/|www\.|webhook|[a-z0-9._-]{1,40}@[a-z0-9-]{1,40}\.)/g,
    /\bhttps?:\/\/[^\s"')]{1,120}(?:\{|\$\{|%7b)[^\s"')]{0,40}/g,
    /\b(?:sende|schicke|senden sie|ubermittle|envoie|envoyez|transmets|envia|envie|manda)\b[^.!?\n]{0,60}?https?:\/\//g,
    /(?:发送|上传|提交|转发|传送)[^。！？\n]{0,30}?https?:\/\//g,
  ]),
  ...rules('encoded', [
    /\b(?:decode|decoding|decrypt|base64|base-64|rot13|hex-encoded|dekodiere|decodez?|decodifica)\b[^\n]{0,80}?[a-z0-9+/_-]{24,400}={0,2}/g,
    /(?:解码|解密)[^\n]{0,40}?[a-z0-9+/_-]{24,400}={0,2}/g,
  ]),
  ...rules('active', [
    /<(?:script|iframe|object|embed|svg|math|base|form|meta|link)\b[^<>]{0,200}>/g,
    /<[a-z][a-z0-9]{0,15}\b[^<>]{0,200}?\son[a-z]{3,20} ?=/g,
    /\b(?:javascript|vbscript) ?:\S|\bdata:text\/html/g,
  ]),
];

function rules(reason: InstructionReason, patterns: readonly RegExp[]): (readonly [InstructionReason, RegExp])[] {
  return patterns.map((pattern) => [reason, pattern]);
}

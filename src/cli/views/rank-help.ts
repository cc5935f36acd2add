/** What stands under the flags of `isthmus rank --help`. */
export const ABOUT_RANK = `
Every compressor summarises the same chunks for the same questions. The scorer then says in bits how well each summary tells its own
chunk from others: log2 p(z | own) - log2 mean p(z | each), at most log2 N. That needs no right answers and no predictor.

What it is good for: choosing between compressors, and finding the length beyond which bits stop growing. What it does not say:
whether a summary answers the question. Bits say which chunk it came from; so look at the other columns beside
them. Compressors that copy sentences all reach the ceiling, those that copy the wrong ones too: bits tell compressors apart that write.

  bits        mean per question; NONE hands nothing on and counts 0; the interval is over documents
  of ceiling  near 100% says only "at least so much": take more documents, raise --contexts, or take harder --negatives
  P(best)     how often this line leads when documents are drawn anew; the column adds up to 100%
  behind      bits less than the first line's, on the same questions; an interval without 0 is a difference
  relevance   share of the question's words in what was handed on (BM25): the one figure that looks at the question
  faithful    share of the numbers, dates, names and quotations in summaries that stand in their source
  gold        with labels: share of the questions whose summary holds a right answer
  read, written, FLOPs, cost
              of compressing alone; a dollar price needs one for the model or for a second of this machine

A compressor that has an option "sentences" is tried at each length of --sentences, others as they are.
Without --questions, three questions are made from each document: "<title>: <heading>", or first words where headings are too few.
They use the words of the text, which flatters compressors that go by words, and they have the form of no question that people ask: give
a file of real ones if you have some. Each goes to the chunk nearest to it; all compressors read the same chunks.

Hard negatives. With --negatives random the other chunks are of other documents, and a summary's topic alone tells it from them. Harder:
  same-document  other chunks of the chunk's own document; each must have --contexts more
  nearest        the chunks with the most words in common with it (BM25), of whatever document
These are picked for each chunk and are no fair draw, so the figure is then a contrast score, in bits and under the same ceiling, and no
lower bound on information. Compare contrast scores with each other, never with bits against random chunks. What copies three sentences or
more stays at the ceiling even so (measured: eval/LOG.md); how far they tell apart what writes freely was not measured.

Labels. A file of JSON lines, {"question": "...", "answers": ["...", "..."], "document": "a.md"}, of which all but the question may be
missing ("answer" for one string and "documents" for several files do too, as in samples/questions.jsonl), lets the command judge
itself: the gold column, and how often the first choice by each measure is within 2 points of the highest share of gold, on these
documents and on documents drawn anew, beside what an arm drawn by lot would reach. Labels change nothing in the order.

Several scorers. --scorers a,b scores the same summaries by each; the first ranks. A ranking by one scorer means something if another
moves all compressors by about the same offset and keeps their order: the differences by line, the offset, its spread over lines, and
Kendall's tau of the two orders. Under 8 lines that differ, "not identified". "unigram" is a scorer without a model: words counted.

Examples:
  isthmus rank --docs notes/ --compressors select,extractive,head
  isthmus rank --docs notes/ --compressors abstractive@a.gguf,abstractive@b.gguf --questions questions.txt --svg rank.svg
  isthmus rank --docs notes/ --compressors select,head --sentences 1,2,3 --by relevance --json
  isthmus rank --docs notes/ --compressors select,head --negatives same-document --contexts 7
  isthmus rank --docs samples/corpus --compressors select,extractive,head --questions samples/questions.jsonl
  isthmus rank --docs notes/ --compressors select@nano,select@nano-1m,extractive --scorers nano,nano-1m,unigram`;

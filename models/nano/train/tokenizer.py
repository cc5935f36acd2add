"""Train the SentencePiece BPE tokenizer (lower case, byte tokens: llama.cpp aborts on unknown characters without them).

Usage: tokenizer.py --text articles.jsonl.gz --qa train.jsonl.gz --out spm4k --vocab 4096
Input rows: {"text"} and {"context", "question", ...}, JSON lines, gzipped. Years stay whole (digits are not split).
"""
import argparse, gzip, json, random, tempfile
import sentencepiece as spm
from text import MARKERS, fold


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--text', required=True)
    p.add_argument('--qa', required=True)
    p.add_argument('--out', required=True)
    p.add_argument('--vocab', type=int, default=4096)
    a = p.parse_args()
    rows = [json.loads(line) for line in gzip.open(a.text, 'rt')]
    paragraphs = [fold(x) for row in rows for x in row['text'].split('\n') if len(x) > 100]
    random.Random(1).shuffle(paragraphs)
    asked = [json.loads(line) for line in gzip.open(a.qa, 'rt')]
    with tempfile.NamedTemporaryFile('w', suffix='.txt') as f:
        f.write('\n'.join(x[:2000] for x in paragraphs[:24_000]) + '\n')
        f.write('\n'.join(fold(row['question']) for row in asked) + '\n')
        f.flush()
        spm.SentencePieceTrainer.train(
            input=f.name, model_prefix=a.out, vocab_size=a.vocab, model_type='bpe', byte_fallback=True, character_coverage=.9995,
            split_digits=False, normalization_rule_name='identity', remove_extra_whitespaces=False, add_dummy_prefix=True, unk_id=0,
            bos_id=1, eos_id=2, pad_id=-1, user_defined_symbols=MARKERS, num_threads=1, max_sentence_length=9000)


if __name__ == '__main__':
    main()

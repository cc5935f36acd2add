#!/bin/sh
# Data, tokenizer, training, joining with BM25 and export of the family, in one command.
#
#   sh train.sh --text articles.jsonl.gz --qa train.jsonl.gz --out DIR [--sizes "1m 3m"] [--first 5] [--mtokens 9] [--jobs 1] [--longdoc DIR] [--final yes]
#
# --text: JSON lines, gzipped, {"title", "text"}: plain text of your own (paragraphs by line breaks).
# --qa:   JSON lines, gzipped, {"source", "context", "question", "answer"}; neighbouring contexts of one source stand together.
# Every size sees the same rows in the same order: --first million tokens by AdamW from circuits.py, then by Muon to --mtokens in all.
# Writes DIR/spm4k.model, DIR/lexicon.json, DIR/combination.json, DIR/isthmus-nano-SIZE.pt and .gguf (Q8_0, context 1,024); keeps rows already there.
# --longdoc measures the development half at the end (--final yes: the test half, once). --jobs makes rows in parallel. CUDA is used when at hand (there
# --mtokens 100 --batch-tokens 65536). Needs python3 with torch, numpy and sentencepiece.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sizes="1m 3m" first=5 mtokens=9 jobs=1 longdoc= final= batch=4096 python=${PYTHON:-python3}
while [ $# -gt 0 ]; do
  case $1 in
    --sizes) sizes=$2 ;; --text) text=$2 ;; --qa) qa=$2 ;; --out) out=$2 ;; --first) first=$2 ;; --mtokens) mtokens=$2 ;;
    --jobs) jobs=$2 ;; --longdoc) longdoc=$2 ;; --final) final=$2 ;; --batch-tokens) batch=$2 ;;
    *) echo "unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done
mkdir -p "$out"
run() { tool=$1; shift; "$python" "$here/$tool.py" "$@"; }
rows() { # stage, million tokens, seed, name
  [ -f "$out/$4.npz" ] || run tasks --text "$text" --qa "$qa" --tokenizer "$out/spm4k.model" --lexicon "$out/lexicon.json" --stage "$1" --tokens "$(echo "$2" | awk '{printf "%d", $1 * 1000000}')" --seed "$3" --out "$out/$4"
}
[ -f "$out/spm4k.model" ] || run tokenizer --text "$text" --qa "$qa" --out "$out/spm4k"
[ -f "$out/lexicon.json" ] || run lexicon --text "$text" --out "$out/lexicon.json"
rows dev .26 99 dev
rows drill .25 1 drill & rows easy .8 2 easy & wait
i=0 early= late=
part() { echo "$mtokens $jobs $1" | awk '{print $1 * $3 / $2}'; }
while [ $i -lt "$jobs" ]; do
  { rows single "$(part .6)" $((300 + i)) "single$i"; rows mid "$(part .3)" $((100 + i)) "mid$i"; rows full "$(part .4)" $((200 + i)) "full$i"; } &
  early="$early+$out/mid$i.npz*2+$out/single$i.npz" late="$late+$out/mid$i.npz*2+$out/full$i.npz+$out/single$i.npz*3" i=$((i + 1))
done
wait
models=
for size in $sizes; do
  made=$out/isthmus-nano-$size
  run train --size "$size" --tokenizer "$out/spm4k.model" --out "$out/first-$size.pt" --dev "$out/dev.npz" --adam --mtokens "$first" --decay .6 --emphasis 2 --batch-tokens "$batch" \
    --rows "$out/drill.npz:.05,$out/easy.npz:.15,${early#+}:$first"
  run train --size "$size" --tokenizer "$out/spm4k.model" --resume "$out/first-$size.pt" --out "$made.pt" --dev "$out/dev.npz" --mtokens "$mtokens" --decay .45 --lr 1e-3 --emphasis 2 \
    --batch-tokens "$batch" --rows "${late#+}:$mtokens"
  run export_gguf --model "$made.pt" --tokenizer "$out/spm4k.model" --out "$made.gguf" --name "isthmus-nano-$size" --context 1024
  models="$models --model $size=$made.pt"
done
# shellcheck disable=SC2086
run combine $models --tokenizer "$out/spm4k.model" --qa "$qa" --out "$out/combination.json"
# shellcheck disable=SC2086
[ -z "$longdoc" ] || run evaluate $models --tokenizer "$out/spm4k.model" --longdoc "$longdoc" --combination "$out/combination.json" --out "$out/figures.json" ${final:+--final}

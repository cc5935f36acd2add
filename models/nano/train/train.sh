#!/bin/sh
# Data, tokenizer, training and export of one size, in one command.
#
#   sh train.sh --size 1m|3m|10m --text articles.jsonl.gz --qa train.jsonl.gz --out DIR [--minutes 40] [--mtokens 15] [--jobs 1] [--longdoc DIR]
#
# --text: JSON lines, gzipped, {"title", "text"}: plain text of your own (paragraphs by line breaks).
# --qa:   JSON lines, gzipped, {"source", "context", "question", "answer"}; neighbouring contexts of one source stand together.
# Writes DIR/spm4k.model, DIR/isthmus-nano-SIZE.pt and .gguf (Q8_0, context 1,024); keeps what is already there, so several sizes
# share tokenizer and rows. CUDA is used when at hand: there take --minutes 4 --mtokens 60 --jobs 15 --batch-tokens 65536. Needs python3 with torch,
# numpy and sentencepiece. --longdoc measures the development half at the end.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
minutes=40 mtokens=15 jobs=1 longdoc= batch=3600 python=${PYTHON:-python3}
while [ $# -gt 0 ]; do
  case $1 in
    --size) size=$2 ;; --text) text=$2 ;; --qa) qa=$2 ;; --out) out=$2 ;; --minutes) minutes=$2 ;;
    --mtokens) mtokens=$2 ;; --jobs) jobs=$2 ;; --longdoc) longdoc=$2 ;; --batch-tokens) batch=$2 ;;
    *) echo "unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done
mkdir -p "$out"
rows() { # stage, million tokens, seed, name
  [ -f "$out/$4.npz" ] || "$python" "$here/tasks.py" --text "$text" --qa "$qa" --tokenizer "$out/spm4k.model" --stage "$1" --tokens "$(echo "$2" | awk '{printf "%d", $1 * 1000000}')" --seed "$3" --out "$out/$4"
}
[ -f "$out/spm4k.model" ] || "$python" "$here/tokenizer.py" --text "$text" --qa "$qa" --out "$out/spm4k"
rows dev .26 99 dev
rows drill .25 1 drill & rows easy .8 2 easy & wait
i=0 short= long=
part() { echo "$mtokens $jobs $1" | awk '{print $1 * $3 / $2}'; }
while [ $i -lt "$jobs" ]; do # 15% answers from single sentences, 40% middling lengths, 45% full length
  { rows single "$(part .15)" $((300 + i)) "single$i"; rows mid "$(part .4)" $((100 + i)) "mid$i"; rows full "$(part .45)" $((200 + i)) "full$i"; } &
  short="$short+$out/mid$i.npz+$out/single$i.npz" long="$long+$out/full$i.npz+$out/single$i.npz" i=$((i + 1))
done
wait
"$python" "$here/train.py" --size "$size" --tokenizer "$out/spm4k.model" --out "$out/isthmus-nano-$size.pt" --dev "$out/dev.npz" --minutes "$minutes" \
  --every "$(echo "$minutes" | awk '{print $1 / 12}')" --batch-tokens "$batch" --rows "$out/drill.npz:.01,$out/easy.npz:.03,${short#+}:.46,${long#+}:.5"
"$python" "$here/export_gguf.py" --model "$out/isthmus-nano-$size.pt" --tokenizer "$out/spm4k.model" --out "$out/isthmus-nano-$size.gguf" --name "isthmus-nano-$size" --context 1024
if [ -n "$longdoc" ]; then "$python" "$here/evaluate.py" --model "$out/isthmus-nano-$size.pt" --tokenizer "$out/spm4k.model" --longdoc "$longdoc" --out "$out/figures-$size.json"; fi

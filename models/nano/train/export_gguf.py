"""Write a GGUF (v3) that llama.cpp loads, from train.py's checkpoint and the SentencePiece tokenizer.

Usage: export_gguf.py --model model.pt --tokenizer spm4k.model --out isthmus-nano-3m.gguf --name isthmus-nano-3m --context 1024 [--type q8_0|f16]
Q8_0 (blocks of 32, one f16 scale each) where a row's length is a multiple of 32; norms stay f32. Rotary pairs are interleaved here.
"""
import argparse, struct
import numpy as np, sentencepiece as spm, torch
from model import ROPE_BASE
from text import MARKERS

TYPES = {'f32': 0, 'f16': 1, 'q8_0': 8}


def text(s): return struct.pack('<Q', len(s.encode())) + s.encode()


def q8_0(array):
    """→ bytes: per 32 values an f16 scale and 32 int8."""
    blocks = array.astype(np.float32).reshape(-1, 32)
    scale = (np.abs(blocks).max(1) / 127).astype(np.float16)
    inverse = np.where(scale > 0, 1 / np.maximum(scale.astype(np.float32), 1e-12), 0)
    quants = np.clip(np.rint(blocks * inverse[:, None]), -127, 127).astype(np.int8)
    return np.concatenate([scale[:, None].view(np.int8), quants], 1).tobytes()


def interleave(weight, heads):
    """Rows (p, p + head/2) of each head become neighbours, as llama.cpp's `llama` architecture turns them."""
    rows, columns = weight.shape
    return weight.view(heads, 2, rows // heads // 2, columns).transpose(1, 2).reshape(rows, columns)


def metadata(a, config, sp):
    parts = []
    def put(key, kind, payload): parts.append(text(key) + struct.pack('<I', kind) + payload)
    def u32(key, v): put(key, 4, struct.pack('<I', v))
    def array(key, kind, values, pack): put(key, 9, struct.pack('<IQ', kind, len(values)) + b''.join(map(pack, values)))
    put('general.architecture', 8, text('llama'))
    put('general.name', 8, text(a.name))
    u32('general.file_type', 7 if a.type == 'q8_0' else 1)
    for key, v in dict(block_count=config['layers'], context_length=a.context, embedding_length=config['dim'], feed_forward_length=config['ff'], vocab_size=config['vocab']).items(): u32('llama.' + key, v)
    for key in ('attention.head_count', 'attention.head_count_kv'): u32('llama.' + key, config['heads'])
    u32('llama.rope.dimension_count', config['dim'] // config['heads'])
    put('llama.attention.layer_norm_rms_epsilon', 6, struct.pack('<f', 1e-5))
    put('llama.rope.freq_base', 6, struct.pack('<f', ROPE_BASE))
    put('tokenizer.ggml.model', 8, text('llama'))
    put('tokenizer.ggml.pre', 8, text('default'))
    V, special = sp.vocab_size(), set(MARKERS)
    kind = lambda i: 2 if sp.is_unknown(i) else 3 if sp.is_control(i) or sp.id_to_piece(i) in special else 6 if sp.is_byte(i) else 1
    array('tokenizer.ggml.tokens', 8, [sp.id_to_piece(i) for i in range(V)], text)
    array('tokenizer.ggml.scores', 6, [sp.get_score(i) for i in range(V)], lambda x: struct.pack('<f', x))
    array('tokenizer.ggml.token_type', 5, [kind(i) for i in range(V)], lambda x: struct.pack('<i', x))
    for key, v in dict(bos=1, eos=sp.piece_to_id('<|end|>'), unknown=0).items(): u32(f'tokenizer.ggml.{key}_token_id', v)
    for key, v in dict(add_bos_token=True, add_eos_token=False, add_space_prefix=True).items(): put('tokenizer.ggml.' + key, 7, struct.pack('<?', v))
    return parts


def tensors(state, config):
    yield 'token_embd.weight', state['embed.weight']
    yield 'output_norm.weight', state['norm']
    for i in range(config['layers']):
        get = lambda key: state[f'blocks.{i}.{key}']
        (q, k, v), (gate, up) = get('qkv.weight').chunk(3, 0), get('gate_up.weight').chunk(2, 0)
        named = dict(attn_norm=get('norm1'), attn_q=interleave(q, config['heads']), attn_k=interleave(k, config['heads']), attn_v=v, attn_output=get('out.weight'), ffn_norm=get('norm2'), ffn_gate=gate, ffn_up=up, ffn_down=get('down.weight'))
        for name, t in named.items(): yield f'blk.{i}.{name}.weight', t


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('model', 'tokenizer', 'out'): p.add_argument('--' + name, required=True)
    p.add_argument('--name', default='isthmus-nano')
    p.add_argument('--context', type=int, default=1024)
    p.add_argument('--type', choices=['q8_0', 'f16'], default='q8_0')
    a = p.parse_args()
    checkpoint = torch.load(a.model, map_location='cpu')
    config, sp = checkpoint['config'], spm.SentencePieceProcessor(model_file=a.tokenizer)
    made = []
    for name, t in tensors(checkpoint['state'], config):
        array = np.ascontiguousarray(t.detach().float().numpy())
        kind = 'f32' if array.ndim == 1 else a.type if array.shape[-1] % 32 == 0 else 'f16'
        made.append((name, array.shape, kind, q8_0(array) if kind == 'q8_0' else array.astype(np.float16 if kind == 'f16' else np.float32).tobytes()))
    parts, pad, offset = metadata(a, config, sp), lambda n: b'\0' * (-n % 32), 0
    with open(a.out, 'wb') as f:
        f.write(b'GGUF' + struct.pack('<IQQ', 3, len(made), len(parts)) + b''.join(parts))
        for name, shape, kind, data in made:
            f.write(text(name) + struct.pack('<I', len(shape)) + b''.join(struct.pack('<Q', d) for d in shape[::-1]) + struct.pack('<IQ', TYPES[kind], offset))
            offset += len(data) + len(pad(len(data)))
        f.write(pad(f.tell()))
        for *_, data in made: f.write(data + pad(len(data)))
    print(f'{a.out}: {sum(np.prod(s) for _, s, _, _ in made) / 1e6:.2f} M parameters, {offset / 1e6:.2f} MB')


if __name__ == '__main__':
    main()

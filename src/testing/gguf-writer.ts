/** A value of a GGUF header; the kinds that a small Llama model needs. */
export type GgufValue =
  | { readonly type: 'u32'; readonly value: number }
  | { readonly type: 'f32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'i32s'; readonly value: readonly number[] }
  | { readonly type: 'f32s'; readonly value: readonly number[] }
  | { readonly type: 'strings'; readonly value: readonly string[] };

/**
 * `dimensions` fastest first, as GGUF has them: [inputs, outputs]. Values are F32, or bytes that are Q8_0 already: blocks of 34, an f16
 * scale and 32 int8 each.
 */
export interface GgufTensor {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly values: Float32Array | Uint8Array;
}

const TYPE = { f32: 0, q8_0: 8 } as const;

const ALIGNMENT = 32;
const utf8 = new TextEncoder();

/** Little-endian bytes, grown by appending. */
class Bytes {
  readonly #parts: Uint8Array[] = [];
  length = 0;

  raw(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.length += bytes.length;
    return this;
  }

  #number(size: number, set: (view: DataView) => void): this {
    const bytes = new Uint8Array(size);
    set(new DataView(bytes.buffer));
    return this.raw(bytes);
  }

  u8(value: number): this {
    return this.raw(Uint8Array.of(value));
  }

  u32(value: number): this {
    return this.#number(4, (view) => view.setUint32(0, value, true));
  }

  u64(value: number): this {
    return this.#number(8, (view) => view.setBigUint64(0, BigInt(value), true));
  }

  i32(value: number): this {
    return this.#number(4, (view) => view.setInt32(0, value, true));
  }

  f32(value: number): this {
    return this.#number(4, (view) => view.setFloat32(0, value, true));
  }

  string(value: string): this {
    const bytes = utf8.encode(value);
    return this.u64(bytes.length).raw(bytes);
  }

  pad(): this {
    return this.raw(new Uint8Array((ALIGNMENT - (this.length % ALIGNMENT)) % ALIGNMENT));
  }

  concat(): Uint8Array {
    const result = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.#parts) {
      result.set(part, at);
      at += part.length;
    }
    return result;
  }
}

/** A GGUF file (version 3), as llama.cpp reads it. */
export function writeGguf(metadata: Readonly<Record<string, GgufValue>>, tensors: readonly GgufTensor[]): Uint8Array {
  const entries = Object.entries(metadata);
  const file = new Bytes().raw(utf8.encode('GGUF')).u32(3).u64(tensors.length).u64(entries.length);
  for (const [key, value] of entries) writeValue(file.string(key), value);
  let offset = 0;
  for (const { name, dimensions, values } of tensors) {
    file.string(name).u32(dimensions.length);
    for (const size of dimensions) file.u64(size);
    file.u32(values instanceof Float32Array ? TYPE.f32 : TYPE.q8_0).u64(offset);
    offset += Math.ceil(values.byteLength / ALIGNMENT) * ALIGNMENT;
  }
  file.pad();
  for (const { values } of tensors) file.raw(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)).pad();
  return file.concat();
}

function writeValue(file: Bytes, entry: GgufValue): void {
  switch (entry.type) {
    case 'u32':
      file.u32(4).u32(entry.value);
      return;
    case 'f32':
      file.u32(6).f32(entry.value);
      return;
    case 'bool':
      file.u32(7).u8(entry.value ? 1 : 0);
      return;
    case 'string':
      file.u32(8).string(entry.value);
      return;
    case 'i32s':
      file.u32(9).u32(5).u64(entry.value.length);
      for (const value of entry.value) file.i32(value);
      return;
    case 'f32s':
      file.u32(9).u32(6).u64(entry.value.length);
      for (const value of entry.value) file.f32(value);
      return;
    case 'strings':
      file.u32(9).u32(8).u64(entry.value.length);
      for (const value of entry.value) file.string(value);
  }
}

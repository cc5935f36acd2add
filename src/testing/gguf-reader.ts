import { readFileSync } from 'node:fs';

/** A parsed GGUF file: header values by key, tensors as 64-bit floats. */
export interface GgufFile {
  readonly metadata: ReadonlyMap<string, unknown>;
  tensor(name: string): { readonly dimensions: readonly number[]; readonly values: Float64Array };
}

interface TensorInfo {
  readonly dimensions: readonly number[];
  readonly type: number;
  readonly offset: number;
}

const ALIGNMENT = 32;
const utf8 = new TextDecoder();

class Cursor {
  readonly #view: DataView;
  at = 0;

  constructor(view: DataView) {
    this.#view = view;
  }

  #take<T>(size: number, get: (view: DataView, at: number) => T): T {
    const value = get(this.#view, this.at);
    this.at += size;
    return value;
  }

  u32(): number {
    return this.#take(4, (view, at) => view.getUint32(at, true));
  }

  u64(): number {
    return this.#take(8, (view, at) => Number(view.getBigUint64(at, true)));
  }

  string(): string {
    const length = this.u64();
    return this.#take(length, (view, at) => utf8.decode(new Uint8Array(view.buffer, view.byteOffset + at, length)));
  }

  /** A header value of GGUF's numbered types. */
  value(type: number): unknown {
    switch (type) {
      case 0:
      case 7:
        return this.#take(1, (view, at) => view.getUint8(at));
      case 1:
        return this.#take(1, (view, at) => view.getInt8(at));
      case 2:
        return this.#take(2, (view, at) => view.getUint16(at, true));
      case 3:
        return this.#take(2, (view, at) => view.getInt16(at, true));
      case 4:
        return this.u32();
      case 5:
        return this.#take(4, (view, at) => view.getInt32(at, true));
      case 6:
        return this.#take(4, (view, at) => view.getFloat32(at, true));
      case 8:
        return this.string();
      case 9:
        return this.#array();
      case 12:
        return this.#take(8, (view, at) => view.getFloat64(at, true));
      default:
        return this.u64();
    }
  }

  #array(): unknown[] {
    const type = this.u32();
    const length = this.u64();
    return Array.from({ length }, () => this.value(type));
  }
}

/** Reads a GGUF file on its own, without llama.cpp or node-llama-cpp, so that tests can compare against it. F32, F16 and Q8_0 only. */
export function readGgufFile(path: string): GgufFile {
  const bytes = readFileSync(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cursor = new Cursor(view);
  if (cursor.u32() !== 0x46554747) throw new Error(`Expected a GGUF file at ${path}.`);
  cursor.u32();
  const tensorCount = cursor.u64();
  const valueCount = cursor.u64();
  const metadata = new Map<string, unknown>();
  for (let i = 0; i < valueCount; i += 1) metadata.set(cursor.string(), cursor.value(cursor.u32()));
  const infos = new Map<string, TensorInfo>();
  for (let i = 0; i < tensorCount; i += 1) {
    const name = cursor.string();
    const dimensions = Array.from({ length: cursor.u32() }, () => cursor.u64());
    infos.set(name, { dimensions, type: cursor.u32(), offset: cursor.u64() });
  }
  const dataAt = Math.ceil(cursor.at / ALIGNMENT) * ALIGNMENT;
  return {
    metadata,
    tensor: (name) => {
      const info = infos.get(name);
      if (info === undefined) throw new Error(`Expected a tensor ${name} in ${path}.`);
      return { dimensions: info.dimensions, values: readValues(view, dataAt + info.offset, info) };
    },
  };
}

function readValues(view: DataView, at: number, { dimensions, type }: TensorInfo): Float64Array {
  if (type > 1 && type !== Q8_0) throw new Error(`Expected F32, F16 or Q8_0 weights, but the tensor has type ${type}.`);
  const values = new Float64Array(dimensions.reduce((product, size) => product * size, 1));
  if (type === Q8_0) return readBlocks(view, at, values);
  for (let i = 0; i < values.length; i += 1) {
    values[i] = type === 0 ? view.getFloat32(at + 4 * i, true) : fromHalf(view.getUint16(at + 2 * i, true));
  }
  return values;
}

const Q8_0 = 8;

/** Blocks of 32 values: a scale of 16 bits, then the values as signed bytes. */
function readBlocks(view: DataView, at: number, values: Float64Array): Float64Array {
  for (let block = 0, from = at; block < values.length; block += 32, from += 34) {
    const scale = fromHalf(view.getUint16(from, true));
    for (let i = 0; i < 32; i += 1) values[block + i] = scale * view.getInt8(from + 2 + i);
  }
  return values;
}

/** IEEE 754 binary16. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

// Encodes and decodes by the schema lines that gen.py writes (abi.gen.ts). Records are CBOR arrays; a record of a
// union begins with its kind. Items a decoder does not know, at the end of a record, are skipped.
import { CborError, Reader, Writer } from './cbor.ts';

interface Field {
  readonly name: string;
  readonly base: string;
  readonly mark: '' | '*' | '?';
}
interface RecordDef {
  readonly kind: number | null;
  readonly fields: readonly Field[];
}
type Union = ReadonlyMap<number, string>;

export interface Codec {
  encode(name: string, value: unknown): Uint8Array;
  decode(name: string, bytes: Uint8Array): unknown;
}

function isObject(v: unknown): v is Readonly<Record<string, unknown>> {
  return typeof v === 'object' && v !== null;
}

function parseField(text: string): Field {
  const at = text.indexOf(':');
  const type = text.slice(at + 1);
  const mark = type.startsWith('*') ? '*' : type.startsWith('?') ? '?' : '';
  return { name: text.slice(0, at), base: mark ? type.slice(1) : type, mark };
}

export function makeCodec(schema: string): Codec {
  const records = new Map<string, RecordDef>();
  const unions = new Map<string, readonly string[]>();
  for (const line of schema.trim().split('\n')) {
    const [name = '', kind, ...rest] = line.split(' ');
    if (kind === '/') unions.set(name, rest);
    else records.set(name, { kind: kind === '-' ? null : Number(kind), fields: rest.map(parseField) });
  }
  const kinds = new Map<string, Union>();
  for (const [name, members] of unions) {
    kinds.set(name, new Map(members.map((m) => [records.get(m)?.kind ?? -1, m])));
  }

  function putOne(w: Writer, base: string, v: unknown): void {
    if ((base === 'uint' || base === 'int') && typeof v === 'number') w[base](v);
    else if (base === 'bool' && typeof v === 'boolean') w.bool(v);
    else if (base === 'tstr' && typeof v === 'string') w.tstr(v);
    else if (base === 'bstr' && v instanceof Uint8Array) w.bstr(v);
    else if (isObject(v)) put(w, base, v);
    else throw new CborError(`${base} expected`);
  }

  function put(w: Writer, name: string, v: Readonly<Record<string, unknown>>): void {
    const record = records.get(unions.has(name) ? String(v['kind']) : name);
    if (record === undefined) throw new CborError(`unknown ${name}`);
    w.array(record.fields.length + (record.kind === null ? 0 : 1));
    if (record.kind !== null) w.uint(record.kind);
    for (const f of record.fields) {
      const x = v[f.name];
      if (f.mark === '*') {
        if (!Array.isArray(x)) throw new CborError(`${name}.${f.name}: list expected`);
        w.array(x.length);
        for (const item of x) putOne(w, f.base, item);
      } else if (f.mark === '?' && x === null) {
        w.null();
      } else {
        putOne(w, f.base, x);
      }
    }
  }

  function getOne(r: Reader, base: string): unknown {
    if (base === 'uint' || base === 'int' || base === 'bool' || base === 'tstr' || base === 'bstr') return r[base]();
    return get(r, base);
  }

  function get(r: Reader, name: string): unknown {
    const union = kinds.get(name);
    const own = union ? union.get(r.peekKind()) : name;
    const record = own === undefined ? undefined : records.get(own);
    if (record === undefined) throw new CborError(`unknown ${name}`);
    let at = record.fields.length + (record.kind === null ? 0 : 1);
    const n = r.array(at);
    const out: Record<string, unknown> = {};
    if (record.kind !== null) {
      if (r.uint() !== record.kind) throw new CborError(`not a ${name}`);
      out['kind'] = own;
    }
    for (const f of record.fields) {
      if (f.mark === '*') {
        const list: unknown[] = [];
        for (let left = r.array(); left > 0; left--) list.push(getOne(r, f.base));
        out[f.name] = list;
      } else {
        out[f.name] = f.mark === '?' && r.takeNull() ? null : getOne(r, f.base);
      }
    }
    for (; at < n; at++) r.skip();
    return out;
  }

  return {
    encode(name, value) {
      const w = new Writer();
      putOne(w, name, value);
      return w.finish();
    },
    decode(name, bytes) {
      const r = new Reader(bytes);
      const v = get(r, name);
      r.end();
      return v;
    },
  };
}

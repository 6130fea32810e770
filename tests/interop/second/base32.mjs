// base32 of section 1: Crockford's alphabet, in groups of four.
// Sections are those of wasm/schema/PROTOCOL.md.
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export function b32(bytes) {
  const bits = [...bytes].map((b) => b.toString(2).padStart(8, '0')).join('');
  const letters = bits.match(/.{1,5}/g).map((five) => LETTERS[Number.parseInt(five.padEnd(5, '0'), 2)]);
  return letters
    .join('')
    .match(/.{1,4}/g)
    .join('-');
}

/** Exactly n bytes, or it throws. */
export function unb32(text, n) {
  const letters = text.toUpperCase().replace(/[- ]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  const values = [...letters].map((c) => LETTERS.indexOf(c));
  if (values.includes(-1) || values.length !== Math.ceil((n * 8) / 5)) throw new Error('base32');
  const bits = values.map((v) => v.toString(2).padStart(5, '0')).join('');
  if (bits.slice(n * 8).includes('1')) throw new Error('base32: its filling');
  return Buffer.from(Array.from({ length: n }, (_, i) => Number.parseInt(bits.slice(i * 8, i * 8 + 8), 2)));
}

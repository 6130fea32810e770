// A zip archive whose bytes depend on names and contents only: sorted, stored, one fixed time, no attributes.
const TABLE = Array.from({ length: 256 }, (_, i) => {
  let c = i;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c >>> 0;
});

function crc32(bytes) {
  let c = 0xffffffff;
  for (const b of bytes) c = TABLE[(c ^ b) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

const DATE_1980 = 0x21; // 1 January 1980, the first day that the format knows

/** The fields that the local and the central header share. */
function fields(name, bytes) {
  const b = Buffer.alloc(26);
  b.writeUInt16LE(10, 0); // version needed
  b.writeUInt16LE(0x800, 2); // names are UTF-8
  b.writeUInt16LE(DATE_1980, 8);
  b.writeUInt32LE(crc32(bytes), 10);
  b.writeUInt32LE(bytes.length, 14);
  b.writeUInt32LE(bytes.length, 18);
  b.writeUInt16LE(Buffer.byteLength(name), 22);
  return b;
}

function u32(...values) {
  const b = Buffer.alloc(4 * values.length);
  values.forEach((v, i) => b.writeUInt32LE(v, 4 * i));
  return b;
}

/** @param {Map<string, Buffer>} files */
export function zip(files) {
  const local = [];
  const central = [];
  let at = 0;
  for (const name of [...files.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
    const bytes = files.get(name);
    const shared = fields(name, bytes);
    const entry = Buffer.concat([u32(0x04034b50), shared, Buffer.from(name), bytes]);
    const more = Buffer.alloc(14); // comment, disk, attributes
    more.writeUInt32LE(at, 10);
    central.push(Buffer.concat([u32(0x02014b50), Buffer.from([10, 0]), shared, more, Buffer.from(name)]));
    local.push(entry);
    at += entry.length;
  }
  const list = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.size, 4);
  end.writeUInt16LE(files.size, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...local, list, u32(0x06054b50), end]);
}

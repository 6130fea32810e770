// What a room agrees on (section 7.1): extension 0xF0A1 of the group context.
// Sections are those of wasm/schema/PROTOCOL.md.
import * as C from './cbor.mjs';
import { EXT, find } from './tree.mjs';

export const SELF = 0;
export const PAIR = 1;
export const GROUP = 2;
const VERSION = 2;
const FIELDS = [
  'id',
  'type',
  'name',
  'mailbox',
  'read_tag',
  'join_secret',
  'admins',
  'timer',
  'replaces',
  'next',
  'pair',
  'seats',
];

export function roomOf(context) {
  const found = find(context.extensions, EXT.ROOM);
  if (found.length !== 1) throw new Error('room: extensions');
  const [version, ...items] = C.decode(found[0].extensionData);
  if (version !== VERSION || items.length !== FIELDS.length) throw new Error('room: form');
  const r = Object.fromEntries(FIELDS.map((name, i) => [name, items[i]]));
  const sizes =
    r.id.length === 16 && r.mailbox.length === 16 && r.read_tag.length === 32 && r.join_secret.length === 32;
  if (!sizes || r.type > GROUP || (r.type === PAIR) !== (r.pair.length === 2)) throw new Error('room: form');
  return r;
}

export const roomBytes = (room) => C.encode([VERSION, ...FIELDS.map((name) => room[name])]);

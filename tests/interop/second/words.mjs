// A word that has come (section 12.1): judged, and kept in the order of the log.
// Sections are those of wasm/schema/PROTOCOL.md.
import * as C from './cbor.mjs';
import { contentId, SILENT, wordHash } from './content.mjs';
import { eq, hex, hmac } from './crypto.mjs';

const VERSION = 3;
const ITEMS = 8;
const SINGLE = 1;
const RENDER = 1;
const JOIN = 2;

/** Gives the word, or null when it was taken before or given up; throws what is wrong with it. */
function judged(room, bytes, { leaf }, { epoch, seq }) {
  const items = C.decode(bytes);
  if (items.length !== ITEMS || items[0] !== VERSION) throw new Error('word: form');
  const [, run, counter, prev, , ms, content, given] = items;
  const [account, key] = [leaf.credential.identity, leaf.signaturePublicKey].map((b) => Buffer.from(b));
  if (!room.leaves.some((l) => eq(l.key, key) && eq(l.account, account))) throw new Error('word: of nobody who sits');
  const sound = (counter === 0) === (prev === null) && run <= epoch && (content === null) !== (given === null);
  if (!sound) throw new Error('word: numbers');
  const of = `${hex(key)} ${run}`;
  const before = room.counted.get(of) ?? new Map();
  room.counted.set(of, before);
  if (before.has(counter)) return null;
  before.set(counter, content && wordHash(key, run, counter, prev, ms, content));
  if (!content) return null;
  return { account, run, counter, ms, seq, content };
}

function read(room, word) {
  const items = C.decode(word.content);
  if (items.length !== 7) throw new Error('content: form');
  const [, replaces, , , reply, , part] = items;
  Object.assign(word, { id: contentId(word.account, room.room.id, word.content), replaces, reply, part });
  if (part[2] !== SINGLE) return;
  const [disposition, , , type, body] = part;
  word.type = type;
  if (type.startsWith('text/') && disposition <= RENDER) word.text = body.toString();
  else if (type.startsWith(SILENT)) word.silent = C.decode(body);
}

/** Section 11.4: a member who holds the link of a group asks in. */
function asksIn({ client, room, refused }, { account, silent: [, token, proof] }) {
  const link = client.groupLinks.get(hex(token));
  if (link && eq(proof, hmac(link.secret, 'sotto door 1', account, room.id))) client.letIn(link.group, account);
  else refused.push('join: no proof');
}

export function takeWord(room, bytes, from, entry) {
  const word = judged(room, bytes, from, entry);
  if (!word) return;
  read(room, word);
  room.words.push(word);
  if (word.type === `${SILENT}profile+cbor`) room.client.profileOf(word.account, word.silent);
  if (word.type === `${SILENT}join+cbor` && word.silent[0] === JOIN) asksIn(room, word);
}

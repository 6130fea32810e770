// The recovery record (section 18.1) and the records it holds (section 17.4).
// Sections are those of wasm/schema/PROTOCOL.md.
import * as C from './cbor.mjs';
import * as H from './chain.mjs';
import { cat, eq, hex, sha256, sign, u64, verify } from './crypto.mjs';
import * as hpke from './hpke.mjs';
import { PAIR } from './room-form.mjs';
import { T } from './wire.mjs';

export const PERSON = 1;
export const CHAT = 2;
const VERSION = 2;
const ENC = 1120; // bytes of an encapsulation
const INFO = Buffer.from('sotto record 2');
const NONE = Buffer.alloc(0);

const links = (chain) => cat(...chain.slice(0, -1).map((e) => e.hash));

function person({ account, name, inbox = null, token = null, ms }, chain, me) {
  const trust = [0, null, null, 0, 0, me ? 0 : 1]; // verified, head, by, verified_ms, blocked, contact
  const [entry, before] = chain ? [chain.at(-1).bytes, links(chain)] : [null, NONE];
  return [PERSON, account, name, null, inbox, token, ...trust, ms, me, entry, before];
}

function chat(client, r) {
  const { id, type, name, pair, mailbox, read_tag, join_secret, timer, admins } = r.room;
  const other = type === PAIR ? pair.find((x) => !eq(x, client.account)) : null;
  const role = (account) => (admins.some((x) => hex(x) === account) ? 1 : 0);
  const members = [...r.accounts].map((a) => [Buffer.from(a, 'hex'), role(a)]);
  const keys = [mailbox, read_tag, join_secret];
  return [CHAT, id, type, 0, name, null, other, ...keys, Date.now(), 0, 0, 0, timer, '', false, 0, members];
}

/** People and chats of the account. */
export function records(client) {
  const { account, name, inbox, chain } = client;
  const others = [...client.people.values()].filter((p) => !eq(p.account, account));
  const rooms = [...client.rooms.values()].filter((r) => r.accepted && !r.gone);
  return [
    person({ account, name, inbox, ms: Date.now() }, chain, true),
    ...others.map((p) => person(p, client.pins.get(hex(p.account)), false)),
    ...rooms.map((r) => chat(client, r)),
  ];
}

const signed = (account, device, number, head, payload) =>
  cat('sotto record 2', account, device, u64(number), head, sha256(payload));

export async function putRecord(client) {
  const { account, key, seed, chain, recoveryPk } = client;
  const [number, head] = [Date.now(), chain.at(-1).hash];
  const payload = C.encode([key, number, head, client.name, number, records(client)]);
  const part = C.encode([VERSION, payload, sign(seed, signed(account, key, number, head, payload))]);
  const { enc, sealed } = hpke.seal(recoveryPk, INFO, NONE, part);
  await client.device.ask(T.RECORD_PUT, [number, head, cat(enc, sealed)]);
}

function open({ account, sk, chain }, [device, number, head, body]) {
  const [version, payload, signature] = C.decode(hpke.open(sk, body.subarray(0, ENC), INFO, NONE, body.subarray(ENC)));
  if (version !== VERSION) throw new Error('record: form');
  const part = C.decode(payload);
  if (!eq(part[0], device) || part[1] !== number || !eq(part[2], head)) throw new Error('record: of another');
  const right = verify(device, signed(account, device, number, head, payload), signature);
  if (!right || !chain.some((e) => H.lists(e, device))) throw new Error('record: signature');
  return part[5];
}

/** All parts that are sound, each its records; what was refused goes to `refused`. */
export async function readRecord(conn, whose, refused) {
  const parts = [];
  for (let i = 0; ; i++) {
    const answer = await conn.ask(T.RECORD_GET, [i]).catch((e) => {
      if (e.code !== 'UNKNOWN') throw e;
    });
    if (!answer) return parts;
    try {
      parts.push(open(whose, answer));
    } catch (e) {
      refused.push(e.message);
    }
    if (!answer[4]) return parts;
  }
}

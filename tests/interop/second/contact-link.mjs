// Contact links (section 4.2).
// Sections are those of wasm/schema/PROTOCOL.md.
import * as C from './cbor.mjs';
import { b64u } from './crypto.mjs';

const PERSON = 3;
const GROUP = 4;
const MARK = '#/add/';
const BYTES = 2048;

export function parseLink(text) {
  const link = text.trimEnd();
  if (link.length > BYTES) throw new Error('link: long');
  const at = link.indexOf(MARK);
  if (at < 0) throw new Error('link: form');
  const items = C.decode(Buffer.from(link.slice(at + MARK.length), 'base64url'));
  const [kind, gateway, account, inbox, token, secret] = items;
  if (!(kind === PERSON && items.length === 5) && !(kind === GROUP && items.length === 6))
    throw new Error('link: form');
  return { gateway, account, inbox, token, secret };
}

const written = (items) => `web+sotto:${MARK}${b64u(C.encode(items))}`;
export const makeLink = (gateway, account, inbox, token) => written([PERSON, gateway, account, inbox, token]);
export const makeGroupLink = (gateway, account, inbox, token, secret) =>
  written([GROUP, gateway, account, inbox, token, secret]);

// How the store is locked: by a passphrase (Argon2id in the worker) or by a passkey whose PRF output is the secret.
import { type Result as Answer, type Op, OpKind, type Slot, SlotKind } from '../shared/abi.gen.ts';
import type { Failure } from '../shared/protocol.ts';
import { bad, type Result } from '../shared/result.ts';
import { ask, askDerived } from './client.ts';
import { derive } from './derive.ts';
import { mayOpen } from './door.ts';

export const PASSPHRASE_MIN = 8;

const OPS = 3; // Argon2id MODERATE; kept in the slot, never assumed
const MEMORY_BYTES = 256 << 20;
const SALT_BYTES = 16;
/** The code that runs was not checked: nothing secret is asked for, made or opened. */
const notHere: Failure = { name: 'auth-policy', detail: 0 };
const label = new TextEncoder().encode('sotto passkey 1');

export type LockChoice =
  | { readonly kind: 'passphrase'; readonly passphrase: string }
  | { readonly kind: 'passkey'; readonly slot: Slot; readonly secret: Uint8Array };

function random(n: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(n));
}

function bytesOf(x: BufferSource): Uint8Array<ArrayBuffer> {
  const view = x instanceof ArrayBuffer ? new Uint8Array(x) : new Uint8Array(x.buffer, x.byteOffset, x.byteLength);
  return new Uint8Array(view);
}

async function secretFrom(prf: BufferSource): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey('raw', bytesOf(prf), 'HKDF', false, ['deriveBits']);
  const params = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: label };
  return new Uint8Array(await crypto.subtle.deriveBits(params, key, 256));
}

/** Whether this browser and machine offer a passkey that can hold a secret; only a guess until one is made. */
export async function passkeyLikely(): Promise<boolean> {
  if (typeof PublicKeyCredential === 'undefined') return false;
  try {
    return await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable();
  } catch {
    return false;
  }
}

function prfOf(credential: Credential | null): BufferSource | null {
  if (!(credential instanceof PublicKeyCredential)) return null;
  return credential.getClientExtensionResults().prf?.results?.first ?? null;
}

async function evaluate(id: Uint8Array<ArrayBuffer>, salt: Uint8Array<ArrayBuffer>): Promise<Uint8Array | null> {
  const credential = await navigator.credentials.get({
    publicKey: {
      challenge: random(32),
      allowCredentials: [{ type: 'public-key', id }],
      userVerification: 'required',
      extensions: { prf: { eval: { first: salt } } },
    },
  });
  const prf = prfOf(credential);
  return prf ? secretFrom(prf) : null;
}

/** Null: refused by the person, or this authenticator has no PRF. */
export async function makePasskey(name: string): Promise<LockChoice | null> {
  const salt = random(SALT_BYTES);
  try {
    const credential = await navigator.credentials.create({
      publicKey: {
        rp: { name: 'Sotto' },
        user: { id: random(16), name: name || 'Sotto', displayName: name || 'Sotto' },
        challenge: random(32),
        pubKeyCredParams: [
          { type: 'public-key', alg: -8 },
          { type: 'public-key', alg: -7 },
          { type: 'public-key', alg: -257 },
        ],
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
        extensions: { prf: { eval: { first: salt } } },
      },
    });
    if (!(credential instanceof PublicKeyCredential)) return null;
    const id = new Uint8Array(credential.rawId);
    const first = prfOf(credential);
    const secret = first ? await secretFrom(first) : await evaluate(id, salt);
    return (
      secret && { kind: 'passkey', slot: { slotKind: SlotKind.Passkey, salt, ops: 0, memory: 0, label: id }, secret }
    );
  } catch {
    return null;
  }
}

export async function passkeySecret(slot: Slot): Promise<Uint8Array | null> {
  try {
    return await evaluate(new Uint8Array(slot.label), new Uint8Array(slot.salt));
  } catch {
    return null;
  }
}

type Kinds = Answer['kind'];
type Answered<K extends Kinds> = Result<Extract<Answer, { kind: K }>, Failure>;

/** The passphrase goes to the worker that derives, once, is moved rather than copied, and wiped there. */
function askWithPassphrase<K extends Kinds>(op: Op, slot: Slot, text: string, kind: K): Promise<Answered<K>> {
  const { port1: port, port2 } = new MessageChannel();
  const { salt, ops } = slot;
  const question = { passphrase: passphraseBytes(text), salt, ops, memoryKib: Math.floor(slot.memory / 1024), port };
  return new Promise((done) => {
    const tell = (answer: Answered<K>): void => {
      end();
      done(answer);
    };
    const end = derive(question, () => tell(bad({ name: 'host-memory', detail: 0 })));
    void askDerived(op, port2, kind).then(tell);
  });
}

/** Asks with the secret of the choice put in; the passphrase leaves as transferred bytes. */
export async function askLocked<K extends Kinds>(
  choice: LockChoice,
  op: (slot: Slot, secret: Uint8Array) => Op,
  kind: K,
): Promise<Answered<K>> {
  if (!(await mayOpen())) return bad(notHere);
  if (choice.kind === 'passkey') return ask(op(choice.slot, choice.secret), kind);
  const slot: Slot = {
    slotKind: SlotKind.Passphrase,
    salt: random(SALT_BYTES),
    ops: OPS,
    memory: MEMORY_BYTES,
    label: new Uint8Array(0),
  };
  return askWithPassphrase(op(slot, new Uint8Array(0)), slot, choice.passphrase, kind);
}

export function passphraseBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text.normalize('NFKC'));
}

export async function unlockWithPassphrase(slot: Slot, text: string): Promise<Result<unknown, Failure>> {
  if (!(await mayOpen())) return bad(notHere);
  const op: Op = { kind: 'op_unlock', kindNumber: SlotKind.Passphrase, secret: new Uint8Array(0) };
  return askWithPassphrase(op, slot, text, 'ok');
}

export async function unlockWithPasskey(slot: Slot): Promise<Result<unknown, Failure>> {
  if (!(await mayOpen())) return bad(notHere);
  const secret = await passkeySecret(slot);
  if (secret === null) return bad({ name: 'auth', detail: 0 });
  return ask({ kind: 'op_unlock', kindNumber: SlotKind.Passkey, secret }, 'ok');
}

/** The ops before which the core wants the secret again, by their numbers (abi.cddl). */
export const HANDING_OVER = {
  op_slot_put: OpKind.OpSlotPut,
  op_slot_drop: OpKind.OpSlotDrop,
  op_recovery_set: OpKind.OpRecoverySet,
  op_device_revoke: OpKind.OpDeviceRevoke,
  op_link_accept: OpKind.OpLinkAccept,
  op_recovery_finish: OpKind.OpRecoveryFinish,
  op_export: OpKind.OpExport,
} as const;
export type HandingOver = keyof typeof HANDING_OVER;

/** Gives the passphrase again, for the next op of that kind. */
export function confirmWithPassphrase(slot: Slot, text: string, what: HandingOver): Promise<Result<unknown, Failure>> {
  const op: Op = {
    kind: 'op_confirm',
    what: HANDING_OVER[what],
    kindNumber: SlotKind.Passphrase,
    secret: new Uint8Array(0),
  };
  return askWithPassphrase(op, slot, text, 'ok');
}

export async function confirmWithPasskey(slot: Slot, what: HandingOver): Promise<Result<unknown, Failure>> {
  const secret = await passkeySecret(slot);
  if (secret === null) return bad({ name: 'auth', detail: 0 });
  return ask({ kind: 'op_confirm', what: HANDING_OVER[what], kindNumber: SlotKind.Passkey, secret }, 'ok');
}

/** For people with neither: the recovery code opens the store too. */
export function confirmWithCode(code: string, what: HandingOver): Promise<Result<unknown, Failure>> {
  const secret = new TextEncoder().encode(code.trim());
  return ask({ kind: 'op_confirm', what: HANDING_OVER[what], kindNumber: SlotKind.Code, secret }, 'ok');
}

export async function unlockWithCode(code: string): Promise<Result<unknown, Failure>> {
  if (!(await mayOpen())) return bad(notHere);
  return ask({ kind: 'op_unlock', kindNumber: SlotKind.Code, secret: new TextEncoder().encode(code.trim()) }, 'ok');
}

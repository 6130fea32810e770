// What the gateway has to refuse, each with the code of section 5.3 that the document names for it.
// Sections are those of wasm/schema/PROTOCOL.md.
import { until } from '../../web/e2e/lib.mjs';
import * as H from '../second/chain.mjs';
import { Client } from '../second/client.mjs';
import { cat, pub, random, sha256, sign, u8, u64 } from '../second/crypto.mjs';
import { ANON, Conn, DEVICE, packPost, T, writeSignature } from '../second/wire.mjs';
import { refused, row } from './world.mjs';

const MINE = 16; // signer: a device of the entry before, by place (section 2.2)

export async function gatewayRefuses({ address, me, room }) {
  const dialled = async (f) => {
    const c = new Conn(address);
    await c.dial();
    try {
      return await f(c);
    } finally {
      c.close();
    }
  };
  const ready = (f) =>
    dialled(async (c) => {
      await c.hello(ANON);
      return f(c);
    });
  const opened = (f) =>
    ready(async (c) => f(c, (await c.ask(T.OPEN, [room.mailbox, room.room.read_tag, room.cursor, room.epoch]))[0]));
  const refuses = (what, code, with_, f) =>
    row(`gateway refuses: ${what} (${code})`, () => with_((c, h) => refused(code, f(c, h))));

  await frames({ refuses, dialled, ready, me });
  await entries({ refuses, ready, me });
  await row('gateway refuses: another account’s entry 0 on REGISTER (CHAIN)', async () => {
    const x = new Client(address, 'x');
    await x.register();
    await refused('CHAIN', x.device.ask(T.REGISTER, [me.chain[0].bytes, me.recoveryPk, random(16), null]));
    x.close();
  });
  await refuses('KP_TAKE with an unknown token', 'TOKEN', ready, (c) =>
    c.ask(T.KP_TAKE, [me.inbox, random(16), [0x4f]]),
  );
  await mailboxes({ refuses, ready, opened, room, me });
  await row('gateway refuses: a part of the record with the number of before (STALE)', async () => {
    await me.putRecord();
    await refused('STALE', me.device.ask(T.RECORD_PUT, [1, me.chain.at(-1).hash, random(2000)]));
  });
}

async function frames({ refuses, dialled, ready, me }) {
  const chainGet = (rest) => cat(Buffer.from([0x83, 0x58, 0x20]), me.account, Buffer.from(rest, 'hex'));
  await refuses('HELLO of version 3', 'VERSION', dialled, (c) => c.ask(T.HELLO, [3, ANON, null]));
  await row('gateway refuses: CBOR that is not the shortest (MALFORMED, closes)', () =>
    ready(async (c) => {
      await refused('MALFORMED', c.ask(T.CHAIN_GET, chainGet('1800f4')));
      await until('it is closed', () => c.closed, 5000);
    }),
  );
  await refuses('a float in a body', 'MALFORMED', ready, (c) => c.ask(T.CHAIN_GET, chainGet('f90000f4')));
  await refuses('AUTH signed for another origin', 'AUTH', dialled, async (c) => {
    const other = 'localhost:1';
    const [nonce] = await c.ask(T.HELLO, [2, DEVICE, me.key]);
    return c.ask(T.AUTH, [sign(me.seed, cat('sotto auth 1', u8(other.length), other, me.key, nonce))]);
  });
  await refuses('KP_PUT on an ANON connection', 'MODE', ready, (c) => c.ask(T.KP_PUT, [[]]));
}

async function entries({ refuses, ready, me }) {
  const before = me.chain.at(-1);
  const seed = random(32);
  const put = (n, signers) => (c) => {
    const { hash: previous, recovery, recovery_hpke, home } = before;
    const devices = [
      [me.key, 0],
      [pub(seed), n],
    ];
    const entry = H.make({ id: me.account, n, previous, devices, recovery, recovery_hpke, home, why: 1 }, signers);
    return c.ask(T.CHAIN_PUT, [me.account, entry, null]);
  };
  const mine = [MINE, me.seed];
  await refuses('an entry with a wrong signature', 'CHAIN', ready, put(before.n + 1, [mine, [1, random(32)]]));
  await refuses('an entry that leaves a number out', 'CHAIN', ready, put(before.n + 2, [mine, [1, seed]]));
  await refuses('an entry that only the new device signs', 'CHAIN', ready, put(before.n + 1, [[1, seed]]));
}

async function mailboxes({ refuses, ready, opened, room, me }) {
  await refuses('OPEN with a wrong read tag', 'AUTH', ready, (c) => c.ask(T.OPEN, [room.mailbox, random(32), 0, 0]));
  await refuses('POST without WRITE', 'AUTH', opened, (c, handle) =>
    c.ask(T.POST, packPost(handle, room.epoch, room.keys.branch, random(200))),
  );
  await refuses('WRITE signed with the nonce of another connection', 'AUTH', opened, (c, handle) =>
    c.ask(T.WRITE, [handle, room.epoch, writeSignature(me.anon, room.mailbox, room.epoch, room.keys.writeSeed)]),
  );
  await refuses(
    'COMMIT with a wrong signature',
    'AUTH',
    (f) => f(),
    () => room.run(() => room.commitNow({ mutate: { signature: true } })),
  );
  await refuses('COMMIT of an epoch that has ended', 'EPOCH', opened, (c, handle) => {
    const epoch = room.epoch - 1;
    const { branch, writeSeed } = room.epochs.get(epoch);
    const [body, mid, next] = [random(100), random(8), pub(random(32))];
    const none = [u8(0), u8(0), sha256(''), u64(0)];
    const signed = cat('sotto commit 2', room.mailbox, u64(epoch), mid, branch, sha256(body), next, ...none);
    return c.ask(T.COMMIT, [handle, mid, epoch, branch, body, next, null, null, [], sign(writeSeed, signed)]);
  });
}

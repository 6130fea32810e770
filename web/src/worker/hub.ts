// Every tab has a worker and one of them is the owner: it holds the lock, the files and the core. The others pass the
// calls of their pages on to it over a channel each. When the owner goes, the browser gives the lock to another.
import type { Change, Op, Status } from '../shared/abi.gen.ts';
import type { Call, DeadReason, Life, News, Outcome, Shout, Whisper } from '../shared/protocol.ts';
import { bad } from '../shared/result.ts';
import { type Core, ownerGone, startCore } from './core.ts';
import { FilesBusy, openFiles } from './files.ts';
import { deriveKey } from './kdf.ts';
import { loadModule } from './load.ts';

const OWNER_LOCK = 'sotto-owner';
const COMMON = 'sotto';

interface Peer {
  life: Life | null;
  tell(news: News): void;
  end(): void;
}

const empty: Status = { kind: 'status', exists: false, unlocked: false, slots: [], waitMs: 0 };

export class Hub {
  private readonly id = crypto.randomUUID();
  private readonly common = new BroadcastChannel(COMMON);
  private readonly private = new BroadcastChannel(`${COMMON}-${this.id}`);
  private readonly peers = new Map<string, Peer>();
  private readonly pending = new Map<number, Call>();
  private readonly page: (news: News) => void;
  private core: Core | null = null;
  private life: Life | null = null;
  private state = -1;
  private online = true;

  constructor(page: (news: News) => void) {
    this.page = page;
  }

  start(): void {
    this.common.onmessage = (e: MessageEvent<Shout>) => this.onShout(e.data);
    this.private.onmessage = (e: MessageEvent<Whisper>) => this.onWhisper(e.data);
    // Held as long as this worker lives; who waits for it learns of the end. Nobody hears of it before it is held.
    void navigator.locks.request(`${COMMON}-${this.id}`, () => {
      this.common.postMessage({ t: 'who', id: this.id } satisfies Shout);
      return new Promise(() => undefined);
    });
    void navigator.locks.request(OWNER_LOCK, () => this.own());
  }

  // ---- from the page ----------------------------------------------------------------------------

  onPage(message: Call | Life): void {
    if (message.t === 'life') {
      this.life = message;
      if (this.core) this.onLife();
      else this.up(message);
    } else if (message.t === 'derive') {
      void this.derive(message);
    } else {
      this.call(message);
    }
  }

  private async derive(call: Extract<Call, { t: 'derive' }>): Promise<void> {
    const key = await deriveKey(call.passphrase, call.slot);
    if (!key.ok) {
      this.page({ t: 'answer', n: call.n, outcome: bad({ name: 'host-memory', detail: 0 }) });
      return;
    }
    this.call({ t: 'op', n: call.n, op: withSecret(call.op, key.value) });
  }

  private call(call: Call): void {
    if (this.core) {
      void this.perform(this.core, call).then((outcome) => this.page({ t: 'answer', n: call.n, outcome }));
      return;
    }
    this.pending.set(call.n, call);
    this.up(call);
  }

  private up(message: Call | Life): void {
    this.private.postMessage({ t: 'up', message } satisfies Whisper);
  }

  // ---- between workers --------------------------------------------------------------------------

  private onShout(shout: Shout): void {
    if (shout.t === 'who' && this.core) void this.greet(shout.id);
    if (shout.t === 'owner' && shout.id !== this.id) {
      this.failPending();
      this.common.postMessage({ t: 'who', id: this.id } satisfies Shout);
    }
  }

  /** As a follower: what the owner says on my channel. */
  private onWhisper(whisper: Whisper): void {
    if (whisper.t !== 'down') return;
    if (whisper.message.t === 'answer') this.pending.delete(whisper.message.n);
    if (whisper.message.t === 'ready' && this.life) this.up(this.life);
    this.page(whisper.message);
  }

  private failPending(): void {
    for (const n of this.pending.keys()) this.page({ t: 'answer', n, outcome: bad(ownerGone) });
    this.pending.clear();
  }

  /** As the owner: another tab asks. */
  private async greet(id: string): Promise<void> {
    const core = this.core;
    if (core === null || this.peers.has(id)) return;
    const channel = new BroadcastChannel(`${COMMON}-${id}`);
    const say = (whisper: Whisper): void => channel.postMessage(whisper);
    const peer: Peer = {
      life: null,
      tell: (message) => say({ t: 'down', message }),
      end: () => channel.close(),
    };
    this.peers.set(id, peer);
    channel.onmessage = (e: MessageEvent<Whisper>) => {
      if (e.data.t !== 'up') return;
      const message = e.data.message;
      if (message.t === 'life') {
        peer.life = message;
        this.onLife();
      } else {
        void this.perform(core, message).then((outcome) => peer.tell({ t: 'answer', n: message.n, outcome }));
      }
    };
    void navigator.locks.request(`${COMMON}-${id}`, () => {
      this.peers.delete(id);
      peer.end();
      this.onLife();
    });
    peer.tell({ t: 'ready', status: await this.status(core), owner: false });
  }

  private everyone(news: News): void {
    this.page(news);
    for (const peer of this.peers.values()) peer.tell(news);
  }

  // ---- as the owner -----------------------------------------------------------------------------

  private async own(): Promise<void> {
    try {
      const [module, files] = await Promise.all([loadModule(CORE), openFiles()]);
      const core = await startCore(module, files, {
        changes: (changes) => this.onChanges(changes),
        notify: (chat, title, body) => {
          if (this.lives().some((l) => l.focused)) return;
          this.page({ t: 'notify', chat, title, body });
        },
        died: (detail) => this.everyone({ t: 'dead', reason: 'panic', detail }),
      });
      this.failPending();
      this.core = core; // locked: whoever is there unlocks again, no tab keeps the secret
      this.onLife();
      this.page({ t: 'ready', status: await this.status(core), owner: true });
      this.common.postMessage({ t: 'owner', id: this.id } satisfies Shout);
    } catch (error) {
      const reason: DeadReason =
        error instanceof FilesBusy ? 'busy' : error instanceof DOMException ? 'storage' : 'core';
      this.page({ t: 'dead', reason, detail: error instanceof Error ? error.message : String(error) });
      return; // gives the lock to another tab, which may fare better
    }
    await new Promise(() => undefined);
  }

  private async status(core: Core): Promise<Status> {
    const outcome = await core.request({ kind: 'op_status' });
    return outcome.ok && !(outcome.value instanceof Blob) && outcome.value.kind === 'status' ? outcome.value : empty;
  }

  private async perform(core: Core, call: Call): Promise<Outcome> {
    switch (call.t) {
      case 'op':
        return core.request(call.op);
      case 'upload':
        return core.upload(call.op, call.file, call.message);
      case 'file':
        return core.file(call.message, call.type);
      case 'derive':
        return bad({ name: 'bug', detail: 0 }); // derived where it was asked
    }
  }

  private onChanges(changes: readonly Change[]): void {
    this.everyone({ t: 'changes', changes });
  }

  private lives(): readonly Life[] {
    const all = [this.life, ...Array.from(this.peers.values(), (p) => p.life)];
    return all.filter((l) => l !== null);
  }

  /** Tells the core what all tabs together are: visible when one is. */
  private onLife(): void {
    const lives = this.lives();
    if (this.core === null || lives.length === 0) return;
    const closing = lives.every((l) => l.closing);
    const state = closing ? 2 : lives.some((l) => l.visible) ? 0 : 1;
    if (state !== this.state) this.core.life(state);
    this.state = state;
    const online = lives.some((l) => l.online);
    if (online !== this.online) this.core.life(online ? 3 : 4);
    this.online = online;
  }
}

function withSecret(op: Op, secret: Uint8Array): Op {
  switch (op.kind) {
    case 'op_unlock':
    case 'op_create':
    case 'op_recover':
    case 'op_link_device':
    case 'op_slot_put':
      return { ...op, secret };
    default:
      return op;
  }
}

// Every window has a worker and one of them is the owner: it holds the lock, the files and the core. The others pass
// the calls of their pages on to it, over ports that the service worker hands to windows it served. Nothing here can be
// reached by name. When the owner goes, the browser gives the lock to another.
import { type Change, LifeState, type Status } from '../shared/abi.gen.ts';
import type { Call, DeadReason, Derive, Life, News, Outcome, Port, ToWorker, Whisper } from '../shared/protocol.ts';
import { bad, type Result } from '../shared/result.ts';
import { type Core, type CoreEvents, ownerGone } from './core.ts';
import { FilesBusy } from './files.ts';
import { withSecret } from './secret.ts';

const OWNER_LOCK = 'sotto-owner';
/** How long the owner may be silent before the page is told that another window has the store. */
const SILENT_MS = 4000;

/** Another window, seen by the owner. */
interface Peer {
  life: Life | null;
  tell(news: News): void;
}
/** The owner, seen by another window. */
interface Owner {
  /** Held as long as it lives. */
  readonly lock: string;
  readonly port: MessagePort;
  /** It let this window in. */
  isIn: boolean;
}

export interface HubParts {
  /** Opens the files of the store, which nobody else may hold then, and starts a core on them. */
  openCore(events: CoreEvents): Promise<Core>;
  /** What comes over this port. */
  derivedKey(port: MessagePort): Promise<Result<Uint8Array, string>>;
}

const empty: Status = { kind: 'status', exists: false, unlocked: false, slots: [], waitMs: 0 };

export class Hub {
  /** Name of a lock that is held as long as this worker lives; whoever waits for it learns of the end. */
  private readonly id = crypto.randomUUID();
  private readonly peers = new Map<string, Peer>();
  private readonly knocks = new Map<string, MessagePort>();
  /** As the owner: of each window, its newest wish to come in. An older one may be heard later, over a port it has left. */
  private readonly joins = new Map<string, number>();
  /** As a window: how often this one has wished to come in. */
  private joined = 0;
  private readonly pending = new Map<number, Call>();
  private readonly page: (news: News) => void;
  private readonly parts: HubParts;
  private held: Promise<unknown> = Promise.resolve();
  private owner: Owner | null = null;
  private core: Core | null = null;
  /** Told to the page instead of ever being ready again. */
  private ended: News | null = null;
  private life: Life | null = null;
  private state: LifeState | null = null;
  private online = true;

  constructor(page: (news: News) => void, parts: HubParts) {
    this.page = page;
    this.parts = parts;
  }

  start(): void {
    this.held = new Promise<void>((done) => {
      void navigator.locks.request(this.id, () => {
        done();
        return new Promise(() => undefined);
      });
    });
    void navigator.locks.request(OWNER_LOCK, { ifAvailable: true }, (lock) => (lock ? this.own() : this.queue()));
  }

  /** Another window has the store: this one works through it, and may be the next owner. */
  private queue(): void {
    void navigator.locks.request(OWNER_LOCK, () => this.own());
    this.page({ t: 'meet' });
    setTimeout(() => {
      if (!this.owner && !this.core) this.page({ t: 'elsewhere', why: 'open' });
    }, SILENT_MS);
  }

  // ---- from the page ----------------------------------------------------------------------------

  onPage(message: ToWorker<MessagePort>): void {
    switch (message.t) {
      case 'life':
        this.life = message;
        if (this.core) this.onLife();
        else if (this.owner?.isIn) this.up(this.owner, message);
        return;
      case 'port':
        return void this.onPort(message);
      case 'admit': {
        const port = this.knocks.get(message.id);
        this.knocks.delete(message.id);
        if (port && message.yes) void this.greet(message.id, port);
        else port?.postMessage({ t: 'no' } satisfies Whisper);
        return;
      }
      case 'again':
        this.leave(); // asked again, over a new port
        this.page({ t: 'meet' });
        return;
      case 'derive':
        return void this.derive(message);
      default:
        return this.call(message);
    }
  }

  private async derive(call: Derive<MessagePort>): Promise<void> {
    const key = await this.parts.derivedKey(call.port);
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
    // Nobody else would ever answer.
    if (!this.owner?.isIn) return this.page({ t: 'answer', n: call.n, outcome: bad(ownerGone) });
    this.pending.set(call.n, call);
    this.up(this.owner, call);
  }

  private up(owner: Owner, message: Call | Life): void {
    owner.port.postMessage({ t: 'up', message } satisfies Whisper);
  }

  // ---- between workers --------------------------------------------------------------------------

  /**
   * Both ends say who they are. Two windows may get several ports, since each of them asks for some, and messages on
   * different ports arrive in no certain order: so only the window that wants in says which port is used.
   */
  private async onPort({ port, tap }: Port<MessagePort>): Promise<void> {
    await this.held; // before anything is heard: whoever learns our name takes a free lock for our end
    port.onmessage = (e: MessageEvent<Whisper>) => {
      const whisper = e.data;
      if (whisper.t === 'join' && this.core) this.knock(whisper, port, tap);
      if (whisper.t !== 'hello' || (this.core && !whisper.owner)) return; // it will join if it wants this port
      if (!this.core && whisper.owner && this.owner?.lock !== whisper.lock) this.follow(whisper.lock, port);
      else port.close();
    };
    port.postMessage({ t: 'hello', lock: this.id, owner: this.core !== null } satisfies Whisper);
  }

  private knock({ lock: id, n }: Extract<Whisper, { t: 'join' }>, port: MessagePort, tap: boolean): void {
    if (n < (this.joins.get(id) ?? 0)) return port.close();
    this.joins.set(id, n);
    if (!tap) return void this.greet(id, port);
    this.knocks.set(id, port);
    port.postMessage({ t: 'wait' } satisfies Whisper);
    this.page({ t: 'knock', id, open: true });
    void navigator.locks.request(id, () => {
      if (this.knocks.get(id) !== port) return;
      this.knocks.delete(id);
      this.page({ t: 'knock', id, open: false });
    });
  }

  /** As a window: this is the owner's port. It answers at once, or once the person has let this window in. */
  private follow(lock: string, port: MessagePort): void {
    this.leave();
    const owner: Owner = { lock, port, isIn: false };
    this.owner = owner;
    port.onmessage = (e: MessageEvent<Whisper>) => {
      const whisper = e.data;
      if (whisper.t === 'wait') this.page({ t: 'elsewhere', why: 'asked' });
      if (whisper.t === 'no') {
        this.leave();
        this.page({ t: 'elsewhere', why: 'denied' });
      }
      if (whisper.t !== 'down') return;
      if (whisper.message.t === 'answer') this.pending.delete(whisper.message.n);
      if (whisper.message.t === 'ready') {
        owner.isIn = true;
        if (this.life) this.up(owner, this.life);
      }
      this.page(whisper.message);
    };
    port.postMessage({ t: 'join', lock: this.id, n: ++this.joined } satisfies Whisper);
    void navigator.locks.request(lock, () => {
      if (this.owner === owner) this.leave();
    });
  }

  /** Stops working through that owner, which will answer nothing more. */
  private leave(): void {
    this.owner?.port.close();
    this.owner = null;
    for (const n of this.pending.keys()) this.page({ t: 'answer', n, outcome: bad(ownerGone) });
    this.pending.clear();
  }

  /** As the owner: another window is let in. */
  private async greet(id: string, port: MessagePort): Promise<void> {
    const core = this.core;
    if (core === null) return;
    const say = (whisper: Whisper): void => port.postMessage(whisper);
    const peer: Peer = { life: null, tell: (message) => say({ t: 'down', message }) };
    this.peers.set(id, peer);
    port.onmessage = (e: MessageEvent<Whisper>) => {
      if (e.data.t !== 'up') return;
      const message = e.data.message;
      if (message.t === 'life') {
        peer.life = message;
        this.onLife();
      } else {
        void this.perform(core, message).then((outcome) => peer.tell({ t: 'answer', n: message.n, outcome }));
      }
    };
    void navigator.locks.request(id, () => {
      if (this.peers.get(id) !== peer) return;
      this.peers.delete(id);
      port.close();
      this.onLife();
    });
    peer.tell(await this.ready(core, false));
  }

  private everyone(news: News): void {
    if (news.t === 'dead') this.ended = news;
    this.page(news);
    for (const peer of this.peers.values()) peer.tell(news);
  }

  // ---- as the owner -----------------------------------------------------------------------------

  private async own(): Promise<void> {
    try {
      const core = await this.parts.openCore({
        changes: (changes) => this.onChanges(changes),
        notify: (chat, title, body) => {
          if (this.lives().some((l) => l.focused)) return;
          this.page({ t: 'notify', chat, title, body });
        },
        died: (detail) => this.everyone({ t: 'dead', reason: 'panic', detail }),
      });
      this.leave();
      this.core = core; // locked: the person unlocks again, since no tab keeps the secret
      this.onLife();
      this.page(await this.ready(core, true));
      this.page({ t: 'meet' });
    } catch (error) {
      const reason: DeadReason =
        error instanceof FilesBusy ? 'busy' : error instanceof DOMException ? 'storage' : 'core';
      this.page({ t: 'dead', reason, detail: error instanceof Error ? error.message : String(error) });
      return; // gives the lock to another tab, which may fare better
    }
    await new Promise(() => undefined);
  }

  private async ready(core: Core, owner: boolean): Promise<News> {
    const outcome = await core.request({ kind: 'op_status' });
    const is = outcome.ok && !(outcome.value instanceof Blob) && outcome.value.kind === 'status';
    return this.ended ?? { t: 'ready', status: is ? outcome.value : empty, owner };
  }

  private async perform(core: Core, call: Call): Promise<Outcome> {
    switch (call.t) {
      case 'op':
        return core.request(call.op);
      case 'upload':
        return core.upload(call.op, call.file, call.message);
      case 'file':
        return core.file(call.message, call.type);
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
    if (lives.every((l) => l.idle)) void this.core.request({ kind: 'op_lock' });
    const closing = lives.every((l) => l.closing);
    const state = closing ? LifeState.Closing : lives.some((l) => l.visible) ? LifeState.Visible : LifeState.Hidden;
    if (state !== this.state) this.core.life(state);
    this.state = state;
    const online = lives.some((l) => l.online);
    if (online !== this.online) this.core.life(online ? LifeState.Online : LifeState.Offline);
    this.online = online;
  }
}

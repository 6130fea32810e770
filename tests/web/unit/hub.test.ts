// Several windows of one browser: real hubs over made-up ports, locks and cores. What is on its way arrives in an order that
// a seed picks (each port, each page, each lock for itself), as on a machine that is busy; windows open, go and are asked
// for meanwhile. In the end all windows show the one store, and no call was left without an answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change, Op } from '../../../web/src/shared/abi.gen.ts';
import type { Life, News, Outcome, ToWorker } from '../../../web/src/shared/protocol.ts';
import { bad, good } from '../../../web/src/shared/result.ts';
import type { Core, CoreEvents } from '../../../web/src/worker/core.ts';
import { Hub } from '../../../web/src/worker/hub.ts';

type Task = () => void;
const SEEDS = 1000;
const life: Life = { t: 'life', visible: true, focused: true, online: true, closing: false, idle: false };
const change: Change = { kind: 'devices_changed' };

/** What happens next is what the seed says; within a lane in its order. */
class World {
  readonly lanes = new Map<object | string, Task[]>();
  readonly windows = new Set<Window>();
  /** The window whose code runs. */
  now: Window | null = null;
  cores = 0;
  private seed: number;
  private readonly locks = new Map<string, { held: Window | null; queue: { by: Window; take: (lock: object) => Promise<unknown> }[] }>();

  constructor(seed: number, readonly tap: boolean) {
    this.seed = seed;
    const world = this;
    const locks = {
      request(name: string, a: unknown, b?: unknown) {
        const take = (b ?? a) as (lock: object | null) => Promise<unknown>;
        const ifAvailable = b !== undefined;
        // The browser hears of it in the order of each window, and of different windows in any.
        world.later(world.now?.toLocks ?? {}, () => world.lock(name, ifAvailable, take));
        return Promise.resolve();
      },
    };
    Object.defineProperty(globalThis, 'navigator', { value: { locks }, configurable: true });
    globalThis.setTimeout = ((f: Task) => world.later({}, f)) as never;
  }

  random(n: number): number {
    this.seed = (Math.imul(this.seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.seed / 2 ** 32) * n);
  }

  /** In the name of the window that asks for it, unless it goes before. */
  later(lane: object | string, task: Task, by = this.now): void {
    const run = (): void => {
      if (by && !this.windows.has(by)) return;
      this.now = by;
      task();
    };
    this.lanes.set(lane, [...(this.lanes.get(lane) ?? []), run]);
  }

  /** False when nothing is on its way. */
  async step(): Promise<boolean> {
    const ready = [...this.lanes].filter(([lane]) => !(lane instanceof Port) || lane.onmessage !== null || lane.isOver);
    const next = ready[this.random(ready.length)];
    if (next === undefined) return false;
    const [lane, [task, ...rest]] = next;
    if (rest.length > 0) this.lanes.set(lane, rest);
    else this.lanes.delete(lane);
    task?.();
    await new Promise(setImmediate); // all that follows from it at once
    this.now = null;
    return true;
  }

  private lock(name: string, ifAvailable: boolean, take: (lock: object | null) => Promise<unknown>): void {
    const by = this.now;
    assert.ok(by);
    const entry = this.locks.get(name) ?? { held: null, queue: [] };
    this.locks.set(name, entry);
    if (ifAvailable && (entry.held || entry.queue.length > 0)) return this.later({}, () => void take(null));
    entry.queue.push({ by, take });
    this.grant(name);
  }

  private grant(name: string): void {
    const entry = this.locks.get(name);
    if (!entry || entry.held) return;
    const next = entry.queue.shift();
    if (!next) return;
    entry.held = next.by;
    const end = (): void => {
      if (entry.held !== next.by) return;
      entry.held = null;
      this.grant(name);
    };
    this.later({}, () => void Promise.resolve(next.take({})).then(end), next.by);
  }

  /** Each lock is given on for itself. */
  over(gone: Window): void {
    for (const [name, entry] of this.locks) {
      entry.queue = entry.queue.filter(({ by }) => by !== gone);
      if (entry.held === gone) this.later({}, () => { entry.held = null; this.grant(name); }, null);
    }
  }
}

class Port {
  onmessage: ((e: { data: unknown }) => void) | null = null;
  other: Port | null = null;
  isOver = false;
  constructor(readonly world: World, readonly at: Window) {}
  postMessage(data: unknown): void {
    const { other } = this;
    if (this.isOver || !other || other.isOver) return;
    this.world.later(other, () => { if (!other.isOver) other.onmessage?.({ data }); }, other.at);
  }
  close(): void {
    this.isOver = true;
  }
}

/** A page: what it shows, and the calls that it waits for. */
class Window {
  readonly hub: Hub;
  shows = 'starting';
  isOwner = false;
  readonly knocks = new Set<string>();
  readonly answers = new Map<number, Outcome[]>();
  changes = 0;
  calls = 0;
  private core: CoreEvents | null = null;
  private isDead = false;
  private readonly toPage = {};
  private readonly toWorker = {};
  readonly toLocks = {};

  constructor(readonly world: World) {
    world.windows.add(this);
    this.hub = new Hub(
      (news) => world.later(this.toPage, () => this.onNews(news), this),
      {
        openCore: (events) => new Promise((done) => world.later({}, () => done(this.begin(events)), this)),
        derivedKey: () => new Promise((done) => world.later({}, () => done(good(new Uint8Array(32))), this)),
      },
    );
    world.later(this.toWorker, () => this.hub.start(), this);
    this.say(life);
  }

  say(message: ToWorker<MessagePort>): void {
    this.world.later(this.toWorker, () => this.hub.onPage(message), this);
  }

  private begin(events: CoreEvents): Core {
    assert.equal(this.world.cores, 0, 'two cores');
    this.world.cores++;
    this.core = events;
    return {
      request: (op) => new Promise((done) => this.world.later(this, () => done(this.perform(op)), this)),
      life: () => undefined,
      upload: () => assert.fail(),
      file: () => assert.fail(),
    };
  }

  private perform(op: Op): Outcome {
    if (this.isDead) return bad({ name: 'host', detail: 0 });
    return good(op.kind === 'op_status' ? { kind: 'status', exists: true, unlocked: true, slots: [], waitMs: 0 } : { kind: 'ok' });
  }

  /** The core has stopped for good. */
  die(): void {
    this.isDead = true;
    this.world.later({}, () => this.core?.died('panic'), this);
  }

  /** Something has changed in the store. */
  tell(): void {
    this.world.later({}, () => this.core?.changes([change]), this);
  }

  private onNews(news: News): void {
    if (news.t === 'answer') this.answers.set(news.n, [...(this.answers.get(news.n) ?? []), news.outcome]);
    if (news.t === 'ready') this.isOwner = news.owner;
    if (news.t === 'ready') this.shows = 'store';
    if (news.t === 'dead') this.shows = 'dead';
    if (news.t === 'elsewhere') this.shows = news.why;
    if (news.t === 'changes') this.changes++;
    if (news.t === 'knock' && news.open) this.knocks.add(news.id);
    if (news.t === 'knock' && !news.open) this.knocks.delete(news.id);
    if (news.t === 'meet') this.world.later('loader', () => this.meet(), this);
  }

  /** As sw/windows.ts does it. */
  private meet(): void {
    for (const other of this.world.windows) {
      if (other === this) continue;
      const [a, b] = [new Port(this.world, this), new Port(this.world, other)];
      a.other = b;
      b.other = a;
      for (const port of [a, b]) this.world.later(port.at.toPage, () => port.at.say({ t: 'port', port: port as unknown as MessagePort, tap: this.world.tap }), port.at);
    }
  }

  /** The person lets in whoever knocks, or not. */
  letIn(yes = true): void {
    for (const id of this.knocks) this.say({ t: 'admit', id, yes });
    this.knocks.clear();
  }

  again(): void {
    if (this.shows !== 'store' && this.shows !== 'starting') this.say({ t: 'again' });
  }

  call(): void {
    const n = ++this.calls;
    if (this.world.random(2) === 0) this.say({ t: 'op', n, op: { kind: 'op_state' } });
    else this.say({ t: 'derive', n, op: { kind: 'op_unlock', kindNumber: 1, secret: new Uint8Array(0) }, port: {} as MessagePort });
  }

  /** The browser has ended it: its locks go, in whatever order. */
  close(): void {
    this.world.windows.delete(this);
    if (this.core) this.world.cores--;
    this.world.over(this);
  }
}

async function settle(world: World): Promise<void> {
  for (let tired = 0; tired < 20_000; tired++) {
    if (await world.step()) continue;
    const here = [...world.windows];
    for (const w of here) w.letIn();
    for (const w of here) if (w.shows === 'denied') w.again();
    if (!(await world.step())) return;
  }
  assert.fail('it never comes to rest');
}

const real = globalThis.setTimeout;

async function play(seed: number, tap: boolean): Promise<void> {
  const world = new World(seed, tap);
  const all: Window[] = [];
  const some = (): Window | undefined => [...world.windows][world.random(world.windows.size)];
  try {
    for (let i = 0; i < 120; i++) {
      const what = world.random(24);
      if (what === 0 && world.windows.size < 4) all.push(new Window(world));
      if (what === 1 && world.random(3) === 0) some()?.close();
      if (what === 2) some()?.letIn();
      if (what === 3) some()?.letIn(false);
      if (what === 4) some()?.again();
      if (what === 5) { const w = some(); if (w?.shows === 'store') w.call(); }
      await world.step();
    }
    if (world.windows.size < 2) all.push(new Window(world), new Window(world));
    await settle(world);
    const here = [...world.windows];
    assert.deepEqual(here.map((w) => w.shows), here.map(() => 'store'), 'each window shows the store');
    assert.equal(here.filter((w) => w.isOwner).length, 1, 'one has it');
    for (const w of here) assert.deepEqual([...w.answers.values()].map((a) => a.length), Array.from({ length: w.calls }, () => 1), 'each call was answered once');
    const before = here.map((w) => w.changes);
    for (const w of here) if (w.isOwner) w.tell();
    for (const w of here) w.call();
    await settle(world);
    assert.deepEqual(here.map((w, i) => w.changes - (before[i] ?? 0)), here.map(() => 1), 'what changes is told once to each');
    for (const w of here) assert.deepEqual(w.answers.get(w.calls)?.map((o) => o.ok), [true], 'and who asks then is answered');
  } catch (e) {
    throw new Error(`seed ${seed}: ${e instanceof Error ? e.message : e}`, { cause: e });
  } finally {
    globalThis.setTimeout = real;
  }
}

for (const tap of [false, true]) {
  test(`${SEEDS} busy machines with several windows, ${tap ? 'each let in by a tap' : 'which are let in at once'}`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) await play(seed, tap);
  });
}

test('a window that is opened beside a core that stopped is told so, and not that nothing is there', async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const world = new World(seed, seed % 2 === 0);
    try {
      const all = [new Window(world), new Window(world)];
      await settle(world);
      all.find((w) => w.isOwner)?.die();
      all.push(new Window(world));
      await settle(world);
      assert.deepEqual(all.map((w) => w.shows), ['dead', 'dead', 'dead'], `seed ${seed}`);
    } finally {
      globalThis.setTimeout = real;
    }
  }
});

// Live peers: node tests/interop/run.mjs MLS-TESTCLIENT. Prints ok / not ok lines; every scenario runs with us as the
// creator and as the joiner. After each step exporter and, where the peer shows it, epoch authenticator are compared.
import "../lib/webcrypto.mjs";
import { CoreCryptoPeer } from "./peer-core-crypto.mjs";
import { TsMlsPeer } from "./peer-ts-mls.mjs";
import { SottoPeer, SottoProcess } from "./sotto.mjs";

const ours = new SottoProcess(process.argv[2]);
const only = process.argv[3];
const text = (s) => new TextEncoder().encode(s);
const random = () => crypto.getRandomValues(new Uint8Array(16));
let identities = 0;
// The form CoreCrypto asks for; for the others it is just bytes.
const identity = () => {
  identities++;
  const hex = identities.toString(16);
  return text(`${hex.padStart(8, "0")}-0000-4000-8000-${hex.padStart(12, "0")}:${hex}@sotto.test`);
};
// What CoreCrypto's exporter uses.
const LABEL = "exporter";
const CONTEXT = new Uint8Array();

function makers(kind, suite) {
  const make = {
    sotto: () => new SottoPeer(ours, suite, identity()),
    "ts-mls": () => new TsMlsPeer(suite, identity()),
    "core-crypto": () => new CoreCryptoPeer(suite, identity()),
  };
  return make[kind];
}

async function agree(members, step) {
  const secrets = await Promise.all(members.map((m) => m.exported(LABEL, CONTEXT, 32)));
  const authenticators = (await Promise.all(members.map((m) => m.authenticator()))).filter((a) => a !== undefined);
  for (const list of [secrets, authenticators]) {
    if (new Set(list).size > 1) throw new Error(`${step}: members disagree: ${list.join(" ")}`);
  }
}

async function talk(members, step) {
  for (const from of members) {
    const said = text(`${step}, says ${Buffer.from(from.identity)}`);
    const message = await from.protect(said);
    for (const to of members) {
      if (to === from) continue;
      const heard = await to.unprotect(message);
      if (Buffer.compare(Buffer.from(heard), Buffer.from(said)) !== 0) throw new Error(`${step}: another text arrived`);
    }
  }
}

async function committed(members, by, r, step) {
  for (const m of members) if (m !== by) await m.handleCommit(r.commit);
  await agree(members, step);
  await talk(members, step);
}

// A creates, B joins; then everyone does everything, and newcomers of both kinds come in by both doors.
async function life(makeA, makeB) {
  const a = makeA();
  const b = makeB();
  await a.create(random());
  let r = await a.commit({ add: [await b.keyPackage()] });
  await b.join(r.welcome);
  let members = [a, b];
  await agree(members, "add");
  await talk(members, "add");
  for (const by of [b, a, b]) await committed(members, by, await by.commit({ force: true }), `path of ${by.constructor.kind}`);
  for (const [adder, make] of [[a, makeB], [b, makeA], [b, makeB], [a, makeA]]) {
    const c = make();
    r = await adder.commit({ add: [await c.keyPackage()] });
    for (const m of members) if (m !== adder) await m.handleCommit(r.commit);
    await c.join(r.welcome);
    members.push(c);
    await agree(members, "another add");
    await talk(members, "another add");
    await committed(members, c, await c.commit({ force: true }), "path of the newcomer");
  }
  for (const [door, make] of [[a, makeB], [b, makeA]]) {
    r = await door.commit({ force: true });
    await committed(members, door, r, "before an external join");
    const c = make();
    const commit = await c.joinExternal(await door.groupInfo());
    for (const m of members) await m.handleCommit(commit);
    members.push(c);
    await agree(members, "external join");
    await talk(members, "external join");
  }
  for (const by of [a, b]) {
    const gone = members.splice(2, 1)[0];
    await committed(members, by, await by.commit({ remove: [gone.identity] }), `remove by ${by.constructor.kind}`);
  }
  for (const by of [b, a]) await committed(members, by, await by.commit({ force: true }), "path after removals");
}

// Proposals by reference: ours are committed by the peer, and the other way round.
async function references(makeA, makeB) {
  const a = makeA();
  const b = makeB();
  const members = [a, b];
  await a.create(random());
  let r = await a.commit({ add: [await b.keyPackage()] });
  await b.join(r.welcome);
  for (const [from, to] of [[a, b], [b, a]]) {
    if (from.proposeUpdate) {
      await to.handleProposal(await from.proposeUpdate());
      r = await to.commit({ pending: true });
      await committed(members, to, r, `update of ${from.constructor.kind}`);
    }
    if (!from.proposeAdd) continue;
    const c = makeA();
    await to.handleProposal(await from.proposeAdd(await c.keyPackage()));
    r = await to.commit({ pending: true });
    await from.handleCommit(r.commit);
    await c.join(r.welcome);
    await agree([a, b, c], "add by reference");
    await talk([a, b, c], "add by reference");
    const remove = await from.proposeRemove(c.identity);
    await to.handleProposal(remove);
    r = await to.commit({ pending: true });
    await committed(members, to, r, "remove by reference");
  }
}

async function psk(makeA, makeB) {
  const a = makeA();
  const b = makeB();
  const members = [a, b];
  await a.create(random());
  const r = await a.commit({ add: [await b.keyPackage()] });
  await b.join(r.welcome);
  for (const by of members) {
    const id = random();
    const secret = random();
    for (const m of members) await m.storePsk(id, secret);
    await committed(members, by, await by.commit({ psk: [id] }), `psk of ${by.constructor.kind}`);
  }
}

async function resync(makeA, makeB) {
  const a = makeA();
  const b = makeB();
  await a.create(random());
  const r = await a.commit({ add: [await b.keyPackage()] });
  await b.join(r.welcome);
  const commit = await b.joinExternal(await a.groupInfo(), true);
  await a.handleCommit(commit);
  await agree([a, b], "resync");
  await talk([a, b], "resync");
}

// The calls of the harness that no npm peer has, between clients of ours.
const hexOf = (bytes) => Buffer.from(bytes).toString("hex");
async function alone(suite) {
  const call = (name, fields) => ours.call(name, fields);
  const name = (s) => hexOf(text(s));
  const client = async (who) => ({ who, ...(await call("CreateKeyPackage", { cipher_suite: suite, identity: name(who) })) });
  let a = (await call("CreateGroup", { group_id: "0102", cipher_suite: suite, identity: name("a") })).state_id;
  const b = await client("b");
  const commit = async (fields) => {
    const r = await call("Commit", { state_id: a, ...fields });
    a = (await call("HandlePendingCommit", { state_id: a })).state_id;
    return r;
  };
  let r = await commit({ by_value: [{ proposal_type: "add", key_package: b.key_package }] });
  let bState = (await call("JoinGroup", { transaction_id: b.transaction_id, welcome: r.welcome })).state_id;
  const follow = async (commitHex, proposals = []) =>
    (bState = (await call("HandleCommit", { state_id: bState, commit: commitHex, proposal: proposals })).state_id);
  const same = async (x, y) => {
    const [p, q] = await Promise.all([x, y].map((state_id) => call("StateAuth", { state_id })));
    if (p.state_auth_secret !== q.state_auth_secret) throw new Error("states disagree");
  };
  // A resumption PSK, an external signer, its Add and Remove, and a newcomer asking for itself.
  const psk = (await call("ResumptionPSKProposal", { state_id: bState, epoch_id: 1 })).proposal;
  r = await commit({ by_reference: [psk] });
  await follow(r.commit, [psk]);
  await same(a, bState);
  const signer = await call("CreateExternalSigner", { cipher_suite: suite, identity: name("server") });
  const adding = (await call("AddExternalSigner", { state_id: bState, external_sender: signer.external_sender })).proposal;
  r = await commit({ by_reference: [adding] });
  await follow(r.commit, [adding]);
  const c = await client("c");
  const info = (await call("GroupInfo", { state_id: a })).group_info;
  const fromServer = async (description) =>
    (await call("ExternalSignerProposal", { signer_id: signer.signer_id, group_info: (await call("GroupInfo", { state_id: a })).group_info, description })).proposal;
  const add = await fromServer({ proposal_type: "add", key_package: c.key_package });
  const newcomer = await call("NewMemberAddProposal", { group_info: info, identity: name("d") });
  r = await commit({ by_reference: [add, newcomer.proposal] });
  await follow(r.commit, [add, newcomer.proposal]);
  const cState = (await call("JoinGroup", { transaction_id: c.transaction_id, welcome: r.welcome })).state_id;
  const dState = (await call("JoinGroup", { transaction_id: newcomer.transaction_id, welcome: r.welcome })).state_id;
  for (const s of [bState, cState, dState]) await same(a, s);
  const removes = [];
  for (const who of ["c", "d"]) removes.push(await fromServer({ proposal_type: "remove", removed_id: name(who) }));
  r = await commit({ by_reference: removes });
  await follow(r.commit, removes);
  if (!(await call("HandleCommit", { state_id: cState, commit: r.commit, proposal: removes })).removed) throw new Error("c is still there");
  // Branch and ReInit.
  const bb = await client("b");
  const branch = await call("CreateBranch", { state_id: a, group_id: "0a0b", key_packages: [bb.key_package] });
  const joined = await call("HandleBranch", { state_id: bState, transaction_id: bb.transaction_id, welcome: branch.welcome });
  await same(branch.state_id, joined.state_id);
  const reinit = (await call("ReInitProposal", { state_id: bState, cipher_suite: 3, group_id: "0c0d" })).proposal;
  r = await call("ReInitCommit", { state_id: a, by_reference: [reinit] });
  const ra = await call("HandlePendingReInitCommit", { state_id: a });
  const rb = await call("HandleReInitCommit", { state_id: bState, commit: r.commit, proposal: [reinit] });
  const welcome = await call("ReInitWelcome", { reinit_id: ra.reinit_id, key_package: [rb.key_package] });
  const rejoined = await call("HandleReInitWelcome", { reinit_id: rb.reinit_id, welcome: welcome.welcome });
  await same(welcome.state_id, rejoined.state_id);
  await call("Free", { state_id: rejoined.state_id });
}

async function claim(name, run) {
  if (only && !name.includes(only)) return;
  try {
    await run();
    console.log(`ok ${name}`);
  } catch (e) {
    console.log(`not ok ${name}: ${e?.stack ?? e}`);
    process.exitCode = 1;
  }
}

const hex = (n) => `0x${n.toString(16).padStart(4, "0")}`;
for (const suite of [1, 3, 0x4d, 0x4e, 0x4f]) await claim(`harness_calls_of_sotto_suite_${hex(suite)}`, () => alone(suite));
for (const [peer, suites] of [["ts-mls", [1, 3, 0x4f, 0x4d]], ["core-crypto", [1, 3]]]) {
  for (const suite of suites) {
    for (const [first, second] of [["sotto", peer], [peer, "sotto"]]) {
      const pair = [makers(first, suite), makers(second, suite)];
      const name = (what) => `${what}_${first}_with_${second}_suite_${hex(suite)}`;
      await claim(name("life"), () => life(...pair));
      await claim(name("references"), () => references(...pair));
      if (peer === "ts-mls") {
        await claim(name("psk"), () => psk(...pair));
        for (const encrypt of [true]) {
          const sealed = pair.map((make) => () => Object.assign(make(), { encrypt }));
          await claim(name("life_encrypted"), () => life(...sealed));
        }
      }
      if (second === "sotto" || peer === "ts-mls") await claim(name("resync"), () => resync(...pair));
    }
  }
}
await ours.end();

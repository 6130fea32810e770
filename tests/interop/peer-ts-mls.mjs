// ts-mls 1.6.4 as a peer, with the two X-Wing suites it does not know by itself and shims for the faults of its
// external_pub (no length header).
import "../lib/webcrypto.mjs";
import { shake256 } from "@noble/hashes/sha3.js";
import { XWing as xwing } from "@noble/post-quantum/hybrid.js";
import * as mls from "ts-mls";
import { signGroupInfo } from "ts-mls/groupInfo.js";

const PQ = {
  0x4f: { name: "MLS_128_MLKEM768X25519_AES128GCM_SHA256_Ed25519", aead: "AES128GCM", hpkePq: true },
  0x4d: { name: "MLS_256_XWING_CHACHA20POLY1305_SHA256_Ed25519", aead: "CHACHA20POLY1305", hpkePq: false },
};
const text = (s) => new TextEncoder().encode(s);

function register(code) {
  for (const [name, value] of Object.entries(mls.ciphersuites)) if (value === code) delete mls.ciphersuites[name];
  mls.ciphersuites[PQ[code].name] = code;
}

// DeriveKeyPair of draft-ietf-hpke-pq: a labelled SHAKE256 gives the seed.
async function deriveHpkePq(hpke, ikm) {
  const parts = [ikm, text("HPKE-v1"), text("KEM"), Uint8Array.of(0x64, 0x7a), Uint8Array.of(0, 13), text("DeriveKeyPair"), Uint8Array.of(0, 32)];
  const seed = shake256(Buffer.concat(parts), { dkLen: 32 });
  const { publicKey } = xwing.keygen(seed);
  return { privateKey: await hpke.importPrivateKey(seed), publicKey: await hpke.importPublicKey(publicKey) };
}

const implementations = new Map();
async function implementation(code) {
  if (!implementations.has(code)) {
    if (!PQ[code]) {
      const name = Object.entries(mls.ciphersuites).find(([, v]) => v === code)[0];
      implementations.set(code, await mls.getCiphersuiteImpl(mls.getCiphersuiteFromName(name)));
    } else {
      register(code);
      const { name, aead, hpkePq } = PQ[code];
      const impl = await mls.getCiphersuiteImpl({
        hash: "SHA-256",
        hpke: { kem: "X-Wing", aead, kdf: "HKDF-SHA256" },
        signature: "Ed25519",
        name,
      });
      if (hpkePq) impl.hpke = { ...impl.hpke, deriveKeyPair: (ikm) => deriveHpkePq(impl.hpke, ikm) };
      implementations.set(code, impl);
    }
  }
  return implementations.get(code);
}
const decode = (message) => {
  const r = mls.decodeMlsMessage(message, 0);
  if (!r) throw new Error("ts-mls cannot decode the message");
  return r[0];
};
const encode = (wireformat, body) => mls.encodeMlsMessage({ version: "mls10", wireformat, ...body });

export class TsMlsPeer {
  static kind = "ts-mls";
  constructor(suite, identity) {
    Object.assign(this, { suite, identity, encrypt: false, psks: {} });
  }
  async impl() {
    return (this.cs ??= await implementation(this.suite));
  }
  async package() {
    const cs = await this.impl();
    const now = BigInt(Math.floor(Date.now() / 1000));
    const capabilities = { ...mls.defaultCapabilities(), ciphersuites: [cs.name] };
    return mls.generateKeyPackage(
      { credentialType: "basic", identity: this.identity },
      capabilities,
      { notBefore: now - 3600n, notAfter: now + 2000000n },
      [],
      cs,
    );
  }
  async keyPackage() {
    this.kp = await this.package();
    return encode("mls_key_package", { keyPackage: this.kp.publicPackage });
  }
  async create(groupId) {
    const kp = await this.package();
    this.state = await mls.createGroup(groupId, kp.publicPackage, kp.privatePackage, [], await this.impl());
  }
  pskIndex() {
    return mls.makePskIndex(this.state, this.psks);
  }
  async join(welcome) {
    const cs = await this.impl();
    this.state = await mls.joinGroup(decode(welcome).welcome, this.kp.publicPackage, this.kp.privatePackage, this.pskIndex(), cs);
  }
  // Shim: it takes the whole extension for the key, so the length header goes when the key is imported.
  async joinExternal(message, resync = false) {
    const cs = await this.impl();
    const { groupInfo } = decode(message);
    const data = groupInfo.extensions.find((e) => e.extensionType === "external_pub").extensionData;
    const same = (key) => Buffer.compare(Buffer.from(key), Buffer.from(data)) === 0;
    const importPublicKey = (key) => cs.hpke.importPublicKey(same(key) ? key.slice(key.length > 64 ? 2 : 1) : key);
    const shimmed = { ...cs, hpke: { ...cs.hpke, importPublicKey } };
    const kp = resync ? this.kp : await this.package();
    const r = await mls.joinGroupExternal(groupInfo, kp.publicPackage, kp.privatePackage, resync, shimmed);
    this.state = r.newState;
    return encode("mls_public_message", { publicMessage: r.publicMessage });
  }
  leafOf(identity) {
    const tree = this.state.ratchetTree;
    for (let i = 0; i < tree.length; i += 2) {
      const node = tree[i];
      if (node?.nodeType === "leaf" && Buffer.compare(Buffer.from(node.leaf.credential.identity), Buffer.from(identity)) === 0) return i / 2;
    }
    throw new Error("no such member");
  }
  pskProposal(id) {
    return {
      proposalType: "psk",
      psk: { preSharedKeyId: { psktype: "external", pskId: id, pskNonce: crypto.getRandomValues(new Uint8Array(32)) } },
    };
  }
  async commit({ add = [], remove = [], psk = [] } = {}) {
    const cs = await this.impl();
    const extraProposals = [
      ...add.map((p) => ({ proposalType: "add", add: { keyPackage: decode(p).keyPackage } })),
      ...remove.map((id) => ({ proposalType: "remove", remove: { removed: this.leafOf(id) } })),
      ...psk.map((id) => this.pskProposal(id)),
    ];
    const r = await mls.createCommit(
      { state: this.state, cipherSuite: cs, pskIndex: this.pskIndex() },
      { extraProposals, ratchetTreeExtension: true, wireAsPublicMessage: !this.encrypt },
    );
    this.state = r.newState;
    return { commit: mls.encodeMlsMessage(r.commit), welcome: r.welcome && encode("mls_welcome", { welcome: r.welcome }) };
  }
  async handle(message) {
    const cs = await this.impl();
    const m = decode(message);
    const r =
      m.wireformat === "mls_private_message"
        ? await mls.processPrivateMessage(this.state, m.privateMessage, this.pskIndex(), cs)
        : await mls.processPublicMessage(this.state, m.publicMessage, this.pskIndex(), cs);
    this.state = r.newState;
    return r;
  }
  handleCommit(message) {
    return this.handle(message);
  }
  handleProposal(message) {
    return this.handle(message);
  }
  async propose(proposal) {
    const r = await mls.createProposal(this.state, !this.encrypt, proposal, await this.impl());
    this.state = r.newState;
    return mls.encodeMlsMessage(r.message);
  }
  proposeRemove(identity) {
    return this.propose({ proposalType: "remove", remove: { removed: this.leafOf(identity) } });
  }
  proposeAdd(keyPackage) {
    return this.propose({ proposalType: "add", add: { keyPackage: decode(keyPackage).keyPackage } });
  }
  storePsk(id, secret) {
    this.psks[mls.bytesToBase64(id)] = secret;
  }
  // Shim: it leaves out the length of the key; the GroupInfo is signed again with it.
  async groupInfo() {
    const cs = await this.impl();
    const gi = await mls.createGroupInfoWithExternalPubAndRatchetTree(this.state, [], cs);
    const extensions = gi.extensions.map((e) => {
      if (e.extensionType !== "external_pub") return e;
      const key = e.extensionData;
      const header = key.length > 63 ? [0x40 | (key.length >> 8), key.length & 0xff] : [key.length];
      return { ...e, extensionData: Uint8Array.from([...header, ...key]) };
    });
    const { signature: _, ...tbs } = { ...gi, extensions };
    const groupInfo = await signGroupInfo(tbs, this.state.signaturePrivateKey, cs.signature);
    return encode("mls_group_info", { groupInfo });
  }
  async protect(data) {
    const r = await mls.createApplicationMessage(this.state, data, await this.impl());
    this.state = r.newState;
    return encode("mls_private_message", { privateMessage: r.privateMessage });
  }
  async unprotect(message) {
    const r = await this.handle(message);
    if (r.kind !== "applicationMessage") throw new Error("not an application message");
    return r.message;
  }
  async exported(label, context, n) {
    const cs = await this.impl();
    return Buffer.from(await mls.mlsExporter(this.state.keySchedule.exporterSecret, label, context, n, cs)).toString("hex");
  }
  authenticator() {
    return Buffer.from(this.state.keySchedule.epochAuthenticator).toString("hex");
  }
}

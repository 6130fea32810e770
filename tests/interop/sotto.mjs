// Our side: mls-testclient as a child process, one JSON line a call.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const bytes = (text) => new Uint8Array(Buffer.from(text, "hex"));

export class SottoProcess {
  constructor(program) {
    this.child = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"] });
    this.waiting = [];
    this.child.on("exit", (code, signal) => {
      this.ended = new Error(`mls-testclient ended: ${code ?? signal}`);
      for (const w of this.waiting) w.reject(this.ended);
    });
    createInterface({ input: this.child.stdout }).on("line", (line) => this.waiting.shift()?.resolve(JSON.parse(line)));
  }
  async call(name, fields = {}) {
    if (this.ended) throw this.ended;
    const answer = await new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin.write(`${JSON.stringify({ call: name, ...fields })}\n`);
    });
    if (answer.error) throw new Error(`sotto ${name}: ${answer.error}`);
    return answer;
  }
  end() {
    this.child.stdin.end();
    return new Promise((resolve) => this.child.on("exit", resolve));
  }
}

// One client in one group. All messages are MLSMessages in bytes.
export class SottoPeer {
  static kind = "sotto";
  constructor(process, suite, identity) {
    Object.assign(this, { process, suite, identity, encrypt: false });
  }
  async keyPackage() {
    const r = await this.process.call("CreateKeyPackage", {
      cipher_suite: this.suite,
      identity: hex(this.identity),
      now_s: Math.floor(Date.now() / 1000),
    });
    this.transaction = r.transaction_id;
    return bytes(r.key_package);
  }
  async create(groupId) {
    const r = await this.process.call("CreateGroup", {
      group_id: hex(groupId),
      cipher_suite: this.suite,
      identity: hex(this.identity),
      encrypt_handshake: this.encrypt,
    });
    this.state = r.state_id;
  }
  async join(welcome) {
    const r = await this.process.call("JoinGroup", {
      transaction_id: this.transaction,
      welcome: hex(welcome),
      encrypt_handshake: this.encrypt,
    });
    this.state = r.state_id;
  }
  async joinExternal(groupInfo, resync = false) {
    const r = await this.process.call("ExternalJoin", {
      group_info: hex(groupInfo),
      identity: hex(this.identity),
      remove_prior: resync,
      encrypt_handshake: this.encrypt,
    });
    this.state = r.state_id;
    return bytes(r.commit);
  }
  // proposals: {add: [package], remove: [identity], references: [message]}
  async commit({ add = [], remove = [], psk = [], force = false } = {}) {
    const r = await this.process.call("Commit", {
      state_id: this.state,
      by_value: [
        ...add.map((p) => ({ proposal_type: "add", key_package: hex(p) })),
        ...remove.map((id) => ({ proposal_type: "remove", removed_id: hex(id) })),
        ...psk.map((id) => ({ proposal_type: "externalPSK", psk_id: hex(id) })),
      ],
      force_path: force,
    });
    const merged = await this.process.call("HandlePendingCommit", { state_id: this.state });
    this.state = merged.state_id;
    return { commit: bytes(r.commit), welcome: r.welcome ? bytes(r.welcome) : undefined };
  }
  async process_(name, message) {
    const r = await this.process.call(name, { state_id: this.state, [name === "HandleCommit" ? "commit" : "proposal"]: hex(message) });
    if (r.state_id) this.state = r.state_id;
    return r;
  }
  handleCommit(message) {
    return this.process_("HandleCommit", message);
  }
  handleProposal(message) {
    return this.process_("HandleProposal", message);
  }
  async proposeUpdate() {
    return bytes((await this.process.call("UpdateProposal", { state_id: this.state })).proposal);
  }
  async proposeRemove(identity) {
    return bytes((await this.process.call("RemoveProposal", { state_id: this.state, removed_id: hex(identity) })).proposal);
  }
  async proposeAdd(keyPackage) {
    return bytes((await this.process.call("AddProposal", { state_id: this.state, key_package: hex(keyPackage) })).proposal);
  }
  async storePsk(id, secret) {
    await this.process.call("StorePSK", { psk_id: hex(id), psk_secret: hex(secret) });
  }
  async groupInfo() {
    return bytes((await this.process.call("GroupInfo", { state_id: this.state })).group_info);
  }
  async protect(text) {
    return bytes((await this.process.call("Protect", { state_id: this.state, plaintext: hex(text) })).ciphertext);
  }
  async unprotect(message) {
    return bytes((await this.process.call("Unprotect", { state_id: this.state, ciphertext: hex(message) })).plaintext);
  }
  async exported(label, context, n) {
    const r = await this.process.call("Export", { state_id: this.state, label, context: hex(context), key_length: n });
    return r.exported_secret;
  }
  async authenticator() {
    return (await this.process.call("StateAuth", { state_id: this.state })).state_auth_secret;
  }
}

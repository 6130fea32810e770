// The client's half of a WebSocket (RFC 6455), by hand, so that a test can send what a library would not.
// Sections are those of wasm/schema/PROTOCOL.md.
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { cat } from './crypto.mjs';

const CONTINUATION = 0;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const FIN = 0x80;
const MASKED = 0x80;

/** Offers the sub-protocol of section 5.1. */
export function dial(address, onMessage, onClose) {
  const { hostname, port, host } = new URL(address);
  const headers = {
    Host: host,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Protocol': 'sotto.2',
  };
  return new Promise((done, failed) => {
    const request = http.request({ host: hostname, port: port || 80, path: '/sotto', headers });
    request.on('upgrade', (_, socket, head) => done(new WebSocketClient(socket, head, onMessage, onClose)));
    request.on('response', (r) => failed(new Error(`status ${r.statusCode}`)));
    request.on('error', failed);
    request.end();
  });
}

/** The first frame in `bytes`: what it is, and where the next begins; null when it is not whole. */
function frameOf(bytes) {
  if (bytes.length < 2) return null;
  const short = bytes[1] & 127;
  const at = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
  if (bytes.length < at) return null;
  const size = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const end = at + size;
  if (bytes.length < end) return null;
  return { op: bytes[0] & 15, fin: (bytes[0] & FIN) !== 0, data: bytes.subarray(at, end), end };
}

function head(op, size) {
  if (size < 126) return Buffer.of(FIN | op, MASKED | size);
  const long = Buffer.alloc(size < 65_536 ? 4 : 10);
  long[0] = FIN | op;
  long[1] = MASKED | (size < 65_536 ? 126 : 127);
  if (size < 65_536) long.writeUInt16BE(size, 2);
  else long.writeBigUInt64BE(BigInt(size), 2);
  return long;
}

class WebSocketClient {
  constructor(socket, first, onMessage, onClose) {
    Object.assign(this, { socket, onMessage, onClose, bytes: Buffer.alloc(0), message: [] });
    socket.setNoDelay(true);
    socket.on('data', (d) => this.take(d));
    socket.on('close', onClose);
    socket.on('error', onClose);
    if (first.length > 0) this.take(first);
  }
  take(more) {
    this.bytes = cat(this.bytes, more);
    for (let f = frameOf(this.bytes); f; f = frameOf(this.bytes)) {
      this.bytes = this.bytes.subarray(f.end);
      if (f.op === CLOSE) this.close();
      else if (f.op === PING) this.send(f.data, PONG);
      else if (f.op === BINARY || f.op === CONTINUATION) this.part(f);
    }
  }
  part({ data, fin }) {
    this.message.push(data);
    if (!fin) return;
    const whole = cat(...this.message);
    this.message = [];
    this.onMessage(whole);
  }
  send(data, op = BINARY) {
    const mask = randomBytes(4);
    const masked = Buffer.from(data.map((b, i) => b ^ mask[i & 3]));
    this.socket.write(cat(head(op, data.length), mask, masked));
  }
  close() {
    this.socket.end();
    this.socket.destroy();
  }
}

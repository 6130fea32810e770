// Node.js 18 keeps Web Crypto behind a module; the peers expect it as a global. Import this first.
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;

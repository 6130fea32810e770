// Names that esbuild makes short in the loader, whose size is bounded. None of them is the name of anything of the browser.

/** Names that never leave the loader: neither in messages, nor in what it stores. */
const INSIDE = ['recentTime', 'firstTime', 'signatures', 'payload', 'checkpoint', 'evidence', 'verdict', 'result', 'signed', 'previous', 'held', 'hashes', 'toolchain', 'isSame', 'csp', 'files', 'wasm', 'text', 'root', 'same'];

/** Names of the trust, which the build writes down as data: code and data are shortened alike. */
const TRUST = { name: 'n_', kind: 'k_', raw: 'r_', key: 'y_', release: 'e_', threshold: 't_', groups: 'g_', members: 'm_', need: 'd_', quorum: 'q_', line: 'l_', log: 'o_' };

export const mangling = { mangleProps: new RegExp(`^(${[...INSIDE, ...Object.keys(TRUST)].join('|')})$`), mangleCache: TRUST };

/** A parsed trust (sw/verify/trust.ts) as the code of the loader; addresses without a slash at their end. */
export function trustData(trust) {
  const value = (k, v) => (k === 'url' ? v.replace(/\/$/, '') : walk(v));
  const walk = (x) => (Array.isArray(x) ? x.map(walk) : typeof x === 'object' ? Object.fromEntries(Object.entries(x).map(([k, v]) => [TRUST[k] ?? k, value(k, v)])) : x);
  return walk(trust);
}

// What the build pins: whom this extension trusts, and which origins it guards from its installation on.
declare const TRUST: string;
declare const SITES: readonly string[];
declare const VERSION: string;

export const trustText: string = TRUST;
export const builtIn: readonly string[] = SITES;
export const guardVersion: string = VERSION;

/** Where the log shows its checkpoint; '' when the trust names no address. It may be on a guarded origin. */
export const logCheckpoint: string = (/^log \S+ (\S+?)\/?$/m.exec(TRUST)?.[1] ?? '').replace(/.$/, '$&/checkpoint');
export const WELL_KNOWN = '/.well-known/sotto/';
export const CONFIG = '/config.json';
export const LOADER = '/sw.js';
/** More than any loader may have (16,384 bytes, sw/README.md); bounds what is held back in memory. */
export const LOADER_BYTES_MAX = 1 << 18;
export const CHECK_EVERY_MIN = 30;
/** Again after a server did not answer: its page is closed meanwhile. */
export const CHECK_SOON_MIN = 1;
/** Until a check notices that a newer release is served, its page is refused as not listed. */
export const CHECK_AFTER_MS = 60_000;
/** As release/accept.h: after this long without a proof nobody can say that a release is current. */
export const STALE_MS = 14 * 86_400_000;

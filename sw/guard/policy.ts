// Policies and headers that Guard puts on every answer of a guarded origin, whatever the server sent (web/README.md
// "What is served"). Pure values and functions.

/** Nothing runs, nothing is sent, and `sandbox` keeps a meta refresh from leaving the page (measured, Chromium 156). */
export const CLOSED_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/** The gateway sends the same; here they hold even when it does not. */
export const FIXED: readonly (readonly [string, string])[] = [
  ['integrity-policy', 'blocked-destinations=(script)'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
];

/**
 * Ways to load, leave or report that no policy of ours covers. Without its Location a redirect stays where it is, so
 * that a fragment cannot follow it elsewhere. Chromium obeys Clear-Site-Data even when the header is removed.
 */
export const REFUSED: readonly string[] = [
  'location',
  'refresh',
  'link',
  'speculation-rules',
  'clear-site-data',
  'service-worker-allowed',
  'content-security-policy-report-only',
  'reporting-endpoints',
  'report-to',
  'nel',
  'use-as-dictionary',
  'sourcemap',
];

/**
 * Chromium: a served worker cannot be hashed there, so only the page's own blob workers start; their bytes were fetched
 * with integrity by a script whose hash is in this policy. Null when the note's policy has no such place.
 */
export function chromiumCsp(csp: string): string | null {
  const parts = csp.split('; ');
  if (parts.filter((p) => p === "worker-src 'self'").length !== 1) return null;
  return parts.map((p) => (p === "worker-src 'self'" ? 'worker-src blob:' : p)).join('; ');
}

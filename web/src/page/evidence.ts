// What can be handed to others, so that they judge for themselves what ran here: the signed note and the proofs as the
// loader keeps them, and the hash of every kept file beside the listed one. Read by `sotto-verify evidence`.

/** The loader's name for it (sw/store.ts). */
export const NOTES = 'sotto-notes';
const FILES = 'sotto-files';
const PLACE = '/.sotto/';

async function kept(cache: string, name: string): Promise<Response | undefined> {
  return await (await caches.open(cache)).match(PLACE + name);
}

async function slot(name: string): Promise<unknown> {
  return (await kept(NOTES, name))?.json().catch(() => null) ?? null;
}

function noteOf(evidence: unknown): string {
  return typeof evidence === 'object' && evidence !== null && 'note' in evidence ? String(evidence.note) : '';
}

function base64url(bytes: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

async function fileHashes(note: string): Promise<readonly unknown[]> {
  const rows = note.matchAll(/^file (\S+) \d+ (\S+) \S+$/gm);
  return await Promise.all(
    Array.from(rows, async ([, path = '', listed = '']) => {
      const bytes = await (await kept(FILES, listed))?.arrayBuffer();
      return { path, listed, found: bytes ? base64url(await crypto.subtle.digest('SHA-256', bytes)) : null };
    }),
  );
}

/** `more`: what the page itself has seen (alarm, trouble, what is shown). */
export async function collectEvidence(more: Readonly<Record<string, unknown>>): Promise<string> {
  const active = await slot('active');
  const all = {
    format: 'sotto-evidence/v1',
    at: new Date().toISOString(),
    origin: location.origin,
    active,
    staged: await slot('staged'),
    files: await fileHashes(noteOf(active)),
    ...more,
  };
  return `${JSON.stringify(all, null, 1)}\n`;
}

// The declarativeNetRequest rules of one origin, for Chromium. Closed rules hold for ever from installation on; above
// them a verified release opens exactly its own files. Header rules outrank `allow`, or they would not apply.
import { CONFIG, LOADER, logCheckpoint, WELL_KNOWN } from './config.ts';
import { CLOSED_CSP, chromiumCsp, FIXED, REFUSED } from './policy.ts';
import type { Pinned } from './state.ts';

// biome-ignore format: one list
const ALL = [
  'main_frame', 'sub_frame', 'stylesheet', 'script', 'image', 'font', 'object', 'xmlhttprequest', 'ping', 'csp_report',
  'media', 'websocket', 'webtransport', 'webbundle', 'other',
];

const PRIORITY = { block: 1, wellKnown: 2, closed: 3, listed: 10, open: 20, loader: 30 };

type Numbered = (rule: Omit<DnrRule, 'id'>) => DnrRule;

function numbered(first: number): Numbered {
  let id = first;
  return (rule) => ({ id: id++, ...rule });
}

function headers(origin: string, priority: number, csp: string): Omit<DnrRule, 'id'> {
  const set = [['content-security-policy', csp] as const, ...FIXED];
  return {
    priority,
    action: {
      type: 'modifyHeaders',
      responseHeaders: [
        ...set.map(([header, value]) => ({ header, operation: 'set' as const, value })),
        ...REFUSED.map((header) => ({ header, operation: 'remove' as const })),
      ],
    },
    condition: { urlFilter: `|${origin}/`, resourceTypes: ALL },
  };
}

function plain(type: 'allow' | 'block', priority: number, urlFilter: string, frames: boolean): Omit<DnrRule, 'id'> {
  const condition = frames
    ? { urlFilter, resourceTypes: ALL, isUrlFilterCaseSensitive: true }
    : // The page's WebSocket may be on this origin; what comes over it is data.
      { urlFilter, excludedResourceTypes: ['main_frame', 'sub_frame', 'websocket'], isUrlFilterCaseSensitive: true };
  return { priority, action: { type }, condition };
}

/** For the origins of the build these are static rules of the package: they hold before any script runs. */
export function closedRules(origin: string, firstId: number): DnrRule[] {
  const make = numbered(firstId);
  const log = logCheckpoint.startsWith(`${origin}/`)
    ? [plain('allow', PRIORITY.wellKnown, `|${logCheckpoint}|`, false)]
    : [];
  return [
    make(headers(origin, PRIORITY.closed, CLOSED_CSP)),
    make(plain('block', PRIORITY.block, `|${origin}/`, false)),
    make(plain('allow', PRIORITY.wellKnown, `|${origin}${WELL_KNOWN}`, false)),
    make(plain('block', PRIORITY.loader, `|${origin}${LOADER}`, true)),
    ...log.map(make),
  ];
}

/** Empty when the policy of the release cannot be adapted; the closed rules then stay. */
export function openRules(origin: string, pinned: Pinned, firstId: number): DnrRule[] {
  const csp = chromiumCsp(pinned.csp);
  if (csp === null) return [];
  const make = numbered(firstId);
  const paths = [...pinned.files.map((f) => f.path).filter((p) => p !== '/'), CONFIG];
  return [
    make(headers(origin, PRIORITY.open, csp)),
    ...paths.map((path) => make(plain('allow', PRIORITY.listed, `|${origin}${path}|`, false))),
  ];
}

// What the page knows about where it runs: its gateway, and a name for this device.

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** What the page's own server says, which is data and checked as such; without an answer, a guess from its address. */
export async function findGateway(): Promise<string> {
  if (PORTABLE) return ''; // a file on disk has no server: the person says which
  try {
    const answer = await fetch('/config.json', { credentials: 'omit', redirect: 'error' });
    const config: unknown = await answer.json();
    if (typeof config === 'object' && config !== null && 'gateway' in config && typeof config.gateway === 'string') {
      const { origin, protocol } = new URL(config.gateway);
      if (protocol === 'https:' || protocol === 'http:') return origin;
    }
  } catch {
    // an older gateway, or none at all: the guess follows
  }
  return guess();
}

/** The next port on this machine, or the name "gw." in front of ours. */
function guess(): string {
  const { protocol, hostname, port } = location;
  if (LOOPBACK.test(hostname)) return `${protocol}//${hostname}:${Number(port || 80) + 1}`;
  return `https://gw.${hostname}`;
}

const SYSTEMS = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/CrOS/, 'ChromeOS'],
  [/Linux/, 'Linux'],
] as const;
const BROWSERS = [
  [/Firefox\//, 'Firefox'],
  [/Edg\//, 'Edge'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
] as const;

export function deviceName(): string {
  const ua = navigator.userAgent;
  const system = SYSTEMS.find(([mark]) => mark.test(ua))?.[1] ?? '';
  const browser = BROWSERS.find(([mark]) => mark.test(ua))?.[1] ?? 'Browser';
  return system ? `${browser}, ${system}` : browser;
}

/** The core writes links without knowing the page's address; people get one that opens the page, if it has one. */
export function shareable(link: string): string {
  if (PORTABLE) return link;
  return link.replace(/^web\+sotto:#/, `${location.origin}/#`);
}

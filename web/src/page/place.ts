// What the page knows about where it runs: its gateway, and a name for this device.

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/** The gateway beside this page: the next port on this machine, or the name "gw." in front of ours. */
export function defaultGateway(): string {
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

/** The core writes links without knowing the page's address; people get one that opens it. */
export function shareable(link: string): string {
  return link.replace(/^web\+sotto:#/, `${location.origin}/#`);
}

// The page's weight against its budgets, from build/web.
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const dir = fileURLToPath(new URL('../../build/web', import.meta.url));
const files = readdirSync(dir);
const size = (pattern, ext) => files.filter((f) => pattern.test(f) && f.endsWith(ext)).reduce((n, f) => n + statSync(join(dir, f)).size, 0);
const bars = [
  ['web_shell_script_gzip', size(/^app\..*\.js/, '.gz'), 60_000],
  ['web_styles_gzip', size(/^app\..*\.css/, '.gz'), 15_000],
  ['web_first_load_brotli', size(/^(index\.html|app\.|en\.|worker\.|core\.|sw\.js|release)/, '.br'), 550_000],
];
for (const [name, n, max] of bars) console.log(`${n > 0 && n <= max ? 'ok' : 'not ok'} ${name}: ${n} of ${max} bytes`);

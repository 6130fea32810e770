// The page's weight against its budgets: node tests/bench/web-sizes.mjs FOLDER
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, resolve } from 'node:path';

export function sizes(dir) {
  const files = readdirSync(dir);
  const size = (pattern, ext) => files.filter((f) => pattern.test(f) && f.endsWith(ext)).reduce((n, f) => n + statSync(join(dir, f)).size, 0);
  return [
    ['web_shell_script_gzip', size(/^app\..*\.js/, '.gz'), 65_000],
    ['web_styles_gzip', size(/^app\..*\.css/, '.gz'), 15_000],
    ['web_loader_raw', size(/^sw\.js$/, 'sw.js'), 16_384],
    ['web_first_load_shell_brotli', size(/^(index\.html|app\.|en\.|sw\.js)/, '.br'), 90_000],
    ['web_first_load_core_brotli', size(/^(worker\.|core\.|kdf\.)/, '.br'), 471_500],
    ['web_first_load_brotli', size(/^(index\.html|app\.|en\.|worker\.|core\.|kdf\.|sw\.js)/, '.br'), 550_000],
  ];
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const dir = process.argv[2] ?? '';
  for (const [name, n, max] of sizes(dir)) console.log(`${n > 0 && n <= max ? 'ok' : 'not ok'} ${name}: ${n} of ${max} bytes`);
}

// The whole page in one file that is opened from disk: no code is fetched at all.
import { sha256 } from './note.js';

/**
 * @param {{ script: Buffer, sheet: Buffer, languages: (readonly [string, Buffer])[], plain: boolean }} parts
 * script: the app with every other part inside, but for the languages, which are scripts of their own
 */
export function portable({ script, sheet, languages, plain }) {
  // A closing tag inside would end the element; esbuild escapes it in strings, and nothing else may hold one.
  for (const [name, text] of [['script', script], ...languages.map(([, words]) => ['script', words]), ['style', sheet]]) {
    if (new RegExp(`</${name}`, 'i').test(text.toString('utf8'))) throw new Error(`a closing ${name} tag inside the ${name}`);
  }
  const hash = (bytes) => `'sha256-${sha256(bytes).toString('base64')}'`;
  const csp = [
    "default-src 'none'", `script-src ${[script, ...languages.map(([, words]) => words)].map(hash).join(' ')} 'wasm-unsafe-eval'`, 'worker-src blob:', `style-src ${hash(sheet)}`, 'img-src blob: data:',
    'media-src blob:', plain ? 'connect-src wss: ws:' : 'connect-src wss:', "frame-src 'none'", "object-src 'none'", "base-uri 'none'", "form-action 'none'",
    "require-trusted-types-for 'script'", 'trusted-types sotto-url',
  ].join('; ');
  return Buffer.from(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<meta name="referrer" content="no-referrer">
<title>Sotto</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<style>${sheet.toString('utf8')}</style>
</head>
<body><noscript>Sotto needs JavaScript: it runs its encryption in your browser.</noscript>
${languages.map(([tag, words]) => `<script lang="${tag}">${words.toString('utf8')}</script>\n`).join('')}<script type="module">${script.toString('utf8')}</script>
</body>
</html>
`);
}

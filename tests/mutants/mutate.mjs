// The places of a C file where one operator, constant or condition can be another, so that tests must notice.
// mutantsOf(text) gives, in the order of the text: { at, length, to, line, what, key }; `key` names one by the line it
// stands on and not by its number, so that it is the same as long as that line is.

/** Text with comments, literals and preprocessor lines as blanks of the same length. */
export function code(text) {
  return text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|^[ \t]*#(?:\\\n|[^\n])*/gm, (m) => m.replace(/[^\n]/g, " "));
}

const SWAPS = new Map([
  ["==", "!="], ["!=", "=="], ["<=", "<"], [">=", ">"], ["<", "<="], [">", ">="], ["&&", "||"], ["||", "&&"],
  [" + ", " - "], [" - ", " + "], ["++", "--"], ["--", "++"], ["true", "false"], ["false", "true"],
]);
// Of `->`, shifts, compound assignments and includes none is an operator of this list.
const TOKEN = /->|<<=?|>>=?|[-+*/%&|^]=|==|!=|<=|>=|&&|\|\||\+\+|--| \+ | - |(?<=\w |\) |\] )<(?= )|(?<=\w |\) |\] )>(?= )|!(?=[\w(])|\b(?:true|false)\b|\b\d+(?:u|ll|ull)?\b|\bif \(/g;

/** A number there decides nothing: sizes of arrays and of buffers that grow, first values that are written over. */
const isSize = (line) =>
  /^\s*(?:static |const |unsigned |uint\d+_t |int64_t |char |struct |size_t |enum )+[^=(]*\[[^\]]*\]/.test(line) ||
  /\b(?:u?int\d*_t|char) \*?\w+\[\d+\]/.test(line) ||
  /\b(?:buf_arena|arena_array|memset)\(/.test(line) ||
  /^(?:const |unsigned )*(?:bool|size_t|u?int\d*_t|int|struct \w+|enum \w+) [^()]*= 0\b/.test(line) ||
  /^\s*[A-Z_]+ = \d/.test(line);

/** The end of the condition that begins at the parenthesis `open`. */
function closing(text, open) {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")" && --depth === 0) return i;
  }
  return -1;
}

export function mutantsOf(text) {
  const blank = code(text);
  const out = [];
  const seen = new Map();
  let line = 1;
  let from = 0;
  for (const m of blank.matchAll(TOKEN)) {
    line += blank.slice(from, m.index).split("\n").length - 1;
    from = m.index;
    const token = m[0];
    const start = text.lastIndexOf("\n", m.index) + 1;
    const whole = text.slice(start, text.indexOf("\n", m.index)).trim();
    let made = [];
    if (SWAPS.has(token)) made = [[token, SWAPS.get(token)]];
    else if (token === "!") made = [[token, ""]];
    else if (/^\d/.test(token)) {
      if (isSize(whole)) continue;
      const [, digits, suffix] = /^(\d+)(\D*)$/.exec(token);
      made = [[token, `${BigInt(digits) + 1n}${suffix}`]];
    } else if (token === "if (") {
      const open = m.index + token.length - 1;
      const end = closing(blank, open);
      const condition = text.slice(open, end + 1);
      made = [[`if ${condition}`, "if (0)"]];
    }
    for (const [was, to] of made) {
      const what = `${was.replace(/\s+/g, " ").trim()} -> ${to.trim() || "nothing"}`;
      const name = `${whole} : ${what}`;
      const nth = (seen.get(name) ?? 0) + 1;
      seen.set(name, nth);
      out.push({ at: m.index, length: was.length, to, line, what, key: nth === 1 ? name : `${name} (${nth})` });
    }
  }
  return out;
}

export const apply = (text, m) => text.slice(0, m.at) + m.to + text.slice(m.at + m.length);

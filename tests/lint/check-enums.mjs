// No bare number where the schema has a name for it: wasm/schema/*.cddl write enumerations, gen.py makes the names of them.
//
// Sees, in C (wasm but crypto, mls and release, and the tests that speak with the core) and in TypeScript (web/src, sw): a
// field of an enumeration compared with a number, or given one (x->state == 3, x.how = 1, state >= 2, { how: 1 }, a default
// behind ??), a `case 3:` of a switch over one, and in C a number handed to a function whose parameter is an enumeration, or
// compared with what such a function gives.
// A field is known by its name in the schema, as neither language gives types here. So it takes any field of that name for
// one (OTHERS: which are none, and why), a 0 where the schema names none is "nothing", and it does not see: a number behind
// a name of its own (const DONE = 4), a table with places instead of names (STATES[m.state]), a parameter that is a plain
// int, what stands in SQL. In C it leaves out `kind`, which many records have for other things.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
execFileSync(join(root, "tests/web/install.sh"), { cwd: root, stdio: "ignore" });
const { transformSync } = createRequire(join(root, "web/package.json"))("esbuild");
const { parse } = createRequire(join(root, "tests/web/package.json"))("acorn");

/** Fields of such a name that are no numbers of the schema: "where field": why. */
const OTHERS = new Map([
  ["wasm/engine/own/order.c here", "a place in the order"],
]);
const C = /^(wasm\/(core|engine|store|cli)\/|gateway\/|tests\/(flow|trust|lib|bench|unit\/(engine|core|store|gateway))\/).*\.[ch]$/;
const TS = /^(web\/src|sw)\/.*\.tsx?$/;

/** Fields whose type is an enumeration, as C writes them; true: 0 is one of its numbers. */
function fieldsOf(schema) {
  const text = schema.replace(/;[^\n]*/g, "");
  const enums = new Map(Array.from(text.matchAll(/([a-z][a-z0-9_]*)\s*=\s*&\(([^)]*)\)/g), (m) => [m[1], /:\s*0\s*(,|$)/.test(m[2])]));
  const fields = new Map();
  for (const [, field, type] of text.matchAll(/([a-z][a-z0-9_]*)\s*:\s*(?:\[\*\s*)?([a-z][a-z0-9_]*)/g)) {
    if (enums.has(type)) fields.set(field, fields.get(field) || enums.get(type));
  }
  return fields;
}

/* ---- C ---- */

// Comments, literals and the backslashes of macros become blanks; lines keep their numbers.
const strip = (text) => text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\[^]|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\\(?=\n)/g, (m) => m.replace(/[^\n]/g, " "));
const lineOf = (text, at) => text.slice(0, at).split("\n").length;
const NUMBER = "-?(?:0x[0-9a-f]+|\\d+)u?l{0,2}\\b(?![.\\w])";

/** From an opening bracket: what stands between the commas of its level, and where it closes. */
function inBrackets(code, open) {
  const args = [];
  let depth = 0;
  let from = open + 1;
  for (let i = open; i < code.length; i++) {
    if ("([{".includes(code[i])) depth++;
    if (")]}".includes(code[i])) depth--;
    if ((code[i] === "," && depth === 1) || depth === 0) {
      args.push(code.slice(from, i).trim());
      from = i + 1;
    }
    if (depth === 0) return { args, end: i + 1 };
  }
  return { args: [], end: code.length };
}

/** Functions that take or give an enumeration of the schema: name to { gives, takes: [index] }. */
function functionsOf(codes) {
  const found = new Map();
  for (const code of codes) {
    for (const m of code.matchAll(/\b(?:(enum (?:abi|wire)_\w+) )?\*?([a-z]\w*)\((?=(?:const )?(?:struct|enum|u?int\d*|bool|size_t|void|char|float)\b)/g)) {
      const takes = inBrackets(code, m.index + m[0].length - 1).args.flatMap((a, i) => (/^(const )?enum (abi|wire)_\w+ \w+$/.test(a) ? [i] : []));
      if (m[1] || takes.length > 0) found.set(m[2], { gives: m[1] !== undefined, takes });
    }
  }
  return found;
}

function faultsInC(path, text, fields, functions) {
  const code = strip(text);
  const out = [];
  const names = [...fields.keys()].filter((f) => f !== "kind" && !OTHERS.has(`${path} ${f}`)).join("|");
  const say = (at, what) => out.push(`${path}:${lineOf(code, at)}: ${what.replace(/\s+/g, " ")}`);
  const field = `(?:->|\\.)(${names})\\b`;
  const isNone = (name, number) => fields.get(name) === false && number === "0";
  for (const m of code.matchAll(new RegExp(`${field}\\s*(?:[=!<>]=|<(?!<)|>(?!>)|=(?!=))\\s*(${NUMBER})`, "gi"))) if (!isNone(m[1], m[2])) say(m.index, m[0]);
  for (const m of code.matchAll(new RegExp(`(?<![\\w.])(${NUMBER})\\s*(?:[=!<>]=|<(?!<)|>(?!>))\\s*&?\\w+(?:(?:->|\\.)\\w+|\\[\\w+\\])*?${field}(?!\\s*[[.(-])`, "gi"))) if (!isNone(m[2], m[1])) say(m.index, m[0]);
  for (const m of code.matchAll(/\bswitch\s*\(/g)) {
    const { args, end } = inBrackets(code, m.index + m[0].length - 1);
    if (!new RegExp(`${field}$`).test(args.join(","))) continue;
    const open = code.indexOf("{", end);
    for (const c of code.slice(open, inBrackets(code, open).end).matchAll(/\bcase\s+\d+\s*:/g)) say(open + c.index, `${c[0]} of ${args[0]}`);
  }
  for (const m of code.matchAll(/\b([a-z]\w*)\(/g)) {
    const f = functions.get(m[1]);
    if (f === undefined) continue;
    const { args, end } = inBrackets(code, m.index + m[0].length - 1);
    for (const i of f.takes) if (new RegExp(`^${NUMBER}$`, "i").test(args[i] ?? "")) say(m.index, `${m[1]}(… ${args[i]} …)`);
    const compared = f.gives && new RegExp(`^\\s*[=!<>]=?\\s*${NUMBER}`, "i").exec(code.slice(end, end + 40));
    if (compared) say(m.index, `${m[1]}(…)${compared[0]}`);
  }
  return out;
}

/* ---- TypeScript ---- */

const camel = (name) => name.replace(/_(\w)/g, (_, c) => c.toUpperCase());
const walk = (node, visit) => {
  if (!node || typeof node.type !== "string") return;
  visit(node);
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const one of value) walk(one, visit);
    else if (value && typeof value.type === "string") walk(value, visit);
  }
};
const isNumber = (node) => (node?.type === "Literal" && typeof node.value === "number") || (node?.type === "UnaryExpression" && node.operator === "-" && isNumber(node.argument));

function faultsInTs(path, text, fieldsOfC) {
  // In a record of a union `kind` is the name of the record.
  const fields = new Set([...fieldsOfC.keys()].map((f) => (f === "kind" ? "kindNumber" : camel(f))).filter((f) => !OTHERS.has(`${path} ${f}`)));
  const { code } = transformSync(text, { loader: path.endsWith("x") ? "tsx" : "ts", jsx: "transform", jsxFactory: "jsxCall", target: "es2022" });
  const tree = parse(code, { ecmaVersion: "latest", sourceType: "module" });
  const out = [];
  const variables = new Set();
  const say = (node) => out.push(`${path}: ${code.slice(node.start, node.end).replace(/\s+/g, " ").slice(0, 80)}`);
  const isOne = (node) => {
    switch (node?.type) {
      case "MemberExpression": return !node.computed && fields.has(node.property.name);
      case "ChainExpression": return isOne(node.expression);
      case "LogicalExpression": return isOne(node.left) || (node.operator !== "&&" && isOne(node.right));
      case "ConditionalExpression": return isOne(node.consequent) || isOne(node.alternate);
      case "Identifier": return variables.has(node.name);
      default: return false;
    }
  };
  walk(tree, (node) => {
    if (node.type !== "VariableDeclarator") return;
    if (node.id.type === "Identifier" && isOne(node.init)) variables.add(node.id.name);
    // What a pattern takes out of a record; a name like `type` of a parameter may be anything.
    if (node.id.type === "ObjectPattern") for (const p of node.id.properties) if (p.value?.type === "Identifier" && fields.has(p.key?.name)) variables.add(p.value.name);
  });
  walk(tree, (node) => {
    if (node.type === "BinaryExpression" && /^[=!<>]/.test(node.operator) && ((isOne(node.left) && isNumber(node.right)) || (isNumber(node.left) && isOne(node.right)))) say(node);
    if (node.type === "AssignmentExpression" && isOne(node.left) && isNumber(node.right)) say(node);
    if (node.type === "LogicalExpression" && isOne(node.left) && isNumber(node.right)) say(node);
    if (node.type === "ConditionalExpression" && (isOne(node.consequent) ? isNumber(node.alternate) : isOne(node.alternate) && isNumber(node.consequent))) say(node);
    if (node.type === "SwitchStatement" && isOne(node.discriminant)) for (const c of node.cases) if (isNumber(c.test)) say(c.test);
    if (node.type === "Property" && !node.computed && fields.has(node.key.name ?? node.key.value)) {
      const { value } = node;
      if (isNumber(value) || (value.type === "ConditionalExpression" && (isNumber(value.consequent) || isNumber(value.alternate)))) say(node);
    }
  });
  return out;
}

/* ---- the check itself ---- */

let bad = 0;
function claim(name, list) {
  for (const line of list) console.log(`  ${line}`);
  console.log(`${list.length === 0 ? "ok" : "not ok"} ${name}`);
  bad ||= list.length > 0;
}

const tried = fieldsOf("how = &(a: 0, b: 1)\nwhy = &(c: 1, d: 10)\nv = [ 1, state: how / null, x: uint, kind: how ] ; state: uint\nw = [ last_state: how, code: why ]");
const proto = functionsOf([strip("enum err f(struct step *s, enum abi_how how);\nenum abi_how g(const struct v *v);")]);
const planted = [
  ["a.c", "if (v->state == 3) {}", 1],
  ["a.c", "if (3 != v[i].state) {}", 1],
  ["a.c", "if (v.w.state\n    >= 2) {}", 1],
  ["a.c", "op.v.state = 1; op.v.state = 0;", 2],
  ["a.c", "if (v->code == 0 || 0 != v->code || v->code == 10) {}", 1],
  ["a.c", "switch (v->state) { case 1: break; case ABI_HOW_A: break; }", 1],
  ["a.c", "f(s, 1); f(s, ABI_HOW_A); return g(v) == 2;", 2],
  ["a.c", 'v->state == ABI_HOW_A; v->x == 3; state == 3; v->state == 3.5; /* v->state == 3 */ sql("c.state=3");', 0],
  ["a.c", "v->kind == 3; v->state << 3; 1 < v->state->x;", 0],
  ["a.ts", "if (v.state === 3) f();", 1],
  ["a.ts", "if (3 > (v?.state ?? How.A)) f();", 1],
  ["a.ts", "const s = v?.state ?? 0;", 1],
  ["a.ts", "const s = v.state; if (s === 3) f();", 1],
  ["a.ts", "const { lastState } = v; if (lastState !== 3) f();", 1],
  ["a.ts", "switch (v.state) { case 1: f(); case How.A: f(); }", 1],
  ["a.tsx", "const b = <p onClick={() => run({ kind: 'v', state: 1, kindNumber: on ? 1 : How.A })}>{v.state === 3 && <i />}</p>;", 3],
  ["a.ts", "if (v.state === How.A || v.x === 3 || v.states === 3) run({ kind: 'v', state: How.B, x: 1 });", 0],
  ["a.ts", "type T = { state: 1 }; const f = (state: number) => state === 3;", 0],
];
claim("enums_check_sees_bare_numbers", [
  ...(["state", "kind", "last_state"].every((f) => tried.get(f)) && tried.get("code") === false && tried.size === 4 ? [] : [`fields: ${[...tried]}`]),
  ...planted.flatMap(([path, source, count]) => {
    const found = path === "a.c" ? faultsInC(path, source, tried, proto) : faultsInTs(path, source, tried);
    return found.length === count ? [] : [`${source}: ${found.length} found: ${found.join(" | ")}`];
  }),
]);

const read = (path) => readFileSync(join(root, path), "utf8");
const ofPage = fieldsOf(read("wasm/schema/abi.cddl"));
const fields = new Map([...fieldsOf(read("wasm/schema/wire.cddl")), ...ofPage]);
const all = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "wasm", "gateway", "tests", "web/src", "sw"], { cwd: root, encoding: "utf8" }).split("\n");
const inC = all.filter((f) => C.test(f)).flatMap((f) => { try { return [[f, read(f)]]; } catch { return []; } });
const inTs = all.filter((f) => TS.test(f) && !/\.(gen|d)\.ts$/.test(f)).flatMap((f) => { try { return [[f, read(f)]]; } catch { return []; } });
const functions = functionsOf(inC.filter(([f]) => f.endsWith(".h")).map(([, text]) => strip(text)));
const empty = fields.size === 0 || functions.size === 0 || inC.length === 0 || inTs.length === 0 ? ["it looks at nothing"] : [];
claim(`enums_c_has_names_for_numbers (${inC.length} files, ${functions.size} functions)`, [...empty, ...inC.flatMap(([f, text]) => faultsInC(f, text, fields, functions))]);
claim(`enums_typescript_has_names_for_numbers (${inTs.length} files, ${ofPage.size} fields)`, inTs.flatMap(([f, text]) => faultsInTs(f, text, ofPage)));
const needed = (place) => {
  const [path, field] = place.split(" ");
  const text = [...inC, ...inTs].find(([f]) => f === path)?.[1];
  OTHERS.delete(place);
  return text !== undefined && (/\.[ch]$/.test(path) ? faultsInC(path, text, new Map([[field, true]]), new Map()) : faultsInTs(path, text, new Map([[field, true]]))).length > 0;
};
claim("enums_exceptions_are_needed", [...OTHERS.keys()].filter((place) => !needed(place)).map((place) => `${place} needs no exception`));
process.exitCode = bad ? 1 : 0;

#!/usr/bin/env python3
"""Makes codecs from the CDDL subset our schemas use, in C and TypeScript.

  gen.py NAME.cddl PREFIX OUT.h OUT.c [OUT.ts]

OUT_enum.h is written beside OUT.h where there are enumerations: only those, for users that need no codec.

Understood:  name = [ field: type, ... ]      record: CBOR array, fields in order
             name = [ 7, field: type, ... ]   record of a union, 7 being its kind
             name = a / b / c                 union of such records (every member has a kind)
             name = &(self: 0, pair: 1)       enumeration (RFC 8610, 2.2.2): names of numbers, decimal; no two
                                              names and no two numbers are the same. A field of it is a uint
             uint int bool tstr bstr, another record or union, [* type], type / null
             a comment runs from ; to the end of the line
Anything else is refused. Records grow only at their end: a decoder skips items it does not know. It also lets
through numbers that no enumeration names: readers must expect them.

An enumeration becomes in C  enum PREFIX_chat_type { PREFIX_CHAT_TYPE_SELF = 0, ... };  fields stay uint64_t, as
wide as on the wire. In TypeScript it becomes  const enum ChatType { Self = 0, ... },  the type of its fields, whose
members esbuild puts in as numbers. Each union also has one of the kinds of its members: PREFIX_op_kind, OpKind.
"""
import re
import sys

SCALARS = {"uint", "int", "bool", "tstr", "bstr"}


def fail(message):
    sys.exit("gen.py: " + message)


def parse(text):
    text = re.sub(r";[^\n]*", "", text)
    defs = {}
    for m in re.finditer(r"([a-z][a-z0-9_]*)\s*=\s*(&\([^)=]*\)(?=\s*(?:[a-z][a-z0-9_]*\s*=|\Z))"
                         r"|\[[^=]*?\](?=\s*(?:[a-z][a-z0-9_]*\s*=|\Z))"
                         r"|[a-z0-9_/\s]+?(?=\s*(?:[a-z][a-z0-9_]*\s*=|\Z)))", text):
        name, body = m.group(1), m.group(2).strip()
        if name in defs:
            fail("twice: " + name)
        if body.startswith("&"):
            defs[name] = ("enum", parse_enum(name, body))
        elif body.startswith("["):
            defs[name] = parse_record(name, body)
        else:
            defs[name] = ("union", [x.strip() for x in body.split("/")])
    if len(defs) != len(re.findall(r"^[a-z][a-z0-9_]*\s*=", text, re.M)):
        fail("not all definitions understood")
    return defs


def split_top(body):
    parts, depth, cur = [], 0, ""
    for c in body:
        depth += c == "["
        depth -= c == "]"
        if c == "," and depth == 0:
            parts.append(cur)
            cur = ""
        else:
            cur += c
    return [p.strip() for p in parts + [cur] if p.strip()]


def parse_type(text):
    optional = False
    if text.endswith("/ null"):
        optional, text = True, text[:-6].strip()
    m = re.fullmatch(r"\[\*\s*([a-z][a-z0-9_]*)\s*\]", text)
    if m:
        if optional:
            fail("optional array: " + text)
        return {"list": True, "opt": False, "base": m.group(1)}
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        fail("type: " + text)
    return {"list": False, "opt": optional, "base": text}


def parse_enum(name, body):
    members = []
    for part in body[2:-1].split(","):
        m = re.fullmatch(r"\s*([a-z][a-z0-9_]*)\s*:\s*(0|[1-9][0-9]{0,8})\s*", part)
        if not m:
            fail("enumeration %s: %s" % (name, part.strip() or "nothing"))
        members.append((m.group(1), int(m.group(2))))
    for what, i in (("names", 0), ("numbers", 1)):
        if len({m[i] for m in members}) != len(members):
            fail("enumeration %s: two %s are alike" % (name, what))
    return members


def parse_record(name, body):
    kind, fields = None, []
    for i, part in enumerate(split_top(body[1:-1])):
        if i == 0 and re.fullmatch(r"\d+", part):
            kind = int(part)
            continue
        if ":" not in part:
            fail("%s: field %s" % (name, part))
        fname, ftype = (x.strip() for x in part.split(":", 1))
        fields.append((fname, parse_type(ftype)))
    return ("record", kind, fields)


def check(defs):
    for name, d in defs.items():
        if d[0] == "record":
            for fname, t in d[2]:
                if t["base"] not in SCALARS and t["base"] not in defs:
                    fail("%s.%s: unknown type %s" % (name, fname, t["base"]))
        elif d[0] == "union":
            kinds = [defs[m][1] if m in defs and defs[m][0] == "record" else None for m in d[1]]
            if None in kinds or len(set(kinds)) != len(kinds):
                fail("union %s: members need distinct kinds" % name)
    made = {}
    for name, d in defs.items():
        if d[0] == "record":
            continue
        if d[0] == "union" and name + "_kind" in defs:
            fail("%s_kind is the name of the kinds of %s" % (name, name))
        for constant in d[1] if d[0] == "union" else [name + "_" + m for m, _ in d[1]]:
            if made.setdefault(constant, name) != name:
                fail("%s and %s both have a constant %s" % (made[constant], name, constant.upper()))


def ordered(defs):
    out, state = [], {}

    def visit(name):
        if state.get(name) == 2:
            return
        if state.get(name) == 1:
            fail("recursive type: " + name)
        state[name] = 1
        d = defs[name]
        for dep in (d[1] if d[0] == "union" else [t["base"] for _, t in d[2]] if d[0] == "record" else []):
            if dep in defs:
                visit(dep)
        state[name] = 2
        out.append(name)
    for name in defs:
        visit(name)
    return out


def codecs(defs):
    """Everything with its own form on the wire, dependencies first."""
    return [name for name in ordered(defs) if defs[name][0] != "enum"]


C_SCALAR = {"uint": "uint64_t", "int": "int64_t", "bool": "bool", "tstr": "struct slice",
            "bstr": "struct slice"}
C_GET = {"uint": "cbor_get_uint", "int": "cbor_get_int", "bool": "cbor_get_bool",
         "tstr": "cbor_get_text", "bstr": "cbor_get_bytes"}
C_PUT = {"uint": "cbor_put_uint", "int": "cbor_put_int", "bool": "cbor_put_bool",
         "tstr": "cbor_put_text", "bstr": "cbor_put_bytes"}


def c_type(prefix, base):
    return C_SCALAR.get(base, "struct %s_%s" % (prefix, base))


def wire_type(defs, base):
    """The type on the wire."""
    return "uint" if base in defs and defs[base][0] == "enum" else base


def has_enums(defs):
    return any(d[0] == "enum" for d in defs.values())


def c_enums(defs, prefix, source):
    guard = "SOTTO_SCHEMA_%s_ENUM_H" % prefix.upper()
    o = ["/* Made by gen.py from %s; do not edit. */" % source, "#ifndef " + guard, "#define " + guard, ""]
    for name, d in defs.items():
        if d[0] == "enum":
            o.append("enum %s_%s {" % (prefix, name))
            o += ["    %s_%s_%s = %d," % (prefix.upper(), name.upper(), m.upper(), n) for m, n in d[1]]
            o += ["};", ""]
    return "\n".join(o + ["#endif", ""])


def c_header(defs, prefix, source):
    guard = "SOTTO_SCHEMA_%s_H" % prefix.upper()
    o = ["/* Made by gen.py from %s; do not edit. Decoded slices and lists borrow from the input" % source,
         " * and the arena. An optional field that is absent has has_NAME false. */",
         "#ifndef " + guard, "#define " + guard, '#include "base/cbor.h"']
    o += ['#include "schema/gen/%s_enum.h"' % prefix, ""] if has_enums(defs) else [""]
    for name in codecs(defs):
        d = defs[name]
        if d[0] == "union":
            o.append("enum %s_%s_kind {" % (prefix, name))
            o += ["    %s_%s = %d," % (prefix.upper(), m.upper(), defs[m][1]) for m in d[1]]
            o += ["};", "struct %s_%s {" % (prefix, name),
                  "    enum %s_%s_kind kind;" % (prefix, name), "    union {"]
            o += ["        struct %s_%s %s;" % (prefix, m, m) for m in d[1]]
            o += ["    };", "};"]
        else:
            o.append("struct %s_%s {" % (prefix, name))
            for f, t in d[2]:
                ct = c_type(prefix, wire_type(defs, t["base"]))
                if ct != c_type(prefix, t["base"]):
                    note = " /* enum %s_%s */" % (prefix, t["base"])
                else:
                    note = ""
                if t["list"]:
                    o += ["    const %s *%s;%s" % (ct, f, note), "    size_t %s_n;" % f]
                else:
                    if t["opt"]:
                        o.append("    bool has_%s;" % f)
                    o.append("    %s %s;%s" % (ct, f, note))
            if not d[2]:
                o.append("    uint8_t empty;")
            o.append("};")
        o += ["void %s_%s_put(struct buf *b, const struct %s_%s *v);" % (prefix, name, prefix, name),
              "MUST_CHECK enum err %s_%s_get(struct arena *a, struct slice *s, struct %s_%s *v);"
              % (prefix, name, prefix, name),
              "/* One whole item; ERR_INPUT when bytes are left. */",
              "MUST_CHECK enum err %s_%s_decode(struct arena *a, struct slice s, struct %s_%s *v);"
              % (prefix, name, prefix, name), ""]
    return "\n".join(o + ["#endif", ""])


def c_put(prefix, base, expr):
    if base in SCALARS:
        return "%s(b, %s);" % (C_PUT[base], expr)
    return "%s_%s_put(b, &%s);" % (prefix, base, expr)


def c_get(prefix, base, target):
    if base in SCALARS:
        return "TRY(%s(s, &%s));" % (C_GET[base], target)
    return "TRY(%s_%s_get(a, s, &%s));" % (prefix, base, target)


def c_record(defs, prefix, name):
    _, kind, fields = defs[name]
    fields = [(f, dict(t, base=wire_type(defs, t["base"]))) for f, t in fields]
    n = len(fields) + (kind is not None)
    o = ["void %s_%s_put(struct buf *b, const struct %s_%s *v)" % (prefix, name, prefix, name), "{",
         "    cbor_put_array(b, %d);" % n]
    if kind is not None:
        o.append("    cbor_put_uint(b, %d);" % kind)
    if not fields:
        o.append("    (void)v;")
    for f, t in fields:
        if t["list"]:
            o += ["    cbor_put_array(b, v->%s_n);" % f,
                  "    for (size_t i = 0; i < v->%s_n; i++) {" % f,
                  "        " + c_put(prefix, t["base"], "v->%s[i]" % f), "    }"]
        elif t["opt"]:
            o += ["    if (v->has_%s) {" % f, "        " + c_put(prefix, t["base"], "v->" + f),
                  "    } else {", "        cbor_put_null(b);", "    }"]
        else:
            o.append("    " + c_put(prefix, t["base"], "v->" + f))
    o += ["}", ""]
    o += ["enum err %s_%s_get(struct arena *a, struct slice *s, struct %s_%s *v)"
          % (prefix, name, prefix, name), "{", "    size_t items = 0;",
          "    memset(v, 0, sizeof *v);", "    TRY(cbor_get_array(s, &items));",
          "    if (items < %d) {" % n, "        return ERR_INPUT;", "    }"] if n else \
         ["enum err %s_%s_get(struct arena *a, struct slice *s, struct %s_%s *v)"
          % (prefix, name, prefix, name), "{", "    size_t items = 0;",
          "    memset(v, 0, sizeof *v);", "    TRY(cbor_get_array(s, &items));"]
    if kind is not None:
        o += ["    uint64_t kind = 0;", "    TRY(cbor_get_uint(s, &kind));",
              "    if (kind != %d) {" % kind, "        return ERR_INPUT;", "    }"]
    uses_arena = False
    for f, t in fields:
        if t["list"]:
            uses_arena = True
            ct = c_type(prefix, t["base"])
            o += ["    TRY(cbor_get_array(s, &v->%s_n));" % f,
                  "    if (v->%s_n > 0) {" % f,
                  "        %s *list = arena_array(a, v->%s_n, sizeof *list);" % (ct, f),
                  "        if (list == NULL) {", "            return ERR_HOST_MEMORY;", "        }",
                  "        for (size_t i = 0; i < v->%s_n; i++) {" % f,
                  "            " + c_get(prefix, t["base"], "list[i]"), "        }",
                  "        v->%s = list;" % f, "    }"]
        elif t["opt"]:
            o += ["    v->has_%s = !cbor_take_null(s);" % f, "    if (v->has_%s) {" % f,
                  "        " + c_get(prefix, t["base"], "v->" + f), "    }"]
            uses_arena |= t["base"] not in SCALARS
        else:
            o.append("    " + c_get(prefix, t["base"], "v->" + f))
            uses_arena |= t["base"] not in SCALARS
    if not uses_arena:
        o.append("    (void)a;")
    o += ["    for (size_t i = %d; i < items; i++) {" % n, "        TRY(cbor_skip(s, NULL));", "    }",
          "    return OK;", "}", ""]
    return o


def c_union(defs, prefix, name):
    members = defs[name][1]
    o = ["void %s_%s_put(struct buf *b, const struct %s_%s *v)" % (prefix, name, prefix, name), "{",
         "    switch (v->kind) {"]
    for m in members:
        o += ["    case %s_%s:" % (prefix.upper(), m.upper()),
              "        %s_%s_put(b, &v->%s);" % (prefix, m, m), "        return;"]
    o += ["    }", "    buf_fail(b, ERR_BUG);", "}", "",
          "enum err %s_%s_get(struct arena *a, struct slice *s, struct %s_%s *v)"
          % (prefix, name, prefix, name), "{", "    struct slice look = *s;", "    size_t items = 0;",
          "    uint64_t kind = 0;", "    memset(v, 0, sizeof *v);",
          "    TRY(cbor_get_array(&look, &items));", "    TRY(cbor_get_uint(&look, &kind));",
          "    switch (kind) {"]
    for m in members:
        o += ["    case %s_%s:" % (prefix.upper(), m.upper()),
              "        v->kind = %s_%s;" % (prefix.upper(), m.upper()),
              "        return %s_%s_get(a, s, &v->%s);" % (prefix, m, m)]
    o += ["    default:", "        return ERR_INPUT;", "    }", "}", ""]
    return o


def c_source(defs, prefix, source):
    o = ["/* Made by gen.py from %s; do not edit. */" % source,
         '#include "schema/gen/%s.h"' % prefix, "", "#include <string.h>", ""]
    for name in codecs(defs):
        o += c_union(defs, prefix, name) if defs[name][0] == "union" else c_record(defs, prefix, name)
        o += ["enum err %s_%s_decode(struct arena *a, struct slice s, struct %s_%s *v)"
              % (prefix, name, prefix, name), "{", "    TRY(%s_%s_get(a, &s, v));" % (prefix, name),
              "    return slice_end(s);", "}", ""]
    return "\n".join(o)


TS_SCALAR = {"uint": "number", "int": "number", "bool": "boolean", "tstr": "string",
             "bstr": "Uint8Array"}


def camel(s, first=False):
    parts = s.split("_")
    return ("" if first else parts[0]) + "".join(p.capitalize() for p in parts[(0 if first else 1):])


def ts_field(name, kind):
    """A record of a union has its own `kind`; a field of that name is renamed."""
    return camel("kind_number" if kind is not None and name == "kind" else name)


def ts_source(defs, source, errors):
    """Types, and one line of schema per definition for the codec in codec.ts:
    NAME KIND field:type... (KIND - when it has none; *list ?optional), or NAME / member..."""
    o = ["// Made by gen.py from %s; do not edit." % source,
         "import { makeCodec } from './codec.ts';", ""]
    o += ["export const errorNames = ["] + ["  '%s'," % e for e in errors] + ["] as const;"]
    o += ["export type ErrorName = (typeof errorNames)[number];", ""]
    for name, d in defs.items():
        if d[0] != "record":
            members = [(m, defs[m][1]) for m in d[1]] if d[0] == "union" else d[1]
            o.append("export const enum %s {" % camel(name + "_kind" if d[0] == "union" else name, True))
            o += ["  %s = %d," % (camel(m, True), n) for m, n in members] + ["}", ""]
    schema = []
    for name in codecs(defs):
        d, T = defs[name], camel(name, True)
        if d[0] == "union":
            o += ["export type %s =" % T] + ["  | " + camel(m, True) for m in d[1]]
            o[-1] += ";"
            o.append("")
            schema.append("%s / %s" % (name, " ".join(d[1])))
            continue
        _, kind, fields = d
        o.append("export interface %s {" % T)
        if kind is not None:
            o.append("  readonly kind: '%s';" % name)
        line = [name, "-" if kind is None else str(kind)]
        for f, t in fields:
            ft = TS_SCALAR.get(t["base"], camel(t["base"], True))
            o.append("  readonly %s: %s;" % (ts_field(f, kind), "readonly %s[]" % ft if t["list"] else
                                             ft + (" | null" if t["opt"] else "")))
            line.append("%s:%s%s" % (ts_field(f, kind),
                                     "*" if t["list"] else "?" if t["opt"] else "",
                                     wire_type(defs, t["base"])))
        o += ["}", ""]
        schema.append(" ".join(line))
    o += ["export interface Types {"] + \
         ["  readonly %s: %s;" % (name, camel(name, True)) for name in codecs(defs)] + ["}", ""]
    o += ["const codec = /* @__PURE__ */ makeCodec(`"] + schema + ["`);", "",
          "export function encode<K extends keyof Types>(name: K, value: Types[K]): Uint8Array {",
          "  return codec.encode(name, value);", "}", "",
          "/** Throws on bytes that are not one whole item of that type. */",
          "export function decode<K extends keyof Types>(name: K, bytes: Uint8Array): Types[K] {",
          "  return codec.decode(name, bytes) as Types[K];", "}", ""]
    return "\n".join(o)


def main():
    src, prefix, h, c = sys.argv[1:5]
    defs = parse(open(src, encoding="utf-8").read())
    check(defs)
    base = src.rsplit("/", 1)[-1]
    open(h, "w", encoding="utf-8").write(c_header(defs, prefix, base))
    if has_enums(defs):
        open(h[:-2] + "_enum.h", "w", encoding="utf-8").write(c_enums(defs, prefix, base))
    open(c, "w", encoding="utf-8").write(c_source(defs, prefix, base))
    if len(sys.argv) > 5:
        base_h = open(src.rsplit("/", 2)[0] + "/base/base.h", encoding="utf-8").read()
        errors = re.findall(r'X\(\w+, "([a-z-]+)"\)', base_h)
        open(sys.argv[5], "w", encoding="utf-8").write(ts_source(defs, base, errors))


main()

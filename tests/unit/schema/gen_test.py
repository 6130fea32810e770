#!/usr/bin/env python3
"""wasm/schema/gen.py: what it makes of enumerations, what it refuses, and that the files in the tree are what it makes."""
import os
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
GEN = os.path.join(ROOT, "wasm/schema/gen.py")
bad = 0


def claim(name, wrong):
    global bad
    for line in wrong:
        print("  " + line)
    print("%s gen_%s" % ("not ok" if wrong else "ok", name))
    bad |= bool(wrong)


def run(schema, prefix, typescript=True):
    """(code, what it says, {ending: text}) of a run on a schema in the tree; path or text."""
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(folder + "/schema")
        os.symlink(ROOT + "/wasm/base", folder + "/base")
        source = folder + "/schema/" + prefix + ".cddl"
        with open(source, "w", encoding="utf-8") as f:
            f.write(schema)
        outs = [folder + "/" + prefix + end for end in (".h", ".c") + ((".ts",) if typescript else ())]
        done = subprocess.run([sys.executable, GEN, source, prefix] + outs, capture_output=True, text=True)
        made = {}
        for end in (".h", ".c", ".ts", "_enum.h"):
            if os.path.exists(folder + "/" + prefix + end):
                with open(folder + "/" + prefix + end, encoding="utf-8") as f:
                    made[end] = f.read()
        return done.returncode, done.stderr, made


GOOD = """; a comment = [ that: is, none ]
colour = &(
  red: 0, ; like = this
  dark_blue: 7)
pot = [ colour: colour, first: colour / null, more: [* colour], lid: bool ]
asked = [ 1, pot: pot ]
told = [ 2 ]
talk = asked / told
"""
HAS = {
    "_enum.h": ["enum try_colour {\n    TRY_COLOUR_RED = 0,\n    TRY_COLOUR_DARK_BLUE = 7,\n};"],
    ".h": ['#include "schema/gen/try_enum.h"', "    uint64_t colour; /* enum try_colour */",
           "    bool has_first;\n    uint64_t first; /* enum try_colour */",
           "    const uint64_t *more; /* enum try_colour */", "    TRY_ASKED = 1,"],
    ".c": ["cbor_put_uint(b, v->colour);", "TRY(cbor_get_uint(s, &list[i]));"],
    ".ts": ["export const enum Colour {\n  Red = 0,\n  DarkBlue = 7,\n}",
            "export const enum TalkKind {\n  Asked = 1,\n  Told = 2,\n}", "  readonly colour: Colour;",
            "  readonly first: Colour | null;", "  readonly more: readonly Colour[];",
            "\npot - colour:uint first:?uint more:*uint lid:bool\n"],
}
BAD = {
    "two_numbers": ("a = &(x: 1, y: 2, z: 1)", "two numbers are alike"),
    "two_names": ("a = &(x: 1, y: 2, x: 3)", "two names are alike"),
    "two_definitions": ("a = &(x: 1)\na = &(y: 1)", "twice: a"),
    "nothing_in_it": ("a = &()", "enumeration a"),
    "a_name_alone": ("a = &(x, y: 1)", "enumeration a: x"),
    "a_number_alone": ("a = &(1, 2)", "enumeration a: 1"),
    "a_comma_too_many": ("a = &(x: 1,)", "enumeration a"),
    "a_negative_number": ("a = &(x: -1)", "enumeration a"),
    "another_base": ("a = &(x: 0x10)", "enumeration a"),
    "a_leading_zero": ("a = &(x: 01)", "enumeration a"),
    "a_number_too_large": ("a = &(x: 1000000000)", "enumeration a"),
    "a_capital": ("a = &(X: 1)", "enumeration a"),
    "no_end": ("a = &(x: 1\nb = [ c: uint ]", "not all definitions understood"),
    "one_constant_twice": ("a_b = &(c: 1)\na = &(b_c: 2)", "both have a constant A_B_C"),
    "a_constant_like_a_kind": ("a = &(b: 1)\na_b = [ 1 ]\nc = a_b", "both have a constant A_B"),
    "the_name_of_kinds": ("b = [ 1 ]\na = b\na_kind = &(x: 1)", "a_kind is the name of the kinds of a"),
    "a_kind_that_is_none": ("a = &(x: 1)\nb = a", "members need distinct kinds"),
}

code, said, made = run(GOOD, "try")
wrong = [said] if code else ["%s: no %r" % (end, text) for end, texts in HAS.items()
                             for text in texts if text not in made.get(end, "")]
claim("enumeration_becomes_names_and_stays_a_number", wrong)
code, said, made = run("pot = [ lid: bool ]\n", "try")
claim("no_enumeration_makes_no_header_of_them", [said] if code else [
    why for why, is_so in (("a file", "_enum.h" in made), ("an include", "_enum" in made[".h"])) if is_so])
for name, (schema, why) in BAD.items():
    code, said, made = run(schema + "\n", "try")
    claim("refuses_" + name, [] if code and why in said and not made else ["%s: %r, %s" % (code, said, list(made))])

for prefix, typescript in (("abi", "web/src/shared/abi.gen.ts"), ("wire", None)):
    with open("%s/wasm/schema/%s.cddl" % (ROOT, prefix), encoding="utf-8") as f:
        code, said, made = run(f.read(), prefix, typescript is not None)
    wrong = [said] if code else []
    for end in (".h", ".c", ".ts", "_enum.h"):
        path = typescript if end == ".ts" else "wasm/schema/gen/" + prefix + end
        there = None
        if path and os.path.exists(ROOT + "/" + path):
            with open(ROOT + "/" + path, encoding="utf-8") as f:
                there = f.read()
        if there != made.get(end):
            wrong.append("%s is not what gen.py makes" % (path or end))
    claim(prefix + "_files_are_fresh", wrong)
sys.exit(bad)

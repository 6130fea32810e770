// An independent reader of a published log: Go's sumdb/tlog and sumdb/note, which share no code with ours. It verifies
// the checkpoint's signatures, recomputes the tree from the entries, reads it again through the tiles, and checks proofs.
// Prints one line of JSON with what it counted; anything wrong is said on stderr, with exit code 1.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func fail(format string, args ...interface{}) {
	check(fmt.Errorf(format, args...))
}

// ---- keys -----------------------------------------------------------------------------------------------------------

// A cosignature/v1 key (kind 4), which sumdb/note does not know.
type cosigner struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.id }
func (c *cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	text := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", time)), msg...)
	return ed25519.Verify(c.key, text, sig[8:])
}

func newCosigner(vkey string) *cosigner {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		fail("%s: not a key", vkey)
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	check(err)
	if len(raw) != 33 || raw[0] != 4 {
		fail("%s: not a witness's key", vkey)
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	if fmt.Sprintf("%x", sum[:4]) != parts[1] {
		fail("%s: the id is not the key's", vkey)
	}
	return &cosigner{parts[0], binary.BigEndian.Uint32(sum[:4]), ed25519.PublicKey(raw[1:])}
}

// ---- checkpoints ----------------------------------------------------------------------------------------------------

type checkpoint struct {
	tree    tlog.Tree
	cosigns int
}

type reader struct {
	base   string
	log    note.Verifier
	known  note.Verifiers
	origin string
	seen   map[string]checkpoint // by their bytes: 10,000 proofs carry the same one
}

func (r *reader) checkpoint(msg []byte) checkpoint {
	if c, ok := r.seen[string(msg)]; ok {
		return c
	}
	n, err := note.Open(msg, r.known)
	check(err)
	byLog, cosigns := 0, 0
	for _, s := range n.Sigs {
		if s.Name == r.log.Name() && s.Hash == r.log.KeyHash() {
			byLog++
		} else {
			cosigns++
		}
	}
	lines := strings.Split(n.Text, "\n")
	if byLog != 1 || len(lines) != 4 || lines[3] != "" || lines[0] != r.origin {
		fail("not a checkpoint of %s: %q", r.origin, n.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	c := checkpoint{tlog.Tree{N: size, Hash: root}, cosigns}
	r.seen[string(msg)] = c
	return c
}

// ---- the static log -------------------------------------------------------------------------------------------------

func (r *reader) get(name string) ([]byte, error) {
	if !strings.HasPrefix(r.base, "http://") {
		return os.ReadFile(filepath.Join(r.base, filepath.FromSlash(name)))
	}
	resp, err := http.Get(strings.TrimSuffix(r.base, "/") + "/" + name)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != 200 {
		return nil, errors.New(name + ": " + resp.Status)
	}
	return io.ReadAll(resp.Body)
}

func (r *reader) Height() int { return tileHeight }

// Go's paths have the height in them; the published ones are of one height.
func (r *reader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, t := range tiles {
		data, err := r.get("tile/" + strings.TrimPrefix(t.Path(), "tile/8/"))
		if err != nil {
			return nil, err
		}
		out[i] = data
	}
	return out, nil
}

func (r *reader) SaveTiles([]tlog.Tile, [][]byte) {}

// All entries, from the bundles of 256.
func (r *reader) entries(size int64) [][]byte {
	var all [][]byte
	for n := int64(0); n*256 < size; n++ {
		width := int64(256)
		if size-n*256 < width {
			width = size - n*256
		}
		t := tlog.Tile{H: tileHeight, L: -1, N: n, W: int(width)}
		data, err := r.get("tile/entries/" + strings.TrimPrefix(t.Path(), "tile/8/data/"))
		check(err)
		for i := int64(0); i < width; i++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				fail("bundle %d is too short", n)
			}
			length := int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
		if len(data) != 0 {
			fail("bundle %d is too long", n)
		}
	}
	return all
}

// The tree in memory, as tlog stores it.
type memory []tlog.Hash

func (m memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x >= int64(len(m)) {
			return nil, errors.New("no such hash")
		}
		out[i] = m[x]
	}
	return out, nil
}

func build(entries [][]byte) memory {
	var m memory
	for i, e := range entries {
		hashes, err := tlog.StoredHashes(int64(i), e, m)
		check(err)
		m = append(m, hashes...)
	}
	return m
}

func rootOf(m memory, size int64) tlog.Hash {
	if size == 0 {
		return tlog.Hash(sha256.Sum256(nil)) // Go's is all zeros there; RFC 6962 says this
	}
	h, err := tlog.TreeHash(size, m)
	check(err)
	return h
}

// ---- what it can be asked -------------------------------------------------------------------------------------------

// Every leaf and the root, through the tiles alone.
func checkTiles(r *reader, tree tlog.Tree, m memory) {
	if tree.N == 0 {
		return
	}
	tiles := tlog.TileHashReader(tree, r)
	root, err := tlog.TreeHash(tree.N, tiles)
	check(err)
	if root != tree.Hash {
		fail("the tiles lead to another root")
	}
	var indexes []int64
	for i := int64(0); i < tree.N; i++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, i))
	}
	got, err := tiles.ReadHashes(indexes)
	check(err)
	want, err := m.ReadHashes(indexes)
	check(err)
	for i := range got {
		if got[i] != want[i] {
			fail("tile hash %d is not the entry's", i)
		}
	}
}

// A file of proofs, one after another (c2sp.org/tlog-proof@v1).
func checkProofs(r *reader, name string, entries [][]byte) int {
	data, err := os.ReadFile(name)
	check(err)
	const begin = "c2sp.org/tlog-proof@v1\n"
	parts := bytes.Split(data, []byte(begin))
	if len(parts[0]) != 0 {
		fail("%s: does not begin with a proof", name)
	}
	done := map[int64]bool{}
	for _, p := range parts[1:] {
		at := bytes.Index(p, []byte("\n\n"))
		if at < 0 {
			fail("a proof without a checkpoint")
		}
		c := r.checkpoint(p[at+2:])
		lines := strings.Split(string(p[:at]), "\n")
		index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
		check(err)
		var proof tlog.RecordProof
		for _, l := range lines[1:] {
			h, err := tlog.ParseHash(l)
			check(err)
			proof = append(proof, h)
		}
		check(tlog.CheckRecord(proof, c.tree.N, c.tree.Hash, index, tlog.RecordHash(entries[index])))
		done[index] = true
	}
	return len(done)
}

// Checkpoints of any time, as a JSON array: signatures, the roots that the entries give, and that Go, with the
// published tiles, can prove each of them from the one before and to the latest.
func checkHistory(r *reader, name string, latest tlog.Tree, m memory) int {
	var notes []string
	data, err := os.ReadFile(name)
	check(err)
	check(json.Unmarshal(data, &notes))
	before := tlog.Tree{}
	roots := map[int64]tlog.Hash{}
	tiles := tlog.TileHashReader(latest, r)
	for _, n := range notes {
		t := r.checkpoint([]byte(n)).tree
		if t.N < before.N || t.N > latest.N || t.Hash != rootOf(m, t.N) {
			fail("the checkpoint of size %d is not one of this log", t.N)
		}
		if h, ok := roots[t.N]; ok && h != t.Hash {
			fail("two roots of size %d", t.N)
		}
		roots[t.N] = t.Hash
		for _, pair := range [][2]tlog.Tree{{before, t}, {t, latest}} {
			if pair[0].N > 0 {
				proof, err := tlog.ProveTree(pair[1].N, pair[0].N, tiles)
				check(err)
				check(tlog.CheckTree(proof, pair[1].N, pair[1].Hash, pair[0].N, pair[0].Hash))
			}
		}
		before = t
	}
	return len(notes)
}

// Consistency proofs of ours, as a JSON array of {old, size, hashes}.
func checkConsistency(name string, m memory) int {
	var list []struct {
		Old    int64    `json:"old"`
		Size   int64    `json:"size"`
		Hashes []string `json:"hashes"`
	}
	data, err := os.ReadFile(name)
	check(err)
	check(json.Unmarshal(data, &list))
	for _, c := range list {
		var proof tlog.TreeProof
		for _, l := range c.Hashes {
			h, err := tlog.ParseHash(l)
			check(err)
			proof = append(proof, h)
		}
		if c.Old == 0 {
			if len(proof) != 0 {
				fail("a proof from nothing")
			}
			continue
		}
		check(tlog.CheckTree(proof, c.Size, rootOf(m, c.Size), c.Old, rootOf(m, c.Old)))
	}
	return len(list)
}

type list []string

func (l *list) String() string { return strings.Join(*l, " ") }
func (l *list) Set(s string) error {
	*l = append(*l, s)
	return nil
}

func main() {
	var witnesses list
	base := flag.String("base", "", "folder or http URL of the published log")
	vkey := flag.String("key", "", "the log's key")
	proofs := flag.String("proofs", "", "file of inclusion proofs")
	history := flag.String("history", "", "JSON file of checkpoints, in the order of their sizes")
	consistency := flag.String("consistency", "", "JSON file of consistency proofs")
	flag.Var(&witnesses, "witness", "a witness's key; may be repeated")
	flag.Parse()

	log, err := note.NewVerifier(*vkey)
	check(err)
	verifiers := []note.Verifier{log}
	for _, w := range witnesses {
		verifiers = append(verifiers, newCosigner(w))
	}
	r := &reader{*base, log, note.VerifierList(verifiers...), log.Name(), map[string]checkpoint{}}

	msg, err := r.get("checkpoint")
	check(err)
	c := r.checkpoint(msg)
	entries := r.entries(c.tree.N)
	m := build(entries)
	if rootOf(m, c.tree.N) != c.tree.Hash {
		fail("the entries give another root than the checkpoint's")
	}
	checkTiles(r, c.tree, m)
	out := map[string]int{"size": int(c.tree.N), "cosignatures": c.cosigns}
	if *proofs != "" {
		out["proofs"] = checkProofs(r, *proofs, entries)
	}
	if *history != "" {
		out["checkpoints"] = checkHistory(r, *history, c.tree, m)
	}
	if *consistency != "" {
		out["consistency"] = checkConsistency(*consistency, m)
	}
	check(json.NewEncoder(os.Stdout).Encode(out))
}

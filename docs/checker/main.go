// Checks a log and proofs out of it with Go's own golang.org/x/mod/sumdb/{note,tlog}: shares no code with the writer.
//
//	check key    KEY                       the key's fingerprint
//	check copy   ADDRESS FOLDER            copies a published log
//	check log    FOLDER KEY                derives the whole log again
//	check proof  FILE.tlog-proof KEY       one entry stands in the log
//	check page   PAGE.html KEY             what an evidence page says is what was recorded
//	check row    ROW.json PAGE.html KEY LINE   a line of an imported file, with the page of its import
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error, what string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

func must(holds bool, what, why string) {
	if !holds {
		check(fmt.Errorf("%s", why), what)
	}
}

// openCheckpoint verifies the signature and reads name, size and root.
func openCheckpoint(text []byte, key string) tlog.Tree {
	verifier, err := note.NewVerifier(key)
	check(err, "key")
	signed, err := note.Open(text, note.VerifierList(verifier))
	check(err, "checkpoint")
	lines := strings.Split(signed.Text, "\n")
	must(len(lines) == 4 && lines[0] == verifier.Name(), "checkpoint", "not a checkpoint of "+verifier.Name())
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err, "checkpoint size")
	root, err := tlog.ParseHash(lines[2])
	check(err, "checkpoint root")
	return tlog.Tree{N: size, Hash: root}
}

type folder string

// tilePath writes the C2SP form of a tile's name: without the height that Go's own layout puts in front.
func tilePath(t tlog.Tile) string {
	if t.L == -1 {
		return "tile/entries/" + strings.SplitN(t.Path(), "/", 4)[3]
	}
	return "tile/" + strings.SplitN(t.Path(), "/", 3)[2]
}

// tilesOf lists the tiles of a log of this size: Go lists every width a partial tile may have had, C2SP asks for the last.
func tilesOf(size int64) (tiles []tlog.Tile) {
	for _, t := range tlog.NewTiles(8, 0, size) {
		if width := size>>(8*uint(t.L)) - t.N*256; width >= 256 || int64(t.W) == width {
			tiles = append(tiles, t)
		}
	}
	for n := int64(0); n*256 < size; n++ {
		width := size - n*256
		if width > 256 {
			width = 256
		}
		tiles = append(tiles, tlog.Tile{H: 8, L: -1, N: n, W: int(width)})
	}
	return tiles
}

func (f folder) read(path string) ([]byte, error) { return os.ReadFile(filepath.Join(string(f), path)) }

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(tiles))
	for i, t := range tiles {
		data, err := f.read(tilePath(t))
		if err != nil {
			return nil, err
		}
		out[i] = data
	}
	return out, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func fetch(address string) []byte {
	answer, err := http.Get(address)
	check(err, address)
	defer answer.Body.Close()
	must(answer.StatusCode == 200, address, answer.Status)
	data, err := io.ReadAll(io.LimitReader(answer.Body, 32<<20))
	check(err, address)
	return data
}

func copyLog(address string, to folder) {
	text := fetch(address + "/checkpoint")
	lines := strings.SplitN(string(text), "\n", 3)
	must(len(lines) == 3, "checkpoint", "not a checkpoint")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err, "checkpoint size")
	write := func(path string, data []byte) {
		target := filepath.Join(string(to), path)
		check(os.MkdirAll(filepath.Dir(target), 0o755), target)
		check(os.WriteFile(target, data, 0o644), target)
	}
	for _, t := range tilesOf(size) {
		write(tilePath(t), fetch(address+"/"+tilePath(t)))
	}
	write("checkpoint", text)
	fmt.Println(size)
}

func entriesOf(f folder, size int64) (hashes []tlog.Hash) {
	for _, t := range tilesOf(size) {
		if t.L != -1 {
			continue
		}
		data, err := f.read(tilePath(t))
		check(err, tilePath(t))
		for i := 0; i < t.W; i++ {
			must(len(data) >= 2 && len(data) >= 2+int(binary.BigEndian.Uint16(data)), tilePath(t), "cut short")
			length := int(binary.BigEndian.Uint16(data))
			hashes = append(hashes, tlog.RecordHash(data[2:2+length]))
			data = data[2+length:]
		}
		must(len(data) == 0, tilePath(t), "bytes too many")
	}
	return hashes
}

func checkLog(f folder, key string) {
	text, err := f.read("checkpoint")
	check(err, "checkpoint")
	tree := openCheckpoint(text, key)
	leaves := entriesOf(f, tree.N)
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = stored[x]
		}
		return out, nil
	})
	for i, leaf := range leaves {
		more, err := tlog.StoredHashesForRecordHash(int64(i), leaf, reader)
		check(err, "hashing entries")
		stored = append(stored, more...)
	}
	derived, err := tlog.TreeHash(tree.N, reader)
	check(err, "tree hash")
	must(derived == tree.Hash, "root", fmt.Sprintf("entries make %v, checkpoint says %v", derived, tree.Hash))
	for _, t := range tilesOf(tree.N) {
		if t.L == -1 {
			continue
		}
		want, err := tlog.ReadTileData(t, reader)
		check(err, tilePath(t))
		got, err := f.read(tilePath(t))
		check(err, tilePath(t))
		must(bytes.Equal(got, want), tilePath(t), "differs from what the entries make")
	}
	proofs := int64(100)
	tiles := tlog.TileHashReader(tree, f)
	for i := int64(0); i < proofs && tree.N > 0; i++ {
		n := i * (tree.N - 1) / proofs
		p, err := tlog.ProveRecord(tree.N, n, tiles)
		check(err, "proving from tiles")
		check(tlog.CheckRecord(p, tree.N, tree.Hash, n, leaves[n]), "inclusion")
		oldRoot, err := tlog.TreeHash(n+1, reader)
		check(err, "old root")
		tp, err := tlog.ProveTree(tree.N, n+1, tiles)
		check(err, "proving from tiles")
		check(tlog.CheckTree(tp, tree.N, tree.Hash, n+1, oldRoot), "consistency")
	}
	fmt.Printf("%d\n", tree.N)
}

func decode(text, what string) []byte {
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	check(err, what)
	return data
}

func pathOf(hashes []string) (path tlog.RecordProof) {
	for _, each := range hashes {
		hash, err := tlog.ParseHash(each)
		check(err, "hash")
		path = append(path, hash)
	}
	return path
}

func checkProof(text []byte, key string) {
	parts := strings.SplitN(string(text), "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	isProof := len(parts) == 2 && len(lines) >= 3 && lines[0] == "c2sp.org/tlog-proof@v1"
	must(isProof && strings.HasPrefix(lines[1], "extra ") && strings.HasPrefix(lines[2], "index "), "proof", "malformed, or without its leaf")
	index, err := strconv.ParseInt(lines[2][len("index "):], 10, 64)
	check(err, "index")
	leaf := decode(lines[1][len("extra "):], "leaf")
	tree := openCheckpoint([]byte(parts[1]), key)
	check(tlog.CheckRecord(pathOf(lines[3:]), tree.N, tree.Hash, index, tlog.RecordHash(leaf)), "inclusion")
	fmt.Printf("entry %d of %d\n", index, tree.N)
}

type facet struct{ Name, Salt, Bytes, Hash string }
type page struct {
	Vkey, Leaf, Salt, Checkpoint string
	Facets                       []facet
	Index                        int64
	Hashes                       []string
}

var names = []string{"when", "who", "whom", "what", "why", "where", "result", "attachments"}
var record = regexp.MustCompile(`<script type="application/json" id="record">([^<]*)</script>`)

// checkPage answers the facets whose text it hashed itself, and nothing else of the page.
func checkPage(html []byte, key string) map[string]string {
	found := record.FindSubmatch(html)
	must(found != nil, "page", "no record in it")
	var p page
	check(json.Unmarshal(found[1], &p), "page")
	must(len(p.Facets) == len(names), "page", "not eight facets")
	told := map[string]string{}
	var level []tlog.Hash
	for i, f := range p.Facets {
		must(f.Name == names[i], "facet", f.Name)
		switch {
		case f.Hash != "": // withheld: only its hash is there
			hash, err := tlog.ParseHash(f.Hash)
			check(err, f.Name)
			level = append(level, hash)
			told[f.Name] = "(withheld)"
		case f.Salt == "": // the event has no such side
			level = append(level, tlog.RecordHash([]byte(f.Name+"\x00")))
		default:
			salt, text := decode(f.Salt, f.Name), decode(f.Bytes, f.Name)
			must(len(salt) == 16 && len(text) > 0, f.Name, "not a salt of 16 bytes and a text")
			level = append(level, tlog.RecordHash([]byte(string(salt)+f.Name+"\x00"+string(text))))
			told[f.Name] = string(text)
		}
	}
	for len(level) > 1 {
		for i := 0; i < len(level)/2; i++ {
			level[i] = tlog.NodeHash(level[2*i], level[2*i+1])
		}
		level = level[:len(level)/2]
	}
	commitment := sha256.Sum256([]byte("shoumi/commit/v1" + string(decode(p.Salt, "salt")) + string(level[0][:])))
	leaf := decode(p.Leaf, "leaf")
	must(len(leaf) == 36 && leaf[0] == 1 && bytes.Equal(leaf[4:], commitment[:]), "commitment", "differs from the leaf")
	tree := openCheckpoint([]byte(p.Checkpoint), key)
	check(tlog.CheckRecord(pathOf(p.Hashes), tree.N, tree.Hash, p.Index, tlog.RecordHash(leaf)), "inclusion")
	return told
}

type row struct {
	ImportId, Salt, LeafHash, RowsRoot string
	Index, RowsInTree                  int64
	Hashes                             []string
}

func checkRow(text []byte, told map[string]string, line []byte) {
	var r row
	var what struct{ Kind, Subject string }
	var result struct {
		RowsRoot             string
		RowsInTree, RowsTree int64
	}
	check(json.Unmarshal(text, &r), "row")
	check(json.Unmarshal([]byte(told["what"]), &what), "what")
	check(json.Unmarshal([]byte(told["result"]), &result), "result")
	must(what.Kind == "import" && what.Subject == "import:"+r.ImportId, "page", "not that of this import")
	must(result.RowsRoot == r.RowsRoot && result.RowsInTree == r.RowsInTree, "root", "the import has another")
	must((result.RowsTree == 2) == (r.Salt != ""), "salt", "the import's event says otherwise")
	leaf := tlog.RecordHash(append(decode(r.Salt, "salt"), line...))
	must(leaf.String() == r.LeafHash, "row", "not the proof of this line")
	root, err := tlog.ParseHash(r.RowsRoot)
	check(err, "root")
	check(tlog.CheckRecord(pathOf(r.Hashes), r.RowsInTree, root, r.Index, leaf), "inclusion")
	fmt.Printf("row %d of %d\n", r.Index, r.RowsInTree)
}

func fingerprint(key string) {
	verifier, err := note.NewVerifier(key)
	check(err, "key")
	parts := strings.SplitN(key, "+", 3)
	digest := sha256.Sum256(append([]byte(verifier.Name()+"\n"), decode(parts[2], "key")...))
	for i := 0; i < 16; i += 2 {
		fmt.Printf("%05d ", binary.BigEndian.Uint16(digest[i:]))
	}
	fmt.Println()
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	check(err, path)
	return data
}

func main() {
	args := append(os.Args[1:], "", "", "", "", "")
	switch args[0] {
	case "key":
		fingerprint(args[1])
	case "copy":
		copyLog(args[1], folder(args[2]))
	case "log":
		checkLog(folder(args[1]), args[2])
	case "proof":
		checkProof(read(args[1]), args[2])
	case "page":
		told := checkPage(read(args[1]), args[2])
		for _, name := range names {
			if told[name] != "" {
				fmt.Printf("%s\t%q\n", name, told[name])
			}
		}
	case "row":
		line := strings.TrimRight(string(read(args[4])), "\r\n")
		checkRow(read(args[1]), checkPage(read(args[2]), args[3]), []byte(line))
	default:
		check(fmt.Errorf("key, copy, log, proof, page or row"), "usage")
	}
}

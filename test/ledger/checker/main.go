// Verifies a published log with Go's own golang.org/x/mod/sumdb/{note,tlog}: an outside reader that shares no code with
// the writer. Usage: checker FOLDER VKEY [PROOFS]
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

// tilePath writes the C2SP form of a tile's name: without the height that Go's own layout puts in front.
func tilePath(t tlog.Tile) string {
	if t.L == -1 {
		return "tile/entries/" + strings.SplitN(t.Path(), "/", 4)[3]
	}
	return "tile/" + strings.SplitN(t.Path(), "/", 3)[2]
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

func check(err error, what string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
		os.Exit(1)
	}
}

func entriesOf(f folder, size int64) (hashes []tlog.Hash) {
	for n := int64(0); n*256 < size; n++ {
		width := size - n*256
		if width > 256 {
			width = 256
		}
		path := tilePath(tlog.Tile{H: 8, L: -1, N: n, W: int(width)})
		data, err := f.read(path)
		check(err, path)
		for i := int64(0); i < width; i++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				check(fmt.Errorf("cut short at entry %d", i), path)
			}
			length := int(binary.BigEndian.Uint16(data))
			hashes = append(hashes, tlog.RecordHash(data[2:2+length]))
			data = data[2+length:]
		}
		if len(data) != 0 {
			check(fmt.Errorf("%d bytes too many", len(data)), path)
		}
	}
	return hashes
}

func main() {
	f := folder(os.Args[1])
	verifier, err := note.NewVerifier(os.Args[2])
	check(err, "vkey")
	text, err := f.read("checkpoint")
	check(err, "checkpoint")
	signed, err := note.Open(text, note.VerifierList(verifier))
	check(err, "checkpoint")
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		check(fmt.Errorf("not a checkpoint of %s", verifier.Name()), "checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err, "checkpoint size")
	root, err := tlog.ParseHash(lines[2])
	check(err, "checkpoint root")
	tree := tlog.Tree{N: size, Hash: root}

	leaves := entriesOf(f, size)
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
	derived, err := tlog.TreeHash(size, reader)
	check(err, "tree hash")
	if derived != root {
		check(fmt.Errorf("entries make %v, checkpoint says %v", derived, root), "root")
	}
	for _, t := range tlog.NewTiles(8, 0, size) {
		// Go lists every width a partial tile may have had; C2SP asks for those of published sizes only.
		if width := size>>(8*uint(t.L)) - t.N*256; width < 256 && int64(t.W) != width {
			continue
		}
		want, err := tlog.ReadTileData(t, reader)
		check(err, tilePath(t))
		got, err := f.read(tilePath(t))
		check(err, tilePath(t))
		if !bytes.Equal(got, want) {
			check(fmt.Errorf("differs from what the entries make"), tilePath(t))
		}
	}
	proofs := int64(100)
	tiles := tlog.TileHashReader(tree, f)
	for i := int64(0); i < proofs && size > 0; i++ {
		n := i * (size - 1) / proofs
		p, err := tlog.ProveRecord(size, n, tiles)
		check(err, "proving from tiles")
		check(tlog.CheckRecord(p, size, root, n, leaves[n]), "inclusion")
		old := n + 1
		oldRoot, err := tlog.TreeHash(old, reader)
		check(err, "old root")
		tp, err := tlog.ProveTree(size, old, tiles)
		check(err, "proving from tiles")
		check(tlog.CheckTree(tp, size, root, old, oldRoot), "consistency")
	}
	fmt.Printf("%d\n", size)
}

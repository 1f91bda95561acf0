package rowserver

// The values of an attribute in the form that the plugin protocol carries.

import (
	"bytes"
	"fmt"

	"github.com/vmihailenco/msgpack/v5"
)

// MaxSize is how many bytes of values one response may hold. The plugin protocol's
// library sends at most 256 MiB; some room is left for the rest of the response.
const MaxSize = 255 << 20

// pieceSize is the size of a buffer before the next one is started. Separate pieces keep a
// long list from being copied whenever it outgrows its buffer.
const pieceSize = 1 << 20

// Encoder writes the values of one attribute, a list of objects, row after row.
type Encoder struct {
	pieces [][]byte
	put    int // bytes in pieces
	rows   int
	buffer bytes.Buffer
	out    *msgpack.Encoder
}

// NewEncoder returns an encoder without rows.
func NewEncoder() *Encoder {
	e := &Encoder{}
	e.out = msgpack.NewEncoder(&e.buffer)
	e.out.SetCustomStructTag("json")
	e.out.UseCompactInts(true)
	return e
}

// Add writes the next row: a struct with the names of the attributes as JSON tags, or a
// map. nil is null. It returns false, and adds nothing, when the rows so far are more than
// a response can carry.
func (e *Encoder) Add(row any) bool {
	if e.size() > MaxSize {
		return false
	}
	if e.buffer.Len() >= pieceSize {
		e.put += e.buffer.Len()
		e.pieces = append(e.pieces, bytes.Clone(e.buffer.Bytes()))
		e.buffer.Reset()
	}
	must(e.out.Encode(row))
	e.rows++
	return true
}

// Rows is how many rows were added.
func (e *Encoder) Rows() int { return e.rows }

// size is how many bytes were written.
func (e *Encoder) size() int { return e.put + e.buffer.Len() }

// must is for a writer that cannot fail, a buffer in memory, and for rows of types that
// can be written.
func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("rowserver: write to memory: %v", err))
	}
}

// List is the value of a list attribute with the rows as its elements. The encoder must not be
// used afterwards.
func (e *Encoder) List() Value {
	var header bytes.Buffer
	must(msgpack.NewEncoder(&header).EncodeArrayLen(e.rows))
	list := append(Value{header.Bytes()}, e.pieces...)
	return append(list, e.buffer.Bytes())
}

// Single is the value of an object attribute.
func Single(object any) Value {
	e := NewEncoder()
	e.Add(object)
	return Value{e.buffer.Bytes()}
}

// Value is an encoded value, in pieces.
type Value [][]byte

func (v Value) size() int {
	n := 0
	for _, piece := range v {
		n += len(piece)
	}
	return n
}

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

// Encoder writes the values of one attribute, row after row: the rows of a list
// of objects, or a single object, which is one row. The methods are called in the
// order of the values: Object, then for each attribute Name and a value.
//
// Values are as Terraform's own encoding has them: objects and maps as maps,
// null as nil, strings and integers as such.
type Encoder struct {
	pieces [][]byte
	put    int // bytes in pieces
	rows   int
	buffer bytes.Buffer
	out    *msgpack.Encoder
	names  map[string][]byte
}

// NewEncoder returns an encoder without rows.
func NewEncoder() *Encoder {
	e := &Encoder{names: map[string][]byte{}}
	e.out = msgpack.NewEncoder(&e.buffer)
	return e
}

// Row starts the next row. It returns false when the rows so far are more than a response can
// carry; writing more is pointless.
func (e *Encoder) Row() bool {
	e.rows++
	if e.buffer.Len() >= pieceSize {
		e.put += e.buffer.Len()
		e.pieces = append(e.pieces, bytes.Clone(e.buffer.Bytes()))
		e.buffer.Reset()
	}
	return e.Size() <= MaxSize
}

// Rows is how many rows were started.
func (e *Encoder) Rows() int { return e.rows }

// Size is how many bytes were written.
func (e *Encoder) Size() int { return e.put + e.buffer.Len() }

// Object starts an object or a map of n attributes.
func (e *Encoder) Object(n int) { must(e.out.EncodeMapLen(n)) }

// Array starts a list of n values inside a row.
func (e *Encoder) Array(n int) { must(e.out.EncodeArrayLen(n)) }

// Name writes the name of an attribute, or the key of an element of a map.
func (e *Encoder) Name(name string) {
	encoded, ok := e.names[name]
	if !ok {
		encoded, _ = msgpack.Marshal(name)
		e.names[name] = encoded
	}
	e.buffer.Write(encoded)
}

// Text writes a string, null when it is nil.
func (e *Encoder) Text(text *string) {
	if text == nil {
		e.Null()
		return
	}
	must(e.out.EncodeString(*text))
}

// Int writes an integer.
func (e *Encoder) Int(n int64) { must(e.out.EncodeInt(n)) }

// Null writes a null of any type.
func (e *Encoder) Null() { must(e.out.EncodeNil()) }

// must is for a writer that cannot fail: a buffer in memory.
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
	return append(Value{header.Bytes()}, e.Single()...)
}

// Single is the value of an object attribute: the only row. The encoder must not be used
// afterwards.
func (e *Encoder) Single() Value { return append(Value(e.pieces), e.buffer.Bytes()) }

// Value is an encoded value, in pieces.
type Value [][]byte

func (v Value) size() int {
	n := 0
	for _, piece := range v {
		n += len(piece)
	}
	return n
}

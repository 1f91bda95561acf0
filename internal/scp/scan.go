package scp

// A JSON scanner for the rows of CostExplorer.
//
// Bills and usages come by the hundred thousand, and what has to be read from
// them is simple: texts, amounts and nothing deep. encoding/json would build
// each value through reflection and, for every place where the API may send one
// of two types (NOTES section 9), scan it twice. This scanner reads a page in
// one pass, keeps number texts exact, shares the texts that repeat from row to
// row, and knows the name of a field that does not fit. What is hard about JSON
// texts, escapes and broken UTF-8, is left to encoding/json; a fuzz test holds
// the two against each other.

import (
	"bytes"
	"encoding/json"
	"hash/maphash"
	"strings"
	"unicode/utf8"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/money"
)

// maxDepth bounds nested values that are skipped.
const maxDepth = 1000

// scanner reads one document. After the first problem all reads do nothing.
type scanner struct {
	data  []byte
	pos   int
	err   error
	path  [][]byte
	texts *textPool
}

// syntax reports a document that is not JSON.
func (s *scanner) syntax() {
	if s.err == nil {
		s.err = &unreadableError{"the response is not JSON, or cut short"}
	}
	s.pos = len(s.data)
}

// shape reports a value of another type than it should be.
func (s *scanner) shape(problem string, value []byte) {
	if s.err == nil {
		where := cleanText(string(bytes.Join(s.path, []byte("."))), maxWord)
		if where == "" {
			where = "the response"
		}
		s.err = shapeErrorf("%s is %s: %s", where, problem, quoteClean(string(value[:min(len(value), 200)]), 40))
	}
	s.pos = len(s.data)
}

// peek skips spaces and returns the next byte; 0 at the end.
func (s *scanner) peek() byte {
	for s.pos < len(s.data) {
		switch b := s.data[s.pos]; b {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return b
		}
	}
	return 0
}

// take skips spaces and the byte, which must be there.
func (s *scanner) take(b byte) bool {
	if s.peek() != b || s.err != nil {
		s.syntax()
		return false
	}
	s.pos++
	return true
}

// object reads an object: field is called at the value of each key and must
// read it. It returns false, having read null, when that is what there is.
func (s *scanner) object(field func(key []byte)) bool {
	if s.null() {
		return false
	}
	if s.peek() != '{' {
		s.shape("not an object", s.raw())
		return false
	}
	s.pos++
	if s.peek() == '}' {
		s.pos++
		return true
	}
	for s.err == nil {
		key, simple := s.quoted()
		if !simple {
			key = []byte(unquote(key))
		}
		if !s.take(':') {
			break
		}
		s.path = append(s.path, key)
		field(key)
		if s.err != nil {
			break
		}
		s.path = s.path[:len(s.path)-1]
		if s.peek() == '}' {
			s.pos++
			return true
		}
		s.take(',')
	}
	return true
}

// list reads a list: entry is called at each entry and must read it. It
// returns false, having read null, when that is what there is.
func (s *scanner) list(entry func()) bool {
	if s.null() {
		return false
	}
	if s.peek() != '[' {
		s.shape("not a list", s.raw())
		return false
	}
	s.pos++
	if s.peek() == ']' {
		s.pos++
		return true
	}
	for s.err == nil {
		entry()
		if s.err != nil {
			break
		}
		if s.peek() == ']' {
			s.pos++
			return true
		}
		s.take(',')
	}
	return true
}

// end checks that nothing follows the document.
func (s *scanner) end() {
	if s.err == nil && s.peek() != 0 {
		s.syntax()
	}
	if s.pos < len(s.data) {
		s.syntax()
	}
}

// null reads null if that is next.
func (s *scanner) null() bool {
	if s.peek() != 'n' {
		return false
	}
	s.word("null")
	return true
}

func (s *scanner) word(word string) {
	if len(s.data)-s.pos < len(word) || string(s.data[s.pos:s.pos+len(word)]) != word {
		s.syntax()
		return
	}
	s.pos += len(word)
}

// quoted reads a string and returns what is between the quotes. simple tells
// that it stands for itself; otherwise unquote makes the text of it.
func (s *scanner) quoted() (inside []byte, simple bool) {
	if !s.take('"') {
		return nil, true
	}
	start := s.pos
	var seen byte
	for i := start; i < len(s.data); i++ {
		switch b := s.data[i]; {
		case b == '"':
			s.pos = i + 1
			inside = s.data[start:i]
			return inside, seen < utf8.RuneSelf || utf8.Valid(inside)
		case b == '\\':
			return s.escaped(start, i)
		case b < ' ':
			s.syntax()
			return nil, true
		default:
			seen |= b
		}
	}
	s.syntax()
	return nil, true
}

// escaped is the rest of quoted for a string with an escape at i.
func (s *scanner) escaped(start, i int) (inside []byte, simple bool) {
	for ; i < len(s.data); i++ {
		switch b := s.data[i]; {
		case b == '"':
			s.pos = i + 1
			inside = s.data[start:i]
			// Escapes that are none, and bare control characters.
			if !json.Valid(s.data[start-1 : i+1]) {
				s.syntax()
			}
			return inside, false
		case b == '\\':
			i++
		}
	}
	s.syntax()
	return nil, true
}

// unquote makes the text of what is between quotes.
func unquote(inside []byte) string {
	quoted := make([]byte, 0, len(inside)+2)
	quoted = append(append(append(quoted, '"'), inside...), '"')
	var text string
	if json.Unmarshal(quoted, &text) != nil {
		return ""
	}
	return text
}

// raw reads any value and returns it as sent.
func (s *scanner) raw() []byte {
	s.peek()
	start := s.pos
	s.skip(0)
	if s.err != nil {
		return nil
	}
	return s.data[start:s.pos]
}

// skip reads over any value.
func (s *scanner) skip(depth int) {
	if depth > maxDepth {
		s.syntax()
		return
	}
	switch s.peek() {
	case '"':
		s.quoted()
	case '{':
		s.pos++
		if s.peek() == '}' {
			s.pos++
			return
		}
		for s.err == nil {
			s.quoted()
			s.take(':')
			s.skip(depth + 1)
			if s.peek() == '}' {
				s.pos++
				return
			}
			s.take(',')
		}
	case '[':
		s.pos++
		if s.peek() == ']' {
			s.pos++
			return
		}
		for s.err == nil {
			s.skip(depth + 1)
			if s.peek() == ']' {
				s.pos++
				return
			}
			s.take(',')
		}
	case 't':
		s.word("true")
	case 'f':
		s.word("false")
	case 'n':
		s.word("null")
	default:
		s.number()
	}
}

// number reads a number and returns its text.
func (s *scanner) number() []byte {
	start, i := s.pos, s.pos
	digits := func() bool {
		first := i
		for i < len(s.data) && isDigit(s.data[i]) {
			i++
		}
		return i > first
	}
	if i < len(s.data) && s.data[i] == '-' {
		i++
	}
	if i < len(s.data) && s.data[i] == '0' {
		i++
	} else if !digits() {
		s.syntax()
		return nil
	}
	if i < len(s.data) && s.data[i] == '.' {
		i++
		if !digits() {
			s.syntax()
			return nil
		}
	}
	if i < len(s.data) && (s.data[i] == 'e' || s.data[i] == 'E') {
		i++
		if i < len(s.data) && (s.data[i] == '+' || s.data[i] == '-') {
			i++
		}
		if !digits() {
			s.syntax()
			return nil
		}
	}
	s.pos = i
	return s.data[start:i]
}

// scalar reads a string, number or boolean; the result is what it says. ok is
// false for null, and after a problem.
func (s *scanner) scalar() (value []byte, simple, ok bool) {
	switch s.peek() {
	case '"':
		value, simple = s.quoted()
	case 'n':
		s.word("null")
		return nil, true, false
	case '{', '[':
		s.shape("not a string", s.raw())
	default:
		value, simple = s.raw(), true
	}
	return value, simple, s.err == nil
}

// text reads a string that hardly repeats; nil is null.
func (s *scanner) text() *string {
	value, simple, ok := s.scalar()
	if !ok {
		return nil
	}
	return s.texts.keep(value, simple)
}

// common reads a string that repeats from row to row; nil is null.
func (s *scanner) common() *string {
	value, simple, ok := s.scalar()
	if !ok {
		return nil
	}
	return s.texts.share(value, simple)
}

// commonOrList is common, and joins the entries of a list with commas.
func (s *scanner) commonOrList() *string {
	if s.peek() != '[' {
		return s.common()
	}
	var entries []string
	s.list(func() {
		if text := s.common(); text != nil {
			entries = append(entries, *text)
		}
	})
	return s.texts.share([]byte(strings.Join(entries, ",")), true)
}

// decimal reads an exact decimal; nil is null.
func (s *scanner) decimal() *string {
	value, simple, ok := s.scalar()
	if !ok {
		return nil
	}
	text := s.texts.share(value, simple)
	if !money.Valid(*text) {
		s.shape("not a decimal number", value)
		return nil
	}
	return text
}

// amount reads an amount; nil is null.
func (s *scanner) amount() *Amount {
	var amount Amount
	if !s.object(func(key []byte) {
		switch string(key) {
		case "krw":
			amount.KRW = s.decimal()
		case "usd":
			amount.USD = s.decimal()
		default:
			s.skip(0)
		}
	}) {
		return nil
	}
	return s.texts.amount(amount)
}

// whole reads an integer; nil is null.
func (s *scanner) whole() *int64 {
	value, simple, ok := s.scalar()
	if !ok {
		return nil
	}
	n, ok := parseWhole(*s.texts.share(value, simple))
	if !ok {
		s.shape("not a 64-bit integer", value)
		return nil
	}
	return &n
}

// links reads the links of a page.
func (s *scanner) links() []link {
	var links []link
	s.list(func() {
		var l link
		s.object(func(key []byte) {
			switch string(key) {
			case "rel":
				l.rel = deref(s.text())
			case "href":
				l.href = deref(s.text())
			default:
				s.skip(0)
			}
		})
		links = append(links, l)
	})
	return links
}

// textPool allocates the texts of many rows in few pieces. A string that came
// before is shared, as far as a table of fixed size remembers it.
type textPool struct {
	seed    maphash.Seed
	recent  [1 << textPoolBits]*string
	headers []string
	amounts []Amount
	bytes   strings.Builder
}

const (
	textPoolBits   = 11
	textPoolPiece  = 512      // texts or amounts per piece
	textPoolBytes  = 32 << 10 // bytes of text per piece
	longestToShare = 128
)

func newTextPool() *textPool { return &textPool{seed: maphash.MakeSeed()} }

// share returns the text of value, the same one as before when it came lately.
func (p *textPool) share(value []byte, simple bool) *string {
	if len(value) > longestToShare {
		return p.keep(value, simple)
	}
	if !simple {
		value = []byte(unquote(value))
	}
	slot := &p.recent[maphash.Bytes(p.seed, value)>>(64-textPoolBits)]
	if *slot != nil && **slot == string(value) {
		return *slot
	}
	// Not from a shared piece: who keeps one such text should not keep more.
	text := string(value)
	*slot = &text
	return *slot
}

// keep returns the text of value.
func (p *textPool) keep(value []byte, simple bool) *string {
	if len(p.headers) == cap(p.headers) {
		p.headers = make([]string, 0, textPoolPiece)
	}
	p.headers = append(p.headers, p.copy(value, simple))
	return &p.headers[len(p.headers)-1]
}

func (p *textPool) copy(value []byte, simple bool) string {
	if !simple {
		return unquote(value)
	}
	if len(value) > textPoolBytes/8 {
		return string(value)
	}
	if p.bytes.Cap()-p.bytes.Len() < len(value) {
		p.bytes = strings.Builder{}
		p.bytes.Grow(textPoolBytes)
	}
	start := p.bytes.Len()
	p.bytes.Write(value)
	return p.bytes.String()[start:]
}

func (p *textPool) amount(a Amount) *Amount {
	if len(p.amounts) == cap(p.amounts) {
		p.amounts = make([]Amount, 0, textPoolPiece)
	}
	p.amounts = append(p.amounts, a)
	return &p.amounts[len(p.amounts)-1]
}

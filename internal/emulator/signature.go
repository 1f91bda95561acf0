package emulator

// Credentials and signature, from NOTES section 3 alone.

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"time"
)

// defaultTolerance is a guess (NOTES section 10 number 1).
const defaultTolerance = 5 * time.Minute

// hmacValidFail is the name observed for a bad signature; the rest of the body is a guess
// (NOTES section 10 number 2).
const hmacValidFail = "HmacValidFail"

const clientType = "Openapi"

// authenticate checks the credentials. nil means that they are valid.
func (s *Server) authenticate(c *call) *reply {
	h := c.r.Header
	key, signature, stamp := h.Get("Scp-AccessKey"), h.Get("Scp-Signature"), h.Get("Scp-Timestamp")
	if key == "" && signature == "" && stamp == "" {
		return c.noRoute() // observed: 404, not 401
	}
	refused := c.gateway401(hmacValidFail)
	for _, name := range []string{"Scp-AccessKey", "Scp-Signature", "Scp-Timestamp", "Scp-ClientType", "Scp-AccountId"} {
		if len(h.Values(name)) > 1 {
			return refused
		}
	}
	if key == "" || signature == "" || stamp == "" || h.Get("Scp-ClientType") != clientType {
		return refused // guess
	}
	// The URL exactly as sent: never from a parsed and re-encoded query.
	signed := c.r.Method + c.base() + c.target + stamp + key + h.Get("Scp-AccountId") + h.Get("Scp-ClientType")
	mac := hmac.New(sha256.New, []byte(s.opt.SecretKey))
	mac.Write([]byte(signed))
	want := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	millis, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || key != s.opt.AccessKey || !hmac.Equal([]byte(signature), []byte(want)) {
		return refused
	}
	// Compared with the clock that Advance does not move: the clients' clocks do not move
	// either.
	off := s.opt.Now().Sub(time.UnixMilli(millis)).Abs()
	if tolerance := cmp.Or(s.opt.Guesses.TimestampTolerance, defaultTolerance); tolerance > 0 && off > tolerance {
		return refused
	}
	return nil
}

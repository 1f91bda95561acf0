package emulator

// Credentials and signature, from NOTES section 3 alone.

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
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
	headers := []string{"Scp-AccessKey", "Scp-Signature", "Scp-Timestamp"}
	found := 0
	single := true
	for _, name := range append(headers, "Scp-ClientType", "Scp-AccountId") {
		single = single && len(h.Values(name)) <= 1
	}
	for _, name := range headers {
		if h.Get(name) != "" {
			found++
		}
	}
	switch {
	case found == 0:
		return c.noRoute() // observed: 404, not 401
	case found < len(headers) || !single || h.Get("Scp-ClientType") != clientType:
		return c.gateway401(hmacValidFail) // guess
	}
	stamp := h.Get("Scp-Timestamp")
	// The URL exactly as sent: never from a parsed and re-encoded query.
	signed := c.r.Method + c.base() + c.target + stamp + h.Get("Scp-AccessKey") + h.Get("Scp-AccountId") + h.Get("Scp-ClientType")
	mac := hmac.New(sha256.New, []byte(s.opt.SecretKey))
	mac.Write([]byte(signed))
	want := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	good := subtle.ConstantTimeCompare([]byte(h.Get("Scp-Signature")), []byte(want))
	good &= subtle.ConstantTimeCompare([]byte(h.Get("Scp-AccessKey")), []byte(s.opt.AccessKey))
	if good != 1 {
		return c.gateway401(hmacValidFail)
	}
	tolerance := s.opt.Guesses.TimestampTolerance
	if tolerance == 0 {
		tolerance = defaultTolerance
	}
	millis, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return c.gateway401(hmacValidFail)
	}
	// Beyond a few hundred years the difference overflows a Duration.
	const horizon = int64(time.Hour / time.Millisecond * 24 * 365 * 10000)
	// Compared with the clock that Advance does not move: the clients' clocks do not move
	// either.
	off := s.opt.Now().Sub(time.UnixMilli(max(min(millis, horizon), -horizon)))
	if tolerance > 0 && off.Abs() > tolerance {
		return c.gateway401(hmacValidFail)
	}
	return nil
}

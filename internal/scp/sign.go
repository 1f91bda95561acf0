package scp

// The headers of a request and its signature (NOTES section 3).

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"time"
)

const clientType = "Openapi"

// signature signs one request. url is the URL exactly as it is sent.
func signature(method, url, timestamp, accessKey, accountID, secretKey string) string {
	mac := hmac.New(sha256.New, []byte(secretKey))
	for _, part := range []string{method, url, timestamp, accessKey, accountID, clientType} {
		mac.Write([]byte(part))
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// sign sets the credentials on a request that is about to be sent, and returns the signature,
// so that it can be kept out of error strings. The identity service knows no Scp-Api-Version.
func (c *Client) sign(header http.Header, call *call, now time.Time) string {
	timestamp := strconv.FormatInt(now.UnixMilli(), 10)
	signed := signature(call.method, sentText(call.url), timestamp, c.config.AccessKey, c.config.AccountID, c.config.SecretKey)
	header.Set("Scp-AccessKey", c.config.AccessKey)
	header.Set("Scp-Signature", signed)
	header.Set("Scp-Timestamp", timestamp)
	header.Set("Scp-ClientType", clientType)
	header.Set("Accept-Language", c.config.Language)
	if call.version != "" {
		header.Set("Scp-Api-Version", string(call.service)+" "+call.version)
	}
	if c.config.AccountID != "" {
		header.Set("Scp-AccountId", c.config.AccountID)
	}
	if c.config.AuthToken != "" {
		header.Set("X-Auth-Token", c.config.AuthToken)
	}
	return signed
}

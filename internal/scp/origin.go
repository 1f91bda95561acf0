package scp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
)

// Origin says where an object was read: on which host, for which account, and with whose
// credentials. A 404 from another origin says nothing about the object.
type Origin struct {
	Host    string `json:"host"`
	Account string `json:"account"`
	// Key is a part of the hash of the access key, from which it cannot be recovered.
	Key string `json:"key"`
}

// Origin returns where objects of a service are read now. It may need the endpoint
// catalogue.
func (c *Client) Origin(ctx context.Context, service Service) (Origin, error) {
	base, err := c.baseURL(ctx, &call{operation: "find the service", service: service})
	if err != nil {
		return Origin{}, err
	}
	hash := sha256.Sum256([]byte(c.config.AccessKey))
	return Origin{Host: base, Account: c.config.AccountID, Key: hex.EncodeToString(hash[:6])}, nil
}

// Package rowserver lets a data source return very many rows.
//
// The framework turns the result of a read into a tree of Go values, walks it several times
// and encodes it at the end. With a hundred thousand rows that takes minutes of CPU time and
// more than a gigabyte of memory, of which the encoded rows are a few percent. So a data
// source encodes its rows itself, page by page, and passes them to [Deliver]. The provider's
// server inserts them into the response ([Read]). Everything else is left to the framework:
// schema, validation, configuration, diagnostics and all other attributes.
package rowserver

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/vmihailenco/msgpack/v5"
)

// delivery collects the values of one read.
type delivery struct{ values map[string]Value }

type deliveryKey struct{}

// Read reads a data source from the framework's server and puts the delivered values
// into the new state.
func Read(ctx context.Context, server tfprotov6.DataSourceServer, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	d := &delivery{values: map[string]Value{}}
	resp, err := server.ReadDataSource(context.WithValue(ctx, deliveryKey{}, d), req)
	if err != nil || resp == nil || len(d.values) == 0 || resp.State == nil {
		return resp, err
	}
	if slices.ContainsFunc(resp.Diagnostics, func(one *tfprotov6.Diagnostic) bool { return one.Severity == tfprotov6.DiagnosticSeverityError }) {
		return resp, nil
	}
	if resp.State.MsgPack, err = insert(resp.State.MsgPack, d.values); err != nil {
		return nil, fmt.Errorf("put the rows of %s into the response: %w", req.TypeName, err)
	}
	return resp, nil
}

// Deliver sets an attribute of a data source's new state. A server that does not read
// with [Read] loses it, so that is an error.
func Deliver(ctx context.Context, resp *datasource.ReadResponse, attribute string, value Value) {
	d, ok := ctx.Value(deliveryKey{}).(*delivery)
	if !ok {
		resp.Diagnostics.AddAttributeError(path.Root(attribute), "Rows cannot be delivered",
			"The provider's server was started without its support for rows. This is a bug in the provider; please report it.")
		return
	}
	d.values[attribute] = value
}

// insert replaces attributes of an encoded object.
func insert(object []byte, values map[string]Value) ([]byte, error) {
	var attributes map[string]msgpack.RawMessage
	if err := msgpack.Unmarshal(object, &attributes); err != nil {
		return nil, fmt.Errorf("read the response: %w", err)
	}
	size := len(object)
	for name, value := range values {
		if _, ok := attributes[name]; !ok {
			return nil, fmt.Errorf("the response lacks the attribute %s, which was delivered", name)
		}
		size += value.size()
	}
	// The exact size, or a little more: this copy of the rows is the last but one.
	out := bytes.NewBuffer(make([]byte, 0, size))
	to := msgpack.NewEncoder(out)
	must(to.EncodeMapLen(len(attributes)))
	for name, old := range attributes {
		must(to.EncodeString(name))
		value, ok := values[name]
		switch {
		case ok:
			for _, piece := range value {
				out.Write(piece)
			}
		case len(old) == 0: // The library reads a null as nothing.
			must(to.EncodeNil())
		default:
			out.Write(old)
		}
	}
	return out.Bytes(), nil
}

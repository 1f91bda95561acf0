// Package rowserver lets a data source answer with very many rows.
//
// The framework turns the result of a read into a tree of Go values, walks it
// several times and encodes it at the end. With a hundred thousand rows that takes
// minutes of computing and more than a gigabyte of memory, of which the encoded
// rows are a few percent. So a data source may encode its rows itself, page by
// page, and hand them over with [Deliver]. [Wrap] puts them into the answer on its
// way out. Everything else stays with the framework: schema, validation,
// configuration, diagnostics and all other attributes.
//
// Where the provider is served without Wrap, Deliver takes the framework's way.
// The answer is the same, only slower.
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

// everything is what the framework's server can do. What is not repeated here
// would be hidden by the wrapping.
type everything interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

// Wrap makes servers that put delivered values into answers. A server that cannot
// do all that the framework's server can is left as it is.
func Wrap(next func() tfprotov6.ProviderServer) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		inner := next()
		if full, ok := inner.(everything); ok {
			return &server{full}
		}
		return inner
	}
}

type server struct{ everything }

// delivery collects the values of one read.
type delivery struct{ values map[string]Value }

type deliveryKey struct{}

// ReadDataSource reads, and puts the delivered values into the new state.
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	d := &delivery{values: map[string]Value{}}
	resp, err := s.everything.ReadDataSource(context.WithValue(ctx, deliveryKey{}, d), req)
	if err != nil || resp == nil || len(d.values) == 0 || resp.State == nil {
		return resp, err
	}
	if slices.ContainsFunc(resp.Diagnostics, func(one *tfprotov6.Diagnostic) bool { return one.Severity == tfprotov6.DiagnosticSeverityError }) {
		return resp, nil
	}
	if resp.State.MsgPack, err = insert(resp.State.MsgPack, d.values); err != nil {
		return nil, fmt.Errorf("put the rows of %s into the answer: %w", req.TypeName, err)
	}
	return resp, nil
}

// Deliver sets an attribute of a data source's new state.
func Deliver(ctx context.Context, resp *datasource.ReadResponse, attribute string, value Value) {
	if d, ok := ctx.Value(deliveryKey{}).(*delivery); ok {
		d.values[attribute] = value
		return
	}
	where := path.Root(attribute)
	schemaType, diags := resp.State.Schema.TypeAtPath(ctx, where)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	encoded := tfprotov6.DynamicValue{MsgPack: slices.Concat(value...)}
	raw, err := encoded.Unmarshal(schemaType.TerraformType(ctx))
	if err == nil {
		converted, convertErr := schemaType.ValueFromTerraform(ctx, raw)
		if err = convertErr; err == nil {
			resp.Diagnostics.Append(resp.State.SetAttribute(ctx, where, converted)...)
			return
		}
	}
	resp.Diagnostics.AddAttributeError(where, "Rows that do not fit the schema",
		fmt.Sprintf("%v. This is a bug in the provider; please report it.", err))
}

// insert replaces attributes of an encoded object.
func insert(object []byte, values map[string]Value) ([]byte, error) {
	in := msgpack.NewDecoder(bytes.NewReader(object))
	n, err := in.DecodeMapLen()
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	size := len(object)
	for _, value := range values {
		size += value.size()
	}
	// The exact size, or a little more: this copy of the rows is the last but one.
	out := bytes.NewBuffer(make([]byte, 0, size))
	to := msgpack.NewEncoder(out)
	must(to.EncodeMapLen(n))
	left := len(values)
	for range n {
		name, err := in.DecodeString()
		if err != nil {
			return nil, fmt.Errorf("read the answer: %w", err)
		}
		old, err := in.DecodeRaw()
		if err != nil {
			return nil, fmt.Errorf("read %s in the answer: %w", name, err)
		}
		must(to.EncodeString(name))
		value, ok := values[name]
		if !ok {
			out.Write(old)
			continue
		}
		left--
		for _, piece := range value {
			out.Write(piece)
		}
	}
	if left > 0 {
		return nil, fmt.Errorf("the answer lacks an attribute that was delivered")
	}
	return out.Bytes(), nil
}

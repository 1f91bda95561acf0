package scp

// Calls about one object, a budget or a planned compute, which the service returns.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// objects says how objects of one type are read.
type objects[T any] struct {
	service Service
	// field is the name of the object in a response.
	field string
	// show is the API's name of the call that reads one.
	show string
	path func(id string) (string, error)
	// decode reads a response. Without the object it returns nil or an error.
	decode func(body []byte) (*T, error)
	id     func(*T) *string
}

// read reads an object by its id.
func (o *objects[T]) read(ctx context.Context, c *Client, id string) (*T, error) {
	path, err := o.path(id)
	if err != nil {
		return nil, err
	}
	var object *T
	err = c.do(ctx, &call{
		operation: o.show, service: o.service, method: http.MethodGet, path: path, repeat: repeatFreely,
		decode: func(body []byte) (err error) { object, err = o.decodeOf(body, id); return err },
	})
	return object, err
}

// create sends the call that creates an object. Once the response names an id, the object
// exists: when other things in it are missing or cannot be read, one read completes it. Should
// that fail, the error has OutcomeUnknown and the id in ObjectID.
func (o *objects[T]) create(ctx context.Context, c *Client, call *call) (*T, error) {
	var id string
	var object *T
	var problem error
	call.decode = func(body []byte) (err error) {
		if id, err = o.createdID(body); err != nil {
			return err
		}
		object, problem = o.decodeOf(body, id)
		return nil
	}
	if err := c.do(ctx, call); err != nil {
		return nil, err
	}
	if problem == nil {
		return object, nil
	}
	object, err := o.read(ctx, c, id)
	if err != nil {
		failure := call.failure(KindResponse, OutcomeUnknown,
			"the object was created, but the response could not be used ("+problem.Error()+"), and reading the object failed: "+err.Error())
		failure.ObjectID, failure.Attempts, failure.Err = cleanString(id, maxWord), 1, err
		return nil, failure
	}
	return object, nil
}

// createdID reads the id, whatever else is in the response.
func (o *objects[T]) createdID(body []byte) (id string, err error) {
	var fields map[string]jsontext.Value
	if err = decodeJSON(body, &fields); err != nil {
		return "", err
	}
	if value := fields[o.field]; value == nil || value.Kind() == 'n' {
		return "", errNoObject
	}
	var object struct {
		ID string `json:"id"`
	}
	if err = decodeJSON(fields[o.field], &object); err == nil {
		_, err = o.path(object.ID)
	}
	if err != nil {
		return "", shapeErrorf("the response has no usable %s.id", o.field)
	}
	return object.ID, nil
}

// change sends a call that changes an object, and returns the changed object. An empty
// response is completed by a read. what names the change in an error.
func (o *objects[T]) change(ctx context.Context, c *Client, id, what string, call *call) (*T, error) {
	var object *T
	empty := false
	call.decode = func(body []byte) (err error) {
		object, err = o.decodeOf(body, id)
		if empty = errors.Is(err, errEmpty) || errors.Is(err, errNoObject); empty {
			return nil
		}
		return err
	}
	if err := c.do(ctx, call); err != nil {
		return nil, err
	}
	if !empty {
		return object, nil
	}
	object, err := o.read(ctx, c, id)
	if err != nil {
		return nil, fmt.Errorf("the service accepted %s with an empty response, and the object could not be read afterwards: %w", what, err)
	}
	return object, nil
}

// decodeOf decodes the object of an id that is known. A missing id is filled in; a response
// about another object, perhaps from a cache, must never replace it.
func (o *objects[T]) decodeOf(body []byte, asked string) (*T, error) {
	object, err := o.decode(body)
	if object == nil || err != nil {
		return nil, cmp.Or(err, error(errNoObject))
	}
	id := o.id(object)
	if *id == "" {
		*id = asked
	}
	if !sameID(*id, asked) {
		return nil, shapeErrorf("the response is about a different object, %s", cleanString(*id, maxWord))
	}
	return object, nil
}

// sameID compares two ids, which may lack their hyphens (NOTES section 5).
func sameID(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, "-", ""), strings.ReplaceAll(b, "-", ""))
}

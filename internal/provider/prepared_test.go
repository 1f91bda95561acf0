package provider

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestPreparedServerAnswersAsTheOther(t *testing.T) {
	t.Parallel()
	request := &tfprotov6.GetProviderSchemaRequest{}
	want, err := NewServer("1.2.3")().GetProviderSchema(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	factory := PrepareServer("1.2.3")
	server := factory()
	if server != factory() {
		t.Error("a second server is another one, with a schema of its own")
	}
	for range 2 {
		got, err := server.GetProviderSchema(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b tftypes.Type) bool { return a == nil && b == nil || a != nil && b != nil && a.Equal(b) })); diff != "" {
			t.Errorf("the schema differs:\n%s", diff)
		}
	}
	if _, ok := server.(complete); !ok {
		t.Error("the server lost some of what it can do")
	}
}

// counting counts how often its schema is made.
type counting struct {
	complete
	made atomic.Int64
	err  error
}

func (c *counting) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	c.made.Add(1)
	return &tfprotov6.GetProviderSchemaResponse{}, c.err
}

func TestSchemaIsMadeOnce(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	inner := &counting{complete: NewServer("1.2.3")().(complete), err: broken}
	server := prepare(inner)
	var wait sync.WaitGroup
	for range 10 {
		wait.Go(func() {
			if _, err := server.GetProviderSchema(context.Background(), nil); !errors.Is(err, broken) {
				t.Errorf("error %v, want the server's own", err)
			}
		})
	}
	wait.Wait()
	if got := inner.made.Load(); got != 1 {
		t.Errorf("the schema was made %d times, want once", got)
	}
}

// limited is a server that cannot do all.
type limited struct{ tfprotov6.ProviderServer }

func TestLimitedServerIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	inner := limited{}
	if got := prepare(inner); got != tfprotov6.ProviderServer(inner) {
		t.Errorf("got %T", got)
	}
}

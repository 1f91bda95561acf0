package main

// A provider process without Terraform: started with Terraform's own handshake,
// and asked over gRPC. Messages are passed as bytes, so that what is measured is
// the provider and the way to it, not the decoding of answers.

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protowire"
)

// process is a provider process.
type process struct {
	client     *plugin.Client
	connection *grpc.ClientConn
	log        lockedBuffer
}

// startProvider starts a provider. More environment goes on top of the sandbox's.
func (s *sandbox) startProvider(name string, environment ...string) (*process, error) {
	command := exec.Command(s.binaries[name]) //nolint:gosec,noctx // Our own program; it ends by the client's Kill.
	command.Dir, command.Env = s.folder, append(append([]string{}, s.environment...), environment...)
	p := &process{}
	p.client = plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: plugin.HandshakeConfig{
			MagicCookieKey: "TF_PLUGIN_MAGIC_COOKIE", MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		},
		VersionedPlugins: map[int]plugin.PluginSet{6: {"provider": raw{}}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true,
		SkipHostEnv:      true,
		Cmd:              command,
		Stderr:           &p.log,
		Logger:           hclog.NewNullLogger(),
	})
	dispensed, err := func() (any, error) {
		protocol, err := p.client.Client()
		if err != nil {
			return nil, err
		}
		return protocol.Dispense("provider")
	}()
	if err != nil {
		p.end()
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	connection, ok := dispensed.(*grpc.ClientConn)
	if !ok {
		p.end()
		return nil, fmt.Errorf("start %s: the plugin is a %T", name, dispensed)
	}
	p.connection = connection
	return p, nil
}

func (p *process) end() { p.client.Kill() }

// figures are what the process took so far.
func (p *process) figures() seen { return figures(p.client.ID()) }

// call makes a call of the plugin protocol and gives the fields of its answer.
func (p *process) call(ctx context.Context, method string, request []byte) ([]byte, error) {
	var answer []byte
	err := p.connection.Invoke(ctx, "/tfplugin6.Provider/"+method, &request, &answer, grpc.ForceCodec(bytesCodec{}))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	return answer, nil
}

// configure gives the provider its block, in MessagePack.
func (p *process) configure(ctx context.Context, config []byte) error {
	answer, err := p.call(ctx, "ConfigureProvider", message(2, dynamic(config)))
	if err == nil && len(answer) > 0 { // Its only field holds diagnostics.
		err = fmt.Errorf("ConfigureProvider: diagnostics: %q", answer)
	}
	return err
}

// readData reads a data source and gives the size of the answer.
func (p *process) readData(ctx context.Context, typeName string, config []byte) (int, error) {
	answer, err := p.call(ctx, "ReadDataSource", append(message(1, []byte(typeName)), message(2, dynamic(config))...))
	if err != nil {
		return 0, err
	}
	for rest := answer; len(rest) > 0; {
		number, kind, n := protowire.ConsumeTag(rest)
		if n < 0 {
			return 0, fmt.Errorf("ReadDataSource: an answer that is no message")
		}
		rest = rest[n:]
		n = protowire.ConsumeFieldValue(number, kind, rest)
		if n < 0 {
			return 0, fmt.Errorf("ReadDataSource: an answer that is no message")
		}
		if number == 2 {
			return 0, fmt.Errorf("ReadDataSource: diagnostics: %.500q", rest[:n])
		}
		rest = rest[n:]
	}
	return len(answer), nil
}

// message is one field of a message, of a type that is as long as it says.
func message(field protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, field, protowire.BytesType), value)
}

// dynamic is a DynamicValue.
func dynamic(msgpack []byte) []byte { return message(1, msgpack) }

// durations finds how long reads took, in the provider's log and in Terraform's.
var durations = regexp.MustCompile(`tf_req_duration_ms"?[:=](\d+)[^\n]*tf_rpc"?[:=]"?ReadDataSource|tf_rpc"?[:=]"?ReadDataSource[^\n]*tf_req_duration_ms"?[:=](\d+)`)

// handled adds up how long a provider worked on reads. It tells false when the log
// has none.
func handled(log []byte) (time.Duration, bool) {
	var sum time.Duration
	all := durations.FindAllSubmatch(log, -1)
	for _, match := range all {
		ms, err := strconv.Atoi(string(match[1]) + string(match[2]))
		if err != nil {
			return 0, false
		}
		sum += time.Duration(ms) * time.Millisecond
	}
	return sum, len(all) > 0
}

// handled is how long the process worked on its only read. It needs TF_LOG=TRACE.
func (p *process) handled() (time.Duration, error) {
	// The log comes through a pipe of its own, perhaps later than the answer.
	for range 500 {
		if took, ok := handled(p.log.bytes()); ok {
			return took, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return 0, fmt.Errorf("the provider's log has no duration of a read")
}

// raw is a plugin of which only the connection is used.
type raw struct{ plugin.NetRPCUnsupportedPlugin }

func (raw) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, connection *grpc.ClientConn) (any, error) {
	return connection, nil
}

func (raw) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error { return nil }

// bytesCodec leaves messages as they are.
type bytesCodec struct{}

func (bytesCodec) Name() string { return "proto" }

func (bytesCodec) Marshal(v any) ([]byte, error) {
	if b, ok := v.(*[]byte); ok {
		return *b, nil
	}
	return nil, fmt.Errorf("marshal a %T", v)
}

func (bytesCodec) Unmarshal(data []byte, v any) error {
	b, ok := v.(*[]byte)
	if !ok {
		return fmt.Errorf("unmarshal into a %T", v)
	}
	*b = bytes.Clone(data)
	return nil
}

// lockedBuffer is written by another goroutine.
type lockedBuffer struct {
	lock   sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) bytes() []byte {
	b.lock.Lock()
	defer b.lock.Unlock()
	return bytes.Clone(b.buffer.Bytes())
}

// scp-emulator serves a local Samsung Cloud Platform for trying out and testing
// configurations offline. Once it listens it prints the environment that points the
// provider at it, and then serves until it is interrupted:
//
//	scp-emulator > emulator.env &
//	until [ -s emulator.env ]; do sleep 0.1; done
//	. ./emulator.env
//	terraform plan
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.As(err, new(usageError)):
		fmt.Fprintln(os.Stderr, "scp-emulator:", err)
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "scp-emulator:", err)
		os.Exit(1)
	}
}

// usageError is a mistake in the arguments.
type usageError struct{ error }

// run serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	opt := emulator.Options{}
	listGuesses := false
	flags := flag.NewFlagSet("scp-emulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", "127.0.0.1:0", "`address` to listen on")
	flags.StringVar(&opt.AccessKey, "access-key", emulator.ExampleAccessKey, "access `key` that is accepted")
	flags.StringVar(&opt.SecretKey, "secret-key", emulator.ExampleSecretKey, "secret `key` that belongs to it")
	flags.StringVar(&opt.AccountID, "account-id", "", "account `id` that is accepted; none accepts any")
	flags.StringVar(&opt.User, "user", emulator.ExampleUser, "`name` in created_by and modified_by")
	flags.StringVar(&opt.Region, "region", emulator.DefaultRegion, "`region` of the catalogue and of new objects")
	flags.StringVar(&opt.Seed, "seed", "demo", "what the services hold at the start: `demo or empty`")
	flags.IntVar(&opt.Usages, "usages", 0, "`number` of usage rows; 0 is a small default")
	flags.IntVar(&opt.Bills, "bills", 0, "`number` of bills; 0 is a small default")
	flags.DurationVar(&opt.Latency, "latency", 0, "`time` added to every answer")
	flags.Func("fault", "fault `rule`, such as method=POST,path=/v1/**,mode=reset-after,count=1; may be repeated", func(v string) error {
		f, err := emulator.ParseFault(v)
		opt.Faults = append(opt.Faults, f)
		return err
	})
	flags.Func("guess", "`name=value` turns a guess about the service the other way; may be repeated; list shows all", func(v string) error {
		if v == "list" {
			listGuesses = true
			return nil
		}
		return emulator.ParseGuess(&opt.Guesses, v)
	})
	requestLog := flags.String("request-log", "", "`file` to append one JSON line per request to; - is the standard error")
	flags.StringVar(&opt.StateFile, "state", "", "`file` that keeps the state over restarts")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return usageError{err}
	}
	if flags.NArg() > 0 {
		return usageError{fmt.Errorf("unexpected argument %q; all settings are flags, see -help", flags.Arg(0))}
	}
	if listGuesses {
		for _, g := range emulator.ListGuesses() {
			fmt.Fprintf(stdout, "%s\n    %s\n    default: %s; allowed: %s (notes %s)\n", g.Name, g.Help, g.Default, g.Allowed, g.Note)
		}
		return nil
	}
	if host, _, err := net.SplitHostPort(*listen); err != nil {
		return usageError{fmt.Errorf("-listen: %w", err)}
	} else if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		fmt.Fprintf(stderr, "scp-emulator: warning: %s can be reached from other machines; the provider accepts http:// for loopback addresses only\n", *listen)
	}
	switch *requestLog {
	case "":
	case "-":
		opt.RequestLog = stderr
	default:
		f, err := os.OpenFile(*requestLog, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("request log: %w", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		opt.RequestLog = f
	}
	em, err := emulator.Listen(*listen, opt)
	if err != nil {
		return err
	}
	// One write, and only now that requests are taken: whoever reads the lines may start.
	if _, err := io.WriteString(stdout, environment(em.URL, opt)); err != nil {
		return errors.Join(fmt.Errorf("print the environment: %w", err), em.Close())
	}
	<-ctx.Done()
	return em.Close()
}

// environment is what points the provider at the emulator.
func environment(url string, opt emulator.Options) string {
	var b strings.Builder
	for _, v := range [][2]string{
		{"SCP_TF_AUTH_URL", url + "/v1"},
		{"SCP_TF_ENDPOINT_OVERRIDE", url},
		{"SCP_TF_ACCESS_KEY", opt.AccessKey},
		{"SCP_TF_SECRET_KEY", opt.SecretKey},
		{"SCP_TF_ACCOUNT_ID", opt.AccountID},
		{"SCP_TF_DEFAULT_REGION", opt.Region},
	} {
		if v[1] != "" {
			fmt.Fprintf(&b, "export %s='%s'\n", v[0], strings.ReplaceAll(v[1], "'", `'\''`))
		}
	}
	return b.String()
}

// scp-emulator serves a local Samsung Cloud Platform for trying out and testing
// configurations offline. With exec it runs one command against it:
//
//	scp-emulator exec -- terraform test
//
// Without, it prints the environment that points the provider at it once it listens,
// and then serves until it is interrupted:
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
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	var code exitCode
	switch {
	case errors.Is(err, flag.ErrHelp), err == nil:
	case errors.As(err, &code):
		os.Exit(int(code))
	case errors.As(err, new(usageError)):
		fmt.Fprintln(os.Stderr, "scp-emulator:", err)
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "scp-emulator:", err)
		os.Exit(1)
	}
}

// usageError is a mistake in the arguments.
type usageError struct{ error }

// exitCode is the exit code of the command that exec ran.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("the command ended with exit code %d", int(c)) }

const usage = `Usage:
  scp-emulator [flags]                      serve until interrupted; print the environment for the provider
  scp-emulator exec [flags] -- COMMAND...   run a command against the emulator and return its exit code

Flags:
`

// settings are the arguments.
type settings struct {
	options     emulator.Options
	listen      string
	requestLog  string
	listGuesses bool
	// command is what exec runs; nil means to serve.
	command []string
}

func parse(args []string, stderr io.Writer) (*settings, error) {
	s := &settings{}
	executing := len(args) > 0 && args[0] == "exec"
	if executing {
		args = args[1:]
	}
	opt := &s.options
	flags := flag.NewFlagSet("scp-emulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
		fmt.Fprint(stderr, "\n", emulator.FaultHelp())
	}
	flags.StringVar(&s.listen, "listen", "127.0.0.1:0", "`address` to listen on")
	flags.StringVar(&opt.AccessKey, "access-key", emulator.ExampleAccessKey, "access `key` that is accepted")
	flags.StringVar(&opt.SecretKey, "secret-key", emulator.ExampleSecretKey, "secret `key` that belongs to it")
	flags.StringVar(&opt.AccountID, "account-id", "", "account `id` that is accepted; empty accepts any")
	flags.StringVar(&opt.User, "user", emulator.ExampleUser, "`name` in created_by and modified_by")
	flags.StringVar(&opt.Region, "region", emulator.DefaultRegion, "`region` of the endpoint catalogue and of new objects")
	flags.StringVar(&opt.Seed, "seed", "demo", "initial contents of the services: `demo or empty`")
	flags.IntVar(&opt.Usages, "usages", 0, "`number` of usages; 0 means a small default")
	flags.IntVar(&opt.Bills, "bills", 0, "`number` of bills; 0 means a small default")
	flags.DurationVar(&opt.Latency, "latency", 0, "`time` added to every response")
	flags.BoolVar(&opt.Strict, "strict", false, "refuse query parameters and fields of bodies that the API does not know; the service tolerates them")
	flags.Func("now", "`time` at which the clock starts, such as 2027-11-27T00:00:00Z; it keeps running from there", func(v string) (err error) {
		opt.Start, err = time.Parse(time.RFC3339, v)
		return err
	})
	flags.Func("api-versions", "API `versions` of services, the current one first, such as budget=1.0;pricing=1.1,1.0; may be repeated", func(v string) error {
		if opt.APIVersions == nil {
			opt.APIVersions = map[string][]string{}
		}
		return emulator.ParseAPIVersions(opt.APIVersions, v)
	})
	flags.Func("fault", "fault `rule`, such as method=POST,path=/v1/**,mode=reset-after,count=1; may be repeated", func(v string) error {
		f, err := emulator.ParseFault(v)
		opt.Faults = append(opt.Faults, f)
		return err
	})
	flags.Func("guess", "`name=value` sets a guess about the service; may be repeated; list shows all guesses", func(v string) error {
		if v == "list" {
			s.listGuesses = true
			return nil
		}
		return emulator.ParseGuess(&opt.Guesses, v)
	})
	flags.StringVar(&s.requestLog, "request-log", "", "`file` to append one JSON line per request to; - means standard error")
	flags.StringVar(&opt.StateFile, "state", "", "`file` that keeps the state across restarts")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil, err
		}
		return nil, usageError{err}
	}
	switch {
	case executing && flags.NArg() == 0:
		return nil, usageError{errors.New("exec needs a command, as in: scp-emulator exec -- terraform test")}
	case executing:
		s.command = flags.Args()
	case flags.NArg() > 0:
		return nil, usageError{fmt.Errorf("unexpected argument %q; see -help", flags.Arg(0))}
	}
	return s, nil
}

// run serves until ctx ends, or until the command of exec does.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	s, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if s.listGuesses {
		for _, g := range emulator.ListGuesses() {
			fmt.Fprintf(stdout, "%s\n    %s\n    default: %s; values: %s (notes %s)\n", g.Name, g.Help, g.Default, g.Allowed, g.Note)
		}
		return nil
	}
	if host, _, err := net.SplitHostPort(s.listen); err != nil {
		return usageError{fmt.Errorf("-listen: %w", err)}
	} else if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		fmt.Fprintf(stderr, "scp-emulator: warning: %s can be reached from other machines; the provider accepts http:// only for loopback addresses\n", s.listen)
	}
	switch s.requestLog {
	case "":
	case "-":
		s.options.RequestLog = stderr
	default:
		f, err := os.OpenFile(s.requestLog, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("request log: %w", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		s.options.RequestLog = f
	}
	em, err := emulator.Listen(s.listen, s.options)
	if err != nil {
		return err
	}
	if s.command != nil {
		return errors.Join(execute(ctx, s, em.URL, stdout, stderr), em.Close())
	}
	// One write, and only after the server accepts requests: a reader of these lines may start
	// right away.
	if _, err := io.WriteString(stdout, exports(environment(em.URL, s.options))); err != nil {
		return errors.Join(fmt.Errorf("print the environment: %w", err), em.Close())
	}
	<-ctx.Done()
	return em.Close()
}

// execute runs the command of exec, whose exit code becomes ours. A terminal sends an
// interrupt to the command as well, which decides how it ends: Terraform exits immediately
// after a second one, so it is not passed on. A termination signal is.
func execute(ctx context.Context, s *settings, url string, stdout, stderr io.Writer) error {
	terminated, stop := signal.NotifyContext(context.WithoutCancel(ctx), syscall.SIGTERM)
	defer stop()
	//nolint:gosec // To run what the user asks for is what exec is for.
	command := exec.CommandContext(terminated, s.command[0], s.command[1:]...)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, stdout, stderr
	for _, setting := range os.Environ() {
		// The user's own settings must not bypass the emulator.
		if !strings.HasPrefix(setting, "SCP_TF_") {
			command.Env = append(command.Env, setting)
		}
	}
	for _, v := range environment(url, s.options) {
		command.Env = append(command.Env, v[0]+"="+v[1])
	}
	err := command.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return exitCode(exit.ExitCode())
	case errors.As(err, &exit):
		return exitCode(1) // ended by a signal
	case err != nil && (command.ProcessState == nil || !errors.Is(err, context.Canceled)): // not a success after a termination
		return fmt.Errorf("run %s: %w", s.command[0], err)
	default:
		return nil
	}
}

// environment returns the variables that point the provider at the emulator.
func environment(url string, opt emulator.Options) (variables [][2]string) {
	for _, v := range [][2]string{
		{"SCP_TF_AUTH_URL", url + "/v1"},
		{"SCP_TF_ENDPOINT_OVERRIDE", url},
		{"SCP_TF_ACCESS_KEY", opt.AccessKey},
		{"SCP_TF_SECRET_KEY", opt.SecretKey},
		{"SCP_TF_ACCOUNT_ID", opt.AccountID},
		{"SCP_TF_DEFAULT_REGION", opt.Region},
	} {
		if v[1] != "" {
			variables = append(variables, v)
		}
	}
	return variables
}

// exports formats variables for a shell.
func exports(variables [][2]string) string {
	var b strings.Builder
	for _, v := range variables {
		fmt.Fprintf(&b, "export %s='%s'\n", v[0], strings.ReplaceAll(v[1], "'", `'\''`))
	}
	return b.String()
}

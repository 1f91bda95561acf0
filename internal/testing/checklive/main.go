// Command checklive compares the real service with what this project knows of its API:
// make check-live. It only reads, and costs nothing. Its output has no secret and no id,
// so that it can be pasted into an issue.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/provider"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	config, err := provider.EnvironmentConfig(os.Getenv, os.UserHomeDir)
	if err == nil {
		err = check(ctx, config, os.Stdout)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// check calls each operation that reads, and then says what the responses say about the
// guesses. Its error is a service that differs from the API specification.
func check(ctx context.Context, config scp.Config, out io.Writer) error {
	c, err := newChecker(config, out)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "Read operations of the API, each response compared with the API specification:")
	c.readAll(ctx)
	fmt.Fprintln(out, "\nGuesses of internal/testing/apispec/NOTES.md section 10 that reads can settle:")
	for _, g := range guesses {
		verdict, detail := g.judge(c)
		if detail != "" {
			detail = ": " + c.mask(detail)
		}
		fmt.Fprintf(out, "  %-3s %-52s %s%s\n", g.number, g.text, verdict, detail)
	}
	if c.differing > 0 {
		return fmt.Errorf("%d operations differ from the API specification; please open an issue with the lines above", c.differing)
	}
	return nil
}

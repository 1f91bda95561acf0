// Command schemadump prints the provider's schemas as JSON, in the form of
// `terraform providers schema -json`.
//
// It asks the provider in process and so needs no Terraform. It also prints
// what an older Terraform omits: resource identities, list resources and
// actions. The documentation is generated from its output.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/provider"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "schemadump:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out *os.File) error {
	schemas, err := dump(ctx, providerserver.NewProtocol6(provider.New("dev")())())
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(schemas)
}

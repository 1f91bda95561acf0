module github.com/scpbilling/terraform-provider-scpbilling/internal/tools/goreleaser

go 1.26.0

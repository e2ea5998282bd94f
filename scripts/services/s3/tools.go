//go:build tools

// Package s3 only names what go.mod is to pin.
package s3

import _ "github.com/versity/versitygw/cmd/versitygw"

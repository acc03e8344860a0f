package minio

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"temgoc/internal/trace"
)

func TestParseURL(t *testing.T) {
	for _, tt := range []struct {
		address string
		want    Config
	}{
		{"s3://minio.example:9000/files", Config{Endpoint: "minio.example:9000", Bucket: "files", TLS: true}},
		{"s3://s3.example/files/", Config{Endpoint: "s3.example", Bucket: "files", TLS: true}},
		{"s3://AK:SK@127.0.0.1:9000/files?tls=0&region=ap-southeast-1&create=1", Config{
			Endpoint: "127.0.0.1:9000", AccessKey: "AK", SecretKey: "SK", Bucket: "files",
			Region: "ap-southeast-1", CreateBucket: true}},
		{"s3://AK:a%2Fb%2Bc%40d%3Ae%3F%23@[::1]:9000/files?tls=1", Config{
			Endpoint: "[::1]:9000", AccessKey: "AK", SecretKey: "a/b+c@d:e?#", Bucket: "files", TLS: true}},
	} {
		got, err := ParseURL(tt.address)
		if err != nil {
			t.Errorf("ParseURL(%q): %v", tt.address, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("ParseURL(%q) (-want +got):\n%s", tt.address, diff)
		}
	}
}

// TestParseURLRefuses checks that the part is named and the secret is not.
func TestParseURLRefuses(t *testing.T) {
	const secret = "wJalrXUtnFEMI"
	for _, tt := range []struct{ address, part string }{
		{"", "scheme"},
		{"files", "scheme"},
		{"http://AK:" + secret + "@host/files", "scheme"},
		{"s3:host/files", "scheme"},
		{"s3:///files", "host"},
		{"s3://AK:" + secret + "@/files", "host"},
		{"s3://host:0/files", "port"},
		{"s3://host:/files", "port"},
		{"s3://host:70000/files", "port"},
		{"s3://host", "bucket"},
		{"s3://host/", "bucket"},
		{"s3://host/a", "bucket"},
		{"s3://host/Files", "bucket"},
		{"s3://host/files/more", "bucket"},
		{"s3://host/fi..les", "bucket"},
		{"s3://AK@host/files", "keys"},
		{"s3://:" + secret + "@host/files", "keys"},
		{"s3://AK:@host/files", "keys"},
		{"s3://host/files?tls=yes", "option tls"},
		{"s3://host/files?create=", "option create"},
		{"s3://host/files?tls=0&tls=1", `option "tls"`},
		{"s3://host/files?region=a%0Ab", "option region"},
		{"s3://host/files?ssl=0", `option "ssl"`},
		{"s3://host/files?tls=0;region=x", "options"},
		{"s3://host/files#x", "address"},
		{"s3://AK:" + secret + "/x@host/files", "address"},
		{"s3://AK:" + secret + "%zz@host/files", "address"},
	} {
		_, err := ParseURL(tt.address)
		if !errors.Is(err, trace.ErrInvalid) {
			t.Errorf("ParseURL(%q): %v; want ErrInvalid", tt.address, err)
			continue
		}
		if !strings.Contains(err.Error(), "object store: "+tt.part+" ") {
			t.Errorf("ParseURL(%q): %v; want %q named", tt.address, err, tt.part)
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("ParseURL(%q): the error gives the secret away: %v", tt.address, err)
		}
	}
}

func TestConfigHidesKeys(t *testing.T) {
	config := Config{Endpoint: "host:9000", AccessKey: "AKIA", SecretKey: "wJalr", Bucket: "files", Region: "r"}
	var shown strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		fmt.Fprintf(&shown, verb+"\n", config)
	}
	slog.New(slog.NewJSONHandler(&shown, nil)).Info("", "config", config)
	slog.New(slog.NewTextHandler(&shown, nil)).Info("", "config", config)
	if got := shown.String(); strings.Contains(got, "AKIA") || strings.Contains(got, "wJalr") {
		t.Errorf("a key is shown:\n%s", got)
	}
	if got, want := config.String(), "s3://host:9000/files?region=r&tls=0"; got != want {
		t.Errorf("String() = %q; want %q", got, want)
	}
}

// FuzzParseURL checks that what is accepted survives being written and read
// again, and that no refusal is anything but a trace.ErrInvalid.
func FuzzParseURL(f *testing.F) {
	for _, seed := range []string{
		"s3://AK:SK@host:9000/bucket?tls=0&region=r-1&create=1", "s3://[::1]:9000/bucket", "s3://h/b.c-d",
		"s3://A%2FK:S%40K@h/bucket/", "s3://h/bucket?", "s3://h%41/bucket", "s3://[fe80::1%25eth0]/bucket",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		config, err := ParseURL(address)
		if err != nil {
			if !errors.Is(err, trace.ErrInvalid) {
				t.Errorf("ParseURL(%q): %v; want ErrInvalid", address, err)
			}
			return
		}
		want := config
		want.AccessKey, want.SecretKey = "", ""
		got, err := ParseURL(config.String())
		if err != nil || got != want {
			t.Errorf("ParseURL(%q) is written as %s, which reads as %s, %v", address, config, got, err)
		}
	})
}

package minio

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/minio/minio-go/v7/pkg/s3utils"

	"temgoc/internal/trace"
)

// A Config tells which bucket of which object store to use, and how.
type Config struct {
	Endpoint             string // host or host:port
	AccessKey, SecretKey string
	Bucket               string
	Region               string // empty where the store does not care
	TLS                  bool

	// CreateBucket makes Open create a bucket that does not exist.
	CreateBucket bool
	// Later makes Open succeed also while the store does not answer, refuses the
	// keys or has no such bucket. A bucket that is to be created must be there.
	Later bool
	// AllowDefaultKeys accepts minioadmin, with which every MinIO server is
	// installed. For tests only.
	AllowDefaultKeys bool
	// Timeout bounds each operation as a whole, with its retries; 0 means
	// DefaultTimeout.
	Timeout time.Duration
}

// DefaultTimeout is enough to write and read back the largest file over a
// line of 7 Mbit/s.
const DefaultTimeout = 30 * time.Second

// ParseURL reads the address of a bucket:
//
//	s3://ACCESS:SECRET@host:port/bucket?tls=0&region=ap-southeast-1&create=1
//
// The keys may be left out and set in the Config afterwards, so that they
// need not stand where addresses are seen; in the address, the characters
// / + @ : ? # % of a key are percent-encoded. tls is 1 unless said otherwise.
// An error is a trace.ErrInvalid, names the part that is wrong, and repeats
// nothing that may be a key.
func ParseURL(address string) (Config, error) {
	u, err := url.Parse(address)
	if err != nil {
		// The error of url.Parse quotes the address and so the secret key.
		return Config{}, invalid("address", "is not a URL; / + @ : ? # and %% in a key are written as %%2F and so on")
	}
	if u.Scheme != "s3" || u.Opaque != "" {
		return Config{}, invalid("scheme", "want s3://host:port/bucket")
	}
	if u.Fragment != "" || strings.HasSuffix(address, "#") {
		return Config{}, invalid("address", "has a #; in a key it is written as %%23")
	}
	config := Config{Endpoint: u.Host, TLS: true}
	if err := checkHost(u); err != nil {
		return Config{}, err
	}
	if u.User != nil {
		config.AccessKey = u.User.Username()
		config.SecretKey, _ = u.User.Password()
		if config.AccessKey == "" || config.SecretKey == "" {
			return Config{}, invalid("keys", "want both as ACCESS:SECRET@, or none")
		}
	}
	config.Bucket = strings.TrimSuffix(strings.TrimPrefix(u.Path, "/"), "/")
	if err := checkBucket(config.Bucket); err != nil {
		return Config{}, err
	}
	return config, config.parseOptions(u.RawQuery)
}

// checkHost checks host and port.
func checkHost(u *url.URL) error {
	if u.Hostname() == "" {
		return invalid("host", "is missing")
	}
	if port, err := strconv.Atoi(u.Port()); strings.HasSuffix(u.Host, ":") || u.Port() != "" && (err != nil || port < 1 || port > 65535) {
		return invalid("port", "want 1 to 65535")
	}
	return nil
}

// checkBucket checks a bucket's name by the rules of S3.
func checkBucket(name string) error {
	if name == "" {
		return invalid("bucket", "is missing; want s3://host:port/bucket")
	}
	if err := s3utils.CheckValidBucketNameStrict(name); err != nil {
		return invalid("bucket", "%q: %v", name, err)
	}
	return nil
}

// parseOptions reads what stands behind the question mark.
func (c *Config) parseOptions(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return invalid("options", "want tls=0&region=…; a ? in a key is written as %%3F")
	}
	for name, given := range values {
		if len(given) != 1 {
			return invalid("option "+strconv.Quote(name), "is given twice")
		}
		switch name {
		case "tls":
			c.TLS, err = parseSwitch(name, given[0])
		case "create":
			c.CreateBucket, err = parseSwitch(name, given[0])
		case "region":
			c.Region, err = given[0], checkRegion(given[0])
		default:
			err = invalid("option "+strconv.Quote(name), "is unknown; there are tls, region and create")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// parseSwitch reads 0 or 1.
func parseSwitch(name, value string) (bool, error) {
	if value != "0" && value != "1" {
		return false, invalid("option "+name, "is %q; want 0 or 1", value)
	}
	return value == "1", nil
}

// checkRegion checks the name of a region, which becomes part of signatures.
func checkRegion(region string) error {
	for _, r := range region {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return invalid("option region", "is %q; want a-z, 0-9 and -", region)
		}
	}
	return nil
}

// String gives the address in the form that ParseURL reads, without the keys:
// it may be logged.
func (c Config) String() string {
	query := make(url.Values)
	if !c.TLS {
		query.Set("tls", "0")
	}
	if c.Region != "" {
		query.Set("region", c.Region)
	}
	if c.CreateBucket {
		query.Set("create", "1")
	}
	u := url.URL{Scheme: "s3", Host: c.Endpoint, Path: "/" + c.Bucket, RawQuery: query.Encode()}
	return u.String()
}

// GoString keeps the keys out of %#v too.
func (c Config) GoString() string { return c.String() }

// MarshalText keeps them out of JSON and of logs.
func (c Config) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// check says what stops the Config from being used.
func (c Config) check() error {
	const installed = "minioadmin"
	if c.AccessKey == "" || c.SecretKey == "" {
		return invalid("keys", "access key and secret key are needed")
	}
	if (c.AccessKey == installed || c.SecretKey == installed) && !c.AllowDefaultKeys {
		return invalid("keys", "minioadmin is what everybody tries first; make a key of its own for this service")
	}
	u, err := url.Parse("s3://" + c.Endpoint)
	if err != nil || u.Host != c.Endpoint {
		return invalid("host", "want host or host:port, not %q", c.Endpoint)
	}
	return cmp.Or(checkHost(u), checkBucket(c.Bucket))
}

// invalid names the part of an object store's address that is wrong.
func invalid(part, format string, args ...any) error {
	return fmt.Errorf("%w: object store: %s %s", trace.ErrInvalid, part, fmt.Sprintf(format, args...))
}

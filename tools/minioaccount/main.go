// Command minioaccount makes an account in MinIO that may do what a policy
// says, and prints its keys:
//
//	MINIO_ROOT_USER=… MINIO_ROOT_PASSWORD=… minioaccount -policy deploy/s3/service.json -bucket temgoc 127.0.0.1:9000
//
// It is what `mc admin` does, for machines that have no mc, and for the tests. It
// is a module of its own: MinIO's client for administrators is AGPL, and is
// never part of the temgoc binary. The bucket is made where it is missing.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/minio/madmin-go/v3"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

func main() {
	policy := flag.String("policy", "", "`file` of what the account may do")
	bucket := flag.String("bucket", "temgoc", "`name` that the policy has for the bucket is replaced by this one")
	tls := flag.Bool("tls", false, "the server has a certificate")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	keys, err := run(ctx, flag.Arg(0), *policy, *bucket, *tls)
	if err != nil {
		fmt.Fprintln(os.Stderr, "minioaccount:", err)
		os.Exit(1)
	}
	fmt.Println(keys)
}

// run makes the account and gives its keys, KEY:SECRET.
func run(ctx context.Context, endpoint, file, bucket string, tls bool) (string, error) {
	user, password := os.Getenv("MINIO_ROOT_USER"), os.Getenv("MINIO_ROOT_PASSWORD")
	if endpoint == "" || user == "" || password == "" {
		return "", errors.New("the address of the server is missing, or MINIO_ROOT_USER and MINIO_ROOT_PASSWORD")
	}
	rules, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	rules = []byte(strings.ReplaceAll(string(rules), ":::temgoc", ":::"+bucket))
	owner := credentials.NewStaticV4(user, password, "")
	if err := makeBucket(ctx, endpoint, owner, bucket, tls); err != nil {
		return "", err
	}
	admin, err := madmin.NewWithOptions(endpoint, &madmin.Options{Creds: owner, Secure: tls})
	if err != nil {
		return "", err
	}
	key, secret := rand.Text(), rand.Text()
	name := "temgoc-" + strings.ToLower(key)
	if err := admin.AddCannedPolicy(ctx, name, rules); err != nil {
		return "", fmt.Errorf("policy: %w", err)
	}
	if err := admin.AddUser(ctx, key, secret); err != nil {
		return "", fmt.Errorf("account: %w", err)
	}
	if _, err := admin.AttachPolicy(ctx, madmin.PolicyAssociationReq{Policies: []string{name}, User: key}); err != nil {
		return "", fmt.Errorf("policy of the account: %w", err)
	}
	return key + ":" + secret, nil
}

func makeBucket(ctx context.Context, endpoint string, owner *credentials.Credentials, bucket string, tls bool) error {
	client, err := minio.New(endpoint, &minio.Options{Creds: owner, Secure: tls})
	if err != nil {
		return err
	}
	exists, err := client.BucketExists(ctx, bucket)
	if err != nil || exists {
		return err
	}
	return client.MakeBucket(ctx, bucket, minio.MakeBucketOptions{})
}

package servers

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// MongoDB returns the address of a MongoDB-protocol server, with a database
// name in its path that no other call gets. The database is dropped after the
// test when the server is not ours.
func MongoDB(t testing.TB) string {
	t.Helper()
	name := freshName()
	if server := os.Getenv("TEMGOC_TEST_MONGODB_URI"); server != "" {
		uri, err := withDatabase(server, name)
		if err != nil {
			t.Fatalf("TEMGOC_TEST_MONGODB_URI: %v", err)
		}
		t.Cleanup(func() { dropDatabase(t, uri, name) })
		return uri
	}
	server, err := runningMongoDB()
	if err != nil {
		fail(t, "MongoDB", err)
	}
	return server + name
}

// withDatabase puts a database name into a MongoDB address. Who logs in does
// so where the address said before.
func withDatabase(uri, name string) (string, error) {
	scheme, rest, ok := strings.Cut(uri, "://")
	if !ok {
		return "", errors.New("want mongodb://host/")
	}
	rest, query, _ := strings.Cut(rest, "?")
	authority, database, _ := strings.Cut(rest, "/")
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", fmt.Errorf("options: %w", err)
	}
	if strings.Contains(authority, "@") && !values.Has("authSource") {
		if database == "" {
			database = "admin"
		}
		values.Set("authSource", database)
	}
	uri = scheme + "://" + authority + "/" + name
	if len(values) > 0 {
		uri += "?" + values.Encode()
	}
	return uri, nil
}

// dropDatabase removes what a test left on a server that others use.
func dropDatabase(t testing.TB, uri, name string) {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err == nil {
		defer client.Disconnect(ctx)
		err = client.Database(name).Drop(ctx)
	}
	if err != nil {
		t.Errorf("database %s is left behind: %v", name, err)
	}
}

// runningMongoDB starts FerretDB, over PostgreSQL, at its first call. Without
// PostgreSQL it is FerretDB over SQLite, unless all servers are required.
var runningMongoDB = sync.OnceValues(func() (string, error) {
	program, err := tool("ferretdb", "TEMGOC_TEST_FERRETDB")
	if err != nil {
		return "", err
	}
	postgres, err := startPostgreSQL()
	if errors.Is(err, errMissing) && !required() {
		return startFerretDB(program, "-sqlite")
	}
	if err != nil {
		return "", fmt.Errorf("PostgreSQL: %w", err)
	}
	return startFerretDB(program, "-postgres", postgres)
})

// startFerretDB returns the server's address, mongodb://127.0.0.1:port/. The
// flag -sqlite is completed with a directory.
func startFerretDB(program string, backend ...string) (string, error) {
	dir, err := os.MkdirTemp("", "temgoc-ferretdb-")
	if err != nil {
		return "", err
	}
	if slices.Equal(backend, []string{"-sqlite"}) {
		backend = append(backend, dir)
	}
	server, err := start(command{dir: dir, signal: "TERM", args: append([]string{program}, backend...)})
	if err != nil {
		return "", err
	}
	if err := server.await(func() bool { return server.line("mongodb://") != "" }); err != nil {
		server.life.Close()
		return "", fmt.Errorf("FerretDB: %w", err)
	}
	return server.line("mongodb://"), nil
}

// startPostgreSQL starts a cluster of its own that is reachable through a Unix
// socket in its directory only, and returns its address. It need not outlive
// the test binary, so it never waits for the disk.
func startPostgreSQL() (string, error) {
	initdb, err := postgresProgram("initdb")
	if err != nil {
		return "", err
	}
	postgres, err := postgresProgram("postgres")
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "temgoc-postgres-")
	if err != nil {
		return "", err
	}
	owner, err := postgresUser(dir)
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	data := filepath.Join(dir, "data")
	c := command{dir: dir, user: owner, signal: "INT", // a fast shutdown
		args: []string{postgres, "-D", data, "-k", dir, "-p", "5432", "-c", "listen_addresses=",
			"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"}}

	create := exec.Command(initdb, "-D", data, "-U", "postgres", "-A", "trust",
		"--encoding=UTF8", "--locale=C", "--no-sync")
	create.Dir, create.Env = dir, c.environment()
	create.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
	if output, err := create.CombinedOutput(); err != nil {
		return "", errors.Join(fmt.Errorf("initdb: %w: %s", err, output), os.RemoveAll(dir))
	}
	server, err := start(c)
	if err != nil {
		return "", err
	}
	if err := server.await(func() bool { return server.line("ready to accept connections") != "" }); err != nil {
		server.life.Close()
		return "", err
	}
	address := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres",
		RawQuery: url.Values{"host": {dir}, "port": {"5432"}}.Encode()}
	return address.String(), nil
}

// postgresProgram finds a program of the PostgreSQL server, of the newest
// version where Debian keeps several.
func postgresProgram(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("%w: %s (Debian package postgresql)", errMissing, name)
	}
	slices.Sort(found)
	return found[len(found)-1], nil
}

// postgresUser hands dir over to the user that PostgreSQL runs as: our own,
// but for root, whom it refuses.
func postgresUser(dir string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("%w: the user postgres, as whom it is to run: %w", errMissing, err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, int(uid), int(gid))
}

package deployed

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"temgoc/internal/trace"
	"temgoc/storage"
)

// TestStrangersPath goes through the lines of deploy/README.md for plain
// processes, and uses what they set up.
func TestStrangersPath(t *testing.T) {
	r := begin(t)
	for _, name := range []string{"programs", "directory", "stores", "configuration", "replicas", "nginx"} {
		r.do(name)
	}
	link := r.do("administrator")
	shopper := r.browser("127.0.0.1")
	if answer, body := get(t, shopper, link); answer.StatusCode != http.StatusOK || !strings.Contains(body, "<form") {
		t.Fatalf("the administrator's link %s: %s\n%s", link, answer.Status, body)
	}
	w := populate(r)
	t.Run("https", func(t *testing.T) { testHTTPS(t, r, w) })
	t.Run("privacy", func(t *testing.T) { testPrivacy(t, r, w) })
	t.Run("limits", func(t *testing.T) { testLimits(t, r, w) })
	t.Run("accounts", func(t *testing.T) { testAccounts(t, r) })
	t.Run("killed", func(t *testing.T) { testKilled(t, r, w) })
	t.Run("restarted", func(t *testing.T) { testRestarted(t, r, w) })
	t.Run("recalled", func(t *testing.T) { testRecalled(t, r, w) })
	r.do("stop")
}

// A world is what the test entered.
type world struct {
	maker   desk
	product string
	code    string // of a released batch
}

func populate(r *run) *world {
	office := r.desk("--role", "office", "--organisation", "Văn phòng OCOP minh họa")
	var made struct{ ID string }
	office.call("POST", "/producers", object{
		"name": "Tổ hợp tác Lạc", "kind": "cooperative_group", "address": object{"commune": "02287", "street": "Thôn 1"},
	}, &made)
	w := &world{maker: r.desk("--role", "producer", "--producer", made.ID)}
	w.maker.call("POST", "/products", object{"producer": made.ID, "name": object{"vi": "Lạc củ khô"}, "set": 3}, &made)
	w.product = made.ID
	w.maker.call("POST", "/batches", w.batch("L1"), &made)
	w.code = made.ID
	w.maker.call("POST", "/batches/"+w.code+"/transitions", object{"to": "released"}, nil)
	return w
}

func (w *world) batch(lot string) object {
	return object{"product": w.product, "lot": lot, "quantity": object{"value": "50", "unit": "KGM"}, "production": "2026-01-02"}
}

// testHTTPS looks at what stands between the world and the service.
func testHTTPS(t *testing.T, r *run, w *world) {
	shopper := r.browser("127.0.0.1")
	answer, body := get(t, shopper, r.url("/"+w.code))
	if answer.StatusCode != http.StatusOK || !strings.Contains(body, "Lạc củ khô") {
		t.Fatalf("the page: %s\n%s", answer.Status, body)
	}
	if got := answer.Header.Values("Strict-Transport-Security"); len(got) != 1 || got[0] != "max-age=31536000; includeSubDomains" {
		t.Errorf("Strict-Transport-Security: %q", got)
	}
	if got := answer.Header.Get("Server"); got != "nginx" {
		t.Errorf("the server tells its version: %q", got)
	}
	plain := "http://localhost:" + r.ports["HTTP"]
	if answer, _ := get(t, shopper, plain+"/"+w.code+"?lang=en"); answer.StatusCode != http.StatusMovedPermanently || answer.Header.Get("Location") != r.url("/"+w.code+"?lang=en") {
		t.Errorf("over http: %s to %s", answer.Status, answer.Header.Get("Location"))
	}
	for _, path := range []string{"/readyz", "/metrics", "/debug/pprof/"} {
		if answer, _ := get(t, shopper, r.url(path)); answer.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, answer.Status)
		}
	}
	for version, ok := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		config := shopper.Transport.(*http.Transport).TLSClientConfig.Clone()
		config.ServerName, config.MinVersion, config.MaxVersion = "localhost", version, version
		if err := handshake(r, config); (err == nil) != ok {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
	}
	config := shopper.Transport.(*http.Transport).TLSClientConfig.Clone()
	config.ServerName = "stamps.example.com"
	if err := handshake(r, config); err == nil || !strings.Contains(err.Error(), "unrecognized name") {
		t.Errorf("for another host name: %v", err)
	}
}

func handshake(r *run, config *tls.Config) error {
	conn, err := tls.Dial("tcp", "127.0.0.1:"+r.ports["HTTPS"], config)
	if err != nil {
		return err
	}
	return conn.Close()
}

// testPrivacy looks into the logs. The API was called with forged addresses.
func testPrivacy(t *testing.T, r *run, w *world) {
	direct := &http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP("127.0.0.9")}}).DialContext}}
	q, err := http.NewRequestWithContext(t.Context(), "GET", "http://127.0.0.1:"+r.ports["ONE"]+"/api/v1/products", nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("X-Forwarded-For", "127.0.0.5")
	answer, err := direct.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	// Clients are logged by a mark that stands for an address. Whatever the desks
	// wrote into their requests, nginx says that they come from one address. Who
	// comes past it and says so too is not believed.
	marks := regexp.MustCompile(`"status":(\d+),.*"client":"([^"]+)"`)
	through, past := map[string]bool{}, map[string]bool{}
	for _, m := range marks.FindAllStringSubmatch(r.read("one.log"), -1) {
		if m[1] == "401" {
			past[m[2]] = true
		} else {
			through[m[2]] = true
		}
	}
	if len(through) != 1 || len(past) != 1 {
		t.Errorf("clients through nginx %v, past it %v; want one each", through, past)
	}
	for mark := range past {
		if through[mark] {
			t.Errorf("X-Forwarded-For of somebody else than nginx is believed: %s", mark)
		}
	}
	service := r.read("one.log") + r.read("two.log")
	for _, text := range []string{"6.6.6.", "127.0.0.5", "127.0.0.9", w.code} {
		if strings.Contains(service, text) {
			t.Errorf("%q is in the service's log", text)
		}
	}
	access := r.read("nginx/access.log")
	for text, want := range map[string]bool{"GET public 200": true, "POST api 201": true, w.code: false, "127.0.0.5": false, "Go-http": false, "lang=": false} {
		if strings.Contains(access, text) != want {
			t.Errorf("%q in nginx's log: %v, want %v:\n%s", text, !want, want, access)
		}
	}
	if said := r.read("nginx.log"); strings.Contains(said, w.code) {
		t.Errorf("nginx said: %s", said)
	}
}

// testLimits sends too much of everything.
func testLimits(t *testing.T, r *run, w *world) {
	c := r.browser("127.0.0.6")
	answer, err := c.Post(r.url("/api/v1/products"), "application/json", bytes.NewReader(make([]byte, 26<<20)))
	if err == nil {
		answer.Body.Close()
		if answer.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("26 MiB: %s", answer.Status)
		}
	} else if !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("26 MiB: %v", err)
	}
	q, err := http.NewRequestWithContext(t.Context(), "GET", r.url("/"), nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("X-Long", strings.Repeat("x", 9<<10))
	if answer, err = c.Do(q); err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusBadRequest {
		t.Errorf("a header of 9 KiB: %s", answer.Status)
	}
	flood := r.browser("127.0.0.7")
	var refused atomic.Int32
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 60 {
				answer, err := flood.Get(r.url("/"))
				if err != nil {
					t.Error(err)
					return
				}
				text, _ := io.ReadAll(answer.Body)
				answer.Body.Close()
				if answer.StatusCode == http.StatusTooManyRequests {
					refused.Add(1)
					if answer.Header.Get("Retry-After") == "" || !strings.Contains(string(text), "Quá nhiều yêu cầu") || len(answer.Header.Values("Strict-Transport-Security")) != 1 {
						t.Errorf("refused with %v: %s", answer.Header, text)
					}
				}
			}
		})
	}
	group.Wait()
	if refused.Load() == 0 {
		t.Error("960 requests at once from one address, and none was refused")
	}
	t.Logf("%d of 960 requests from one address at once were refused", refused.Load())
	if answer, _ := get(t, r.browser("127.0.0.8"), r.url("/"+w.code)); answer.StatusCode != http.StatusOK {
		t.Errorf("for somebody else meanwhile: %s", answer.Status)
	}
}

// testAccounts uses the service's account in the object store for what it is
// not for.
func testAccounts(t *testing.T, r *run) {
	stores, err := storage.Open(t.Context(), storage.Config{Documents: "sqlite:" + filepath.Join(t.TempDir(), "x.db"), Files: strings.TrimSpace(r.read("files"))})
	if err != nil {
		t.Fatal(err)
	}
	defer stores.Close()
	content := []byte("giấy chứng nhận")
	d, err := stores.Files.Put(t.Context(), content)
	if err != nil {
		t.Fatal(err)
	}
	if d != trace.DigestOf(content) {
		t.Errorf("stored as %v", d)
	}
	keys, _, _ := strings.Cut(strings.TrimPrefix(r.read("files"), "s3://"), "@")
	key, secret, _ := strings.Cut(keys, ":")
	client, err := minio.New("127.0.0.1:"+r.ports["OBJECTS"], &minio.Options{Creds: credentials.NewStaticV4(key, secret, "")})
	if err != nil {
		t.Fatal(err)
	}
	name := "sha256/" + d.String()
	denied := map[string]error{
		"remove a file":       client.RemoveObject(t.Context(), "temgoc", name, minio.RemoveObjectOptions{}),
		"remove the bucket":   client.RemoveBucket(t.Context(), "temgoc"),
		"make a bucket":       client.MakeBucket(t.Context(), "another", minio.MakeBucketOptions{}),
		"open the bucket":     client.SetBucketPolicy(t.Context(), "temgoc", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::temgoc/*"}]}`),
		"switch versions off": client.SuspendVersioning(t.Context(), "temgoc"),
	}
	_, denied["write beside the files"] = client.PutObject(t.Context(), "temgoc", "index.html", strings.NewReader("x"), 1, minio.PutObjectOptions{})
	for what, err := range denied {
		if minio.ToErrorResponse(err).Code != minio.AccessDenied {
			t.Errorf("%s: %v", what, err)
		}
	}
	if got, err := stores.Files.Get(t.Context(), d); err != nil || !bytes.Equal(got, content) {
		t.Errorf("afterwards the file is %q, %v", got, err)
	}
}

// A crowd scans and writes while something happens to the replicas.
type crowd struct {
	scans, repeats int
	// late are scans that a replica at work answered with 503, because the store was
	// too slow for a page that it did not have yet: as on a machine that is busy with
	// other tests. They tell nothing of who was killed or restarted.
	late    int
	slowest time.Duration
	failed  []string
	written []string // lots
}

// during lets a crowd come, some 40 scans and 5 writes a second, until what
// happens has happened.
func during(t *testing.T, r *run, w *world, from, lot string, happens func()) crowd {
	t.Helper()
	var c crowd
	var mu sync.Mutex
	var group sync.WaitGroup
	over := make(chan struct{})
	fail := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		c.failed = append(c.failed, fmt.Sprintf(format, args...))
	}
	every := func(d time.Duration, do func(n int)) {
		group.Go(func() {
			ticker := time.NewTicker(d)
			defer ticker.Stop()
			for n := 0; ; n++ {
				select {
				case <-over:
					return
				case <-ticker.C:
					do(n)
				}
			}
		})
	}
	shopper := r.browser(from)
	every(25*time.Millisecond, func(int) {
		c.scans++
		begun := time.Now()
		defer func() { c.slowest = max(c.slowest, time.Since(begun)) }()
		answer, err := shopper.Get(r.url("/" + w.code))
		if err != nil {
			fail("scan: %v", err)
			return
		}
		text, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		switch {
		case answer.StatusCode == http.StatusServiceUnavailable && answer.Header.Get("X-Request-Id") != "":
			c.late++
		case answer.StatusCode != http.StatusOK:
			fail("scan: %s: %.100s", answer.Status, text)
		}
	})
	every(200*time.Millisecond, func(n int) {
		name := fmt.Sprintf("%s-%d", lot, n)
		repeats, err := w.maker.insist("/batches", w.batch(name), nil)
		if err != nil {
			fail("write: %v", err)
		}
		c.repeats += repeats
		c.written = append(c.written, name)
	})
	time.Sleep(500 * time.Millisecond)
	happens()
	time.Sleep(500 * time.Millisecond)
	close(over)
	group.Wait()
	for _, f := range c.failed {
		t.Error(f)
	}
	return c
}

// count checks that each write of a crowd is there once.
func (c crowd) count(t *testing.T, w *world) (lost, doubled int) {
	t.Helper()
	found := map[string]int{}
	for after := ""; ; {
		var page struct {
			Items []struct {
				Data struct{ Lot string } `json:"data"`
				Lot  string               `json:"lot"`
			} `json:"items"`
			Next string `json:"next"`
		}
		w.maker.call("GET", "/batches?limit=100&product="+w.product+"&after="+after, nil, &page)
		for _, item := range page.Items {
			found[item.Lot+item.Data.Lot]++
		}
		if after = page.Next; after == "" {
			break
		}
	}
	for _, lot := range c.written {
		switch n := found[lot]; {
		case n == 0:
			lost++
			t.Errorf("lot %s was acknowledged and is not there", lot)
		case n > 1:
			doubled++
			t.Errorf("lot %s is there %d times", lot, n)
		}
	}
	return lost, doubled
}

// testKilled kills a replica without a warning.
func testKilled(t *testing.T, r *run, w *world) {
	c := during(t, r, w, "127.0.1.1", "K", func() {
		r.signal("two", syscall.SIGKILL)
		time.Sleep(4 * time.Second)
		r.shell(`serve two "$TWO"`)
		time.Sleep(3 * time.Second)
	})
	lost, doubled := c.count(t, w)
	t.Logf("a replica was killed and started again: %d scans, %d failed, %d too late for the store, the slowest took %v; %d writes acknowledged, %d lost, %d doubled, %d repeats",
		c.scans, len(c.failed), c.late, c.slowest.Round(time.Millisecond), len(c.written), lost, doubled, c.repeats)
}

// testRestarted does the rolling restart of the README.
func testRestarted(t *testing.T, r *run, w *world) {
	before := r.read("one.pid") + r.read("two.pid")
	c := during(t, r, w, "127.0.1.2", "R", func() { r.do("restart") })
	lost, doubled := c.count(t, w)
	t.Logf("both replicas were restarted, one after the other: %d scans, %d failed, %d too late for the store, the slowest took %v; %d writes acknowledged, %d lost, %d doubled, %d repeats",
		c.scans, len(c.failed), c.late, c.slowest.Round(time.Millisecond), len(c.written), lost, doubled, c.repeats)
	if before == r.read("one.pid")+r.read("two.pid") {
		t.Error("nothing was restarted")
	}
}

// testRecalled recalls the batch and waits until both replicas say so.
func testRecalled(t *testing.T, r *run, w *world) {
	w.maker.call("POST", "/batches/"+w.code+"/transitions", object{"to": "recalled", "reason": "nhiễm chì", "instructions": "trả lại"}, nil)
	for _, port := range []string{"ONE", "TWO"} {
		url := "http://127.0.0.1:" + r.ports[port] + "/" + w.code
		for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
			if _, body := get(t, http.DefaultClient, url); strings.Contains(body, "nhiễm chì") {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("replica %s does not know of the recall", port)
			}
		}
	}
	if _, body := get(t, r.browser("127.0.0.1"), r.url("/"+w.code)); !strings.Contains(body, "nhiễm chì") {
		t.Errorf("through nginx:\n%s", body)
	}
}

// TestPrepare makes what the compose file needs, twice, as its script does, and
// lets the programs that read it look at it.
func TestPrepare(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("only root can hand secrets to the users of the containers")
		return
	}
	if _, err := exec.LookPath("nginx"); err != nil {
		missing(t, "nginx")
	}
	dir, err := os.MkdirTemp("", "temgoc-prepare-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // the users of the containers pass through
		t.Fatal(err)
	}
	for _, cmd := range [][]string{
		{"cp", "-r", root + "/deploy", dir},
		{"go", "build", "-o", dir + "/temgoc", "temgoc/cmd/temgoc"},
		{"sh", "-c", "echo TEMGOC_HOST=tem.example.vn >" + dir + "/deploy/compose/.env"},
		{"sh", dir + "/deploy/compose/prepare.sh"},
		{"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", "/CN=tem.example.vn",
			"-keyout", dir + "/deploy/compose/generated/tls/privkey.pem", "-out", dir + "/deploy/compose/generated/tls/fullchain.pem"},
		{"sh", dir + "/deploy/compose/prepare.sh"},
	} {
		command(t, dir, cmd...)
	}
	compose := dir + "/deploy/compose/"
	secrets, err := filepath.Glob(compose + "secrets/*")
	if err != nil || len(secrets) < 14 {
		t.Errorf("%d secrets, %v", len(secrets), err)
	}
	for _, s := range secrets {
		if info, err := os.Stat(s); err != nil || info.Mode().Perm()&0o137 != 0 {
			t.Errorf("%s: %v, %v", s, info.Mode(), err)
		}
	}
	said := command(t, dir, "setpriv", "--reuid=65532", "--regid=65532", "--clear-groups", "env", "TEMGOC_PUBLIC_URL=https://tem.example.vn",
		"TEMGOC_DOCUMENTS=file:"+compose+"secrets/documents", "TEMGOC_FILES=file:"+compose+"secrets/files", dir+"/temgoc", "config")
	if !strings.Contains(said, "mongodb://***@mongodb1,mongodb2,mongodb3/temgoc") || !strings.Contains(said, "s3://***@objects:9000/temgoc") {
		t.Errorf("temgoc config says:\n%s", said)
	}
	for _, c := range [][2]string{
		{compose + "nginx.conf", "nginx.conf"}, {compose + "temgoc-upstream.conf", "temgoc-upstream.conf"},
		{compose + "generated/temgoc.conf", "temgoc.conf"}, {compose + "generated/tls", "tls"},
	} {
		command(t, dir, "mkdir", "-p", dir+"/nginx")
		command(t, dir, "cp", "-r", c[0], dir+"/nginx/"+c[1])
	}
	command(t, dir, "nginx", "-p", dir+"/nginx", "-c", "nginx.conf", "-t")
}

// command runs a program to its end.
func command(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), args[0], args[1:]...)
	if args[0] != "cp" && args[0] != "go" {
		cmd.Dir = dir
	}
	cmd.Env = append(os.Environ(), "TEMGOC="+dir+"/temgoc")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

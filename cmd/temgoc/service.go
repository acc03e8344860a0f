package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"temgoc/internal/account"
	"temgoc/internal/api"
	"temgoc/internal/backup"
	"temgoc/internal/exchange"
	"temgoc/internal/health"
	"temgoc/internal/mail"
	"temgoc/internal/migrate"
	"temgoc/internal/printing"
	"temgoc/internal/privacy"
	"temgoc/internal/proof"
	"temgoc/internal/proof/bundle"
	"temgoc/internal/readonly"
	"temgoc/internal/sighting"
	"temgoc/internal/spans"
	"temgoc/internal/stamp"
	"temgoc/internal/sweep"
	"temgoc/internal/trace"
	"temgoc/internal/web"
	"temgoc/internal/web/console"
	"temgoc/internal/web/desk"
	"temgoc/internal/web/public"
	"temgoc/internal/web/scan"
	"temgoc/internal/web/tiles"
	"temgoc/storage"
)

// storeFlags say where everything is kept.
type storeFlags struct {
	Data      string `help:"Directory of the embedded stores and the key file." default:"temgoc-data" placeholder:"DIR"`
	Documents string `type:"secret" help:"Document store: sqlite:FILE or mongodb://…, or file:FILE for a file in which that stands (default: SQLite in the data directory)." placeholder:"URL"`
	Files     string `type:"secret" help:"File store: dir:DIR or s3://KEY:SECRET@HOST/BUCKET, or file:FILE for a file in which that stands (default: in the data directory)." placeholder:"URL"`
	Keys      string `help:"Key file (default: in the data directory, made at the first start)." placeholder:"FILE"`
	LogKey    string `help:"Key file of the log of all records (default: log.key beside the key file)." placeholder:"FILE"`

	Checkpoint     string `help:"File in which the last state of the log is kept (default: log.checkpoint beside the log's key)." placeholder:"FILE"`
	InsecureStores bool   `help:"Use stores that let anybody in, have a well-known password, or are reached in the clear outside private networks."`

	filesLater bool // the file store may be away at the start
	readOnly   bool // nothing is written once the service serves
}

// embedded tells whether the documents are kept in a local file. Only then is
// a missing key file made: two replicas with a file each would sign
// differently.
func (f storeFlags) embedded() bool {
	scheme, _, _ := strings.Cut(f.Documents, ":")
	return f.Documents == "" || strings.EqualFold(scheme, "sqlite")
}

func (f storeFlags) withDefaults() storeFlags {
	if f.Documents == "" {
		f.Documents = "sqlite:" + filepath.Join(f.Data, "temgoc.db")
	}
	if f.Files == "" {
		f.Files = "dir:" + filepath.Join(f.Data, "files")
	}
	if f.Keys == "" {
		f.Keys = filepath.Join(f.Data, "keys.json")
	}
	if f.LogKey == "" {
		f.LogKey = logKeyBeside(f.Keys)
	}
	if f.Checkpoint == "" {
		f.Checkpoint = filepath.Join(filepath.Dir(f.LogKey), "log.checkpoint")
	}
	return f
}

// safe refuses stores that others can get into.
func (f storeFlags) safe() error {
	found := storage.Weaknesses(storage.Config{Documents: f.Documents, Files: f.Files})
	if len(found) == 0 || f.InsecureStores {
		return nil
	}
	return fmt.Errorf("%s (--insecure-stores uses them all the same)", strings.Join(found, "; "))
}

// databaseFile is the file of an embedded document store.
func (f storeFlags) databaseFile() string {
	_, path, _ := strings.Cut(f.withDefaults().Documents, ":")
	return path
}

// needsData tells whether anything is kept in the data directory.
func (f storeFlags) needsData() bool {
	return f.Documents == "" || f.Files == "" || f.Keys == ""
}

// A service is everything over one pair of stores.
type service struct {
	flags  storeFlags
	stores *storage.Stores
	keys   *stamp.Keys
	logKey *proof.Key
	log    *proof.Log
	// documents is stores.Documents, through the log.
	documents trace.Store
	// files is stores.Files, of which nothing is swept away while it is put.
	files    trace.Files
	ledger   *trace.Ledger
	accounts *account.Keys
	people   *account.Directory
	privacy  *privacy.Register
	// sightings is made by serve.
	sightings *sighting.Keeper
	gauges    *gauges
	chorebook *health.ChoreBook
	// tracer and watched are made by prepare; tracer is nil where nothing is traced.
	tracer  *spans.Tracer
	watched *health.Watch
	unlock  func()
	// gate is before the stores of a service that is to be read-only.
	gate readonly.Gate
}

// kinds are all kinds of documents that the program keeps.
func kinds() []trace.Kind {
	return slices.Concat(trace.Kinds(), account.Kinds(), printing.Kinds(), sighting.Kinds(), exchange.Kinds(), privacy.Kinds(), proof.Kinds(), proof.Removable(), backup.Kinds(), sweep.Kinds(), health.Kinds(), migrate.Kinds())
}

// removable are those of kinds whose documents are not kept for ever.
func removable() []trace.Kind {
	return slices.Concat(trace.Removable(), account.Removable(), sighting.Removable(), proof.Removable(), backup.Removable(), health.Removable())
}

// auditKinds are those of them that show in the audit log.
func auditKinds() []trace.AuditKind {
	return slices.Concat(trace.AuditKinds(), account.AuditKinds(), printing.AuditKinds(), sighting.AuditKinds(), exchange.AuditKinds(), privacy.AuditKinds())
}

// open opens the stores and the key file and checks that they belong
// together.
func (f storeFlags) open(ctx context.Context) (*service, error) {
	if err := f.safe(); err != nil {
		return nil, err
	}
	if f.needsData() {
		if err := os.MkdirAll(f.Data, 0o700); err != nil {
			return nil, fmt.Errorf("data directory: %w", err)
		}
	}
	create := f.embedded()
	f = f.withDefaults()
	keys, err := openKeys(f.Keys, create)
	if err != nil {
		return nil, err
	}
	logKey, err := openLogKey(f.LogKey, create)
	if err != nil {
		return nil, err
	}
	stores, err := storage.Open(ctx, storage.Config{Documents: f.Documents, Files: f.Files, FilesLater: f.filesLater, Kinds: kinds(), Removable: removable()})
	if err != nil {
		return nil, err
	}
	s := &service{flags: f, stores: stores, keys: keys, logKey: logKey, gauges: newGauges(), chorebook: health.NewChoreBook(), unlock: func() {}}
	stores.Documents = s.gauges.stores.Documents(stores.Documents, engineOf(f.Documents))
	stores.Files = s.gauges.stores.Files(stores.Files, engineOf(f.Files))
	if f.readOnly {
		stores.Documents, stores.Files = s.gate.Documents(stores.Documents), s.gate.Files(stores.Files)
	}
	if err := s.assemble(ctx); err != nil {
		return nil, errors.Join(err, stores.Close())
	}
	return s, nil
}

// assemble makes what works on the open stores.
func (s *service) assemble(ctx context.Context) error {
	if err := backup.Unfinished(ctx, s.stores.Documents); err != nil {
		return err
	}
	if err := migrate.Admit(ctx, s.stores.Documents, s.flags.readOnly, time.Now()); err != nil {
		return err
	}
	if err := s.openLog(ctx); err != nil {
		return fmt.Errorf("the log of the records: %w", err)
	}
	s.documents = s.log.Store()
	s.files = sweep.Guard(s.stores.Files, s.documents, nil)
	s.ledger = trace.New(trace.Config{Store: s.documents, Files: s.files, Keys: s.keys, Stamps: printing.Given{}})
	if err := s.ledger.PinKeys(ctx); err != nil {
		return fmt.Errorf("key file %s: %w", s.flags.Keys, err)
	}
	s.accounts = account.New(s.ledger)
	s.people = account.NewDirectory(account.DirectoryConfig{Ledger: s.ledger, Store: s.documents, Keys: s.keys, Tried: s.gauges.tried})
	s.privacy = privacy.NewRegister(privacy.Config{Ledger: s.ledger, Store: s.documents, People: s.people, Kinds: trace.ErasableKinds()})
	return nil
}

// bundles makes the sealed files of batches, whose pages are at an address.
func (s *service) bundles(publicURL string) *bundle.Maker {
	return bundle.New(bundle.Config{Ledger: s.ledger, Log: s.log, Store: s.documents, PublicURL: publicURL})
}

// openServer is open for a process that serves: no second one may have the
// same embedded data directory.
func (f storeFlags) openServer(ctx context.Context) (*service, error) {
	s, err := f.open(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.lock(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// openKeys loads the key file, or makes it where that is allowed.
func openKeys(path string, create bool) (*stamp.Keys, error) {
	keys, err := stamp.LoadKeys(path)
	if !errors.Is(err, fs.ErrNotExist) {
		return keys, err
	}
	if !create {
		return nil, fmt.Errorf("there is no key file %s: with MongoDB every replica must be given the same one (--keys); make it once with: temgoc key init --keys %s", path, path)
	}
	keys, err = stamp.CreateKeys(path, rand.Reader)
	if errors.Is(err, fs.ErrExist) { // another process was faster
		return stamp.LoadKeys(path)
	}
	return keys, err
}

func (s *service) close() error {
	defer s.unlock()
	return errors.Join(s.keepCheckpoint(), s.tracer.Close(), s.stores.Close())
}

// webFlags say how the service answers.
type webFlags struct {
	PublicURL      string   `help:"Address that is printed on stamps, such as https://t.example.vn." placeholder:"URL"`
	ContactName    string   `help:"Who takes problem reports besides the producer, shown on the scan page." placeholder:"NAME"`
	ContactPhone   string   `help:"Its telephone number." placeholder:"NUMBER"`
	ContactEmail   string   `help:"Its e-mail address." placeholder:"ADDRESS"`
	Unlimited      []string `help:"Addresses or networks whose requests are not limited when they come from there directly, such as a monitor's." default:"127.0.0.0/8,::1" placeholder:"CIDR"`
	TrustedProxies []string `help:"Addresses or networks of proxies whose X-Forwarded-For is believed." placeholder:"CIDR"`
	MailServer     string   `type:"secret" help:"Mail server for invitations, smtp://USER:PASSWORD@HOST:PORT or smtps://…, or file:FILE; links are shown to copy in any case." placeholder:"URL"`
	MailFrom       string   `help:"E-mail address that invitations come from." placeholder:"ADDRESS"`
	cosignFlags
	watchFlags

	demonstration bool // every page says so
}

func (f webFlags) check() error {
	if f.PublicURL == "" {
		return errors.New("--public-url is missing: the address that is printed on stamps, such as https://t.example.vn")
	}
	u, err := url.Parse(f.PublicURL)
	if err == nil && u.Scheme == "http" && !isLocal(u.Hostname()) {
		return fmt.Errorf("--public-url %s: printed stamps last for years and need https", f.PublicURL)
	}
	if _, err := printing.Address(f.PublicURL); err != nil {
		return err
	}
	_, err = f.mail()
	return err
}

// mail is the mail server, or nil where none is set up.
func (f webFlags) mail() (*mail.Sender, error) {
	if f.MailServer == "" {
		return nil, nil
	}
	return mail.New(f.MailServer, f.MailFrom)
}

// isLocal tells whether the host is this machine or a private address, where
// http is good enough for trying things out.
func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast())
}

// A ready service is what answers, and what is done beside that.
type ready struct {
	handler, metrics http.Handler
	work             []func(context.Context) error
}

// prepare makes what serves.
func (s *service) prepare(ctx context.Context, f webFlags, logger *slog.Logger) (*ready, error) {
	book, err := printing.New(s.ledger, s.keys, f.PublicURL)
	if err != nil {
		return nil, err
	}
	book.Quote(s.log.Checkpoint)
	if err := book.Publish(ctx); err != nil && !errors.Is(err, trace.ErrReadOnly) {
		return nil, err
	}
	if s.tracer, err = f.tracer(logger); err != nil {
		return nil, err
	}
	registry, err := s.gauges.registry()
	if err != nil {
		return nil, err
	}
	limits, err := f.limits(logger, registry)
	if err != nil {
		return nil, err
	}
	limits.WatchSignIns(s.people.Refused)
	cache, err := scan.NewCache(scan.CacheConfig{
		Batches: s.stores.Documents, Limits: limits,
		Store: s.documents, Loader: s.ledger, Orders: book, Keys: s.keys, Log: s.log, Logger: logger, Metrics: registry,
	})
	if err != nil {
		return nil, err
	}
	counter := scan.NewCounter(s.documents, time.Now)
	s.sightings = sighting.New(sighting.Config{Ledger: s.ledger, Store: s.documents, Book: book, Keys: s.keys})
	tables := exchange.New(exchange.Config{Ledger: s.ledger, Store: s.documents, Files: s.files, Logger: logger})
	log, err := s.witnessing(f, logger, registry)
	if err != nil {
		return nil, err
	}
	s.watched = s.watch(f, logger, log, cache)
	if err := registry.Register(s.watched); err != nil {
		return nil, err
	}
	handler, err := s.handler(f, logger, registry, book, tables, log, scan.Config{Cache: cache, Counter: counter, Limits: limits})
	if err != nil {
		return nil, err
	}
	work := []func(context.Context) error{cache.Run, s.ledger.FollowLineage, s.watched.Run}
	if !s.flags.readOnly {
		work = append(work, counter.Run, s.sightings.Run, tables.Work, log.Run)
	}
	work = s.background(logger, work...)
	return &ready{handler, web.MetricsHandler(registry, f.Pprof), work}, nil
}

// serve answers on l until ctx ends; then requests finish, and counts that are
// still in memory are stored.
func (s *service) serve(ctx context.Context, l net.Listener, f webFlags, logger *slog.Logger, wrap func(http.Handler) http.Handler) error {
	r, err := s.prepare(ctx, f, logger)
	if err != nil {
		return err
	}
	metrics, err := listenMetrics(f.MetricsAddr)
	if err != nil {
		return err
	}
	return alongside(ctx, r.work, func(ctx context.Context) error {
		return serveAll(ctx, logger, f.crowded(), map[net.Listener]http.Handler{l: wrap(r.handler), metrics: r.metrics})
	})
}

// handler puts together everything that the service answers.
func (s *service) handler(f webFlags, logger *slog.Logger, registry *prometheus.Registry, book *printing.Book, tables *exchange.Exchange, log *witnessing, shown scan.Config) (http.Handler, error) {
	https, office := strings.HasPrefix(f.PublicURL, "https:"), scan.Contact{Name: f.ContactName, Phone: f.ContactPhone, Email: f.ContactEmail}
	shown.Ledger, shown.Demonstration, shown.Metrics, shown.Office = s.ledger, f.demonstration, registry, office
	shown.Sightings, shown.HTTPS = s.sightings, https
	pages, err := scan.New(shown)
	if err != nil {
		return nil, err
	}
	anybody, err := public.New(public.Config{
		Ledger: s.ledger, Keys: s.keys, Subject: pages.Subject, Office: office, Stamp: pages.Stamp, Sightings: s.sightings,
		Logger: logger, HTTPS: https, Demonstration: f.demonstration, Limits: shown.Limits,
	})
	if err != nil {
		return nil, err
	}
	sender, err := f.mail()
	if err != nil {
		return nil, err
	}
	if sender != nil {
		if err := registry.Register(mailCounts(sender)); err != nil {
			return nil, err
		}
	}
	bundles := s.bundles(f.PublicURL)
	desks, err := console.New(console.Config{
		Config: desk.Config{
			People: s.people, Ledger: s.ledger, Logger: logger, HTTPS: https, Demonstration: f.demonstration,
			PublicURL: f.PublicURL, Mail: sender, Limits: shown.Limits,
		},
		Book: book, Keys: s.accounts, Bundles: bundles, Privacy: s.privacy, Audit: auditKinds(), Exchange: tables, Sightings: s.sightings, Scan: pages, Health: s.watched,
	})
	if err != nil {
		return nil, err
	}
	return web.New(web.Config{
		Logger: logger, TrustedProxies: f.TrustedProxies, HTTPS: https, Metrics: registry, Tracer: s.tracer, Scan: pages, Public: anybody, Console: desks,
		Probes:  []web.Probe{{Name: "documents", Ping: s.stores.Documents.Ping}, {Name: "files", Ping: s.stores.Files.Ping}},
		Remarks: s.remarks(log),
		Tiles:   tiles.Config{Log: s.log, VKey: s.logKey.VKey, Policy: log.policy, Logger: logger, Limits: shown.Limits},
		API:     api.Config{Ledger: s.ledger, Keys: s.accounts, Book: book, Privacy: s.privacy, Bundles: bundles, Audit: auditKinds(), Logger: logger, Version: version(), Limits: shown.Limits},
	})
}

// remarks are what /readyz says besides.
func (s *service) remarks(log *witnessing) []web.Remark {
	said := append([]web.Remark{{Name: "witnesses", Say: log.String}, {Name: "clock", Say: s.watched.Clock}}, s.flags.spaceRemark()...)
	if s.flags.readOnly {
		said = append(said, web.Remark{Name: "writing", Say: func() string { return "refused: the service is read-only while its records are moved" }})
	}
	return said
}

// alongside runs work beside serve, so that it ends, and stores what was
// counted, only after the last request.
func alongside(ctx context.Context, work []func(context.Context) error, serve func(context.Context) error) error {
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var group sync.WaitGroup
	ended := make([]error, len(work))
	for i, run := range work {
		group.Go(func() { ended[i] = run(background) })
	}
	err := serve(ctx)
	stop()
	group.Wait()
	return errors.Join(append(ended, err)...)
}

// listenMetrics opens the metrics listener; nil when it is off.
func listenMetrics(addr string) (net.Listener, error) {
	if addr == "" {
		return nil, nil
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("--metrics-addr: %w", err)
	}
	return l, nil
}

// serveAll serves on each listener; when one fails all stop.
func serveAll(ctx context.Context, logger *slog.Logger, crowded []string, handlers map[net.Listener]http.Handler) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var (
		group sync.WaitGroup
		mu    sync.Mutex
		errs  []error
	)
	for l, h := range handlers {
		if l == nil {
			continue
		}
		group.Go(func() {
			defer stop()
			if err := web.Serve(ctx, l, h, crowded, logger); err != nil {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

package health

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"temgoc/internal/catalog"
)

// Sources are where a Watch looks. One that is nil is not looked at.
type Sources struct {
	// Documents and Files tell whether the stores answer; Answered is told.
	Documents, Files func(context.Context) error
	Answered         func(store string, answers bool)
	// PublicURL is looked at by TLS; empty for none.
	PublicURL string
	// Data is the directory of the embedded stores; empty for none.
	Data string
	// Newest is the newest entry of the store that is ahead of this machine's
	// clock, zero for none.
	Newest func(context.Context) (time.Time, error)
	// Steady is how long it is since some moment, by a clock that nobody sets.
	Steady func() time.Duration
	// Log is how the log and its witnesses stand.
	Log func() LogState
	// Faults is how often a page was made whose records and log contradict each
	// other.
	Faults func() int
	// Backup is when the last verified backup was made; zero for never.
	Backup func(context.Context) (time.Time, error)
	// Unprotected is how many people in privileged roles have no second factor.
	Unprotected func(context.Context) (int, error)
	// Certificates counts those of OCOP that end soon or have ended.
	Certificates func(context.Context) (CertificateCounts, error)
	Chores       *ChoreBook
	// Heart beats for this process; Replicas lists all.
	Heart    *Heart
	Replicas func(context.Context, time.Time) ([]Replica, error)
}

// CertificateCounts are how many OCOP certificates end within 90 days, and how
// many have ended within the last 90.
type CertificateCounts struct{ Ending, Ended int }

// A LogState is how the log and its witnesses stand.
type LogState struct {
	Size int64
	// Set says that there are witnesses, Witnessed when the last one signed,
	// Pending since when something waits for enough of them; zero for nothing.
	Set                bool
	Witnessed, Pending time.Time
}

// How often a Watch looks: at what is cheap, at what asks the store for more
// than a sign of life, and at what others pay for.
const (
	lookOften  = 15 * time.Second
	lookNow    = 5 * time.Minute
	lookSeldom = time.Hour
	// lookTimeout bounds one look at one source.
	lookTimeout = 5 * time.Second
)

// A Watch looks at its sources now and then and remembers what it saw, so that
// nobody who asks waits for a store that is away.
type Watch struct {
	Sources
	logger *slog.Logger
	now    func() time.Time
	leap   *leaps // nil without Steady

	mu   sync.Mutex
	seen seen
}

// seen is what was seen last. Errors are of looks that failed; what was seen
// before then stays.
type seen struct {
	documents, files error
	tls              TLSState
	tlsLooked        bool
	newest           time.Time
	leapt            time.Duration // that the clock went ahead of Steady since the start
	backup           time.Time
	backupErr        error
	unprotected      int
	unprotectedErr   error
	certificates     CertificateCounts
	replicas         []Replica
}

// NewWatch makes a Watch; now is time.Now when nil.
func NewWatch(s Sources, logger *slog.Logger, now func() time.Time) *Watch {
	if now == nil {
		now = time.Now
	}
	w := &Watch{Sources: s, logger: logger, now: now}
	if s.Steady != nil {
		w.leap = newLeaps(now(), s.Steady())
	}
	return w
}

// Run looks until ctx ends, and then says that this process stops on purpose.
func (w *Watch) Run(ctx context.Context) error {
	often, now, seldom := time.NewTicker(lookOften), time.NewTicker(lookNow), time.NewTicker(lookSeldom)
	defer often.Stop()
	defer now.Stop()
	defer seldom.Stop()
	w.LookOften(ctx)
	w.LookNow(ctx)
	w.LookSeldom(ctx)
	for {
		select {
		case <-often.C:
			w.LookOften(ctx)
		case <-now.C:
			w.LookNow(ctx)
		case <-seldom.C:
			w.LookSeldom(ctx)
		case <-ctx.Done():
			return w.stop(context.WithoutCancel(ctx))
		}
	}
}

func (w *Watch) stop(ctx context.Context) error {
	if w.Heart == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	if err := w.Heart.Stop(ctx); err != nil {
		w.logger.WarnContext(ctx, "the other replicas are not told of the stop", slog.Any("error", err))
	}
	return nil
}

// look bounds one look and keeps what it saw.
func (w *Watch) look(ctx context.Context, do func(context.Context) func(*seen)) {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	keep := do(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	keep(&w.seen)
}

// LookOften looks at the clock, asks the stores for a sign of life, gives one, and
// looks at those of others.
func (w *Watch) LookOften(ctx context.Context) {
	w.lookAtClock(ctx)
	w.ping(ctx, Documents, w.Documents, func(s *seen) *error { return &s.documents })
	w.ping(ctx, Files, w.Files, func(s *seen) *error { return &s.files })
	if w.Heart != nil {
		w.look(ctx, func(ctx context.Context) func(*seen) {
			_ = w.Heart.Beat(ctx, w.now()) // that the store is away is seen above, and by the others
			return func(*seen) {}
		})
	}
	if w.Replicas != nil {
		w.look(ctx, func(ctx context.Context) func(*seen) {
			replicas, err := w.Replicas(ctx, w.now())
			return func(s *seen) {
				if err == nil {
					s.replicas = replicas
				}
			}
		})
	}
}

func (w *Watch) ping(ctx context.Context, store string, ping func(context.Context) error, into func(*seen) *error) {
	if ping == nil {
		return
	}
	w.look(ctx, func(ctx context.Context) func(*seen) {
		err := ping(ctx)
		if w.Answered != nil {
			w.Answered(store, err == nil)
		}
		return func(s *seen) { *into(s) = err }
	})
}

// LookNow asks the stores how things stand.
func (w *Watch) LookNow(ctx context.Context) {
	if w.Newest != nil {
		w.look(ctx, func(ctx context.Context) func(*seen) {
			newest, err := w.Newest(ctx)
			return func(s *seen) {
				if err == nil {
					s.newest = newest
				}
			}
		})
	}
	if w.Backup != nil {
		w.look(ctx, func(ctx context.Context) func(*seen) {
			last, err := w.Backup(ctx)
			return func(s *seen) {
				if s.backupErr = err; err == nil {
					s.backup = last
				}
			}
		})
	}
	if w.Unprotected != nil {
		w.look(ctx, func(ctx context.Context) func(*seen) {
			n, err := w.Unprotected(ctx)
			return func(s *seen) {
				if s.unprotectedErr = err; err == nil {
					s.unprotected = n
				}
			}
		})
	}
}

// LookSeldom looks at the certificates of TLS and of products.
func (w *Watch) LookSeldom(ctx context.Context) {
	if w.PublicURL != "" {
		state := LookAtTLS(ctx, w.PublicURL, nil, w.now())
		w.mu.Lock()
		if state.NotAfter.IsZero() { // what is known of it stays known
			state.NotAfter = w.seen.tls.NotAfter
		}
		w.seen.tls, w.seen.tlsLooked = state, true
		w.mu.Unlock()
	}
	if w.Certificates != nil {
		w.look(ctx, func(ctx context.Context) func(*seen) {
			counts, err := w.Certificates(ctx)
			return func(s *seen) {
				if err == nil {
					s.certificates = counts
				}
			}
		})
	}
}

// Findings judges what was seen last.
func (w *Watch) Findings() []Finding {
	w.mu.Lock()
	s := w.seen
	w.mu.Unlock()
	now := w.now()
	var f []Finding
	if w.Documents != nil {
		f = append(f, Find(Documents, Answers, s.documents))
	}
	if w.Files != nil {
		f = append(f, Find(Files, Answers, s.files))
	}
	if w.Faults != nil {
		f = append(f, recordsFinding(w.Faults()))
	}
	if w.Log != nil {
		f = append(f, w.Log().Findings(now)...)
	}
	if w.Backup != nil {
		f = append(f, BackupFinding(s.backup, s.backupErr, now))
	}
	if s.tlsLooked {
		f = append(f, s.tls.Finding(now))
	}
	if w.Data != "" {
		f = append(f, DiskFinding(w.Data))
	}
	if w.Chores != nil {
		f = append(f, w.Chores.Finding(now))
	}
	if w.Replicas != nil {
		f = append(f, ReplicasFinding(s.replicas, now))
	}
	if w.Newest != nil || w.Steady != nil {
		f = append(f, clockFinding(now, s))
	}
	if w.Unprotected != nil {
		f = append(f, UnprotectedFinding(s.unprotected, s.unprotectedErr))
	}
	if w.Certificates != nil {
		f = append(f, s.certificates.finding())
	}
	return f
}

// Known are the processes of the service that were seen last.
func (w *Watch) Known() []Replica {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seen.replicas
}

// Answers says that a store answers.
var Answers = catalog.Name{VI: "Đang trả lời", EN: "It answers"}

func recordsFinding(faults int) Finding {
	if faults == 0 {
		return At(Records, Good, "Chưa thấy mâu thuẫn nào từ lúc khởi động", "No contradiction was seen since the start")
	}
	return At(Records, Bad, fmt.Sprintf("%d lần thấy hồ sơ mâu thuẫn với nhật ký", faults), fmt.Sprintf("records contradicted the log %d time(s)", faults))
}

// DiskFinding judges the room on a disk.
func DiskFinding(directory string) Finding {
	space, err := SpaceOf(directory)
	if err != nil {
		return Find(Disk, catalog.Name{}, err)
	}
	return space.Finding()
}

// lateWitness is how long statements may wait for witnesses.
const (
	lateWitness    = 10 * time.Minute
	tooLateWitness = 24 * time.Hour
)

// Findings judges the log and its witnesses.
func (l LogState) Findings(now time.Time) []Finding {
	log := At(Log, Good, fmt.Sprintf("%d điều đã ghi, nối liền mốc đã giữ", l.Size), fmt.Sprintf("%d statements, which continue what was kept", l.Size))
	switch {
	case !l.Set:
		return []Finding{log, At(Witness, Warn, "Chưa có ai làm chứng", "Nobody witnesses it")}
	case l.Pending.IsZero():
		return []Finding{log, At(Witness, Good, "Mọi điều đã ghi đều có người làm chứng", "All that is in it is witnessed")}
	}
	level := Good
	waits := now.Sub(l.Pending)
	if waits > lateWitness {
		level = Warn
	}
	if waits > tooLateWitness {
		level = Bad
	}
	return []Finding{log, At(Witness, level, "Có điều chờ làm chứng từ "+moment(l.Pending), "Something waits for witnesses since "+moment(l.Pending))}
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// How old the last backup may be: one a day, with time for it to be made.
const (
	oldBackup    = 26 * time.Hour
	tooOldBackup = 3 * 24 * time.Hour
)

// BackupFinding judges when the last verified backup was made; zero for never.
func BackupFinding(last time.Time, err error, now time.Time) Finding {
	switch age := now.Sub(last); {
	case err != nil:
		return Find(Backup, catalog.Name{}, err)
	case last.IsZero():
		return At(Backup, Bad, "Chưa từng sao lưu", "There never was one")
	case age > tooOldBackup:
		return At(Backup, Bad, fmt.Sprintf("Lần cuối %s, đã %d ngày", moment(last), days(age)), fmt.Sprintf("The last one was made %s, %d days ago", moment(last), days(age)))
	case age > oldBackup:
		return At(Backup, Warn, "Lần cuối "+moment(last)+", hơn một ngày", "The last one was made "+moment(last)+", more than a day ago")
	}
	return At(Backup, Good, "Lần cuối "+moment(last)+", đã kiểm tra lại", "The last one was made "+moment(last)+", and verified")
}

// UnprotectedFinding judges how many people in privileged roles have no second
// factor.
func UnprotectedFinding(n int, err error) Finding {
	switch {
	case err != nil:
		return Find(SecondFactor, catalog.Name{}, err)
	case n > 0:
		return At(SecondFactor, Warn, fmt.Sprintf("%d người có mật khẩu nhưng chưa có mã xác thực", n), fmt.Sprintf("%d of them have a password and no second factor yet", n))
	}
	return At(SecondFactor, Good, "Mọi người cần mã xác thực đều đã có", "Everybody who needs one has it")
}

func (c CertificateCounts) finding() Finding {
	level := Good
	if c.Ending > 0 {
		level = Warn
	}
	return At(Certificates, level, fmt.Sprintf("%d sắp hết hạn trong 90 ngày, %d đã hết hạn trong 90 ngày qua", c.Ending, c.Ended),
		fmt.Sprintf("%d end within 90 days, %d ended within the last 90", c.Ending, c.Ended))
}

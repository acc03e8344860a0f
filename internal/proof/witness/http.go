package witness

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/mod/sumdb/tlog"

	"temgoc/internal/proof/checkpoint"
)

// maxProof is how many lines a consistency proof has at most, by the protocol.
const maxProof = 63

// maxBody is the largest request that is read, in bytes.
const maxBody = checkpoint.MaxSize + 64*maxProof

// Handler answers the protocol: POST /add-checkpoint. Besides, GET / says who
// the witness is and what it knows, and GET /healthz that it runs.
func (w *Witness) Handler(metrics prometheus.Registerer) http.Handler {
	answers := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "temgoc_witness_requests_total", Help: "Checkpoints submitted to the witness, by the status of the answer.",
	}, []string{"status"})
	metrics.MustRegister(answers, known{w})
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", func(rw http.ResponseWriter, r *http.Request) {
		status := w.serveAdd(rw, r)
		answers.WithLabelValues(strconv.Itoa(status)).Inc()
	})
	mux.HandleFunc("GET /{$}", w.serveKnown)
	mux.HandleFunc("GET /healthz", func(rw http.ResponseWriter, _ *http.Request) { answer(rw, http.StatusOK, "ok\n") })
	return mux
}

func (w *Witness) serveAdd(rw http.ResponseWriter, r *http.Request) int {
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxBody))
	if err != nil {
		return answer(rw, http.StatusRequestEntityTooLarge, fmt.Sprintf("the request is larger than %d bytes, or was cut off\n", maxBody))
	}
	request, err := ParseRequest(body)
	if err != nil {
		return answer(rw, http.StatusBadRequest, err.Error()+"\n")
	}
	lines, err := w.Add(request)
	if conflict, ok := errors.AsType[*Conflict](err); ok {
		rw.Header().Set("Content-Type", "text/x.tlog.size")
		return answer(rw, http.StatusConflict, fmt.Sprintf("%d\n", conflict.Size))
	}
	if err == nil {
		return answer(rw, http.StatusOK, string(lines))
	}
	for kind, status := range map[error]int{
		ErrMalformed: http.StatusBadRequest, ErrUnknown: http.StatusNotFound, ErrSignature: http.StatusForbidden,
		ErrProof: http.StatusUnprocessableEntity, ErrClock: http.StatusServiceUnavailable,
	} {
		if errors.Is(err, kind) {
			return answer(rw, status, err.Error()+"\n")
		}
	}
	w.logger.ErrorContext(r.Context(), "add-checkpoint", slog.Any("error", err))
	return answer(rw, http.StatusInternalServerError, "the witness cannot keep checkpoints now\n")
}

func answer(rw http.ResponseWriter, status int, body string) int {
	if rw.Header().Get("Content-Type") == "" {
		rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	}
	rw.Header().Set("X-Content-Type-Options", "nosniff")
	rw.WriteHeader(status)
	_, _ = io.WriteString(rw, body) // who asked may be gone
	return status
}

// serveKnown writes the witness's key and, for each log, its key, size and when
// it was cosigned last.
func (w *Witness) serveKnown(rw http.ResponseWriter, _ *http.Request) {
	var b strings.Builder
	fmt.Fprintf(&b, "witness %s\n", w.VKey())
	for _, k := range w.Known() {
		last := "-"
		if !k.At.IsZero() {
			last = k.At.Format(time.RFC3339)
		}
		fmt.Fprintf(&b, "log %s %d %s\n", k.VKey, k.Size, last)
	}
	answer(rw, http.StatusOK, b.String())
}

// ParseRequest reads the body of a submission.
func ParseRequest(body []byte) (Request, error) {
	head, signed, ok := bytes.Cut(body, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	size, isOld := strings.CutPrefix(lines[0], "old ")
	if !ok || !isOld {
		return Request{}, fmt.Errorf("%w: it is \"old SIZE\", the proof, an empty line and the checkpoint", ErrMalformed)
	}
	r := Request{Checkpoint: signed}
	var err error
	if r.OldSize, err = strconv.ParseInt(size, 10, 64); err != nil || r.OldSize < 0 || strconv.FormatInt(r.OldSize, 10) != size {
		return Request{}, fmt.Errorf("%w: %.40q is no size", ErrMalformed, size)
	}
	if lines = lines[1:]; len(lines) > maxProof {
		return Request{}, fmt.Errorf("%w: a proof of more than %d hashes", ErrMalformed, maxProof)
	}
	for _, line := range lines {
		h, err := tlog.ParseHash(line)
		if err != nil || h.String() != line {
			return Request{}, fmt.Errorf("%w: %.80q is no hash", ErrMalformed, line)
		}
		r.Proof = append(r.Proof, h)
	}
	return r, nil
}

// Format writes a request as ParseRequest reads it.
func (r Request) Format() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\n", r.OldSize)
	for _, h := range r.Proof {
		fmt.Fprintf(&b, "%s\n", h)
	}
	b.WriteByte('\n')
	b.Write(r.Checkpoint)
	return b.Bytes()
}

// known tells Prometheus what the witness knows.
type known struct{ w *Witness }

var (
	sizeOf = prometheus.NewDesc("temgoc_witness_log_size", "Leaves of a log when it was cosigned last.", []string{"log"}, nil)
	timeOf = prometheus.NewDesc("temgoc_witness_cosigned_seconds", "When a log was cosigned last, in seconds since 1970.", []string{"log"}, nil)
)

// Describe implements [prometheus.Collector].
func (k known) Describe(c chan<- *prometheus.Desc) { c <- sizeOf; c <- timeOf }

// Collect implements [prometheus.Collector].
func (k known) Collect(c chan<- prometheus.Metric) {
	for _, l := range k.w.Known() {
		c <- prometheus.MustNewConstMetric(sizeOf, prometheus.GaugeValue, float64(l.Size), l.Origin)
		if !l.At.IsZero() {
			c <- prometheus.MustNewConstMetric(timeOf, prometheus.GaugeValue, float64(l.At.Unix()), l.Origin)
		}
	}
}

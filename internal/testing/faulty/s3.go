package faulty

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"temgoc/internal/testing/servers"
)

// S3 makes a proxy in front of an object store, and the store as it is reached
// through it and nowhere else.
func S3(t testing.TB, store servers.S3) (*Proxy, servers.S3) {
	t.Helper()
	p := listen(t, store.Endpoint)
	scheme := "http"
	if store.TLS {
		scheme = "https"
	}
	server := &http.Server{
		Handler:  &relayS3{p, &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16}, scheme},
		ErrorLog: log.New(io.Discard, "", 0), // aborted answers are meant
		ConnState: func(c net.Conn, s http.ConnState) {
			switch s {
			case http.StateNew:
				p.hold(c)
			case http.StateClosed, http.StateHijacked:
				p.drop(c, false)
			}
		},
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(p.listener) // ends by Close
	}()
	t.Cleanup(func() {
		p.Set(Cut)
		server.Close()
		<-ended
	})
	store.Endpoint, store.TLS = p.Addr(), false
	return p, store
}

// relayS3 passes requests on as they are: the signature covers the host by
// which the proxy was asked.
type relayS3 struct {
	*Proxy
	transport http.RoundTripper
	scheme    string
}

// ServeHTTP implements http.Handler.
func (s *relayS3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for s.state() == Hanging && r.Context().Err() == nil {
		time.Sleep(20 * time.Millisecond)
	}
	switch way, delay := s.judge(callOf(r)); way {
	case Refuse:
		_, _ = io.Copy(io.Discard, r.Body)
		refuse(w)
		return
	case Lose:
		if answer, err := s.pass(r); err == nil {
			_, _ = io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
		}
		refuse(w)
		return
	case Slow:
		s.late.Add(1)
		defer s.late.Done()
		content, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		time.Sleep(delay)
		// It is carried out also where the client has gone.
		r = r.WithContext(context.WithoutCancel(r.Context()))
		r.Body = io.NopCloser(bytes.NewReader(content))
	case Reset:
		_, _ = io.CopyN(io.Discard, r.Body, r.ContentLength/2)
		s.reset(w)
		return
	}
	answer, err := s.pass(r)
	if err != nil {
		s.reset(w)
		return
	}
	defer answer.Body.Close()
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.StatusCode)
	if _, err := io.Copy(w, answer.Body); err != nil {
		panic(http.ErrAbortHandler)
	}
}

func callOf(r *http.Request) Call {
	if strings.Contains(strings.Trim(r.URL.Path, "/"), "/") {
		return Call{r.Method, "object"}
	}
	return Call{r.Method, "bucket"}
}

func (s *relayS3) pass(r *http.Request) (*http.Response, error) {
	out := r.Clone(r.Context())
	out.URL.Scheme, out.URL.Host, out.RequestURI = s.scheme, s.target, ""
	return s.transport.RoundTrip(out)
}

// reset ends the connection in the hard way.
func (s *relayS3) reset(w http.ResponseWriter) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	s.drop(c, true)
}

// refuse answers as a store that broke.
func refuse(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusInternalServerError)
	fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>InternalError</Code><Message>spoiled by the test</Message></Error>`)
}

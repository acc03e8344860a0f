package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"temgoc/internal/account"
	"temgoc/internal/printing"
	"temgoc/internal/sample"
	"temgoc/internal/trace"
)

// demoCmd starts the service with demonstration data.
type demoCmd struct {
	Addr      string `help:"Address to listen on; port 0 for any (default: 8080 on all interfaces, or any free port)." placeholder:"ADDR"`
	Data      string `help:"Directory to keep the data in (default: a temporary one, removed at the end)." placeholder:"DIR"`
	PublicURL string `help:"Address that is printed on stamps (default: this machine's address)." placeholder:"URL"`
	Verbose   bool   `help:"Show the log."`
}

// demoAddr is tried first; a phone in the same network can then scan.
const demoAddr = ":8080"

// Run implements the command.
func (c demoCmd) Run(ctx context.Context, out terminal) error {
	data, remove, err := c.directory()
	if err != nil {
		return err
	}
	defer remove()
	l, err := c.listen()
	if err != nil {
		return err
	}
	defer l.Close()
	s, err := storeFlags{Data: data}.openServer(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	here := "http://" + reachable(l.Addr())
	public := cmp.Or(c.PublicURL, here)
	book, err := printing.New(s.ledger, s.keys, public)
	if err != nil {
		return err
	}
	book.Quote(s.log.Checkpoint)
	d, err := sample.Load(ctx, s.ledger, book, time.Now())
	if err != nil {
		return fmt.Errorf("demonstration data: %w", err)
	}
	keys, err := s.demoKeys(ctx, d)
	if err != nil {
		return err
	}
	people, err := s.demoPeople(ctx, d)
	if err != nil {
		return fmt.Errorf("people of the demonstration: %w", err)
	}
	newcomer, err := s.newcomer(ctx)
	if err != nil {
		return fmt.Errorf("newcomer of the demonstration: %w", err)
	}
	logger := slog.New(slog.DiscardHandler)
	if c.Verbose {
		logger = newLogger(out.err, "text", "info")
	}
	door := s.demoDoor(people, logger)
	c.print(out.out, here, data, d, keys)
	c.printDoors(out.out, here, door, newcomer)
	flags := webFlags{
		watchFlags: watchFlags{addr: l.Addr().String()},
		PublicURL:  public, demonstration: true,
		ContactName: "Văn phòng điều phối OCOP (minh họa)", ContactPhone: "0207 000 0000",
	}
	more := func(h http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/", h)
		mux.Handle("GET "+sheetPath, demoSheet(book, d, logger))
		mux.Handle("GET /demo/vao/{secret}/{role}", door)
		return mux
	}
	return s.serve(ctx, l, flags, logger, more)
}

// directory is where the data goes, and how to clean up.
func (c demoCmd) directory() (path string, remove func(), err error) {
	if c.Data != "" {
		return c.Data, func() {}, nil
	}
	path, err = os.MkdirTemp("", "temgoc-demo-")
	return path, func() { os.RemoveAll(path) }, err
}

// listen takes the asked address, or the usual one, or any if that is taken.
func (c demoCmd) listen() (net.Listener, error) {
	if c.Addr != "" {
		return net.Listen("tcp", c.Addr)
	}
	l, err := net.Listen("tcp", demoAddr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return net.Listen("tcp", ":0")
	}
	return l, err
}

// reachable is the address under which other devices reach a listener: this
// machine's own one where it listens on all interfaces.
func reachable(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return addr.String()
	}
	host := "127.0.0.1"
	if addrs, err := net.InterfaceAddrs(); err == nil {
		for _, a := range addrs {
			if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && n.IP.IsPrivate() {
				host = n.IP.String()
				break
			}
		}
	}
	return net.JoinHostPort(host, fmt.Sprint(tcp.Port))
}

// demoKey marks the keys that a demonstration made.
const demoKey = "demo"

// A roleKey is an API key with the role that it is for.
type roleKey struct {
	role trace.Role
	text string
}

// demoKeys revokes the keys of an earlier start and makes one for each role:
// only hashes are stored, so the old ones cannot be shown again.
func (s *service) demoKeys(ctx context.Context, d *sample.Data) ([]roleKey, error) {
	w := trace.Write{By: operator}
	old, err := s.accounts.List(ctx, operator, trace.Paging{Limit: trace.MaxPage})
	if err != nil {
		return nil, err
	}
	for _, k := range old.Items {
		if k.Data.Label == demoKey && k.Data.Revoked.IsZero() {
			if _, err := s.accounts.Revoke(ctx, w, k.ID); err != nil {
				return nil, err
			}
		}
	}
	var keys []roleKey
	for _, role := range trace.Roles() {
		k := account.NewKey{Role: role, Label: demoKey}
		if role == trace.ProducerRole {
			k.Producer = d.Producers[0].ID
		} else {
			k.Organisation = sample.Organisation(role)
		}
		text, _, err := s.accounts.Create(ctx, w, k)
		if err != nil {
			return nil, err
		}
		keys = append(keys, roleKey{role, text})
	}
	return keys, nil
}

func (c demoCmd) print(w io.Writer, here, data string, d *sample.Data, keys []roleKey) {
	fmt.Fprintf(w, `
Temgốc đang chạy với dữ liệu minh họa.   Temgốc runs with demonstration data.

  Trang đầu / start page          %[1]s/
  Lô đầy đủ / all in order        %[1]s/%[2]s
  Lô bị thu hồi / recalled        %[1]s/%[3]s
  Hết hạn sao / stars expired     %[1]s/%[4]s
  Tem đơn vị / an item's stamp    %[1]s/%[7]s
  Tờ tem để in / sheet to print   %[1]s%[5]s
  Tài liệu API / API docs         %[1]s/docs

  Dữ liệu / data                  %[6]s

Khóa API / API keys (Authorization: Bearer …):
`, here, d.Good, d.Recalled, d.Expired, sheetPath, data, d.Item.Code)
	for _, k := range keys {
		fmt.Fprintf(w, "  %-14s %s\n", k.role, k.text)
	}
}

func (c demoCmd) printDoors(w io.Writer, here string, door *demoDoor, newcomer string) {
	fmt.Fprint(w, "\nVào bảng điều khiển, không cần mật khẩu / into the console without a password:\n")
	for _, role := range trace.Roles() {
		fmt.Fprintf(w, "  %-22s %s%s\n", role.Name().VI, here, door.path(role))
	}
	fmt.Fprintf(w, "  %-22s %s%s\n", "Chủ thể mới / newcomer", here, newcomer)
	fmt.Fprintln(w, "\nDừng: Ctrl-C.   Stop with Ctrl-C.")
}

// sheetPath is where the demonstration offers a sheet of stamps. The service
// itself gives sheets to those with a key only.
const sheetPath = "/demo/tem.pdf"

func demoSheet(book *printing.Book, d *sample.Data, logger *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		by := trace.Actor{ID: demoKey, Role: trace.ProducerRole, Producer: d.Producers[0].ID}
		var pdf bytes.Buffer // two pages
		if err := book.WriteLabels(r.Context(), by, d.Item.Order, printing.Print{}, &pdf); err != nil {
			logger.ErrorContext(r.Context(), "demonstration sheet", slog.Any("error", err))
			http.Error(w, "503", http.StatusServiceUnavailable)
			return
		}
		http.ServeContent(w, r, "tem.pdf", time.Time{}, bytes.NewReader(pdf.Bytes()))
	})
}

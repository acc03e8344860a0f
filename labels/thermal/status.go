package thermal

import (
	"bufio"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A Status is what a printer answers when it is asked.
type Status struct {
	Trouble string // why it does not print, in English; empty where it could
	Busy    bool   // labels are waiting in its memory, or one is being printed
}

// ErrAnswer says that an answer is not one of the language.
var ErrAnswer = errors.New("thermal: the printer's answer cannot be read")

// Question is what asks a printer how it is; nil in languages that have no such
// question, or whose answers cannot be relied on over a network.
func (l Language) Question() []byte {
	switch l {
	case ZPL:
		return []byte("~HS")
	case TSPL:
		return []byte("\x1B!?")
	}
	return nil
}

// ReadStatus reads the answer to the question.
func (l Language) ReadStatus(r *bufio.Reader) (Status, error) {
	switch l {
	case ZPL:
		return readZPLStatus(r)
	case TSPL:
		b, err := r.ReadByte()
		return tsplStatus(b), err
	}
	return Status{}, fmt.Errorf("%w: %q", ErrAnswer, l)
}

// tsplStatus reads the byte that TSPL answers to ESC ! ?.
func tsplStatus(b byte) Status {
	const printing = 0x20
	s := Status{Busy: b&printing != 0}
	for bit, trouble := range map[byte]string{
		0x01: "the print head is open", 0x02: "paper is jammed", 0x04: "out of paper", 0x08: "out of ribbon", 0x10: "it is paused", 0x40: "the cover is open",
	} {
		if b&bit != 0 {
			s.add(trouble)
		}
	}
	return s
}

func (s *Status) add(trouble string) {
	if s.Trouble == "" || trouble < s.Trouble {
		s.Trouble = trouble // one is enough, the same each time
	}
}

// readZPLStatus reads the three lines that ZPL answers to ~HS. A printer that is
// out of paper, or open, may not answer at all.
func readZPLStatus(r *bufio.Reader) (Status, error) {
	var fields [][]string
	for range 3 {
		line, err := r.ReadString('\n')
		if err != nil {
			return Status{}, err
		}
		line = strings.Trim(line, "\x02\x03\r\n")
		fields = append(fields, strings.Split(line, ","))
	}
	if len(fields[0]) < 12 || len(fields[1]) < 11 {
		return Status{}, ErrAnswer
	}
	var s Status
	for _, flag := range []struct {
		line, field int
		trouble     string
	}{
		{0, 1, "out of paper"}, {0, 2, "it is paused"}, {0, 5, "its memory is full"}, {0, 10, "it is too cold"}, {0, 11, "it is too hot"},
		{1, 2, "the print head is open"}, {1, 3, "out of ribbon"},
	} {
		if fields[flag.line][flag.field] == "1" {
			s.add(flag.trouble)
		}
	}
	waiting, errWaiting := strconv.Atoi(fields[0][4])
	left, errLeft := strconv.Atoi(fields[1][8])
	if errWaiting != nil || errLeft != nil {
		return Status{}, ErrAnswer
	}
	s.Busy = waiting+left > 0
	return s, nil
}

package health

import (
	"fmt"
	"syscall"
	"time"

	"temgoc/internal/catalog"
)

// Space is the room on the disk that a directory is on, in bytes.
type Space struct{ Free, Size uint64 }

// SpaceOf tells how much room there is.
func SpaceOf(directory string) (Space, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(directory, &s); err != nil {
		return Space{}, err
	}
	block := uint64(s.Bsize) // positive on every system
	return Space{Free: s.Bavail * block, Size: s.Blocks * block}, nil
}

// When a disk is nearly full: below either.
const (
	diskWarn, diskWarnShare = 2 << 30, 0.15
	diskBad, diskBadShare   = 512 << 20, 0.05
)

// Finding judges the room.
func (s Space) Finding() Finding {
	share := 1.0
	if s.Size > 0 {
		share = float64(s.Free) / float64(s.Size)
	}
	what := catalog.Name{
		VI: fmt.Sprintf("Còn trống %s trên %s (%.0f%%)", size(s.Free), size(s.Size), 100*share),
		EN: fmt.Sprintf("%s of %s are free (%.0f%%)", size(s.Free), size(s.Size), 100*share),
	}
	switch {
	case s.Free < diskBad || share < diskBadShare && s.Free < 10*diskBad:
		return find(Disk, Bad, what)
	case s.Free < diskWarn || share < diskWarnShare && s.Free < 10*diskWarn:
		return find(Disk, Warn, what)
	}
	return find(Disk, Good, what)
}

func size(n uint64) string {
	if n >= 1<<30 {
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	}
	return fmt.Sprintf("%.0f MiB", float64(n)/(1<<20))
}

// OpenFiles is how many files, and so connections, this process may have open.
func OpenFiles() (uint64, error) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, err
	}
	return limit.Cur, nil
}

// How many open files are enough: the listener takes 4096 connections.
const (
	filesEnough = 8192
	filesBad    = 1024
)

// OpenFilesFinding judges the limit.
func OpenFilesFinding(limit uint64) Finding {
	what := catalog.Name{VI: fmt.Sprintf("Được mở %d tệp cùng lúc", limit), EN: fmt.Sprintf("%d files may be open", limit)}
	switch {
	case limit < filesBad:
		return find(Descriptors, Bad, what)
	case limit < filesEnough:
		return find(Descriptors, Warn, what)
	}
	return find(Descriptors, Good, what)
}

// Vietnam is the time zone by which days end.
const Vietnam = "Asia/Ho_Chi_Minh"

// ZoneFinding tells whether the data of Vietnam's time zone is there and right.
func ZoneFinding() Finding {
	zone, err := time.LoadLocation(Vietnam)
	if err != nil {
		return Find(TimeZone, catalog.Name{}, err)
	}
	if _, offset := time.Date(2026, 1, 1, 0, 0, 0, 0, zone).Zone(); offset != 7*60*60 {
		return Find(TimeZone, catalog.Name{}, fmt.Errorf("%s is %d s ahead of UTC, not 7 h", Vietnam, offset))
	}
	return At(TimeZone, Good, "Có dữ liệu "+Vietnam+", UTC+7", Vietnam+" is there, UTC+7")
}

// MaxAhead is how far the store may seem to be ahead of this machine's clock:
// what the caches allow for replicas whose clocks differ.
const MaxAhead = 10 * time.Second

// ClockFinding judges the clock by the newest entry of the store, zero for none
// that is ahead of it.
func ClockFinding(now, newest time.Time) Finding {
	switch ahead := newest.Sub(now); {
	case now.Year() < 2026:
		return At(Clock, Bad, "Máy này ghi ngày "+now.Format(time.DateOnly), "This machine says "+now.Format(time.DateOnly))
	case !newest.IsZero() && ahead > MaxAhead:
		return At(Clock, Bad,
			fmt.Sprintf("Máy này ghi %s nhưng kho đã có hồ sơ lúc %s", now.UTC().Format(time.RFC3339), newest.UTC().Format(time.RFC3339)),
			fmt.Sprintf("This machine says %s, but the store has entries of %s", now.UTC().Format(time.RFC3339), newest.UTC().Format(time.RFC3339)))
	}
	return At(Clock, Good, "Không chậm hơn những gì đã ghi trong kho", "Not behind what was entered")
}

package health

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"temgoc/internal/catalog"
)

// DirectoryFinding judges the directory of the data: for its owner only.
func DirectoryFinding(path string) Finding {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return Find(DataDirectory, catalog.Name{}, err)
	case !info.IsDir():
		return Find(DataDirectory, catalog.Name{}, fmt.Errorf("%s is not a directory", path))
	case info.Mode().Perm()&0o077 != 0:
		return At(DataDirectory, Bad,
			fmt.Sprintf("Người khác trên máy vào được %s (quyền %v); dùng: chmod 700 %s", path, info.Mode().Perm(), path),
			fmt.Sprintf("Others on this machine may look into %s (mode %v); use: chmod 700 %s", path, info.Mode().Perm(), path))
	}
	return At(DataDirectory, Good, path+", chỉ chủ sở hữu vào được", path+", for its owner only")
}

// StrayFinding looks for files in the directory of the data that others on the
// machine may read. It looks at the directory itself and one level below.
func StrayFinding(path string) (Finding, bool) {
	for _, pattern := range []string{"*", "*/*"} {
		found, err := filepath.Glob(filepath.Join(path, pattern))
		if err != nil {
			return Find(DataDirectory, catalog.Name{}, err), true
		}
		for _, f := range found {
			info, err := os.Lstat(f)
			if err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
				return At(DataDirectory, Warn,
					fmt.Sprintf("Người khác đọc được %s (quyền %v)", f, info.Mode().Perm()),
					fmt.Sprintf("Others may read %s (mode %v)", f, info.Mode().Perm())), true
			}
		}
	}
	return Finding{}, false
}

// KeyCopiesFinding looks where a copy of the keys should be; directory is empty
// when nobody said where.
func KeyCopiesFinding(directory string, keys ...string) Finding {
	if directory == "" {
		return At(KeyCopies, Warn,
			"Chưa rõ bản sao ở đâu; nêu thư mục bằng --key-copies để kiểm tra",
			"It is not known where they are; name the directory with --key-copies to have them checked")
	}
	for _, key := range keys {
		if err := sameFile(key, filepath.Join(directory, filepath.Base(key))); err != nil {
			return Find(KeyCopies, catalog.Name{}, err)
		}
	}
	return At(KeyCopies, Good, "Bản sao trong "+directory+" giống hệt", "The copies in "+directory+" are the same")
}

func sameFile(original, copied string) error {
	a, err := os.ReadFile(original)
	if err != nil {
		return err
	}
	info, err := os.Stat(copied)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no copy %s", copied)
	}
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("others may read the copy %s (mode %v)", copied, info.Mode().Perm())
	}
	b, err := os.ReadFile(copied)
	if err != nil {
		return err
	}
	if sha256.Sum256(a) != sha256.Sum256(b) {
		return fmt.Errorf("the copy %s is another file", copied)
	}
	return nil
}

// ProxiesFinding judges which proxies are believed. behind says that one must be
// in front of the service, since it is reached by https and speaks http.
func ProxiesFinding(proxies []string, behind bool) Finding {
	var ranges []string
	for _, p := range proxies {
		prefix, err := netip.ParsePrefix(p)
		if err != nil {
			addr, err := netip.ParseAddr(p)
			if err != nil {
				return Find(Proxies, catalog.Name{}, fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8", p))
			}
			prefix = netip.PrefixFrom(addr, addr.BitLen())
		}
		switch {
		case prefix.Bits() == 0:
			return Find(Proxies, catalog.Name{}, fmt.Errorf("%s is the whole world", p))
		case !prefix.Addr().IsPrivate() && !prefix.Addr().IsLoopback() && prefix.Addr().BitLen()-prefix.Bits() > 8:
			return At(Proxies, Warn, p+" là một mạng công cộng rộng", p+" is a wide public network")
		}
		ranges = append(ranges, prefix.String())
	}
	switch {
	case len(ranges) > 0:
		return At(Proxies, Good, strings.Join(ranges, ", "), strings.Join(ranges, ", "))
	case behind:
		return At(Proxies, Warn, "Địa chỉ công khai là https mà không tin proxy nào: mọi người bị tính chung một giới hạn", "The public address is https and no proxy is trusted: all clients share one limit")
	}
	return At(Proxies, Good, "Không có proxy", "There is none")
}

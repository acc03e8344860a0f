package limit

import (
	"testing"

	"temgoc/internal/testing/leak"
)

func TestMain(m *testing.M) { leak.Main(m) }

package gs1

import "time"

// An Attribute is a data attribute of a Digital Link, given in its query:
// an application identifier other than those of the path, such as 17 (expiry
// date, YYMMDD) or 3103 (net weight in grams).
type Attribute struct {
	AI    string // 2 to 4 digits
	Value string // unescaped
}

// ParseAttribute checks that ai is an application identifier that may stand
// in the query of a Digital Link, and value against its format: length,
// character set, check digit and date. It does not check code lists (such as
// countries and currencies) nor which identifiers go together.
func ParseAttribute(ai, value string) (Attribute, error) {
	f, ok := formatOf(ai)
	if !ok {
		return Attribute{}, wrong(ErrSyntax, "application identifier", ai, "unknown or not allowed in a query")
	}
	if err := f.check("("+ai+")", value); err != nil {
		return Attribute{}, err
	}
	return Attribute{ai, value}, nil
}

// A format is the shape of the values of the identifiers from first to last,
// which have the same number of digits.
type format struct {
	first, last string
	min, max    int  // characters
	digits      int  // so many characters at the start are digits
	rule        rule // what else must hold
}

// A rule is a check beyond length and character set.
type rule int

const (
	plain       rule = iota
	summed           // the leading digits end with their check digit
	dated            // starts with YYMMDD
	dayOptional      // is YYMMDD where DD may be 00: some day of the month
	cset39           // the characters are those of CSET 39
)

// formats are the application identifiers of the GS1 General Specifications.
// 8200 (product URL) is missing: the standard keeps it out of Digital Links.
var formats = []format{
	{"00", "00", 18, 18, 18, summed}, {"01", "02", 14, 14, 14, summed},
	{"10", "10", 1, 20, 0, plain}, {"11", "13", 6, 6, 6, dayOptional}, {"15", "17", 6, 6, 6, dayOptional},
	{"20", "20", 2, 2, 2, plain}, {"21", "22", 1, 20, 0, plain}, {"235", "235", 1, 28, 0, plain},
	{"240", "241", 1, 30, 0, plain}, {"242", "242", 1, 6, 6, plain}, {"243", "243", 1, 20, 0, plain},
	{"250", "251", 1, 30, 0, plain}, {"253", "253", 13, 30, 13, summed}, {"254", "254", 1, 20, 0, plain},
	{"255", "255", 13, 25, 25, summed}, {"30", "30", 1, 8, 8, plain}, {"37", "37", 1, 8, 8, plain},

	// Measures: the last digit is the number of decimals.
	{"3100", "3105", 6, 6, 6, plain}, {"3110", "3115", 6, 6, 6, plain}, {"3120", "3125", 6, 6, 6, plain},
	{"3130", "3135", 6, 6, 6, plain}, {"3140", "3145", 6, 6, 6, plain}, {"3150", "3155", 6, 6, 6, plain},
	{"3160", "3165", 6, 6, 6, plain}, {"3200", "3205", 6, 6, 6, plain}, {"3210", "3215", 6, 6, 6, plain},
	{"3220", "3225", 6, 6, 6, plain}, {"3230", "3235", 6, 6, 6, plain}, {"3240", "3245", 6, 6, 6, plain},
	{"3250", "3255", 6, 6, 6, plain}, {"3260", "3265", 6, 6, 6, plain}, {"3270", "3275", 6, 6, 6, plain},
	{"3280", "3285", 6, 6, 6, plain}, {"3290", "3295", 6, 6, 6, plain}, {"3300", "3305", 6, 6, 6, plain},
	{"3310", "3315", 6, 6, 6, plain}, {"3320", "3325", 6, 6, 6, plain}, {"3330", "3335", 6, 6, 6, plain},
	{"3340", "3345", 6, 6, 6, plain}, {"3350", "3355", 6, 6, 6, plain}, {"3360", "3365", 6, 6, 6, plain},
	{"3370", "3375", 6, 6, 6, plain}, {"3400", "3405", 6, 6, 6, plain}, {"3410", "3415", 6, 6, 6, plain},
	{"3420", "3425", 6, 6, 6, plain}, {"3430", "3435", 6, 6, 6, plain}, {"3440", "3445", 6, 6, 6, plain},
	{"3450", "3455", 6, 6, 6, plain}, {"3460", "3465", 6, 6, 6, plain}, {"3470", "3475", 6, 6, 6, plain},
	{"3480", "3485", 6, 6, 6, plain}, {"3490", "3495", 6, 6, 6, plain}, {"3500", "3505", 6, 6, 6, plain},
	{"3510", "3515", 6, 6, 6, plain}, {"3520", "3525", 6, 6, 6, plain}, {"3530", "3535", 6, 6, 6, plain},
	{"3540", "3545", 6, 6, 6, plain}, {"3550", "3555", 6, 6, 6, plain}, {"3560", "3565", 6, 6, 6, plain},
	{"3570", "3575", 6, 6, 6, plain}, {"3600", "3605", 6, 6, 6, plain}, {"3610", "3615", 6, 6, 6, plain},
	{"3620", "3625", 6, 6, 6, plain}, {"3630", "3635", 6, 6, 6, plain}, {"3640", "3645", 6, 6, 6, plain},
	{"3650", "3655", 6, 6, 6, plain}, {"3660", "3665", 6, 6, 6, plain}, {"3670", "3675", 6, 6, 6, plain},
	{"3680", "3685", 6, 6, 6, plain}, {"3690", "3695", 6, 6, 6, plain},

	// Amounts and prices.
	{"3900", "3909", 1, 15, 15, plain}, {"3910", "3919", 4, 18, 18, plain},
	{"3920", "3929", 1, 15, 15, plain}, {"3930", "3939", 4, 18, 18, plain},
	{"3940", "3943", 4, 4, 4, plain}, {"3950", "3955", 6, 6, 6, plain},

	// Transport, places and origin.
	{"400", "401", 1, 30, 0, plain}, {"402", "402", 17, 17, 17, summed}, {"403", "403", 1, 30, 0, plain},
	{"410", "417", 13, 13, 13, summed}, {"420", "420", 1, 20, 0, plain}, {"421", "421", 4, 12, 3, plain},
	{"422", "422", 3, 3, 3, plain}, {"423", "423", 1, 15, 15, plain}, {"424", "424", 3, 3, 3, plain},
	{"425", "425", 1, 15, 15, plain}, {"426", "426", 3, 3, 3, plain}, {"427", "427", 1, 3, 0, plain},
	{"4300", "4301", 1, 35, 0, plain}, {"4302", "4306", 1, 70, 0, plain}, {"4307", "4307", 2, 2, 0, plain},
	{"4308", "4308", 1, 30, 0, plain}, {"4309", "4309", 20, 20, 20, plain}, {"4310", "4311", 1, 35, 0, plain},
	{"4312", "4316", 1, 70, 0, plain}, {"4317", "4317", 2, 2, 0, plain}, {"4318", "4318", 1, 20, 0, plain},
	{"4319", "4319", 1, 30, 0, plain}, {"4320", "4320", 1, 35, 0, plain}, {"4321", "4323", 1, 1, 1, plain},
	{"4324", "4325", 10, 10, 10, plain}, {"4326", "4326", 6, 6, 6, dated}, {"4330", "4333", 6, 7, 6, plain},

	// Fresh food, processing, certification and health.
	{"7001", "7001", 13, 13, 13, plain}, {"7002", "7002", 1, 30, 0, plain}, {"7003", "7003", 10, 10, 10, dated},
	{"7004", "7004", 1, 4, 4, plain}, {"7005", "7005", 1, 12, 0, plain}, {"7006", "7006", 6, 6, 6, dated},
	{"7007", "7007", 6, 12, 12, dated}, {"7008", "7008", 1, 3, 0, plain}, {"7009", "7009", 1, 10, 0, plain},
	{"7010", "7010", 1, 2, 0, plain}, {"7011", "7011", 6, 10, 10, dated}, {"7020", "7022", 1, 20, 0, plain},
	{"7023", "7023", 1, 30, 0, plain}, {"7030", "7039", 4, 30, 3, plain}, {"7040", "7040", 4, 4, 1, plain},
	{"710", "715", 1, 20, 0, plain}, {"7230", "7239", 3, 30, 0, plain}, {"7240", "7240", 1, 20, 0, plain},
	{"7241", "7241", 2, 2, 2, plain}, {"7242", "7242", 1, 25, 0, plain},

	// Assets, services, coupons and uses inside a company.
	{"8001", "8001", 14, 14, 14, plain}, {"8002", "8002", 1, 20, 0, plain}, {"8003", "8003", 14, 30, 14, summed},
	{"8004", "8004", 1, 30, 0, plain}, {"8005", "8005", 6, 6, 6, plain}, {"8006", "8006", 18, 18, 18, plain},
	{"8007", "8007", 1, 34, 0, plain}, {"8008", "8008", 8, 12, 12, dated}, {"8009", "8009", 1, 50, 0, plain},
	{"8010", "8010", 1, 30, 0, cset39}, {"8011", "8011", 1, 12, 12, plain}, {"8012", "8012", 1, 20, 0, plain},
	{"8013", "8013", 1, 25, 0, plain}, {"8017", "8018", 18, 18, 18, summed}, {"8019", "8019", 1, 10, 10, plain},
	{"8020", "8020", 1, 25, 0, plain}, {"8026", "8026", 18, 18, 18, plain}, {"8030", "8030", 1, 90, 0, plain},
	{"8110", "8110", 1, 70, 0, plain}, {"8111", "8111", 4, 4, 4, plain}, {"8112", "8112", 1, 70, 0, plain},
	{"90", "90", 1, 30, 0, plain}, {"91", "99", 1, 90, 0, plain},
}

// formatOf finds the format of an application identifier.
func formatOf(ai string) (format, bool) {
	for _, f := range formats {
		if len(ai) == len(f.first) && f.first <= ai && ai <= f.last {
			return f, isDigits(ai)
		}
	}
	return format{}, false
}

// check reports what is wrong with a value of this format.
func (f format) check(field, s string) error {
	allowed := cset82
	if f.rule == cset39 {
		allowed = "#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	}
	for _, r := range s {
		if !within(allowed, r) {
			return wrong(ErrCharacter, field, s, "%q", r)
		}
	}
	if len(s) < f.min || len(s) > f.max {
		return wrong(ErrLength, field, s, "has %d characters, want %d to %d", len(s), f.min, f.max)
	}
	if !isDigits(s[:min(f.digits, len(s))]) {
		return wrong(ErrCharacter, field, s, "want %d digits", min(f.digits, len(s)))
	}
	switch f.rule {
	case summed:
		_, err := parseNumber(field, s[:f.min], f.min)
		return err
	case dated:
		return checkDate(field, s[:6])
	case dayOptional:
		if s[4:] == "00" {
			return checkDate(field, s[:4]+"01")
		}
		return checkDate(field, s)
	}
	return nil
}

// checkDate reports whether yymmdd is a day of the calendar. The century does
// not matter: of two candidates a hundred years apart only 29 February 1900
// and 2100 differ, and GS1 reads 00 as 2000.
func checkDate(field, yymmdd string) error {
	if _, err := time.Parse("20060102", "20"+yymmdd); err != nil {
		return wrong(ErrSyntax, field, yymmdd, "no such date (YYMMDD)")
	}
	return nil
}

// Package backup copies everything that is kept to another place, encrypted, and
// brings it back onto empty stores of either engine. docs/backup.md describes the
// format for who has to read it without this program.
package backup

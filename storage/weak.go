package storage

import (
	"temgoc/storage/minio"
	"temgoc/storage/mongo"
)

// Weaknesses says what makes the two addresses unsafe to use: servers that let
// anybody in, passwords that everybody knows, connections that others can read.
// Each begins with the setting that is at fault and shows no password.
func Weaknesses(c Config) []string {
	var found []string
	if scheme, _ := split(c.Documents); scheme == "mongodb" || scheme == "mongodb+srv" {
		for _, w := range mongo.Weaknesses(c.Documents) {
			found = append(found, "documents: "+w)
		}
	}
	if scheme, _ := split(c.Files); scheme == "s3" {
		bucket, err := minio.ParseURL(c.Files)
		if err != nil {
			return found // Open says what is wrong with it
		}
		for _, w := range bucket.Weaknesses() {
			found = append(found, "files: "+w)
		}
	}
	return found
}

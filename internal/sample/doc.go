// Package sample is the demonstration: what a province's programme looks like
// with sixteen products, their producers, certificates, batches, records and
// test reports, among them every case that a page must be able to show.
//
// Places and types of products are real; producers, people, numbers, results
// and decisions are invented, and every producer is marked as a
// demonstration. Numbers of decisions begin with DEMO, GTINs have the prefix
// 952 that names no real product.
//
// Everything is entered through the rules of trace.Ledger and printing.Book by
// the actor whose task it is, so that nothing can get in that a user could
// not enter. All dates are counted from the day of loading.
package sample

package sighting

import (
	"temgoc/internal/catalog"
	"temgoc/internal/printing"
)

// A Stage is how far a stamp is on its way, as far as is known.
type Stage string

// The stages in their order, and the two ends for good.
const (
	StageIssued  Stage = "issued"
	StagePrinted Stage = "printed"
	StageShipped Stage = "shipped"
	StageScanned Stage = "scanned" // by anybody
	StageUsed    Stage = "used"
	StageVoid    Stage = "void" // its code was taken out of use, or it was scrapped or lost
	StageStolen  Stage = "stolen"
)

func named(vi, en string) catalog.Name { return catalog.Name{VI: vi, EN: en} }

// Name is the stage in words.
func (s Stage) Name() catalog.Name {
	switch s {
	case StageIssued:
		return named("đã cấp mã", "issued")
	case StagePrinted:
		return named("đã in", "printed")
	case StageShipped:
		return named("đã xuất kho", "shipped")
	case StageScanned:
		return named("đã có người quét", "scanned")
	case StageUsed:
		return named("đã ghi nhận mở gói", "marked as opened")
	case StageVoid:
		return named("đã hủy", "out of use")
	case StageStolen:
		return named("bị báo mất cắp", "reported as stolen")
	}
	return catalog.Name{}
}

// StageOf finds how far a stamp of an order is. scanned says that its page was
// opened, void that its code was taken out of use.
func StageOf(o printing.Order, position int, i Item, scanned, void bool) Stage {
	fate := o.FateOf(position).Fate
	switch {
	case fate == printing.Stolen:
		return StageStolen
	case void, fate.Withdrawn():
		return StageVoid
	case i.Used != nil:
		return StageUsed
	case scanned:
		return StageScanned
	case o.HasShipped(position):
		return StageShipped
	case fate == printing.Printed:
		return StagePrinted
	}
	return StageIssued
}

// Package picture draws the products of the demonstration: quiet still lifes
// on a table before the hills, made of gradients and soft shadows. Every
// picture is drawn from its name alone and always the same to the byte.
package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"maps"
	"slices"
)

// The size of a picture in dots.
const (
	Width  = 800
	Height = 600
)

// scenes are the still lifes by name.
var scenes = map[string]func(*canvas){
	"shan-tea":       shanTea,
	"green-tea":      greenTea,
	"bud-tea":        budTea,
	"forest-honey":   forestHoney,
	"mint-honey":     mintHoney,
	"oranges":        oranges,
	"pomelo":         pomelo,
	"melon":          melon,
	"spirit":         spirit,
	"vermicelli":     vermicelli,
	"noodles":        noodles,
	"peanuts":        peanuts,
	"sticky-rice":    stickyRice,
	"smoked-buffalo": smokedBuffalo,
	"gai-cakes":      gaiCakes,
	"bamboo-shoots":  bambooShoots,
	"gift-box":       giftBox,
}

// Names lists the pictures in order.
func Names() []string { return slices.Sorted(maps.Keys(scenes)) }

// Draw draws the picture of that name.
func Draw(name string) (image.Image, error) {
	scene, ok := scenes[name]
	if !ok {
		return nil, fmt.Errorf("no picture is called %q", name)
	}
	c := newCanvas()
	scene(c)
	c.mark()
	return c.img, nil
}

// JPEG draws the picture of that name as a JPEG file.
func JPEG(name string) ([]byte, error) {
	img, err := Draw(name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 92}); err != nil {
		return nil, fmt.Errorf("encode picture %q: %w", name, err)
	}
	return out.Bytes(), nil
}

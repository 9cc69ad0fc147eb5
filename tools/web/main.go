// Command web bundles the style sheet and the script that browsers load. It needs no Node:
// esbuild is a Go library, and the npm files that go in are committed.
//
//	go run . -static ../../internal/web/static           writes dist
//	go run . -static ../../internal/web/static -check    fails when dist is not what would be written
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	static := flag.String("static", "", "the directory that holds src, vendor and dist")
	check := flag.Bool("check", false, "write nothing, fail when dist is not up to date")
	flag.Parse()
	if err := run(*static, *check); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(static string, check bool) error {
	made, err := bundle(static)
	if err != nil {
		return err
	}
	dist := filepath.Join(static, "dist")
	if check {
		return compare(dist, made)
	}
	if err := os.RemoveAll(dist); err != nil {
		return err
	}
	for name, content := range made {
		path := filepath.Join(dist, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// bundle makes all files of dist, by their names in it.
func bundle(static string) (map[string][]byte, error) {
	root, err := filepath.Abs(static)
	if err != nil {
		return nil, err
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: root,
		EntryPointsAdvanced: []api.EntryPoint{
			{InputPath: "src/css/desk.css", OutputPath: "desk"},
			{InputPath: "src/js/desk.js", OutputPath: "desk"},
		},
		Outdir:            filepath.Join(root, "dist"),
		Bundle:            true,
		Format:            api.FormatIIFE,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone, // the licences stand beside, whole
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Engines: []api.Engine{
			// What knows light-dark(), nesting and popover.
			{Name: api.EngineChrome, Version: "123"},
			{Name: api.EngineFirefox, Version: "125"},
			{Name: api.EngineSafari, Version: "17.5"},
		},
		Loader: map[string]api.Loader{".woff2": api.LoaderFile},
		// The address of all files changes when one does; names need not.
		AssetNames: "[name]",
	})
	if len(result.Errors) > 0 {
		return nil, errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), ""))
	}
	if len(result.Warnings) > 0 {
		return nil, errors.New(strings.Join(api.FormatMessages(result.Warnings, api.FormatMessagesOptions{}), ""))
	}
	made := map[string][]byte{}
	for _, f := range result.OutputFiles {
		name, err := filepath.Rel(filepath.Join(root, "dist"), f.Path)
		if err != nil {
			return nil, err
		}
		made[filepath.ToSlash(name)] = f.Contents
	}
	return made, copied(root, made)
}

// copied adds what is served as it lies: the icon, and the licences of what is bundled.
func copied(root string, made map[string][]byte) error {
	for pattern, to := range map[string]string{
		"src/icon.svg": "", "src/fonts/*-OFL.txt": "licences/", "vendor/*-LICENSE.txt": "licences/",
	} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return err
		}
		for _, p := range paths {
			content, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			made[to+filepath.Base(p)] = content
		}
	}
	return nil
}

// compare fails when a directory holds other files than those made.
func compare(dist string, made map[string][]byte) error {
	var found []string
	have := map[string]bool{}
	err := filepath.WalkDir(dist, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dist, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		have[name] = true
		content, err := os.ReadFile(path)
		if err == nil && !bytes.Equal(content, made[name]) {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		return err
	}
	for name := range made {
		if !have[name] {
			found = append(found, name)
		}
	}
	if len(found) > 0 {
		return fmt.Errorf("internal/web/static/dist is not what its sources make (make generate mends it): %s", strings.Join(found, ", "))
	}
	return nil
}

// Command watchbill makes the support contract of an online shop run.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/watchbill/watchbill/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // whoever asks a second time does not want to wait
	console := cli.System()
	console.Serve = serve
	code := cli.Run(ctx, os.Args[1:], console)
	stop()
	os.Exit(code)
}

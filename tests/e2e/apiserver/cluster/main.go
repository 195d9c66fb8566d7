// Command cluster runs a control plane on the loopback interface for as long as its standard input stays open.
//
// It starts etcd, kube-apiserver and the one controller that fills in aggregated roles, from the folder that holds this
// program, prints a line of JSON when they answer, and when its input ends (its caller is done, or gone) it ends them and
// removes all that they wrote. There is no kubelet: pods are accepted and never run.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// told is what the caller needs in order to talk to the control plane.
type told struct {
	Server string `json:"server"`
	// Folder holds admin.kubeconfig, the same keys as ca.crt, admin.crt and admin.key, and a log of each program.
	Folder string `json:"folder"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "cluster:", err)
		os.Exit(1)
	}
}

func run() (err error) {
	folder, err := os.MkdirTemp("", "seawall-e2e-")
	if err != nil {
		return err
	}
	plane := &plane{folder: folder, failed: make(chan error, 3)}
	defer func() {
		if err != nil {
			plane.logs(os.Stderr)
		}
		plane.stop()
		err = errors.Join(err, os.RemoveAll(folder))
	}()
	ended := make(chan error, 1)
	go waitForEnd(ended)
	ready := make(chan error, 1)
	go func() { ready <- plane.start() }()
	for {
		select {
		case err := <-ready:
			if err != nil {
				return err
			}
			if err := json.NewEncoder(os.Stdout).Encode(told{plane.url(), folder}); err != nil {
				return err
			}
		case err := <-plane.failed:
			return err
		case err := <-ended:
			return err
		}
	}
}

// waitForEnd answers when standard input is closed or a signal asks for the end.
func waitForEnd(ended chan<- error) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	closed := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, os.Stdin)
		closed <- err
	}()
	select {
	case err := <-closed:
		ended <- err
	case <-signals:
		ended <- nil
	}
}

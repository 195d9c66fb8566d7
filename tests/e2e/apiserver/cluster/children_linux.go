package main

import (
	"os/exec"
	"runtime"
	"syscall"
)

// dieWithUs lets the kernel end a child when this process is gone, however it went.
//
// The signal comes when the thread ends that started the child, so that the caller keeps its thread.
func dieWithUs(cmd *exec.Cmd) {
	runtime.LockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
}

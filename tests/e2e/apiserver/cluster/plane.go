package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

const (
	startWithin = 2 * time.Minute
	stopWithin  = 10 * time.Second
)

// audited lets the log hold each request of one account, so that a test can tell what Seawall asked; and no others.
const audited = `{
	"apiVersion": "audit.k8s.io/v1",
	"kind": "Policy",
	"omitStages": ["RequestReceived"],
	"rules": [
		{"level": "Metadata", "users": ["system:serviceaccount:alpha:seawall-reader"]},
		{"level": "None"}
	]
}`

// plane is the control plane: its folder, its ports and the processes that are up.
type plane struct {
	folder string
	port   int
	failed chan error

	mu       sync.Mutex
	stopping bool
	children []*child
}

type child struct {
	name string
	cmd  *exec.Cmd
	done chan struct{}
}

func (p *plane) url() string { return fmt.Sprintf("https://127.0.0.1:%d", p.port) }

func (p *plane) path(name string) string { return filepath.Join(p.folder, name) }

// start returns when the API server has its own roles and serves; what ends before that is told by failed.
func (p *plane) start() error {
	ports, err := freePorts(3)
	if err != nil {
		return err
	}
	p.port = ports[0]
	client, err := writeKeys(p.folder)
	if err != nil {
		return err
	}
	if err := os.WriteFile(p.path("audit.json"), []byte(audited), 0o600); err != nil {
		return err
	}
	if err := writeKubeconfig(p.path("admin.kubeconfig"), p.url(), client); err != nil {
		return err
	}
	store := fmt.Sprintf("http://127.0.0.1:%d", ports[1])
	if err := p.launch("etcd", p.etcd(store, fmt.Sprintf("http://127.0.0.1:%d", ports[2]))); err != nil {
		return err
	}
	if err := p.launch("kube-apiserver", p.apiserver(store)); err != nil {
		return err
	}
	if err := waitReady(p.url()+"/readyz", client); err != nil {
		return err
	}
	return p.launch("gatherer", []string{"--kubeconfig=" + p.path("admin.kubeconfig")})
}

func (p *plane) etcd(client, peer string) []string {
	return []string{
		"--data-dir=" + p.path("etcd"),
		"--listen-client-urls=" + client,
		"--advertise-client-urls=" + client,
		"--listen-peer-urls=" + peer,
		"--initial-advertise-peer-urls=" + peer,
		"--initial-cluster=default=" + peer,
		"--log-level=error",
		// Nothing here outlives the process, so nothing need reach the disk.
		"--unsafe-no-fsync",
	}
}

func (p *plane) apiserver(store string) []string {
	return []string{
		"--etcd-servers=" + store,
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		// An endpoint of the Service `kubernetes` may not be a loopback address.
		"--endpoint-reconciler-type=none",
		fmt.Sprintf("--secure-port=%d", p.port),
		"--service-cluster-ip-range=10.0.0.0/24",
		"--tls-cert-file=" + p.path("server.crt"),
		"--tls-private-key-file=" + p.path("server.key"),
		"--client-ca-file=" + p.path("ca.crt"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + p.path("accounts.key"),
		"--service-account-signing-key-file=" + p.path("accounts.key"),
		"--authorization-mode=RBAC",
		"--allow-privileged=true",
		"--audit-policy-file=" + p.path("audit.json"),
		"--audit-log-path=" + p.path("audit.log"),
		"--audit-log-mode=blocking-strict",
		// Thousands of reviews are asked as fast as they are answered.
		"--enable-priority-and-fairness=false",
		"--max-requests-inflight=0",
		"--max-mutating-requests-inflight=0",
		"--profiling=false",
	}
}

// launch starts a program that lies beside this one; its output goes to a file of the plane's folder.
func (p *plane) launch(name string, arguments []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := os.Create(p.path(name + ".log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(filepath.Join(filepath.Dir(self), name), arguments...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.Env = p.folder, log, log, []string{"HOME=" + p.folder}
	started := &child{name: name, cmd: cmd, done: make(chan struct{})}

	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopping {
		return fmt.Errorf("%s: asked to end before the start", name)
	}
	// The thread that starts a child must live as long as the child may: see dieWithUs.
	launched := make(chan error)
	go started.supervise(launched, p)
	if err := <-launched; err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	p.children = append(p.children, started)
	return nil
}

func (c *child) supervise(launched chan<- error, p *plane) {
	dieWithUs(c.cmd)
	err := c.cmd.Start()
	launched <- err
	if err != nil {
		return
	}
	err = c.cmd.Wait()
	close(c.done)
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.stopping {
		p.failed <- fmt.Errorf("%s ended by itself: %v", c.name, err)
	}
}

// stop ends the processes, the last started first, and waits for each.
func (p *plane) stop() {
	p.mu.Lock()
	p.stopping = true
	children := p.children
	p.mu.Unlock()
	for i := len(children) - 1; i >= 0; i-- {
		each := children[i]
		_ = each.cmd.Process.Signal(os.Interrupt)
		if each.name == "kube-apiserver" {
			// It would wait for a minute until open watches end.
			_ = each.cmd.Process.Kill()
		}
		select {
		case <-each.done:
		case <-time.After(stopWithin):
			_ = each.cmd.Process.Kill()
			<-each.done
		}
	}
}

// logs copies the end of each log, for whoever must find out why nothing came up.
func (p *plane) logs(to io.Writer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, each := range p.children {
		text, _ := os.ReadFile(p.path(each.name + ".log"))
		if len(text) > 4000 {
			text = text[len(text)-4000:]
		}
		fmt.Fprintf(to, "--- %s\n%s\n", each.name, text)
	}
}

// freePorts asks the system for ports, all at once so that they differ.
func freePorts(count int) ([]int, error) {
	var found []int
	for range count {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer listener.Close()
		found = append(found, listener.Addr().(*net.TCPAddr).Port)
	}
	return found, nil
}

func waitReady(url string, keys clientKeys) error {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(keys.authority)
	pair, err := tls.X509KeyPair(keys.certificate, keys.key)
	if err != nil {
		return err
	}
	config := &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}}
	client := http.Client{Transport: &http.Transport{TLSClientConfig: config}, Timeout: 5 * time.Second}
	var last string
	for deadline := time.Now().Add(startWithin); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		answer, err := client.Get(url)
		if err != nil {
			last = err.Error()
			continue
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			return nil
		}
		last = string(body)
	}
	return fmt.Errorf("the API server is not ready after %s: %s", startWithin, last)
}

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// clientKeys are the administrator's, as PEM.
type clientKeys struct{ authority, certificate, key []byte }

// writeKeys makes an authority, the server's certificate, an administrator's and the key that signs accounts' tokens.
//
// They are good for a day and are removed with the folder.
func writeKeys(folder string) (clientKeys, error) {
	authority, authorityKey, err := issue(&x509.Certificate{
		Subject:               pkix.Name{CommonName: "seawall-e2e"},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}, nil, nil)
	if err != nil {
		return clientKeys{}, err
	}
	server, serverKey, err := issue(&x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		DNSNames:    []string{"localhost"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, authority, authorityKey)
	if err != nil {
		return clientKeys{}, err
	}
	admin, adminKey, err := issue(&x509.Certificate{
		Subject:     pkix.Name{CommonName: "admin", Organization: []string{"system:masters"}},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, authority, authorityKey)
	if err != nil {
		return clientKeys{}, err
	}
	accounts, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return clientKeys{}, err
	}
	err = errors.Join(
		write(folder, "ca.crt", certificatePEM(authority)),
		write(folder, "admin.crt", certificatePEM(admin)),
		write(folder, "admin.key", keyPEM(adminKey)),
		write(folder, "server.crt", certificatePEM(server)),
		write(folder, "server.key", keyPEM(serverKey)),
		write(folder, "accounts.key", keyPEM(accounts)),
	)
	return clientKeys{certificatePEM(authority), certificatePEM(admin), keyPEM(adminKey)}, err
}

// issue signs a certificate for a new key; without an authority it signs itself.
func issue(form, authority *x509.Certificate, signer *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	if authority == nil {
		authority, signer = form, key
	} else {
		form.KeyUsage = x509.KeyUsageDigitalSignature
	}
	if form.SerialNumber, err = rand.Int(rand.Reader, big.NewInt(1<<62)); err != nil {
		return nil, nil, err
	}
	form.NotBefore, form.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour)
	raw, err := x509.CreateCertificate(rand.Reader, form, authority, &key.PublicKey, signer)
	if err != nil {
		return nil, nil, err
	}
	signed, err := x509.ParseCertificate(raw)
	return signed, key, err
}

func certificatePEM(certificate *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})
}

func keyPEM(key *ecdsa.PrivateKey) []byte {
	raw, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: raw})
}

func write(folder, name string, text []byte) error {
	return os.WriteFile(filepath.Join(folder, name), text, 0o600)
}

// writeKubeconfig writes JSON, which is YAML; bytes become base64, as kubeconfig wants its *-data fields.
func writeKubeconfig(path, server string, keys clientKeys) error {
	type named map[string]any
	text, err := json.Marshal(named{
		"apiVersion":      "v1",
		"kind":            "Config",
		"current-context": "e2e",
		"contexts":        []named{{"name": "e2e", "context": named{"cluster": "e2e", "user": "admin"}}},
		"clusters": []named{{"name": "e2e", "cluster": named{
			"server": server, "certificate-authority-data": keys.authority,
		}}},
		"users": []named{{"name": "admin", "user": named{
			"client-certificate-data": keys.certificate, "client-key-data": keys.key,
		}}},
	})
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

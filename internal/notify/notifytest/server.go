// Package notifytest gives tests a real mail server on this machine, which can be slow,
// refuse, and fall silent after it has taken a letter.
package notifytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// Mail is a letter as the server got it.
type Mail struct {
	From string // of the envelope
	To   []string
	Data string // head and body
}

// Behaviour is what the server does with the letters that come. The zero value takes them.
type Behaviour struct {
	RefuseSender    int           // with this code, e.g. 450 or 550
	RefuseRecipient int           // likewise
	RefuseLetter    int           // likewise
	Cut             bool          // hangs up after it has taken a letter, without an answer
	Wait            chan struct{} // answers nothing before this is closed
}

// Server is a mail server with STARTTLS.
type Server struct {
	Host  string
	Port  int
	Trust *x509.CertPool // who signed its certificate

	smtp *smtp.Server

	mu      sync.Mutex
	behaves Behaviour
	mails   []Mail
}

// Start starts a server that ends with the test. Its certificate names the hosts.
func Start(tb testing.TB, hosts ...string) *Server {
	tb.Helper()
	if len(hosts) == 0 {
		hosts = []string{"127.0.0.1"}
	}
	certificate, trust := certify(tb, hosts)
	s := &Server{Trust: trust}
	s.smtp = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{server: s, connection: c}, nil
	}))
	s.smtp.Domain = "mail.test"
	s.smtp.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	s.smtp.ErrorLog = quiet{}
	listener, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	address := listener.Addr().(*net.TCPAddr)
	s.Host, s.Port = address.IP.String(), address.Port
	ended := make(chan error, 1)
	go func() { ended <- s.smtp.Serve(listener) }()
	tb.Cleanup(func() {
		s.Behave(Behaviour{}) // lets go of who waits
		if err := s.smtp.Close(); err != nil {
			tb.Error(err)
		}
		if err := <-ended; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			tb.Error(err)
		}
	})
	return s
}

// Behave says what the server does from now on.
func (s *Server) Behave(b Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behaves = b
}

// Mails lists the letters that were taken, also those of which the answer was cut.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mails)
}

func (s *Server) behaviour() Behaviour {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.behaves
}

// Header gives the value of a header of a letter, "" when it has none.
func (m *Mail) Header(name string) string {
	head, _, _ := strings.Cut(m.Data, "\r\n\r\n")
	head = strings.ReplaceAll(head, "\r\n ", " ")
	for line := range strings.SplitSeq(head, "\r\n") {
		if key, value, ok := strings.Cut(line, ": "); ok && strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

type session struct {
	server     *Server
	connection *smtp.Conn
	mail       Mail
}

func refuse(code int) error {
	if code == 0 {
		return nil
	}
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: "not here"}
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mail = Mail{From: from}
	b := s.server.behaviour()
	if b.Wait != nil {
		<-b.Wait
	}
	return refuse(b.RefuseSender)
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.To = append(s.mail.To, to)
	return refuse(s.server.behaviour().RefuseRecipient)
}

func (s *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	b := s.server.behaviour()
	if b.RefuseLetter != 0 {
		return refuse(b.RefuseLetter)
	}
	s.mail.Data = string(data)
	s.server.mu.Lock()
	s.server.mails = append(s.server.mails, s.mail)
	s.server.mu.Unlock()
	if b.Cut {
		_ = s.connection.Conn().Close()
	}
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// quiet leaves out what the server would say about lines that a test has cut.
type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// certify makes a certificate that signs itself.
func certify(tb testing.TB, hosts []string) (tls.Certificate, *x509.CertPool) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.test"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2120, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		tb.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

package store

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// ContractVersion is one version of a contract as it is kept.
type ContractVersion struct {
	Contract  string // its name
	Number    int
	Effective time.Time
	Recorded  time.Time
	Document  string // the whole contract, expanded
	SHA256    string // of the document, in hex, as it was written
}

// Intact tells whether the document is the one that was written.
func (v *ContractVersion) Intact() bool { return v.SHA256 == checksum(v.Document) }

func checksum(document string) string {
	sum := sha256.Sum256([]byte(document))
	return hex.EncodeToString(sum[:])
}

// Contract is a contract of a client.
type Contract struct {
	Name   string // unique within the client
	Newest int    // number of its newest version
}

// Contracts lists the contracts of the client, in no particular order.
func (c *Client) Contracts() ([]Contract, error) {
	return clientQuery(c, scanContract, `
		SELECT contract, max(number) FROM contract_versions WHERE client = $1 GROUP BY contract`)
}

func scanContract(r row) (k Contract, err error) {
	err = r.Scan(&k.Name, &k.Newest)
	return k, err
}

// Versions lists the versions of a contract by number. CodeContractUnknown says that there
// is none.
func (c *Client) Versions(contract string) ([]ContractVersion, error) {
	found, err := clientQuery(c, scanVersion, `
		SELECT contract, number, effective, recorded, document, sha256
		FROM contract_versions WHERE client = $1 AND contract = $2 ORDER BY number`, contract)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, CodeContractUnknown, "contract", contract)
	}
	return found, err
}

// VersionsButDocuments is Versions without the documents, which are large.
func (c *Client) VersionsButDocuments(contract string) ([]ContractVersion, error) {
	found, err := clientQuery(c, scanVersionHead, `
		SELECT contract, number, effective, recorded, sha256
		FROM contract_versions WHERE client = $1 AND contract = $2 ORDER BY number`, contract)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, CodeContractUnknown, "contract", contract)
	}
	return found, err
}

func scanVersionHead(r row) (v ContractVersion, err error) {
	var effective, recorded int64
	err = r.Scan(&v.Contract, &v.Number, &effective, &recorded, &v.SHA256)
	v.Effective, v.Recorded = instant(effective), instant(recorded)
	return v, err
}

func scanVersion(r row) (v ContractVersion, err error) {
	var effective, recorded int64
	err = r.Scan(&v.Contract, &v.Number, &effective, &recorded, &v.Document, &v.SHA256)
	v.Effective, v.Recorded = instant(effective), instant(recorded)
	return v, err
}

// AddVersion adds a version to a contract, recorded now, and the contract with its first
// version. Recorded and SHA256 of v are not used. CodeVersionExists says that the number or
// the effective date is taken.
func (c *Client) AddVersion(v ContractVersion) error {
	now := millis(c.tx.Now)
	_, err := c.exec(`
		INSERT INTO contracts (client, contract, recorded) VALUES ($1, $2, $3)
		ON CONFLICT (client, contract) DO NOTHING`, v.Contract, now)
	if err != nil {
		return err
	}
	added, err := c.exec(`
		INSERT INTO contract_versions (client, contract, number, effective, recorded, document, sha256)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`, v.Contract, v.Number, millis(v.Effective), now, v.Document, checksum(v.Document))
	if err == nil && added == 0 {
		err = fault.New(fault.Conflict, CodeVersionExists, "contract", v.Contract, "number", v.Number)
	}
	return err
}

// LastRecorded is when the last entry of any case under a contract was recorded, zero when
// there is none.
func (c *Client) LastRecorded(contract string) (time.Time, error) {
	last, err := clientQuery(c, scanOne[int64], `
		SELECT recorded FROM streams WHERE client = $1 AND contract = $2 ORDER BY recorded DESC LIMIT 1`, contract)
	if err != nil || len(last) == 0 {
		return time.Time{}, err
	}
	return instant(last[0]), nil
}

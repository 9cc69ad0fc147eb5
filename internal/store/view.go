package store

// View is a question to the list of tickets that a person keeps: a name, and the query of the
// address that asks it.
type View struct {
	ID     string
	Person string // who made it
	Name   string
	Query  string
	Shared bool // with everybody of the desk
}

// Views lists the views of a person and those that others share, the oldest first.
func (tx *Tx) Views(person string) ([]View, error) {
	return query(tx, scanView, `
		SELECT view, person, name, query, shared FROM views WHERE person = $1 OR shared = TRUE ORDER BY view`, person)
}

func scanView(r row) (v View, err error) {
	err = r.Scan(&v.ID, &v.Person, &v.Name, &v.Query, &v.Shared)
	return v, err
}

// PutView keeps a view; a new one, without ID, is given one.
func (tx *Tx) PutView(v View) (View, error) {
	if v.ID == "" {
		v.ID = tx.newKey()
	}
	_, err := tx.exec(`
		INSERT INTO views (person, view, name, query, shared, recorded) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (person, view) DO UPDATE SET name = excluded.name, query = excluded.query, shared = excluded.shared`,
		v.Person, v.ID, v.Name, v.Query, v.Shared, millis(tx.Now))
	return v, err
}

// DropView drops a view of a person. Dropping one that is not there does nothing.
func (tx *Tx) DropView(person, id string) error {
	_, err := tx.exec(`DELETE FROM views WHERE person = $1 AND view = $2`, person, id)
	return err
}

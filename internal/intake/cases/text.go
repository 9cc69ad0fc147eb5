package cases

import "io" // the text form follows with contract files

func readText(io.Reader, string) ([]Case, error) { return nil, nil }

package sheet

import "io"

func (s *sheet) writeHTML(w io.Writer) error { return s.writeText(w) }

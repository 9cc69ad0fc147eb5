package ticket

// Channel is the way by which a ticket came in.
type Channel string

// The channels.
const (
	ViaDesk       Channel = "desk"
	ViaPortal     Channel = "portal"
	ViaAPI        Channel = "api"
	ViaMail       Channel = "mail"
	ViaMonitoring Channel = "monitoring"
)

// Relation says how a ticket relates to another.
type Relation string

// The relations. A relation from one ticket is its opposite from the other.
const (
	Relates      Relation = "relates"
	Duplicates   Relation = "duplicates"
	DuplicatedBy Relation = "duplicated_by"
	CausedBy     Relation = "caused_by"
	Causes       Relation = "causes"
	FixedBy      Relation = "fixed_by"
	Fixes        Relation = "fixes"
	Absorbs      Relation = "absorbed" // the other one was merged into this one
)

// Relations lists the relations that people may set.
var Relations = []Relation{Relates, Duplicates, DuplicatedBy, CausedBy, Causes, FixedBy, Fixes}

// Opposite is the relation as it looks from the other ticket.
func (r Relation) Opposite() Relation {
	switch r {
	case Duplicates:
		return DuplicatedBy
	case DuplicatedBy:
		return Duplicates
	case CausedBy:
		return Causes
	case Causes:
		return CausedBy
	case FixedBy:
		return Fixes
	case Fixes:
		return FixedBy
	default:
		return r
	}
}

package access

// Permission is the right to use one group of use cases. Every use case names one.
type Permission string

// The permissions. What stands behind each is its line in docs/permissions.md.
const (
	ReadTickets    Permission = "tickets.read"     // see tickets, their clocks and why
	ReadInternal   Permission = "tickets.internal" // see internal notes and what the desk keeps to itself
	LogTickets     Permission = "tickets.log"      // log a ticket
	RecordEntries  Permission = "tickets.record"   // take the steps of the desk: classify, route, reply, restore, close
	AnswerTickets  Permission = "tickets.answer"   // write and take steps on a ticket as the client
	BulkTickets    Permission = "tickets.bulk"     // take one step on many tickets
	BackdateSteps  Permission = "tickets.backdate" // report late, with the time at which it happened
	SettleTickets  Permission = "tickets.settle"   // have the rules decide what fell due
	AddFiles       Permission = "files.add"        // attach files to tickets
	ReadFiles      Permission = "files.read"       // open the files of tickets
	ReadWork       Permission = "work.read"        // see logged work and hours against the pools
	LogWork        Permission = "work.log"         // log own work
	CorrectOwn     Permission = "work.correct"     // correct own logged work
	CorrectOthers  Permission = "work.correct_all" // correct the logged work of others
	ReadViews      Permission = "views.read"       // open saved views
	OwnViews       Permission = "views.own"        // save views for oneself
	ShareViews     Permission = "views.share"      // share a view with a team
	OwnNotices     Permission = "notices.own"      // see and clear one's own notices
	OwnProfile     Permission = "profile.own"      // one's own password, settings, sessions and API tokens
	ReadPeople     Permission = "people.read"      // see people and teams
	ManagePeople   Permission = "people.manage"    // invite people, change role, scope and team, end their access
	RecoverPeople  Permission = "people.recover"   // let somebody in who lost the password, on the machine itself
	ManageTeams    Permission = "teams.manage"     // make and rename teams
	ReadClients    Permission = "clients.read"     // see which clients there are
	ManageClients  Permission = "clients.manage"   // take on a client
	ReadContracts  Permission = "contracts.read"   // see contracts and their versions
	AmendContracts Permission = "contracts.amend"  // add a version of a contract
	// ImportHistories stands alone, for it dates entries without a limit.
	ImportHistories Permission = "histories.import" // bring in the tickets of another system
	VerifyStore     Permission = "store.verify"     // recompute all that is kept, of every client
	ReadAudit       Permission = "audit.read"       // see who changed people, teams and settings
	ReadOutbox      Permission = "outbox.read"      // see mail that was sent or would be, with the links in it
	DeliverOutbox   Permission = "outbox.deliver"   // send what waits in the outbox
	SignIn          Permission = "desk.enter"       // sign in, or use a link that came by mail
	SetUp           Permission = "desk.setup"       // make the first person of an installation
)

// Role is a set of permissions.
type Role string

// The roles. Those of people are in People.
const (
	Operator Role = "operator" // runs the installation, on its own machine
	Worker   Role = "worker"   // the program itself, when something falls due
	Visitor  Role = "visitor"  // somebody who has not signed in

	Admin   Role = "admin"   // everything that people can do on the desk
	Manager Role = "manager" // answers for service or delivery to clients
	Lead    Role = "lead"    // leads a shift
	Agent   Role = "agent"   // works on tickets, at any level
	Auditor Role = "auditor" // sees everything, changes nothing

	ClientLead Role = "client_lead" // of the client: all tickets of the client
	Requester  Role = "requester"   // of the client: tickets that they raised or watch
)

// People are the roles that people can have, those with the most rights first.
var People = []Role{Admin, Manager, Lead, Agent, Auditor, ClientLead, Requester}

// Staff tells whether the role belongs to people of the provider.
func (r Role) Staff() bool {
	switch r {
	case Admin, Manager, Lead, Agent, Auditor:
		return true
	default:
		return false
	}
}

// OfClient tells whether the role belongs to people of a client.
func (r Role) OfClient() bool { return r == ClientLead || r == Requester }

// own is what every person may do about themselves.
var own = []Permission{OwnProfile, OwnNotices}

// grants are the permissions of each role. A role that is built on another begins with it.
var grants = func() map[Role][]Permission {
	requester := with(own, ReadTickets, LogTickets, AnswerTickets, AddFiles, ReadFiles, ReadClients)
	clientLead := with(requester, ReadContracts)
	auditor := with(own, ReadTickets, ReadInternal, ReadFiles, ReadWork, ReadViews, ReadPeople, ReadClients,
		ReadContracts, ReadAudit, VerifyStore)
	agent := with(own, ReadTickets, ReadInternal, LogTickets, RecordEntries, BulkTickets, BackdateSteps, AddFiles, ReadFiles,
		ReadWork, LogWork, CorrectOwn, ReadViews, OwnViews, ReadPeople, ReadClients, ReadContracts)
	lead := with(agent, CorrectOthers, ShareViews)
	manager := with(lead, AmendContracts, ManagePeople, ManageTeams)
	admin := with(manager, ManageClients, ImportHistories, VerifyStore, ReadAudit, ReadOutbox)
	return map[Role][]Permission{
		Operator: {
			SetUp, ReadPeople, ManagePeople, RecoverPeople, ManageTeams, ReadClients, ManageClients, ReadContracts, AmendContracts,
			ImportHistories, VerifyStore, ReadAudit,
		},
		Worker:     {SettleTickets, DeliverOutbox},
		Visitor:    {SignIn, SetUp},
		Admin:      admin,
		Manager:    manager,
		Lead:       lead,
		Agent:      agent,
		Auditor:    auditor,
		ClientLead: clientLead,
		Requester:  requester,
	}
}()

// with is a list and more, as a list of its own.
func with(some []Permission, more ...Permission) []Permission {
	return append(append([]Permission{}, some...), more...)
}

// notByToken is what no API token can be made for, since it would outlive what the person
// meant it for: who holds one may not make another, or take over the person.
var notByToken = []Permission{OwnProfile, ReadOutbox}

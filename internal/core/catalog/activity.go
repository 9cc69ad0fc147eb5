package catalog

// Activity is one of the kinds of work that a contract can have in scope.
type Activity string

// Service is a group of activities.
type Service string

// The services of the support model.
const (
	OperationsBreakfix        Service = "operations_breakfix"
	Enhancements              Service = "enhancements"
	OptionalServices          Service = "optional_services"
	DeliveryServiceManagement Service = "delivery_service_management"
)

// Activities that rules speak of by name.
const (
	EventManagement    Activity = "event_management"
	IncidentManagement Activity = "incident_management"
	ServiceRequests    Activity = "service_requests"
	ProblemManagement  Activity = "problem_management"
	ChangeManagement   Activity = "change_management"
	DesignDevelopment  Activity = "design_development"
)

// ActivityFacts is what the support model says of an activity.
type ActivityFacts struct {
	Activity Activity
	Service  Service
	Level    Level // the level that usually does it; a contract may say otherwise
}

// Activities lists every activity of the support model, in the order of the mission.
// Source: the support model of domain/models.yaml, data of August 2026.
var Activities = []ActivityFacts{
	{EventManagement, OperationsBreakfix, L1},
	{IncidentManagement, OperationsBreakfix, L1},
	{ServiceRequests, OperationsBreakfix, L1},
	{"priority_notification_reporting", OperationsBreakfix, L1},
	{ProblemManagement, OperationsBreakfix, L2},
	{ChangeManagement, OperationsBreakfix, L2},
	{"peak_support", OperationsBreakfix, L1},

	{"backlog_grooming", Enhancements, L3},
	{"sprint_release_planning", Enhancements, L3},
	{DesignDevelopment, Enhancements, L3},
	{"functional_sprint_testing", Enhancements, L3},
	{"perf_security_test_support", Enhancements, L3},
	{"deployment_planning", Enhancements, L3},

	{"architecture_audit", OptionalServices, L3},
	{"perf_security_testing", OptionalServices, L3},
	{"business_operations", OptionalServices, L3},
	{"content_production", OptionalServices, L3},
	{"merchandising_operations", OptionalServices, L3},
	{"strategic_consulting", OptionalServices, L3},
	{"platform_updates", OptionalServices, L3},

	{"oversight_shift", DeliveryServiceManagement, L2},
	{"triage", DeliveryServiceManagement, L2},
	{"stakeholder_comms", DeliveryServiceManagement, L2},
	{"service_reporting", DeliveryServiceManagement, L2},
	{"continual_improvement", DeliveryServiceManagement, L2},
	{"process_audit", DeliveryServiceManagement, L2},
	{"documentation", DeliveryServiceManagement, L2},
	{"platform_updates_mgmt", DeliveryServiceManagement, L2},
}

// Service returns the service that the activity belongs to, "" for an unknown one.
func (a Activity) Service() Service {
	for _, f := range Activities {
		if f.Activity == a {
			return f.Service
		}
	}
	return ""
}

// WorkOn is the activity that work on a ticket of the kind belongs to unless its log says otherwise.
func WorkOn(k Kind) Activity {
	switch k {
	case ServiceRequest:
		return ServiceRequests
	case Problem:
		return ProblemManagement
	case Change:
		return ChangeManagement
	case Enhancement:
		return DesignDevelopment
	default:
		return IncidentManagement
	}
}

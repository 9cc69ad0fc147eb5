module github.com/watchbill/watchbill

go 1.26.0

require (
	github.com/goccy/go-yaml v1.19.2
	github.com/nicksnyder/go-i18n/v2 v2.7.0
	golang.org/x/text v0.44.0
)

require (
	github.com/alecthomas/kong v1.17.0 // indirect
	github.com/arran4/golang-ical v0.3.4 // indirect
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/teambition/rrule-go v1.8.2 // indirect
	pgregory.net/rapid v1.3.0 // indirect
)

module github.com/watchbill/watchbill/tools/holidays

go 1.26.0

require github.com/rickar/cal/v2 v2.1.13

// Package notice says who is told what about a ticket, by which channel, and why.
package notice

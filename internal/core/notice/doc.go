// Package notice says who is told what about a ticket, by which channel, and why.
//
// What is told is a Kind and values, never a text that somebody wrote: who hands a message
// over reads the text then, so that what was erased is not sent.
package notice

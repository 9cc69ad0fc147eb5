// Package history reads ticket histories of other systems, CSV and XES, into timelines.
//
// A history has one row for each change of a ticket: what the ticket was like from then
// on. Examine looks at a file and guesses how it is to be read; a Mapping says it; a
// Reader turns rows into tickets. docs/histories.md tells the rules.
//
// Memory: one pass over the file looks at it and keeps 8 to 16 bytes for each ticket id,
// a second one reads it. Where the rows of each ticket stand together, the second pass
// holds one ticket at a time and each different text of the columns group, assignee, actor
// and role once. Where they do not, all rows are held, at 72 bytes each and the ticket ids.
package history

-- What an engine must know of the words to search them: see engine_search.go.
SEARCH_TUNING;

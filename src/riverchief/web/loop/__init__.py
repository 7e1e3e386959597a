"""闭环: events in; the next link's result and event out, each once, with every edge of provenance kept."""

/**
 * Settings of a function whose statements look up rows by key only. Without them its plans, which are kept on a connection,
 * may be those for tables that were empty when it was first called. What cannot but read a table of one row looks so
 * expensive then, up to PostgreSQL 17, that it would be compiled each time.
 */
export const byKey = `set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off
  set enable_mergejoin = off set jit = off`;

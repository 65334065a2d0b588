/** What reads or writes rows, and what belongs to a transaction and ends with it. */
const ofRows = /^\s*(?:select|with|insert|update|delete|begin|start|commit|rollback|savepoint|release)\b/i;
const ofTransaction = /^\s*set\s+(?:local|transaction|constraints)\b/i;
/** A lock or a setting that a connection keeps when the transaction is over. */
const ofConnection = /\bpg_(?:try_)?advisory_lock|\bset_config\s*\((?!.*,\s*true\s*\))|\bsetseed\b/is;
/** A second statement in the same text; what follows in quotes counts too, which costs a copy and nothing else. */
const another = /;\s*\S/;
/** Makes a table. */
const intoTable = /^\s*(?:select|with)\b(?!.*\binsert\s+into\b).*\binto\b/is;

/** Whether a statement leaves nothing behind but rows; what is not known to do so is assumed to leave more. */
export function leavesOnlyRows(sql: string): boolean {
  if (another.test(sql) || ofConnection.test(sql)) return false;
  return ofTransaction.test(sql) || (ofRows.test(sql) && !intoTable.test(sql));
}

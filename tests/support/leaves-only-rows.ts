/** Matches statements that read or write rows, or that control a transaction. */
const ofRows = /^\s*(?:select|with|insert|update|delete|begin|start|commit|rollback|savepoint|release)\b/i;
const ofTransaction = /^\s*set\s+(?:local|transaction|constraints)\b/i;
/** Matches functions that take a lock or change a setting that a connection keeps after the transaction has ended. */
const ofConnection = /\bpg_(?:try_)?advisory_lock|\bset_config\s*\((?!.*,\s*true\s*\))|\bsetseed\b/is;
/** Matches a second statement in the same text. Also matches a semicolon in a literal, which costs only a new copy of the database. */
const another = /;\s*\S/;
/** Matches statements that create a table with `select … into`. */
const intoTable = /^\s*(?:select|with)\b(?!.*\binsert\s+into\b).*\binto\b/is;

/** True if a statement changes nothing but rows. An unknown statement is assumed to change more. */
export function leavesOnlyRows(sql: string): boolean {
  if (another.test(sql) || ofConnection.test(sql)) return false;
  return ofTransaction.test(sql) || (ofRows.test(sql) && !intoTable.test(sql));
}

/** The number of rows of a table in each minute and quarter-hour, up to the position in `total_positions`. */
export interface TotalTable {
  organization_id: string;
  /** The table whose rows are counted. */
  subject: string;
  /** The length of the interval in milliseconds. */
  span_ms: number;
  /** The beginning of the interval, in milliseconds since 1970. */
  starts_at: number;
  outcome: string;
  type: string;
  /** The id of an integration; empty without one. */
  source: string;
  /** The code of the reason or of the error; empty without one. */
  reason: string;
  count: number;
}

/** The position in the order of commits up to which the rows of an organization are in the totals. */
export interface TotalPositionTable {
  organization_id: string;
  subject: string;
  position: string;
}

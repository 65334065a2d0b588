/** The maximum numbers of conditions in a query, values in a condition, and fields to sort by. */
export const CONDITIONS_MAX = 500;
export const VALUES_MAX = 500;
export const SORT_KEYS_MAX = 10;

export type ListOperator =
  | 'eq'
  | 'ne'
  | 'gt'
  | 'gte'
  | 'lt'
  | 'lte'
  | 'in'
  | 'nin'
  | 'between'
  | 'search'
  | 'startsWith'
  | 'endsWith';

/** One condition of a filter, with the operators of the legacy directory's API. */
export interface Condition {
  readonly field: string;
  readonly operator: ListOperator;
  readonly values: readonly string[];
}

export interface SortKey {
  readonly field: string;
  readonly descending: boolean;
}

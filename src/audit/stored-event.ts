import type { Actor, FieldChange } from './event-types.ts';

/** An event as it is stored: the fields that its description in words needs. `event-store.ts` writes them. */
export interface StoredEvent {
  readonly id: string;
  /** A type of `eventTypes`, or one of another version. */
  readonly event_type: string;
  readonly timestamp: string;
  readonly resource: {
    readonly type: string;
    readonly id: string | null;
    /** The userName; only of a user. */
    readonly username?: string | null;
    readonly name?: string | null;
    readonly email?: string;
    readonly displayName?: string;
    readonly externalId?: string;
  };
  readonly initiated_by: Actor;
  readonly client?: string;
  readonly request?: {
    readonly id: string;
    readonly method: string;
    readonly path: string;
    /** The number of the operation in a bulk request, from 0. */
    readonly operation?: number;
    readonly operation_method?: string | undefined;
  };
  readonly error_code?: string;
  readonly error_message?: string;
  readonly reason?: { readonly code: string; readonly parameters?: Readonly<Record<string, unknown>> };
  readonly radius?: { readonly reason: string; readonly client: { readonly id: string; readonly name: string } };
  readonly repeated?: { readonly count: number; readonly first: string; readonly last: string };
  readonly changes?: readonly FieldChange[];
  readonly ignored_attributes?: readonly { readonly path: string; readonly reason: string }[];
}

import type { AppError } from '#base/errors.ts';
import type { JsonValue } from '#base/json.ts';
import type { Representation } from '#directory/representation.ts';
import type { IgnoredAttribute } from '#scim/patch/operation.ts';
import type { ResourceTypeName } from '#scim/schema/resource-schema.ts';
import type { Preconditions } from './precondition.ts';
import type { Query } from './query.ts';
import type { RequestKind } from '#request-log/logged-request.ts';

/** An operation on a resource, from a separate request or from a bulk request. */
export interface Operation extends Preconditions {
  readonly type: ResourceTypeName;
  /** Empty for an operation that creates a resource. */
  readonly id: string;
  readonly query: Query;
  readonly body: JsonValue | undefined;
  /** The id for the new resource; undefined to generate one. */
  readonly newId?: string | undefined;
  /** The parts that the request log stores for an operation of a bulk request; undefined for a separate request. */
  readonly bulk?: BulkOperationParts | undefined;
  /** The error if a reference in the operation cannot be resolved. A PUT or a PATCH that deactivates a user still deactivates it. */
  readonly refusal?: AppError | undefined;
}

/** The result of an operation, from which the response is built. */
export interface Outcome {
  readonly status: 200 | 201 | 204 | 304;
  readonly resource?: Representation | undefined;
  readonly tag?: string;
  readonly location?: string;
  /** The attributes of the request that the directory ignored. */
  readonly ignored?: readonly IgnoredAttribute[];
}

/** The parts of a bulk operation that stand for those of a request. */
export interface BulkOperationParts {
  readonly index: number;
  readonly kind: RequestKind;
  readonly method: string;
  readonly path: string;
  readonly resourceType: 'User' | 'Group' | undefined;
  /** The entity tag that the resource must have, as an If-Match header would name it. */
  readonly version: string | undefined;
  /** The data, in which bulkIds are replaced by ids. */
  readonly body: JsonValue | undefined;
  /** The bulkIds in the path and the body that no id replaces. Without its bulk request, the operation has another meaning. */
  readonly references: readonly string[];
}

import type { Route } from '../route.ts';
import { accessExamples } from './access-examples.ts';
import { accountExamples } from './account-examples.ts';
import { administratorExamples } from './administrator-examples.ts';
import type { Examples, OperationExample } from './example.ts';
import { eventExamples } from './event-examples.ts';
import { groupExamples } from './group-examples.ts';
import { jobExamples } from './job-examples.ts';
import { mailExamples } from './mail-examples.ts';
import { organizationExamples } from './organization-examples.ts';
import { schemaExamples } from './schema-examples.ts';
import { radiusExamples } from './radius-examples.ts';
import { replayExamples } from './replay-examples.ts';
import { requestExamples } from './request-examples.ts';
import { timelineExamples } from './timeline-examples.ts';
import { userExamples } from './user-examples.ts';

/** The examples of all operations. A test checks each example against the schemas of its route. */
export const allExamples: Examples = {
  ...userExamples,
  ...groupExamples,
  ...jobExamples,
  ...administratorExamples,
  ...accessExamples,
  ...organizationExamples,
  ...schemaExamples,
  ...radiusExamples,
  ...eventExamples,
  ...requestExamples,
  ...replayExamples,
  ...timelineExamples,
  ...mailExamples,
  ...accountExamples,
};

/** Returns the example of a route. It is empty if the route has no request body and no response body. */
export function exampleOf({ method, path }: Pick<Route, 'method' | 'path'>): OperationExample {
  return allExamples[`${method} ${path}`] ?? {};
}

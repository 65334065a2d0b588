import { z } from 'zod';
import type { JsonObject } from '#base/json.ts';

/** The maximum length of an id, a userPrincipalName or a name in a path. */
const PATH_ID_LENGTH_MAX = 256;

export const pathId = z.object({ id: z.string().max(PATH_ID_LENGTH_MAX) });

/** The path parameters of a job: the service principal and the job. */
export const jobPath = z.object({
  id: z.string().max(PATH_ID_LENGTH_MAX),
  jobId: z.string().max(PATH_ID_LENGTH_MAX),
});

/** The schema of a body that is any JSON object. The code that reads the object checks its properties. */
export const objectBody = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);

/** The schema of a response with a page of a list. */
export const listAnswer = z.looseObject({
  '@odata.context': z.string(),
  '@odata.count': z.int().optional(),
  '@odata.nextLink': z.string().optional(),
  value: z.array(z.unknown()),
});

export const resourceAnswer = z.looseObject({ '@odata.context': z.string() });

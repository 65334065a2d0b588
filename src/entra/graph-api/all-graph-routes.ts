import type { Route } from '#rest-api/route.ts';
import type { EntraServices } from './entra-services.ts';
import { deletedItemRoutes } from './routes/deleted-item-routes.ts';
import { deltaRoutes } from './routes/delta-routes.ts';
import { assignmentRoutes } from './routes/assignment-routes.ts';
import { expressionRoutes } from './routes/expression-routes.ts';
import { groupRoutes } from './routes/group-routes.ts';
import { jobActionRoutes } from './routes/job-action-routes.ts';
import { jobExtraRoutes } from './routes/job-extra-routes.ts';
import { jobRoutes } from './routes/job-routes.ts';
import { logRoutes } from './routes/log-routes.ts';
import { memberRoutes } from './routes/member-routes.ts';
import { schemaRoutes } from './routes/schema-routes.ts';
import { secretRoutes } from './routes/secret-routes.ts';
import { servicePrincipalRoutes } from './routes/service-principal-routes.ts';
import { signInRoutes } from './routes/sign-in-routes.ts';
import { tenantContentRoutes } from './routes/tenant-content-routes.ts';
import { tenantRoutes } from './routes/tenant-routes.ts';
import { userReferenceRoutes } from './routes/user-reference-routes.ts';
import { userRoutes } from './routes/user-routes.ts';

/** Returns all routes of the Graph API. Their paths are relative to GRAPH_PREFIX. */
export function graphRoutes(entra: EntraServices): readonly Route[] {
  return [
    ...tenantRoutes,
    ...tenantContentRoutes,
    // These routes come before `/users/:id` and `/groups/:id`, so that `delta` is not read as an id.
    ...deltaRoutes,
    ...userRoutes,
    ...userReferenceRoutes,
    ...deletedItemRoutes,
    ...groupRoutes,
    ...memberRoutes,
    ...servicePrincipalRoutes,
    ...assignmentRoutes,
    ...secretRoutes(entra),
    ...signInRoutes,
    ...jobRoutes,
    ...jobActionRoutes(entra),
    ...jobExtraRoutes(entra),
    ...schemaRoutes,
    ...expressionRoutes,
    ...logRoutes,
  ];
}

import { z } from 'zod';
import { countRecoveryCodes } from '#accounts/recovery-codes.ts';
import { renewRecoveryCodes } from '#accounts/second-factor.ts';
import { identityOf } from './context.ts';
import { describeFields } from './describe-fields.ts';
import { guarded, ownAccount } from './own-account.ts';
import { route, type Route } from './route.ts';
import type { Own } from './session-routes.ts';

/** The routes that count and replace the recovery codes of the signed-in account. */
export function recoveryCodeRoutes(prefix: string, own: Own): readonly Route[] {
  const path = `${prefix}/recovery-codes`;
  return [
    route(
      {
        ...own,
        method: 'GET',
        path,
        summary: 'Count your own recovery codes that were not used yet',
        answer: describeFields(z.object({ left: z.int() }), {
          left: 'The number of recovery codes that can still be used; 0 without an authenticator app.',
        }),
      },
      async (context) => {
        const { deps } = identityOf(context);
        return { left: await countRecoveryCodes(deps, deps.database, await ownAccount(context)) };
      },
    ),
    route(
      {
        ...own,
        method: 'POST',
        path,
        summary: 'Replace your own recovery codes; the new ones are shown only once',
        body: describeFields(z.looseObject({ code: z.string().min(1).max(20) }), {
          code: 'A code from the authenticator app, or one of the earlier recovery codes: 1 to 20 characters.',
        }),
        answer: describeFields(z.object({ recoveryCodes: z.array(z.string()) }), {
          recoveryCodes: 'Codes that replace a code of the app, each once; earlier recovery codes stop working.',
        }),
      },
      async (context, { body }) => {
        const { deps, caller } = identityOf(context);
        const account = await ownAccount(context);
        const renew = () => renewRecoveryCodes(deps, caller.origin, account, body.code);
        return { recoveryCodes: await guarded(context, account, 'code', renew) };
      },
    ),
  ];
}

import { z } from 'zod';
import { CONSOLE_CODE_MS, signInWithCode } from '#accounts/console-code.ts';
import { accountAnswer, cookieHeader, signInRefusals } from './account-schemas.ts';
import { answerSignedIn } from './answer-signed-in.ts';
import { describeFields } from './describe-fields.ts';
import { anonymousDepsOf, guardedSecret } from './own-account.ts';
import { route, type Route } from './route.ts';

const body = describeFields(z.looseObject({ code: z.string().min(1).max(1_024) }), {
  code: `The text after #code= in the link that \`tanhua demo\` prints: 1 to 1,024 characters. It works once, within ${CONSOLE_CODE_MS / 1_000} seconds, on the machine of the server.`,
});

/** The route with which a page of the console exchanges the code of its address for a session. */
export const consoleCodeRoute: Route = route(
  {
    tag: 'Signing in',
    access: 'anyone',
    takesOrganization: false,
    method: 'POST',
    path: '/api/auth/sign-in/code',
    summary: 'Sign in with the code of a link that a program on the machine of the server has printed',
    body,
    answer: accountAnswer.signedIn,
    answerHeaders: cookieHeader('session'),
    refusals: signInRefusals,
  },
  async (context, { body: { code } }) => {
    const request = { ...context.origin, authMethod: 'none' as const };
    const signedIn = await guardedSecret(context, 'passkey', () =>
      signInWithCode(anonymousDepsOf(context), code, request),
    );
    return await answerSignedIn(context, signedIn);
  },
);

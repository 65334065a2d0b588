import { z } from 'zod';
import { queueTestMail } from '#accounts/test-mail.ts';
import { assert } from '#base/errors.ts';
import { TranslatedError } from '#base/translated-error.ts';
import { findMail } from '#mail/outbox-store.ts';
import { identityOf, originOf, withQuota } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { mailShape, mailTexts } from '../mail-schemas.ts';
import { route, type Route } from '../route.ts';

const testMailAnswer = describeFields(z.looseObject({ ...mailShape, hasMailServer: z.boolean() }), {
  ...mailTexts,
  hasMailServer: 'False if no mail server is set up, so that the email waits in the outbox.',
}).meta({
  id: 'testmail',
  description: 'A test email in the outbox. GET /api/mail/outbox/{id} says whether the mail server accepted it.',
});

/** The route with which administrators test the mail server. */
export const testMailRoutes: readonly Route[] = [
  route(
    {
      method: 'POST',
      path: '/api/mail/test',
      tag: 'Mail',
      summary: 'Send a test email to your own address',
      access: 'mail.write',
      body: z.looseObject({}),
      bodyOptional: true,
      answer: testMailAnswer,
      status: 201,
    },
    async (context) => {
      const { deps, organizationId, principal } = identityOf(context);
      const { administrator } = principal;
      assert(administrator !== null, 'only administrators have the permission');
      const id = await withQuota(
        context,
        'requestedMails',
        async () => await queueTestMail(deps, originOf(context), { id: administrator.id, email: administrator.name }),
      );
      const found = await findMail(deps.database, organizationId, id);
      if (found === undefined) throw new TranslatedError('notFound', ({ admin }) => admin.outbox.testDeleted);
      const { body: _, ...mail } = found;
      return { ...mail, hasMailServer: context.services.checkedConfig.smtpUrl !== undefined };
    },
  ),
];

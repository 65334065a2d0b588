import { z } from 'zod';
import { ATTENTION_ITEMS_MAX, attentionItems, attentionKinds, type AttentionKind } from '#attention/attention.ts';
import { identityOf, languageOf } from '../context.ts';
import { describeFields } from '../describe-fields.ts';
import { route, type Route } from '../route.ts';

const kinds = Object.keys(attentionKinds) as [AttentionKind];
const kindText = Object.entries(attentionKinds)
  .map(([name, text]) => `${name}: ${text}`)
  .join(' ');

const attentionItem = describeFields(
  z.object({
    kind: z.enum(kinds),
    sentence: z.string(),
    advice: z.string(),
    count: z.int(),
    source: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
    subject: z.object({ id: z.string(), name: z.string() }).nullable(),
    reason: z.string().nullable(),
    rule: z.string().nullable(),
    fixes: z.array(z.object({ rule: z.string(), value: z.string() })),
    rulesChanged: z.boolean(),
    at: z.iso.datetime().nullable(),
    usualIntervalMinutes: z.int().nullable(),
  }),
  {
    kind: kindText,
    sentence: 'What needs attention, for people.',
    advice: 'What to do about it, for people.',
    count: 'The number of refused people, failed emails or awaited members; 1 for a source and for a key.',
    source: 'The integration that it is about; null if there is none.',
    'source.id': 'The id of the integration: 24 hexadecimal digits.',
    'source.name': 'The name of the integration; null if it is not known.',
    subject: 'The key or the group that it is about; null for other kinds.',
    'subject.id': 'The id of the key or the group: 24 hexadecimal digits.',
    'subject.name': 'The name of the key or the group.',
    reason:
      'The code of the reason of the refusals, such as emailMissing, or of the error if they have no reason: with it, GET /api/people lists the people. Null for other kinds.',
    rule: 'The rule of the integration that refuses the people; null if none does, and for other kinds.',
    fixes:
      'The rules of the integration that the advice says to change, which would accept the people; empty if no rule refuses them, and for other kinds.',
    'fixes.rule': 'The name of the rule.',
    'fixes.value': 'The value that would accept the people: on or off for a rule that is on or off.',
    rulesChanged:
      'True if the integration now has the rules of fixes, so that it no longer refuses the people for this reason: the source has to send them again, as advice says.',
    at: 'When the last person was refused, the source last sent a request, the key expires, or the last failed email was created: RFC 3339, in UTC; null for a group.',
    usualIntervalMinutes:
      'The usual number of minutes between two visits of a silent source; null if it is not known, and for other kinds.',
  },
).meta({ id: 'attentionitem', description: 'Something that needs the attention of an administrator.' });

/** The route that says what needs attention. */
export const attentionRoutes: readonly Route[] = [
  route(
    {
      method: 'GET',
      path: '/api/attention',
      tag: 'Attention',
      summary:
        'Show what needs attention: refusals by reason, silent sources, expiring keys, failed emails, waiting groups',
      access: 'events.read',
      answer: describeFields(z.object({ countedAt: z.iso.datetime(), results: z.array(attentionItem) }), {
        countedAt: 'When it was counted: RFC 3339, in UTC.',
        results: `What needs attention, as far as the role of the caller may read it; empty if everything is fine. At most ${ATTENTION_ITEMS_MAX} items of each kind.`,
      }),
    },
    async (context) => {
      const { deps, organizationId, permissions } = identityOf(context);
      const items = await attentionItems(deps, organizationId, permissions, languageOf(context));
      return {
        countedAt: deps.clock.now().toISOString(),
        results: items.map((item) => ({ ...item, at: item.at?.toISOString() ?? null })),
      };
    },
  ),
];

import { z } from 'zod';
import { VALUE_WORDS_LENGTH_MAX } from '#audit/change-words.ts';
import { NAMESAKES_SHOWN_MAX, personStates, type PersonState } from '#directory/person.ts';
import { requestOutcomes, type RequestOutcome } from '#request-log/logged-request.ts';
import { describeFields, pickTexts } from './describe-fields.ts';

const nullableText = z.string().nullable();
const nullableTime = z.iso.datetime().nullable();

/** Returns the texts of a table as one list: `present: The user is in the directory. deleted: …`. */
function listed(texts: Readonly<Record<string, string>>): string {
  return Object.entries(texts)
    .map(([name, text]) => `${name}: ${text}`)
    .join(' ');
}

const state = z.enum(Object.keys(personStates) as [PersonState, ...PersonState[]]);
const person = z.object({
  id: nullableText,
  name: z.string(),
  state,
  userName: nullableText,
  username: nullableText,
  email: nullableText,
  displayName: nullableText,
  externalId: nullableText,
  deletedAt: nullableTime,
  restorableUntil: nullableTime,
});

const entry = z.object({
  id: z.string(),
  eventId: nullableText,
  time: z.iso.datetime(),
  type: z.string(),
  words: z.string(),
  actor: z.object({ type: z.string(), id: nullableText, name: z.string() }).nullable(),
  group: z.object({ id: z.string(), name: nullableText }).nullable(),
  changes: z.array(
    z.object({ field: z.string(), attribute: z.string(), from: nullableText, to: nullableText, text: z.string() }),
  ),
  ignored: z.array(z.object({ path: z.string(), reason: z.string() })),
  refusal: z
    .object({
      code: z.string(),
      reason: nullableText,
      text: z.string(),
      advice: nullableText,
      fixes: z.array(z.object({ rule: z.string(), value: z.string() })),
      rulesChanged: z.boolean(),
      sent: z.object({
        userName: nullableText,
        email: nullableText,
        displayName: nullableText,
        externalId: nullableText,
      }),
      repeated: z.object({ count: z.int(), first: z.iso.datetime(), last: z.iso.datetime() }).nullable(),
    })
    .nullable(),
  requestId: nullableText,
  request: z
    .object({
      id: z.string(),
      method: z.string(),
      path: nullableText,
      outcome: z.enum(Object.keys(requestOutcomes) as [RequestOutcome, ...RequestOutcome[]]),
      status: z.int(),
      client: nullableText,
      durationMs: z.number().nullable(),
      hasContent: z.boolean(),
    })
    .nullable(),
});

const personTexts = {
  id: 'The id of the user; null for a name that no user has or had.',
  name: 'The displayName; else the userName; else the name in the request.',
  state: `What the directory knows about the person. ${listed(personStates)}`,
  userName: 'The userName, or the userName that the refused request sent; null if it is not known.',
  username: 'The sign-in name; null if it is not known.',
  email: 'The primary email address, or the one that the refused request sent; null if there is none.',
  displayName: 'The displayName, or the one that the refused request sent; null if there is none.',
  externalId: 'The externalId, or the one that the refused request sent; null if there is none.',
  deletedAt: 'When the user was deleted or permanently removed: RFC 3339, in UTC; else null.',
  restorableUntil: 'Until when a deleted user can be restored: RFC 3339, in UTC; else null.',
} as const;

const entryTexts = {
  id: 'The id of the entry: the id of the event, or of the request that changed nothing.',
  eventId: 'The id of the event; null for a request that changed nothing, because it has no event.',
  time: 'When the event was recorded, or when the request arrived: RFC 3339, in UTC.',
  type: 'The type of the event, listed in docs/reference/events.md, or request_unchanged.',
  words: 'One sentence: who did what.',
  actor: 'Who did it; null if it is not known.',
  'actor.type': 'The kind of actor: administrator, integration, user, command_line or system.',
  'actor.id': 'The id of the actor; null if it has none.',
  'actor.name': 'The name of the actor, such as the email address of an administrator.',
  group: 'The group that the person joined or left; else null.',
  'group.id': 'The id of the group: 24 hexadecimal digits.',
  'group.name': 'The name of the group when the event was recorded; null if it is not known.',
  changes: 'The changes, before and after, in words; empty if nothing changed.',
  'changes.field': 'The name of the attribute, as in the event.',
  'changes.attribute': 'The attribute in words, such as Title or Primary email.',
  'changes.from': `The value before the change, cut after ${VALUE_WORDS_LENGTH_MAX} characters; null if there was none, and for a secret.`,
  'changes.to': `The value after the change, cut after ${VALUE_WORDS_LENGTH_MAX} characters; null if there is none. For a secret, changed or removed.`,
  'changes.text': 'The whole change, such as Title: Engineer → Head of Platform.',
  ignored: 'The attributes that the request sent and the directory ignored.',
  'ignored.path': 'The path of the attribute.',
  'ignored.reason': 'Why the attribute was ignored.',
  refusal: 'Why the request was refused, or why something failed, such as an email; else null.',
  'refusal.code': 'The code of the error, listed in docs/reference/errors.md.',
  'refusal.reason': 'The code of the reason, listed in docs/reference/errors.md; null if the error has none.',
  'refusal.text': 'What is wrong, and why.',
  'refusal.advice': 'What to do about it; null if the text says so.',
  'refusal.fixes':
    'The rules of the integration that the advice says to change, which would accept the request; empty if no rule refuses it.',
  'refusal.fixes.rule': 'The name of the rule.',
  'refusal.fixes.value': 'The value that would accept the request: on or off for a rule that is on or off.',
  'refusal.rulesChanged':
    'True if the integration now has the rules of fixes, so that it no longer refuses the request for this reason: the source has to send the user again, as advice says.',
  'refusal.sent': 'The names that the request sent.',
  'refusal.sent.userName': 'The userName; null if none was sent.',
  'refusal.sent.email': 'The first email address; null if none was sent.',
  'refusal.sent.displayName': 'The displayName; null if none was sent.',
  'refusal.sent.externalId': 'The externalId; null if none was sent.',
  'refusal.repeated': 'The number and the times of several requests that one event covers; null for a single request.',
  'refusal.repeated.count': 'The number of requests.',
  'refusal.repeated.first': 'When the first request was received: RFC 3339, in UTC.',
  'refusal.repeated.last': 'When the last request was received: RFC 3339, in UTC.',
  requestId: 'The id that the server gave the HTTP request; null for a change without a request.',
  request:
    'The SCIM request behind the entry; null if there is none, if it is not kept, or if the caller does not have the permission requests.read.',
  'request.id': 'The id of the kept request.',
  'request.method': 'The HTTP method.',
  'request.path': 'The path of the URL, without the query; null if it was erased.',
  'request.outcome': `The result. ${listed(requestOutcomes)}`,
  'request.status': 'The HTTP status of the answer.',
  'request.client': 'The product that sent the request; null if the request does not reveal it.',
  'request.durationMs': 'The duration in milliseconds; null if it is not known.',
  'request.hasContent': 'True if the path, the headers and more are kept: see GET /api/requests/:id.',
} as const;

/** Returns the texts with a prefix for the fields of a nested object. */
function below(prefix: string, texts: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(texts).map(([path, text]) => [`${prefix}.${path}`, text]));
}

/** The schema of a page of a person's timeline. */
export const timelineAnswer = describeFields(
  z.object({
    person,
    namesakes: z.array(person),
    entries: z.array(entry),
    before: z.string().optional(),
    similar: z.array(person.pick({ id: true, name: true, state: true, userName: true, email: true })),
    advice: z.array(z.string()),
  }),
  {
    person: 'The person that the name most likely refers to.',
    ...below('person', personTexts),
    namesakes: `Other users who have or had the name, at most ${NAMESAKES_SHOWN_MAX}. Request the timeline of one of them by id.`,
    ...below('namesakes', personTexts),
    entries:
      'The entries of this page, newest first. A page can have fewer entries than the limit although there is another page.',
    ...below('entries', entryTexts),
    before: 'The value of before for the next page; missing on the last page.',
    similar: 'People with similar names; only for a name that no user has or had.',
    ...below('similar', pickTexts(personTexts, ['id', 'name', 'state', 'userName', 'email'])),
    advice: 'Sentences for people about what to do; empty for a user who is in the directory.',
  },
);

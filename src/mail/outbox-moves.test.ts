import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDirectory, type TestDirectory } from '../../tests/support/directory.ts';
import { DAY_MS } from '#base/clock.ts';
import type { Language } from '#base/words/language.ts';
import { freeze, setMoveState } from '#shards/move-store.ts';
import { changeTemplate } from './change-template.ts';
import { cancelExpiredMails, claimDueMail } from './outbox-store.ts';
import { MAIL_EXPIRY_DAYS, queueMail, readMail } from './outbox.ts';
import { listCustomTemplates } from './template-store.ts';

const CLAIM_MS = 1_000;

let directory: TestDirectory;
beforeAll(async () => {
  directory = await openTestDirectory();
});
afterAll(() => directory[Symbol.asyncDispose]());

async function queueFor(organizationId: string, recipient: string): Promise<void> {
  const { deps } = directory;
  const tokens = { username: 'ann' };
  const draft = {
    organizationId,
    kind: 'lockout_notice_user',
    language: 'en',
    recipient,
    targetId: null,
    tokens,
  } as const;
  await queueMail({ ...deps, wakeMailer: () => {} }, deps.database, draft);
}

/** Claims all emails that a process can send now, and returns their recipients, longest waiting first. */
async function takeAll(): Promise<readonly string[]> {
  const { database, clock } = directory.deps;
  const now = clock.now();
  const taken: string[] = [];
  for (;;) {
    const mail = await claimDueMail(database, now, new Date(now.getTime() + CLAIM_MS));
    if (mail === undefined) return taken;
    taken.push(mail.recipient);
  }
}

test.for(['copying', 'gone', 'arriving', 'frozen'] as const)(
  'emails of an organization with the move state "%s" are sent from this database only after the move; others at any time',
  async (state) => {
    const { deps, caller, newCaller } = directory;
    const { database } = deps;
    const moving = caller.origin.organizationId;
    const other = (await newCaller(`Other than ${state}`)).origin.organizationId;
    await queueFor(moving, `moving-${state}@example.com`);
    await queueFor(other, `other-${state}@example.com`);
    if (state === 'frozen') await freeze(database, moving, 'token');
    else await setMoveState(database, moving, state);
    expect(await takeAll()).toEqual([`other-${state}@example.com`]);
    await database.deleteFrom('moves').where('organization_id', '=', moving).execute();
    expect(await takeAll()).toEqual([`moving-${state}@example.com`]);
  },
);

test('expired emails of a moving organization are canceled in this database only after the move; others at any time', async () => {
  const { deps, caller, newCaller, clock } = directory;
  const { database } = deps;
  const moving = caller.origin.organizationId;
  await queueFor(moving, 'moving-late@example.com');
  await queueFor((await newCaller('Other than late')).origin.organizationId, 'other-late@example.com');
  clock.advance((MAIL_EXPIRY_DAYS + 1) * DAY_MS);
  const cancelled = async () => {
    const mails = await cancelExpiredMails(database, clock.now(), 'late');
    return mails.map(({ recipient }) => recipient).filter((recipient) => recipient.includes('-late@'));
  };
  await setMoveState(database, moving, 'copying');
  expect(await cancelled()).toEqual(['other-late@example.com']);
  await database.deleteFrom('moves').where('organization_id', '=', moving).execute();
  expect(await cancelled()).toEqual(['moving-late@example.com']);
});

test('an email has the organization’s own text for the language of its recipient, or else that of the product', async () => {
  const { deps, caller } = directory;
  const { database } = deps;
  const { organizationId } = caller.origin;
  const subjectIn = async (language: Language) => {
    const recipient = `${language}@example.com`;
    const draft = { organizationId, kind: 'welcome', language, recipient, targetId: null, tokens: {} } as const;
    const id = await queueMail({ ...deps, wakeMailer: () => {} }, database, draft);
    return (await readMail(deps, database, organizationId, id)).content.subject;
  };
  const customLanguages = async () => (await listCustomTemplates(database, organizationId)).get('welcome') ?? [];
  const zh = { kind: 'welcome', language: 'zh' } as const;
  const change = (subject: string | undefined) =>
    changeTemplate(deps, caller.origin, zh, { change: subject === undefined ? undefined : { subject } });
  expect(await change('新帐户')).toEqual([]);
  expect(await change('#{bogus}')).toMatchObject([{ part: 'subject' }]);
  expect([await customLanguages(), await subjectIn('zh'), await subjectIn('en')]).toEqual([
    ['zh'],
    '新帐户',
    'Your account at',
  ]);
  expect(await change(undefined)).toEqual([]);
  expect([await customLanguages(), await subjectIn('zh')]).toEqual([[], '你在 的帐户']);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { repositoryFiles } from './support/repository-files.ts';

/**
 * Every file of src that cuts a text at a limit without `cutText`, with the reason why no beginning of a secret remains there. `cutText` marks
 * the end, by which `SentSecrets` recognizes the beginning of a secret.
 */
const cutting: Readonly<Record<string, string>> = {
  'src/admins/api-key-store.ts': 'the name of a product, which the server knows',
  'src/admins/api-key.ts': 'the prefix of a key, which is shown so that administrators can tell keys apart',
  'src/audit/change-words.ts': 'values of an event, which was stored without secrets',
  'src/audit/event-body.ts': 'secrets are replaced first',
  'src/audit/event-name-store.ts': 'names without secrets',
  'src/audit/refused-person-store.ts': 'names with a secret are left out first',
  'src/base/cut-text.ts': 'marks the end',
  'src/base/reasons/user-name-advice.ts': 'the proposal is in no text that is stored of a SCIM request',
  'src/base/search-terms.ts': 'terms of names without secrets',
  'src/directory/person-terms.ts': 'values of a stored user',
  'src/directory/user-csv.ts': 'the header of a file, which is not stored',
  'src/entra/engine/phase-units.ts': 'a list',
  'src/entra/source/source-groups.ts': 'a name of the stand-in',
  'src/entra/source/source-users.ts': 'a name of the stand-in',
  'src/entra/source/tenants.ts': 'a name of the stand-in',
  'src/entra/wire/failure-text.ts': 'the answer of a target to the stand-in',
  'src/mail/deliver.ts': 'the answer of a mail server',
  'src/mail/render-mail.ts': 'the text of an email',
  'src/scim-server/ignored-header.ts': 'paths without secrets (`shownIgnored`)',
  'src/user-portal/password-check.ts': 'a password, which is only checked',
};

test('a text that a client sent is cut with cutText, or after its secrets were replaced', () => {
  const found = repositoryFiles('src').filter(
    (file) =>
      !/\.(test|fixture)\.ts$|^src\/(expressions|conformance|cli)\//.test(file) &&
      /\.slice\(0, (?!(?:page|DIGEST|TAG_HASH|ID)_?LENGTH)\w*LENGTH\w*\)|\.slice\(0, lengthMax\)/.test(
        readFileSync(file, 'utf8'),
      ),
  );
  expect(found.toSorted()).toEqual(Object.keys(cutting).toSorted());
});

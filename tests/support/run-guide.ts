import { STATUS_CODES } from 'node:http';
import { insertAdministrator } from '#admins/administrator-store.ts';
import { newApiKey } from '#admins/api-key.ts';
import { insertApiKey } from '#admins/api-key-store.ts';
import type { KeyOwner } from '#admins/key-record.ts';
import { fold } from '#base/fold.ts';
import { findUsersByColumn } from '#directory/user-store.ts';
import { openTestScimServer, type TestScimServer } from '#scim-server/scim-server.fixture.ts';

const BASE_URL = 'https://tanhua.contoso.example/scim/v2';
const blockPattern = /```http\n(?<text>[\s\S]*?)```/g;
const requestPattern = /^(?<method>GET|POST|PUT|PATCH|DELETE) (?<path>\S.*)$/;
/** The response headers that the guide shows. */
const shownHeaders = ['location', 'etag', 'allow', 'www-authenticate'] as const;

/**
 * Runs every request of a guide, in order, on a new directory. Returns the guide with the actual responses, which is the same text if
 * the guide is correct. Ids, cursors and hashes differ in each run, so the guide shows stable aliases for them.
 */
export async function runGuide(markdown: string): Promise<string> {
  await using server = await openTestScimServer('standard');
  const aliases = new Aliases();
  let answer: string | undefined;
  const parts: string[] = [];
  let end = 0;
  for (const block of markdown.matchAll(blockPattern)) {
    const text = block.groups?.['text'] ?? '';
    parts.push(markdown.slice(end, block.index));
    end = block.index + block[0].length;
    if (requestPattern.test(text.split('\n', 1)[0] ?? '')) {
      answer = aliases.withAliases(await send(server, aliases.withRealValues(text)));
      parts.push(block[0]);
    } else {
      if (answer === undefined) throw new Error(`The response ${text.slice(0, 60)} has no request before it.`);
      parts.push(`\`\`\`http\n${answer}\n\`\`\``);
      answer = undefined;
    }
  }
  return [...parts, markdown.slice(end)].join('');
}

async function send(server: TestScimServer, text: string): Promise<string> {
  const [head = '', ...bodies] = text.split('\n\n');
  const [line = '', ...headerLines] = head.split('\n');
  const { method, path } = requestPattern.exec(line)?.groups ?? {};
  const headers: Record<string, string> = {};
  for (const header of headerLines) {
    const [name = '', ...value] = header.split(': ');
    if (name !== '') headers[name.toLowerCase()] = await credential(server, value.join(': '));
  }
  const body = bodies.join('\n\n').trim();
  server.directory.clock.advance(1_000);
  const sent = body === '' ? undefined : JSON.parse(body);
  return formatAnswer(await server.send(method as 'GET', encodeURI(path ?? '').replaceAll('+', '%2B'), sent, headers));
}

function formatAnswer({ status, headers, body }: Awaited<ReturnType<TestScimServer['send']>>): string {
  const shown = shownHeaders.flatMap((name) =>
    headers[name] === undefined ? [] : [`${name}: ${headers[name] as string}`],
  );
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...shown];
  if (body !== undefined) lines.push('', JSON.stringify(body, null, 2));
  return lines.join('\n');
}

/** Replaces `TOKEN_OF_ann` with a new token of the user ann, and `KEY_OF_ADMINISTRATOR` with the key of a new administrator. */
async function credential(server: TestScimServer, text: string): Promise<string> {
  const user = /TOKEN_OF_(\w+)/.exec(text);
  if (user !== null) return text.replace(user[0], await newKey(server, await ownerNamed(server, user[1] ?? '')));
  if (!text.includes('KEY_OF_ADMINISTRATOR')) return text;
  const { deps, caller } = server.directory;
  const { id } = await insertAdministrator(deps.database, deps.clock, {
    organizationId: caller.origin.organizationId,
    email: `${newApiKey()}@localhost`,
    name: 'Administrator',
    role: 'Administrator',
    passwordHash: null,
  });
  const owner = { kind: 'administrator', administratorId: id, integrationId: null } as const;
  return text.replace('KEY_OF_ADMINISTRATOR', await newKey(server, owner));
}

async function ownerNamed({ directory }: TestScimServer, userName: string): Promise<KeyOwner> {
  const { organizationId } = directory.caller.origin;
  const [user] = await findUsersByColumn(directory.deps.database, organizationId, 'user_name_key', fold(userName));
  if (user === undefined) throw new Error(`The guide uses a token of ${userName}, who does not exist at that point.`);
  return { kind: 'user', userId: user.id };
}

async function newKey({ directory }: TestScimServer, owner: KeyOwner): Promise<string> {
  const { deps, caller } = directory;
  const key = newApiKey();
  await insertApiKey(deps.database, deps.clock, {
    organizationId: caller.origin.organizationId,
    owner,
    name: 'guide',
    key,
    expiresAt: null,
  });
  return key;
}

/** Stable aliases for values that differ in each run, numbered in the order of their first appearance. */
class Aliases {
  readonly #byReal = new Map<string, string>();
  #counts = { id: 0, cursor: 0, hash: 0 };

  /** Replaces the values in a response with their aliases. */
  withAliases(text: string): string {
    return text
      .replaceAll('http://x/scim/v2', BASE_URL)
      .replaceAll(/\b[0-9a-f]{24}\b/g, (id) =>
        this.#alias(id, () => `6a0c4f2e9d1b7c5a3e8f${pad((this.#counts.id += 1))}`),
      )
      .replaceAll(/(?<=Cursor": ")[\w-]+/g, (cursor) =>
        this.#alias(cursor, () => `cursor-${(this.#counts.cursor += 1)}`),
      )
      .replaceAll(/(?<=W\/\\?"\d+\.)[\w-]{8}/g, (hash) =>
        this.#alias(hash, () => `hash${pad((this.#counts.hash += 1))}`),
      );
  }

  /** Replaces the aliases in a request of the guide with their values. */
  withRealValues(text: string): string {
    let result = text;
    for (const [real, alias] of this.#byReal) result = result.replaceAll(alias, real);
    return result;
  }

  #alias(real: string, create: () => string): string {
    const alias = this.#byReal.get(real) ?? create();
    this.#byReal.set(real, alias);
    return alias;
  }
}

function pad(count: number): string {
  return String(count).padStart(4, '0');
}

import type { Page } from '@playwright/test';
import { decodeQR } from 'qr/decode.js';
import { PASSWORD, startConsole, type OpenedPage, type TestConsole } from './browser.ts';
import { call } from './http-client.ts';
import { linkOf, openMailServer } from './mail-server.ts';

const PHONE_WIDTH = 390;

/** A server of the organization Contoso, whose activation emails arrive, and a browser that opens the portal on a phone. */
export interface TestPortal extends AsyncDisposable {
  readonly served: TestConsole;
  /** Creates a person as Entra ID does, and returns the link of the activation email. */
  readonly provision: (userName: string) => Promise<string>;
  /** Creates a person who has the password `PASSWORD`. */
  readonly withPassword: (userName: string) => Promise<void>;
  /** Opens the portal for someone who is not signed in. */
  readonly openPhone: (path?: string, width?: number) => Promise<OpenedPage>;
  /** Opens a page of the portal for someone who is signed in. */
  readonly openFor: (userName: string, path?: string, width?: number) => Promise<OpenedPage>;
}

/**
 * Starts a server, a mail server and a browser. A file starts one of each.
 *
 * @example
 * await using portal = await startPortal();
 * await portal.withPassword('ann.meier');
 * await using opened = await portal.openFor('ann.meier', '/profile');
 */
export async function startPortal(): Promise<TestPortal> {
  await using started = new AsyncDisposableStack();
  const mail = started.use(await openMailServer());
  const served = started.use(await startConsole({ TANHUA_SMTP_URL: mail.url('?ignoreTLS=true') }));
  const { server } = served;
  await server.cli('organization', 'rename', 'Contoso');
  await server.cli('integration', 'set', 'Entra ID', 'activationMail=onCreate');
  const provision = async (userName: string) => {
    const email = `${userName}@contoso.example`;
    await send(`${server.scimUrl}/Users`, server.key, {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName,
      name: { givenName: 'Ann', familyName: 'Meier' },
      title: 'Head of Platform',
      emails: [{ value: email, type: 'work', primary: true }],
      active: true,
    });
    const [first] = await mail.waitFor(1, email);
    if (first === undefined) throw new Error(`${email} got no email`);
    return linkOf(first).url;
  };
  const withPassword = async (userName: string) => {
    const { pathname, searchParams } = new URL(await provision(userName));
    const body = { token: searchParams.get('token'), password: PASSWORD };
    await send(`${server.url}/api${pathname}`, undefined, body);
  };
  const openPhone = async (path = '', width = PHONE_WIDTH) =>
    await served.open({ role: null, root: '/portal', path, width });
  const openFor = async (userName: string, path = '', width = PHONE_WIDTH) => {
    const opened = await openPhone('', width);
    const data = { username: userName, password: PASSWORD };
    const signedIn = await opened.context.request.post('/api/portal/sign-in', { data });
    if (!signedIn.ok()) throw new Error(await signedIn.text());
    await opened.page.goto(`/portal${path}`);
    return opened;
  };
  const all = started.move();
  return {
    served,
    provision,
    withPassword,
    openPhone,
    openFor,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function send(url: string, key: string | undefined, body: object): Promise<void> {
  const answer = await call(url, {
    method: 'POST',
    headers: {
      'content-type': key === undefined ? 'application/json' : 'application/scim+json',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    },
    body,
  });
  if (answer.status >= 300) throw new Error(answer.text);
}

/** Fills in the form of the portal's sign-in, and sends it. */
export async function signInTo(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.getByLabel('Email address or user name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Waits for the page with this heading. */
export async function headingOf(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('heading', { name, level: 1 }).waitFor();
}

/** Reads the QR code of the page, as the camera of a phone does. */
export async function readQr(page: Page): Promise<string> {
  const image = page.getByRole('img', { name: /QR code/ });
  const [, , size = 0] = (await image.getAttribute('viewBox'))?.split(' ').map(Number) ?? [];
  const path = (await image.locator('path').getAttribute('d')) ?? '';
  const scale = 4;
  const width = size * scale;
  const data = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, left, top] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    for (let dot = 0; dot < scale * scale; dot += 1) {
      const x = Number(left) * scale + (dot % scale);
      const y = Number(top) * scale + Math.floor(dot / scale);
      data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  const text: unknown = decodeQR({ width, height: width, data });
  return String(text);
}

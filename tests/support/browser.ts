import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, request, type Browser, type BrowserContext, type Page, type Request } from '@playwright/test';
import type { Role } from '#admins/roles.ts';
import { call } from './http-client.ts';
import { waitUntil } from './wait-until.ts';
import { startServer, type RunningServer } from './start-server.ts';

/** The names of the program on Linux. Debian's build without windows comes first: its pages take half the processor time. */
const programs = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
] as const;
/** Where the installers of the other systems put it. */
const installed = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
  String.raw`C:\Program Files (x86)\Google\Chrome\Application\chrome.exe`,
  String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`,
] as const;

/** Without the last two, each page would start a second process, and each browser one that draws. */
const switches = ['--no-sandbox', '--disable-gpu', '--renderer-process-limit=1', '--in-process-gpu'] as const;

/** The time that a test waits for an element. It passes as a whole only if the element never appears. */
const WAIT_MAX_MS = 30_000;
/** The number of times that a page has to be quiet, because a page asks for more after an answer. */
const QUIET_POLLS = 4;
const LIVE_PATH = '/api/live';
/** Narrower windows are those of phones: they have no pointer that hovers. */
const PHONE_WIDTH_MAX = 700;
/** The password of every administrator of `startConsole`. */
export const PASSWORD = 'Amber-lantern-47-orchard';
export const FIRST_ADMINISTRATOR = 'admin@localhost';

/** Returns the path of an installed Chromium, Chrome or Edge; undefined if none is installed. */
export function findBrowser(): string | undefined {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
  return [...folders.flatMap((folder) => programs.map((name) => join(folder, name))), ...installed].find((path) =>
    existsSync(path),
  );
}

/** Returns why no page can be opened on this machine; undefined if one can. */
export function browserUnavailableReason(): string | undefined {
  return findBrowser() === undefined
    ? 'No Chromium or Chrome is installed (on Debian: apt-get install chromium-headless-shell)'
    : undefined;
}

/** A server with the console, and a browser that opens it. */
export interface TestConsole extends AsyncDisposable {
  readonly server: RunningServer;
  readonly browser: Browser;
  /** The origin under which browsers open the console: passkeys need a host name. */
  readonly origin: string;
  /** Opens the console in a new context, as if it were another computer. Close it with `page.context().close()`, or with `await using`. */
  readonly open: (options?: OpenOptions) => Promise<OpenedPage>;
}

export interface OpenOptions {
  /** The role of the administrator who is signed in; null to open the page without a session. Default: Administrator With Billing. */
  readonly role?: Role | null;
  /** The path of the application. Default: /console. */
  readonly root?: '/console' | '/portal';
  /** The path below it, with its query. */
  readonly path?: string;
  readonly theme?: 'light' | 'dark';
  readonly width?: number;
  /** The language of the browser, as a BCP 47 tag. Default: American English. */
  readonly locale?: string;
}

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page wrote to the console as errors, and the errors that it did not catch. */
  readonly errors: readonly string[];
  /** Waits until everything that the page requested is there, and its bars are gone. Live updates do not count: they never end. */
  readonly settle: () => Promise<void>;
  /** Loads Home for an administrator with another role, which takes half the processor time of another window. */
  readonly become: (role: Role) => Promise<void>;
}

/** Starts Chromium without a window. Close it, or use `startConsole`. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error(browserUnavailableReason());
  return await chromium.launch({ executablePath, args: [...switches] });
}

/**
 * Starts a server and a browser. A file starts one of each, and opens a new context for every test.
 *
 * @example
 * const console = await startConsole();
 * await using opened = await console.open({ role: 'Help Desk', path: '/people' });
 * await opened.page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
 */
export async function startConsole(environment: Readonly<Record<string, string>> = {}): Promise<TestConsole> {
  await using started = new AsyncDisposableStack();
  const server = started.use(await startServer({ TANHUA_BOOTSTRAP_PASSWORD: PASSWORD, ...environment }));
  const browser = await launchBrowser();
  started.defer(() => browser.close());
  const origin = `http://localhost:${new URL(server.url).port}`;
  const sessions = new Map<Role, ReturnType<BrowserContext['storageState']>>();
  const sessionOf = (role: Role) => {
    const session = sessions.get(role) ?? signInAs(server, origin, role);
    sessions.set(role, session);
    return session;
  };
  const all = started.move();
  return {
    server,
    browser,
    origin,
    open: async (options = {}) => {
      const { role = 'Administrator With Billing', root = '/console', path = '/' } = options;
      const { theme = 'light', width = 1_440, locale } = options;
      const storageState = role === null ? undefined : await sessionOf(role);
      const context = await browser.newContext({
        baseURL: origin,
        colorScheme: theme,
        viewport: { width, height: 900 },
        ...(locale !== undefined && { locale }),
        ...(width < PHONE_WIDTH_MAX && { hasTouch: true, isMobile: true }),
        ...(storageState !== undefined && { storageState }),
      });
      const opened = await openPage(context, `${root}${path}`);
      const become = async (next: Role) => {
        // A page that is open would send requests without a session.
        await opened.page.goto('about:blank');
        await context.clearCookies();
        await context.addCookies((await sessionOf(next)).cookies);
        await opened.page.goto('/console');
      };
      return { ...opened, become };
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function openPage(context: BrowserContext, url: string): Promise<Omit<OpenedPage, 'become'>> {
  context.setDefaultTimeout(WAIT_MAX_MS);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    // Chromium reports every answer above 399 as an error, which is not one of the page.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      errors.push(message.text());
  });
  const pending = new Set<Request>();
  page.on('request', (sent) => {
    if (!new URL(sent.url()).pathname.startsWith(LIVE_PATH)) pending.add(sent);
  });
  page.on('requestfinished', (sent) => void pending.delete(sent));
  page.on('requestfailed', (sent) => void pending.delete(sent));
  const settle = async () => {
    let quietPolls = 0;
    const isQuiet = async () => {
      const isBusy = pending.size > 0 || (await page.locator('[role="progressbar"], [aria-busy="true"]').count()) > 0;
      quietPolls = isBusy ? 0 : quietPolls + 1;
      return quietPolls > QUIET_POLLS;
    };
    await waitUntil(isQuiet, { failure: () => `${page.url()} is still loading` });
    await page.evaluate('document.fonts.ready');
  };
  await page.goto(url);
  return { page, context, errors, settle, [Symbol.asyncDispose]: () => context.close() };
}

/** Returns the email address of the administrator with a role, which `startConsole` creates when the role is used first. */
export function administratorWith(role: Role): string {
  return role === 'Administrator With Billing'
    ? FIRST_ADMINISTRATOR
    : `${role.toLowerCase().replaceAll(' ', '.')}@contoso.example`;
}

/** Signs in without a page: the form has its own tests. Returns the cookie of the session. */
async function signInAs(server: RunningServer, origin: string, role: Role) {
  const email = administratorWith(role);
  if (email !== FIRST_ADMINISTRATOR) await createAdministrator(server, email, role);
  const api = await request.newContext({ baseURL: origin });
  try {
    const answer = await api.post('/api/auth/sign-in', { data: { email, password: PASSWORD } });
    if (!answer.ok()) throw new Error(`${email} was not signed in: ${await answer.text()}`);
    return await api.storageState();
  } finally {
    await api.dispose();
  }
}

/** Creates an administrator with the password `PASSWORD`. */
export async function createAdministrator(server: RunningServer, email: string, role: Role): Promise<void> {
  await server.cli('admin', 'create', email, '--role', role);
  const { stdout } = await server.cli('admin', 'reset-password', email, '--json');
  const { url } = JSON.parse(stdout) as { readonly url: string };
  const answer = await call(`${server.url}/api/auth/reset`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: { token: new URL(url).searchParams.get('token'), password: PASSWORD },
  });
  if (answer.status !== 200 && answer.status !== 204) throw new Error(`The password was not set: ${answer.text}`);
}

/** Fills in the form of the sign-in, and sends it. */
export async function signIn(page: Page, email = FIRST_ADMINISTRATOR, password = PASSWORD): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Gives the page a built-in authenticator that confirms every request, as a phone with a fingerprint does. */
export async function addAuthenticator({ page, context }: Pick<OpenedPage, 'page' | 'context'>): Promise<void> {
  const device = await context.newCDPSession(page);
  await device.send('WebAuthn.enable');
  await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

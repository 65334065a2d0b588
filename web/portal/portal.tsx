import { lazy, Suspense, type ReactNode } from 'react';
import { ApiError } from '../data/client.ts';
import { useConnection } from '../data/connection.ts';
import { useOneAccount } from '../data/one-account.ts';
import { useSession } from './data/account.ts';
import { MustEnrollPage } from './pages/must-enroll-page.tsx';
import { SignInPage } from './pages/sign-in-page.tsx';
import { StartPage } from './pages/start-page.tsx';
import { UnknownPage } from './pages/unknown-page.tsx';
import { Frame } from './parts/frame.tsx';
import { SignInAgain } from './parts/sign-in-again.tsx';
import { unread, Waiting } from './parts/waiting.tsx';
import { usePlace } from './router.tsx';

/** The pages of a signed-in user. Each is a separate chunk, which is loaded when it is opened. */
const pages = {
  profile: lazy(async () => ({ default: (await import('./pages/profile-page.tsx')).ProfilePage })),
  password: lazy(async () => ({ default: (await import('./pages/password-page.tsx')).PasswordPage })),
  'second-factor': lazy(async () => ({ default: (await import('./pages/second-factor-page.tsx')).SecondFactorPage })),
  passkeys: lazy(async () => ({ default: (await import('./pages/passkeys-page.tsx')).PasskeysPage })),
  'ssh-keys': lazy(async () => ({ default: (await import('./pages/ssh-keys-page.tsx')).SshKeysPage })),
  sessions: lazy(async () => ({ default: (await import('./pages/sessions-page.tsx')).SessionsPage })),
} as const;

/** The addresses of the first page. */
const firstPlaces: ReadonlySet<string> = new Set(['', 'sign-in']);
/** The pages that are open before a required second factor is set up. */
const factorPlaces: ReadonlySet<string> = new Set(['second-factor', 'passkeys']);

function isPage(place: string): place is keyof typeof pages {
  return Object.hasOwn(pages, place);
}

/** The whole portal: the sign-in, or the page of the address. */
export function Portal() {
  const place = usePlace();
  const session = useSession();
  useOneAccount(session.data?.id);
  const { isExpired } = useConnection();
  const status = session.error instanceof ApiError ? session.error.status : undefined;
  const isOut = status === 401 || status === 403;
  const isNamed = !firstPlaces.has(place) && !isPage(place) && !place.includes('/');
  if (session.data === undefined && isOut) {
    return (
      <Frame>
        <SignInPage organization={isNamed ? place : undefined} isAdministrator={status === 403} />
      </Frame>
    );
  }
  if (session.data === undefined) return <Frame>{unread(session)}</Frame>;
  const { name, mustEnroll } = session.data;
  return (
    <Frame session={session.data}>
      <Suspense fallback={<Waiting />}>{pageOf(place, isNamed, mustEnroll)}</Suspense>
      {(isExpired || isOut) && <SignInAgain name={name} />}
    </Frame>
  );
}

function pageOf(place: string, isNamed: boolean, mustEnroll: boolean): ReactNode {
  if (mustEnroll && !factorPlaces.has(place)) return <MustEnrollPage />;
  if (firstPlaces.has(place)) return <StartPage />;
  // The page of an organization is the first page of a reader who is signed in.
  if (isNamed) return <StartPage organization={place} />;
  if (!isPage(place)) return <UnknownPage />;
  const Shown = pages[place];
  return <Shown />;
}

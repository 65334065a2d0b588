import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { NavLink, Outlet, useLocation } from 'react-router';
import { ApiError } from '../data/client.ts';
import { useConnection } from '../data/connection.ts';
import { useMay, useOrganization, useSession } from '../data/session.ts';
import { Mark } from '../look/mark.tsx';
import { useWords } from '../words/words.tsx';
import { AccountMenu } from './account-menu.tsx';
import { AttentionBadge } from './attention-badge.tsx';
import { useOneAccount } from '../data/one-account.ts';
import { ErrorNotice } from './error-notice.tsx';
import { ExchangeMount } from './exchange/exchange-mount.tsx';
import styles from './frame.module.css';
import { useKeptFocus } from './kept-focus.ts';
import { Progress } from './progress.tsx';
import { useShortcuts } from './shortcuts.ts';
import { SignInDialog, SignInPage } from './sign-in.tsx';
import { useTypedAhead } from './typed-ahead.ts';
import { Waiting } from './waiting.tsx';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));
const AboutDialog = lazy(async () => ({ default: (await import('./about-dialog.tsx')).AboutDialog }));
const ShortcutsDialog = lazy(async () => ({ default: (await import('./shortcuts-dialog.tsx')).ShortcutsDialog }));

/** The places of the side bar, each with the permission that it needs. */
const places = [
  { path: '/', name: 'home', permission: undefined },
  { path: '/people', name: 'people', permission: 'users.read' },
  { path: '/groups', name: 'groups', permission: 'groups.read' },
  { path: '/sources', name: 'sources', permission: 'integrations.read' },
  { path: '/rehearsal', name: 'rehearsal', permission: 'entra.read' },
  { path: '/events', name: 'events', permission: 'events.read' },
  { path: '/settings', name: 'settings', permission: undefined },
] as const;

/** The frame of every page: the side bar, what the connection says, and the page. Without a session, it shows the sign-in. */
export function Frame() {
  const session = useSession();
  useOneAccount(session.data?.id);
  const { isExpired } = useConnection();
  useKeptFocus();
  if (session.isPending) return <Progress isPage />;
  if (session.error instanceof ApiError && session.error.status === 401 && session.data === undefined)
    return <SignInPage />;
  if (session.error !== null && session.data === undefined) {
    return <ErrorNotice error={session.error} retry={() => void session.refetch()} />;
  }
  return (
    <>
      <Shell />
      {isExpired && <SignInDialog />}
    </>
  );
}

function Shell() {
  const words = useWords();
  const { isReachable } = useConnection();
  const [open, setOpen] = useDialog();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const typed = useTypedAhead();
  const openPalette = () => {
    if (open === 'palette') return;
    typed.begin();
    setOpen('palette');
  };
  const closePalette = () => {
    typed.take();
    setOpen(undefined);
  };
  useShortcuts({ palette: openPalette, help: () => setOpen('keys'), takeKey: typed.keep });
  return (
    <div className={styles['app']}>
      <a className={styles['skip']} href="#page">
        {words.frame.skip}
      </a>
      <section aria-label={words.product} className={styles['side']} data-open={isMenuOpen}>
        <Brand />
        <button type="button" className={styles['find']} onClick={openPalette}>
          <span>{words.frame.find}</span>
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <circle cx="7" cy="7" r="4.5" />
            <path d="M10.5 10.5 14 14" />
          </svg>
          <kbd aria-hidden="true">{words.frame.findKeys}</kbd>
        </button>
        <button
          type="button"
          className={styles['burger']}
          aria-expanded={isMenuOpen}
          aria-label={isMenuOpen ? words.frame.closeMenu : words.frame.menu}
          onClick={() => setMenuOpen(!isMenuOpen)}
        >
          <span />
        </button>
        <div className={styles['inner']}>
          <Places onOpen={() => setMenuOpen(false)} />
          <AccountMenu showKeys={() => setOpen('keys')} showAbout={() => setOpen('about')} />
        </div>
      </section>
      <main id="page" tabIndex={-1} className={styles['main']}>
        {!isReachable && (
          <p role="status" className={styles['offline']}>
            {words.frame.offline}
          </p>
        )}
        <Waiting />
        <Place />
      </main>
      <ExchangeMount />
      <Suspense fallback={null}>
        {open === 'palette' && <Palette typed={typed} close={closePalette} />}
        {open === 'about' && <AboutDialog close={() => setOpen(undefined)} />}
        {open === 'keys' && <ShortcutsDialog close={() => setOpen(undefined)} />}
      </Suspense>
    </div>
  );
}

type FrameDialog = 'palette' | 'keys' | 'about';

/** The dialog that is open above the page. When it is closed, the focus returns to where it was. */
function useDialog() {
  const [open, setOpen] = useState<FrameDialog | undefined>();
  const origin = useRef<Element | null>(null);
  const show = (dialog: FrameDialog | undefined) => {
    if (dialog !== undefined && open === undefined) origin.current = document.activeElement;
    setOpen(dialog);
  };
  useEffect(() => {
    if (open === undefined && origin.current instanceof HTMLElement) origin.current.focus();
  }, [open]);
  return [open, show] as const;
}

/** The page, or the sentence that the role does not include its place: a link from a colleague can lead to it. */
function Place() {
  const words = useWords();
  const may = useMay();
  const { pathname } = useLocation();
  const place = places.find(({ path }) => path !== '/' && (pathname === path || pathname.startsWith(`${path}/`)));
  if (place?.permission === undefined || may(place.permission)) return <Outlet />;
  return (
    <div className="stack">
      <h1>{words.places[place.name]}</h1>
      <p>{words.frame.forbidden(words.places[place.name])}</p>
    </div>
  );
}

function Brand() {
  const words = useWords();
  const { data: organization } = useOrganization();
  return (
    <div className={styles['brand']}>
      <Mark />
      <span>
        {words.product}
        <small>{organization?.displayName}</small>
      </span>
    </div>
  );
}

function Places({ onOpen }: { readonly onOpen: () => void }) {
  const words = useWords();
  const may = useMay();
  return (
    <nav aria-label={words.places.label} className={styles['places']}>
      {places
        .filter(({ permission }) => permission === undefined || may(permission))
        .map(({ path, name }) => (
          <NavLink key={path} to={path} end={path === '/'} onClick={onOpen}>
            {words.places[name]}
            {name === 'home' && <AttentionBadge />}
          </NavLink>
        ))}
    </nav>
  );
}

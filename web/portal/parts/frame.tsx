import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useConnection } from '../../data/connection.ts';
import { Mark } from '../../look/mark.tsx';
import { setTheme, useTheme, type Theme } from '../../look/theme.ts';
import { setLanguage } from '../../words/catalog-choice.ts';
import { languageNames, languages } from '../../words/languages.ts';
import { useOrganization, useSignOut } from '../data/account.ts';
import { Link, navigate } from '../router.tsx';
import { useLanguage, useWords } from '../words.tsx';

interface Session {
  readonly name: string;
  readonly organization: string;
}

/** What is around every page: the mark, the organization, who is signed in, the language and the theme. */
export function Frame({ session, children }: { readonly session?: Session; readonly children: ReactNode }) {
  const { frame, product } = useWords();
  const { isReachable } = useConnection();
  return (
    <>
      <a className="skip" href="#page">
        {frame.skip}
      </a>
      <header className="top">
        <Link to="" className="brand">
          <Mark size={28} />
          {session === undefined ? product : <OrganizationName id={session.organization} />}
        </Link>
        {session !== undefined && <SignOut session={session} />}
      </header>
      <main id="page">
        {!isReachable && (
          <p role="status" className="notice" data-tone="warn">
            {frame.offline}
          </p>
        )}
        {children}
      </main>
      <footer className="bottom">
        <LanguageChoice />
        <ThemeChoice />
      </footer>
    </>
  );
}

function OrganizationName({ id }: { readonly id: string }) {
  const { product } = useWords();
  return <>{useOrganization(id).data?.name ?? product}</>;
}

function SignOut({ session: { name, organization } }: { readonly session: Session }) {
  const { frame } = useWords();
  const signOut = useSignOut();
  const { data } = useOrganization(organization);
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => navigate(data?.isOnly === false ? organization : '', 'replace'),
  });
  return (
    <div className="who">
      <span className="name" title={name}>
        {name}
      </span>
      <button type="button" className="button" data-kind="quiet" onClick={() => leave.mutate()}>
        {frame.signOut}
      </button>
      {leave.error !== null && (
        <p role="alert" className="notice" data-tone="bad">
          {frame.stillSignedIn} {leave.error.message}
        </p>
      )}
    </div>
  );
}

function LanguageChoice() {
  const { frame } = useWords();
  const language = useLanguage();
  return (
    <div role="group" aria-label={frame.language} className="languages">
      {languageNames.map((name) => (
        <button
          key={name}
          type="button"
          className="button"
          data-kind="quiet"
          lang={name}
          aria-pressed={language === name}
          onClick={() => setLanguage(name)}
        >
          {languages[name]}
        </button>
      ))}
    </div>
  );
}

function ThemeChoice() {
  const { frame } = useWords();
  const { theme } = useTheme();
  return (
    <label className="theme">
      <span>{frame.theme}</span>
      <select value={theme} onChange={({ target }) => setTheme(target.value as Theme)}>
        {(['light', 'dark', 'system'] as const).map((one) => (
          <option key={one} value={one}>
            {frame.themes[one]}
          </option>
        ))}
      </select>
    </label>
  );
}

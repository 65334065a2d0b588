import { ApiError } from '../../data/client.ts';
import { useOrganization, usePasskeys, useProfile, type Profile } from '../data/account.ts';
import { useTimes } from '../data/times.ts';
import { Page } from '../parts/page.tsx';
import { Task } from '../parts/task.tsx';
import { unread } from '../parts/waiting.tsx';
import { useWords } from '../words.tsx';
import { UnknownPage } from './unknown-page.tsx';

/** A password that expires within this number of days is something to do. */
const EXPIRES_DAYS_MAX = 14;
/** The number of groups that are named. */
const GROUPS_MAX = 5;

/** The first page: what is missing, where the account works, and the pages about it. */
export function StartPage({ organization }: { readonly organization?: string }) {
  const words = useWords();
  const profile = useProfile();
  const passkeys = usePasskeys();
  const named = useOrganization(organization);
  const isUnknown = named.error instanceof ApiError && named.error.status === 404;
  if (isUnknown) return <UnknownPage />;
  const waiting = unread(profile) ?? unread(passkeys);
  if (waiting !== undefined) return waiting;
  const { data } = profile;
  if (data === undefined) return null;
  const count = passkeys.data?.length ?? 0;
  const { firstname, displayname } = data;
  return (
    <Page title={words.start.title(firstname ?? displayname ?? '')} isFirst>
      <Todo profile={data} passkeys={count} />
      <Uses profile={data} />
      <section aria-labelledby="account">
        <h2 id="account">{words.start.account}</h2>
        <Places profile={data} passkeys={count} />
      </section>
    </Page>
  );
}

interface Props {
  readonly profile: Profile;
  readonly passkeys: number;
}

function Todo({ profile, passkeys }: Props) {
  const { start } = useWords();
  const { totp_enabled: hasApp, password_expiration_date: expires } = profile;
  const days = useTimes().daysUntil(expires ?? null);
  const isExpiring = days !== undefined && days <= EXPIRES_DAYS_MAX;
  const needsFactor = hasApp !== true && passkeys === 0;
  return (
    <section aria-labelledby="todo">
      <h2 id="todo">{start.todo}</h2>
      {!needsFactor && !isExpiring && (
        <p className="fine">
          <span className="tone-good" aria-hidden="true">
            ●
          </span>{' '}
          {start.allDone}
        </p>
      )}
      <ul className="tasks">
        {isExpiring && <Task to="password" title={start.expires(days)} help={start.expiresHelp} isDue />}
        {needsFactor && <Task to="second-factor" title={start.noFactor} help={start.noFactorHelp} isDue />}
      </ul>
    </section>
  );
}

function Uses({ profile }: { readonly profile: Profile }) {
  const { start, password, frame } = useWords();
  const { username = '', externally_managed: isManaged, sourceName, ssh_keys: keys = [], groups } = profile;
  const shown = groups.slice(0, GROUPS_MAX);
  return (
    <section aria-labelledby="uses">
      <h2 id="uses">{start.uses}</h2>
      <ul className="facts">
        <li>
          {frame.sentences([
            start.nameIs(username),
            isManaged === true ? start.worksWithSource(sourceName ?? password.theSource) : start.worksWithPassword,
          ])}
        </li>
        {keys.length > 0 && <li>{start.keysWork(keys.length)}</li>}
        {groups.length > 0 && <li>{start.groupsGive(shown, groups.length - shown.length)}</li>}
      </ul>
    </section>
  );
}

function Places({ profile, passkeys }: Props) {
  const { start, ...words } = useWords();
  const { places } = start;
  const { since: sayTime } = useTimes();
  const since = profile.password_date;
  const when = typeof since === 'string' ? sayTime(since) : undefined;
  return (
    <ul className="tasks">
      <Task to="profile" title={words.profile.title} help={places.profile} />
      <Task
        to="password"
        title={words.password.title}
        help={profile.externally_managed === true ? places.managed : places.password(when)}
      />
      <Task to="second-factor" title={words.factor.title} help={places.factor(profile.totp_enabled === true)} />
      <Task to="passkeys" title={words.passkeys.title} help={places.passkeys(passkeys)} />
      <Task to="ssh-keys" title={words.sshKeys.title} help={places.sshKeys(profile.ssh_keys?.length ?? 0)} />
      <Task to="sessions" title={words.sessions.title} help={places.sessions} />
    </ul>
  );
}

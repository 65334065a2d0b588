import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { api, read } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { useViewState } from '../../../data/view-state.ts';
import { PageHead } from '../../../parts/page-head.tsx';
import tabStyles from '../../../parts/tabs.module.css';
import { useWords } from '../../../words/words.tsx';
import { Outbox } from './outbox.tsx';
import { Templates } from './templates.tsx';
import { TestMail } from './test-mail.tsx';

const tabs = ['outbox', 'templates'] as const;
const viewDefaults = { tab: 'outbox' };
const tones = { ok: 'dim', warning: 'tone-warn', fault: 'tone-bad' } as const;

/** What the server writes to people: the outbox, and the texts. */
export function MailSection() {
  const { settings } = useWords();
  const words = settings.mail;
  const [{ tab }] = useViewState(viewDefaults);
  const may = useMay();
  const isOperator = may('organizations.create');
  const mayWrite = may('mail.write');
  return (
    <>
      <PageHead
        title={settings.sections.mail}
        below={words.below}
        tabs={
          <nav aria-label={words.tabsLabel} className={tabStyles['tabs']}>
            {tabs.map((name) => (
              <Link
                key={name}
                to={name === 'outbox' ? '/settings/mail' : `/settings/mail?tab=${name}`}
                aria-current={name === tab ? 'page' : undefined}
              >
                {words.tabs[name]}
              </Link>
            ))}
          </nav>
        }
      />
      <div className="stack">
        {isOperator && <MailServer />}
        {mayWrite && <TestMail />}
        {tab === 'templates' ? <Templates /> : <Outbox />}
      </div>
    </>
  );
}

/** Whether the mail server works, as the health checks found. */
function MailServer() {
  const { settings, marks } = useWords();
  const words = settings.mail;
  const { data } = useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => read(api.GET('/api/server/health', { signal })),
    // The state of the server can be another one than when a page read it last.
    refetchOnMount: 'always',
  });
  const found = data?.results.find(({ check }) => check === 'mail server');
  if (found === undefined) return null;
  if (found.detail === words.notConfiguredFinding) {
    return (
      <p className="tone-warn">
        <span aria-hidden="true">◷</span> {words.notConfigured}
      </p>
    );
  }
  return (
    <p className={tones[found.status]}>
      {words.server[found.status]} {found.detail}
      {/[.。]$/.test(found.detail) ? ' ' : marks.nextSentence}
      <Link to="/settings/health">{words.serverChecked}</Link>
    </p>
  );
}

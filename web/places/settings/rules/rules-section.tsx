import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { api, read, type Schemas } from '../../../data/client.ts';
import { useMay } from '../../../data/session.ts';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { PageHead } from '../../../parts/page-head.tsx';
import { Progress } from '../../../parts/progress.tsx';
import { RuleFields, type Proposed } from '../../../parts/rules/rule-fields.tsx';
import { changedRules } from '../../../parts/rules/rule-sections.ts';
import styles from '../../../parts/rules/rules.module.css';
import { useWords } from '../../../words/words.tsx';

const queryKey = ['sources', 'default-rules'] as const;
const presets = ['strict', 'standard'] as const;

/** The rules that a new source starts with. */
export function RulesSection() {
  const { settings } = useWords();
  const { data, error, isPending, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => read(api.GET('/api/default-rules', { signal })),
  });
  return (
    <>
      <PageHead title={settings.sections.rules} below={settings.rules.below} />
      {isPending && <Progress />}
      {error !== null && <ErrorNotice error={error} retry={() => void refetch()} />}
      {data !== undefined && <DefaultRules defaults={data} />}
    </>
  );
}

function DefaultRules({ defaults }: { readonly defaults: Schemas['defaultrules'] }) {
  const { settings, sources } = useWords();
  const words = settings.rules;
  const mayChange = useMay()('integrations.write');
  const queries = useQueryClient();
  const [proposed, setProposed] = useState<Proposed>({});
  const changed = changedRules(defaults.rules, proposed);
  const number = Object.keys(changed).length;
  const save = useMutation({
    mutationFn: (body: { readonly preset?: (typeof presets)[number]; readonly rules?: typeof changed }) =>
      read(api.PUT('/api/default-rules', { body })),
    onSuccess: (saved) => {
      queries.setQueryData(queryKey, saved);
      setProposed({});
    },
  });
  const choose = (chosen: Proposed) => {
    save.reset();
    setProposed((before) => ({ ...before, ...chosen }));
  };
  return (
    <div className="stack">
      <p className="dim">{mayChange ? words.help : sources.rules.readOnly}</p>
      <p className="dim">
        {words.existing} <Link to="/sources">{words.toSources}</Link>
      </p>
      <div className="row">
        <p>{sources.rules.is[defaults.preset ?? 'own']}</p>
        <span className="push" />
        {mayChange &&
          presets
            .filter((preset) => preset !== defaults.preset)
            .map((preset) => (
              <button
                key={preset}
                type="button"
                className="button"
                disabled={save.isPending}
                onClick={() => save.mutate({ preset })}
              >
                {words.setAll(sources.rules.presets[preset])}
              </button>
            ))}
      </div>
      <RuleFields stored={defaults.rules} proposed={proposed} choose={mayChange ? choose : undefined} />
      <p role="status" className="tone-good">
        {save.isSuccess && number === 0 && words.saved}
      </p>
      {save.error !== null && number === 0 && (
        <p role="alert" className="tone-bad">
          {save.error.message}
        </p>
      )}
      {number > 0 && (
        <section className={`sheet ${styles['pending'] ?? ''}`} aria-label={sources.rules.changed(number)}>
          <header>
            <h2>{sources.rules.changed(number)}</h2>
            <div className="row push">
              <button type="button" className="button" onClick={() => setProposed({})}>
                {sources.rules.discard}
              </button>
              <button
                type="button"
                className="button"
                data-kind="primary"
                disabled={save.isPending}
                onClick={() => save.mutate({ rules: changed })}
              >
                {sources.rules.save(number)}
              </button>
            </div>
          </header>
          {save.error !== null && (
            <p role="alert" className="body tone-bad">
              {save.error.message}
            </p>
          )}
        </section>
      )}
    </div>
  );
}

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { api, read } from '../../../data/client.ts';
import { proposedIn } from '../../../data/rules-path.ts';
import { useMay } from '../../../data/session.ts';
import { useWords } from '../../../words/words.tsx';
import { RuleFields, type Proposed } from '../../../parts/rules/rule-fields.tsx';
import { changedRules, knownProposals, ruleNames, type RuleName } from '../../../parts/rules/rule-sections.ts';
import styles from '../../../parts/rules/rules.module.css';
import { useSourcesChanged } from '../queries.ts';
import type { TabProps } from '../source-page.tsx';
import { RulePreview } from './rule-preview.tsx';

/** The rules of a source as sentences. What is chosen is not saved until its effect was shown. */
export function RulesTab({ source }: TabProps) {
  const { again, sources } = useWords();
  const { rules: words } = sources;
  const may = useMay();
  const mayChange = may('integrations.write');
  const [parameters] = useSearchParams();
  // What a link proposes is chosen, and saved only by the reader.
  const linked = knownProposals(proposedIn(parameters), words.rule);
  const [proposed, setProposed] = useState<Proposed>(() => (mayChange ? linked : {}));
  const changed = changedRules(source.rules, proposed);
  const number = Object.keys(changed).length;
  const saved = useSourcesChanged();
  const save = useMutation({
    mutationFn: (rules: typeof changed) =>
      read(api.PUT('/api/integrations/{id}', { params: { path: { id: source.id } }, body: { rules } })),
    onSuccess: async (_saved, sent) => {
      await saved();
      // What was chosen meanwhile is not saved yet.
      setProposed((current) => withoutSent(current, sent));
    },
  });
  const already = save.isSuccess ? [] : alreadySet(source.rules, linked);
  const titleOf = (name: RuleName) => words.rule[name].name;
  const choose = (chosen: Proposed) => {
    save.reset();
    setProposed((before) => ({ ...before, ...chosen }));
  };
  return (
    <div className="stack">
      <p className="dim">{mayChange ? words.help : words.readOnly}</p>
      <RuleFields
        stored={source.rules}
        proposed={proposed}
        noteOf={(name) =>
          name === already[0] ? `${words.alreadySet(already.map(titleOf))} ${again.sendAnyone}` : undefined
        }
        choose={mayChange ? choose : undefined}
      />
      {save.isSuccess && number === 0 && (
        <div role="status" className={`sheet ${styles['pending'] ?? ''}`}>
          <p className="body">
            <span className="tone-good">{words.saved}</span> {again.sendAnyone}
          </p>
        </div>
      )}
      {number > 0 && (
        <section className={`sheet ${styles['pending'] ?? ''}`} aria-label={words.changed(number)}>
          <header>
            <h2>{words.changed(number)}</h2>
            <div className="row push">
              <button type="button" className="button" onClick={() => setProposed({})}>
                {words.discard}
              </button>
              <button
                type="button"
                className="button"
                data-kind="primary"
                disabled={save.isPending}
                onClick={() => save.mutate(changed)}
              >
                {words.save(number)}
              </button>
            </div>
          </header>
          <div className="body">
            {save.error !== null && (
              <p role="alert" className="tone-bad">
                {save.error.message}
              </p>
            )}
            <RulePreview source={source} changed={changed} />
          </div>
        </section>
      )}
    </div>
  );
}

/** Returns the chosen rules without those that were saved with the same value. */
function withoutSent(proposed: Proposed, sent: Proposed): Proposed {
  return Object.fromEntries(Object.entries(proposed).filter(([name, value]) => sent[name as RuleName] !== value));
}

/** Returns the names of the rules that a link proposes to change if all of them are set so already, so that there is nothing to save. */
function alreadySet(rules: TabProps['source']['rules'], linked: Proposed): readonly RuleName[] {
  const names = ruleNames.filter((name) => linked[name] !== undefined);
  return names.every((name) => linked[name] === rules[name]) ? names : [];
}

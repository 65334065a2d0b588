import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { api, read } from '../../../data/client.ts';
import { proposedIn } from '../../../data/rules-path.ts';
import { useMay } from '../../../data/session.ts';
import { useWords } from '../../../words/words.tsx';
import { useSourcesChanged, type RuleName } from '../queries.ts';
import type { TabProps } from '../source-page.tsx';
import { RulePreview } from './rule-preview.tsx';
import {
  changedRules,
  knownProposals,
  ruleNames,
  ruleSections,
  textOf,
  valueOf,
  type RuleValue,
} from './rule-sections.ts';
import styles from './rules-tab.module.css';

type Proposed = Partial<Record<RuleName, RuleValue>>;

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
    mutationFn: () =>
      read(api.PUT('/api/integrations/{id}', { params: { path: { id: source.id } }, body: { rules: changed } })),
    onSuccess: async () => {
      await saved();
      setProposed({});
    },
  });
  const already = save.isSuccess ? [] : alreadySet(source.rules, linked);
  const titleOf = (name: RuleName) => words.rule[name].name;
  const choose = (name: RuleName, value: RuleValue) => {
    save.reset();
    setProposed((before) => ({ ...before, [name]: value }));
  };
  return (
    <div className="stack">
      <p className="dim">{mayChange ? words.help : words.readOnly}</p>
      {ruleSections.map((section) => (
        <section key={section.name} className="sheet" aria-label={words.section[section.name]}>
          <header>
            <h2>{words.section[section.name]}</h2>
          </header>
          {section.rules.map((name) => (
            <Rule
              key={name}
              name={name}
              stored={source.rules[name]}
              chosen={proposed[name] ?? source.rules[name]}
              note={name === already[0] ? `${words.alreadySet(already.map(titleOf))} ${again.sendAnyone}` : undefined}
              choose={mayChange ? (value) => choose(name, value) : undefined}
            />
          ))}
        </section>
      ))}
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
                onClick={() => save.mutate()}
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

/** Returns the names of the rules that a link proposes to change if all of them are set so already, so that there is nothing to save. */
function alreadySet(rules: TabProps['source']['rules'], linked: Proposed): readonly RuleName[] {
  const names = ruleNames.filter((name) => linked[name] !== undefined);
  return names.every((name) => linked[name] === rules[name]) ? names : [];
}

interface RuleProps {
  readonly name: RuleName;
  readonly stored: RuleValue;
  readonly chosen: RuleValue;
  /** What a reader who followed a link to the rule has to know. */
  readonly note: string | undefined;
  readonly choose: ((value: RuleValue) => void) | undefined;
}

/** One rule: its values as sentences, of which one is chosen. A link with `rule=NAME` highlights it. */
function Rule({ name, stored, chosen, note, choose }: RuleProps) {
  const { rules: words } = useWords().sources;
  const [parameters] = useSearchParams();
  const isWanted = parameters.get('rule') === name;
  const element = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (!isWanted) return;
    element.current?.scrollIntoView({ block: 'center' });
    element.current?.querySelector<HTMLInputElement>('input:checked')?.focus({ preventScroll: true });
  }, [isWanted]);
  const { name: title, values } = words.rule[name];
  const isChanged = stored !== chosen;
  return (
    <fieldset ref={element} className={styles['rule']} data-wanted={isWanted} data-changed={isChanged}>
      <legend>
        {title} <code className="dimmer">{name}</code>
      </legend>
      <div>
        {Object.entries(values).map(([value, sentence]) => {
          const isChosen = textOf(chosen) === value;
          if (choose === undefined) return isChosen ? <p key={value}>{sentence}</p> : null;
          return (
            <label key={value} data-chosen={isChosen}>
              <input
                type="radio"
                name={name}
                value={value}
                checked={isChosen}
                onChange={() => choose(valueOf(value))}
              />
              <span>
                {sentence}
                {isChanged && textOf(stored) === value && <em className="dim"> ({words.current})</em>}
              </span>
            </label>
          );
        })}
        {note !== undefined && <p role="status">{note}</p>}
      </div>
    </fieldset>
  );
}

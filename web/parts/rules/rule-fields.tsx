import { useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router';
import { useWords } from '../../words/words.tsx';
import { ruleSections, textOf, valueOf, type RuleName, type Rules, type RuleValue } from './rule-sections.ts';
import styles from './rules.module.css';

/** The rules that are chosen and not saved. */
export type Proposed = Partial<Record<RuleName, RuleValue>>;

interface Props {
  readonly stored: Rules;
  readonly proposed: Proposed;
  /** Returns what a reader who followed a link to a rule has to know. */
  readonly noteOf?: ((name: RuleName) => string | undefined) | undefined;
  /** Undefined if the reader may not choose. */
  readonly choose: ((chosen: Proposed) => void) | undefined;
}

/** All rules as sentences, in sections. */
export function RuleFields({ stored, proposed, noteOf, choose }: Props) {
  const { rules: words } = useWords().sources;
  return ruleSections.map((section) => (
    <section key={section.name} className="sheet" aria-label={words.section[section.name]}>
      <header>
        <h2>{words.section[section.name]}</h2>
      </header>
      {section.rules.map((name) => (
        <Rule
          key={name}
          name={name}
          stored={stored[name]}
          chosen={proposed[name] ?? stored[name]}
          note={noteOf?.(name)}
          choose={choose && ((value) => choose({ [name]: value }))}
        />
      ))}
    </section>
  ));
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

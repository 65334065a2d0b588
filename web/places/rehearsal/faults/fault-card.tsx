import { useState } from 'react';
import { useWords, type Words } from '../../../words/words.tsx';
import { faultNumbers, isOn, noFaults, numbersOf, switchedOn, type FaultName, type Faults } from './fault-list.ts';
import styles from './faults.module.css';

interface Props {
  readonly name: FaultName;
  readonly faults: Faults;
  /** Saves a change; undefined for readers who may not. */
  readonly change: ((change: Partial<Faults>) => void) | undefined;
  readonly isSaving: boolean;
}

/** One fault: what it does, a switch, its numbers, and what the administrator will observe. */
export function FaultCard({ name, faults, change, isSaving }: Props) {
  const { faults: words } = useWords();
  const { name: title, what, observe } = words.fault[name];
  const isSet = isOn(faults, name);
  const [numbers, setNumbers] = useState(() => numbersOf(faults, name));
  const isChanged = isSet && JSON.stringify(numbers) !== JSON.stringify(numbersOf(faults, name));
  return (
    <section className={`sheet ${styles['card'] ?? ''}`} aria-label={title} data-on={isSet}>
      <header>
        <h2>{title}</h2>
        <label className={styles['switch']}>
          <input
            type="checkbox"
            role="switch"
            aria-checked={isSet}
            aria-label={words.turnOn(title)}
            checked={isSet}
            disabled={change === undefined || isSaving}
            onChange={() => change?.(isSet ? { [name]: noFaults[name] } : switchedOn(name, numbers))}
          />
          {isSet ? words.on : words.off}
        </label>
      </header>
      <form
        className="body"
        onSubmit={(event) => {
          event.preventDefault();
          change?.(switchedOn(name, numbers));
        }}
      >
        <p>{what}</p>
        {faultNumbers[name].length > 0 && (
          <div className={styles['numbers']}>
            {faultNumbers[name].map((field) => (
              <label key={field.name} className="field">
                <span>{labelOf(words.fault[name], field.name)}</span>
                <input
                  className="input"
                  type="number"
                  required
                  min={field.least}
                  max={field.most}
                  disabled={change === undefined}
                  value={numbers[field.name] ?? field.start}
                  onChange={(event) => setNumbers({ ...numbers, [field.name]: event.currentTarget.valueAsNumber })}
                />
              </label>
            ))}
            {isChanged && change !== undefined && (
              <button type="submit" className="button" disabled={isSaving}>
                {words.apply}
              </button>
            )}
          </div>
        )}
        <h3>{words.observe}</h3>
        <p className="dim">{observe}</p>
      </form>
    </section>
  );
}

function labelOf(fault: Words['faults']['fault'][FaultName], name: string): string {
  const fields: Readonly<Record<string, string>> = 'fields' in fault ? fault.fields : {};
  return fields[name] ?? name;
}

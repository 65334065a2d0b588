import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, read } from '../../data/client.ts';
import { useWords, type PortalWords } from '../words.tsx';
import { PasswordField } from './form.tsx';

/** The time after the last key press at which the password is checked. */
const CHECK_AFTER_MS = 250;
const levels = ['weak', 'fair', 'good', 'strong'] as const;

interface Rule {
  readonly rule: string;
  readonly must: string;
}

interface Props {
  readonly rules: readonly Rule[];
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly error?: string | undefined;
}

/** The field for a new password: its rules are shown before, and ticked while it is typed. */
export function NewPassword({ rules, value, onValue, error }: Props) {
  const { password: words } = useWords();
  const checked = useChecked(value);
  const isMet = ({ rule }: Rule) =>
    checked !== undefined && !checked.broken.includes(rule) && !checked.unchecked.includes(rule);
  return (
    <PasswordField
      label={words.next}
      name="newPassword"
      autoComplete="new-password"
      maxLength={1_024}
      required
      value={value}
      onChange={({ target }) => onValue(target.value)}
      error={error}
      help={
        <>
          <p>{words.must}</p>
          <ul className="rules">
            {rules.map((rule) => (
              <li key={rule.rule} data-met={isMet(rule)}>
                {rule.must}
                {isMet(rule) && <span className="hidden"> {words.met}</span>}
              </li>
            ))}
          </ul>
          <Strength strength={checked?.strength} words={words} />
          <p role="status" className="hidden">
            {checked === undefined ? '' : summary(checked, words)}
          </p>
        </>
      }
    />
  );
}

interface Checked {
  readonly broken: readonly string[];
  readonly unchecked: readonly string[];
  readonly strength: (typeof levels)[number];
}

/** Returns how the server rates what was typed a moment ago; undefined before that. */
function useChecked(value: string): Checked | undefined {
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), CHECK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [value]);
  const { data } = useQuery({
    // The password itself is part of the key, which stays in the memory of this page.
    queryKey: ['password-check', settled],
    queryFn: ({ signal }) => read(api.POST('/api/portal/password/check', { body: { password: settled }, signal })),
    enabled: settled !== '',
    gcTime: 0,
  });
  return settled === value && value !== '' ? data : undefined;
}

function summary({ broken, unchecked }: Checked, words: PortalWords['password']): string {
  if (broken.length > 0) return words.left(broken.length);
  return unchecked.length === 0 ? words.allMet : words.allChecked;
}

function Strength({
  strength,
  words,
}: {
  readonly strength: Checked['strength'] | undefined;
  readonly words: PortalWords['password'];
}) {
  if (strength === undefined) return null;
  const level = levels.indexOf(strength);
  return (
    <p className="strength" data-strength={strength}>
      <span aria-hidden="true">
        {levels.map((one, index) => (
          <i key={one} className={index <= level ? 'on' : undefined} />
        ))}
      </span>
      <span>{words.strengthIs(words.strengths[strength])}</span>
    </p>
  );
}

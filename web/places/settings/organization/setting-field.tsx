import { useId } from 'react';
import type { Schemas } from '../../../data/client.ts';
import { useWords } from '../../../words/words.tsx';
import list from '../list.module.css';

export type Setting = Schemas['organizationsetting'];
export type SettingValue = Setting['value'];

interface Props {
  readonly setting: Setting;
  /** What was typed; the value of the setting if nothing was. A number is a text while it is typed. */
  readonly value: SettingValue;
  readonly fault: string | undefined;
  /** False for readers who may not change settings. */
  readonly isEditable: boolean;
  readonly onChange: (value: SettingValue) => void;
}

/** A setting: what it does, its default, and its value. */
export function SettingField({ setting, value, fault, isEditable, onChange }: Props) {
  const words = useWords().settings.organization;
  const text = words.settings[setting.name];
  const id = useId();
  return (
    <div className={list['field']}>
      <div>
        <p>
          <b id={`${id}-label`}>{text.label}</b>
        </p>
        <p className="dim small" id={`${id}-help`}>
          {text.help}{' '}
          {setting.minimum !== null && setting.maximum !== null && words.range(setting.minimum, setting.maximum)}{' '}
          {words.default(useValueText(setting.default))}
        </p>
      </div>
      <div className={list['value']}>
        {isEditable ? (
          <Control id={id} setting={setting} value={value} isInvalid={fault !== undefined} onChange={onChange} />
        ) : (
          <ValueText value={value} />
        )}
      </div>
      {fault !== undefined && (
        <p className={`tone-bad ${list['fault'] ?? ''}`} id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  );
}

interface ControlProps extends Pick<Props, 'setting' | 'value' | 'onChange'> {
  readonly id: string;
  readonly isInvalid: boolean;
}

function Control({ id, setting, value, isInvalid, onChange }: ControlProps) {
  const words = useWords().settings.organization;
  const named = {
    'aria-labelledby': `${id}-label`,
    'aria-describedby': isInvalid ? `${id}-help ${id}-fault` : `${id}-help`,
    'aria-invalid': isInvalid,
  };
  if (typeof setting.value === 'boolean') {
    return (
      <label>
        <input
          type="checkbox"
          {...named}
          checked={value === true}
          onChange={({ currentTarget }) => onChange(currentTarget.checked)}
        />
        <span aria-hidden="true">{value === true ? words.on : words.off}</span>
      </label>
    );
  }
  if (setting.choices !== null) {
    const texts: Readonly<Record<string, string>> = words.choices;
    return (
      <select
        className="input"
        {...named}
        value={String(value)}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      >
        {setting.choices.map((choice) => (
          <option key={choice} value={choice}>
            {texts[choice] ?? choice}
          </option>
        ))}
      </select>
    );
  }
  const isNumber = typeof setting.value === 'number';
  return (
    <input
      className="input"
      {...named}
      inputMode={isNumber ? 'numeric' : undefined}
      value={String(value)}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}

function ValueText({ value }: { readonly value: SettingValue }) {
  return <p>{useValueText(value)}</p>;
}

/** Returns a value in words. */
function useValueText(value: SettingValue): string {
  const { settings, locale } = useWords();
  const words = settings.organization;
  const texts: Readonly<Record<string, string>> = words.choices;
  if (typeof value === 'boolean') return value ? words.on : words.off;
  if (typeof value === 'number') return value.toLocaleString(locale);
  return value === '' ? words.none : (texts[value] ?? value);
}

import { Link } from 'react-router';
import { rulePath } from '../../data/rules-path.ts';
import { useMay } from '../../data/session.ts';
import { useWords, type Words } from '../../words/words.tsx';
import type { Exchange, ExchangeContent } from './exchange-view.tsx';

interface Props {
  readonly rule: ExchangeContent['rules'][number];
  readonly source: Exchange['source'];
}

/** A rule that decided the request: its value then and now, and where to change it. */
export function ExchangeRule({ rule, source }: Props) {
  const { exchange, marks, sources } = useWords();
  const may = useMay();
  const { name, value, valueNow } = rule;
  const meanings: Readonly<Record<string, { readonly values: Readonly<Record<string, string>> } | undefined>> =
    sources.rules.rule;
  return (
    <p className="dim">
      {exchange.decidedBy} <code title={meanings[name]?.values[String(value)]}>{name}</code>
      {exchange.ruleValue(valueOf(value, exchange))}
      {valueNow === value ? exchange.ruleSame : valueNow !== null && exchange.ruleNow(valueOf(valueNow, exchange))}
      {marks.nextSentence}
      {source?.name != null && may('integrations.read') && (
        <Link to={rulePath(source.id, name)}>{exchange.changeRule}</Link>
      )}
    </p>
  );
}

function valueOf(value: string | boolean, { on, off }: Words['exchange']): string {
  if (typeof value === 'string') return value;
  return value ? on : off;
}

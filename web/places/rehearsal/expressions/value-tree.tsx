import { useWords } from '../../../words/words.tsx';
import type { EditorHandle } from './expression-editor.tsx';
import styles from './expressions.module.css';
import type { Explained } from './use-explanation.ts';

type Step = Explained['steps'][number];

const INDENT_PX = 20;
/** The longest text of a part in the tree. A part that is longer is cut in the middle of the line by the style; this is for the name. */
const NAME_LENGTH_MAX = 120;

/** The value of each function and attribute of an expression, indented by depth. A part selects itself in the editor. */
export function ValueTree({
  explained: { steps, text, error },
  handle,
}: {
  readonly explained: Explained;
  readonly handle: EditorHandle | undefined;
}) {
  const { expressions: words } = useWords();
  // The text of a constant is its value. What is inside a part that was not needed was not needed, either.
  const shown = withoutSkippedInside(steps).filter(({ kind }) => kind !== 'constant');
  // The value of one part is the result, unless the whole cannot be read.
  if (shown.length < (error?.code === 'expressionSyntax' ? 1 : 2)) return null;
  return (
    <section aria-label={words.values}>
      <p className={styles['heading']}>{words.values}</p>
      <ol className={styles['tree']}>
        {shown.map((step) => (
          <Part key={`${step.offset} ${step.length}`} step={step} text={partOf(text, step)} handle={handle} />
        ))}
      </ol>
      <p className="dimmer small">{words.valuesHelp}</p>
    </section>
  );
}

interface PartProps {
  readonly step: Step;
  readonly text: string;
  readonly handle: EditorHandle | undefined;
}

function Part({ step, text, handle }: PartProps) {
  const { expressions: words } = useWords();
  const value = valueOf(step, words);
  return (
    <li data-outcome={step.outcome}>
      <button
        type="button"
        aria-label={words.select(text.slice(0, NAME_LENGTH_MAX), value)}
        onClick={() => handle?.select(step.offset, step.length)}
      >
        <code data-kind={step.kind} title={text} style={{ paddingInlineStart: `${step.depth * INDENT_PX}px` }}>
          {text}
        </code>
        <span aria-hidden="true">→</span>
        <code>{value}</code>
      </button>
    </li>
  );
}

function partOf(text: string, { offset, length }: Step): string {
  return text.slice(offset, offset + length).replaceAll(/\s+/g, ' ');
}

function valueOf(
  { outcome, value }: Step,
  words: { readonly droppedShort: string; readonly skipped: string; readonly failed: string },
): string {
  switch (outcome) {
    case 'value':
      return value ?? '';
    case 'dropped':
      return words.droppedShort;
    case 'error':
      return words.failed;
    case 'skipped':
      return words.skipped;
  }
}

/** Leaves out the parts of a part that was not needed. */
function withoutSkippedInside(steps: readonly Step[]): readonly Step[] {
  let hiddenBelow = Number.POSITIVE_INFINITY;
  return steps.filter(({ depth, outcome }) => {
    if (depth > hiddenBelow) return false;
    hiddenBelow = outcome === 'skipped' ? depth : Number.POSITIVE_INFINITY;
    return true;
  });
}

import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import { systemClock } from '#base/clock.ts';
import { AppError, quote } from '#base/errors.ts';
import { isObject, type JsonObject } from '#base/json.ts';
import { printable } from '#base/printable.ts';
import { suggestion } from '#base/suggestion.ts';
import type { ParsedExpression } from '#expressions/ast.ts';
import { attributesOf } from '#expressions/attributes-of.ts';
import { explainExpression, type Explanation, type Step, type StepOutcome } from '#expressions/explain.ts';
import { ExpressionError, locate } from '#expressions/expression-error.ts';
import type { EvaluationContext } from '#expressions/function-definition.ts';
import { functions } from '#expressions/function-table.ts';
import { functionsAsGraph } from '#expressions/functions-as-graph.ts';
import { parseExpression } from '#expressions/parse.ts';
import { signature } from '#expressions/signature.ts';
import { renderValue } from '#expressions/value.ts';
import { exitCodes, print, type OutputOptions } from '../output.ts';
import { pointAt } from '../point-at.ts';

interface ExpressionOptions extends OutputOptions {
  readonly input: string;
  readonly explain?: true;
  readonly list?: true;
  readonly any?: true;
  readonly taken: readonly string[];
  readonly defaultDomain?: string;
}

export function entraExpressionCommand(): Command {
  return new Command('expression')
    .argument('[expression]', 'the expression, such as: Append([mailNickname], "@contoso.com")')
    .description(
      'Evaluate an expression of an attribute mapping as Entra ID does. Needs neither a server nor a database.',
    )
    .option('--input <json>', 'the source attributes as a JSON object; a missing attribute is null', '{}')
    .option('--explain', 'print the value of each part of the expression')
    .option('--any', 'also accept a single attribute or constant, as in mappings of the types Direct and Constant')
    .option(
      '--taken <value>',
      'a value that already exists in the target, for SelectUniqueValue; can be repeated',
      collect,
      [],
    )
    .option('--default-domain <domain>', 'the value that the function DefaultDomain returns')
    .option('--list', 'list the functions with their parameters')
    .option('--json', 'print JSON')
    .action(evaluate);
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function evaluate(text: string | undefined, options: ExpressionOptions): void {
  if (options.list === true) {
    print(options, functionsAsGraph(), functions.map((row) => `${signature(row)}\n    ${row.summary}`).join('\n'));
    return;
  }
  if (text === undefined) throw new AppError('usage', 'Give an expression, or --list to list the functions.');
  const context = contextOf(options);
  try {
    const parsed = parseExpression(text, { kind: options.any === true ? 'any' : 'expression' });
    const explanation = explainExpression(parsed, context);
    if (options.json !== true) noteAbsent(parsed, context);
    if (options.explain === true && options.json !== true) console.log(printable(outline(explanation.step, '')));
    show(text, explanation, options);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    showError(text, error, options);
  }
}

function contextOf({ input, taken, defaultDomain }: ExpressionOptions): EvaluationContext {
  const isTaken = (value: string) => taken.includes(value);
  return { attributes: readInput(input), clock: systemClock, random: randomInt, isTaken, defaultDomain };
}

function readInput(text: string): JsonObject {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    throw new AppError(
      'usage',
      `--input is not JSON: ${String(error)}. Give a JSON object, such as --input '{"mail":"ann@contoso.com"}'.`,
    );
  }
  if (isObject(input)) return input;
  throw new AppError(
    'usage',
    `--input is ${quote(input)}: it must be an object, such as '{"mail":"ann@contoso.com"}'.`,
  );
}

/** Prints a note about each attribute that is missing in the input and may be misspelled. A missing attribute is null, and not an error. */
function noteAbsent({ root }: ParsedExpression, { attributes }: EvaluationContext): void {
  const known = Object.keys(attributes);
  for (const name of attributesOf(root).filter((attribute) => !known.includes(attribute))) {
    const near = suggestion(name, known);
    if (near !== undefined) console.error(printable(`note: [${name}] is not in the input, which has [${near}].`));
  }
}

/** Prints the result. With --json, also prints an error to standard output, so that a script can always parse one JSON value. */
function show(text: string, { result, step }: Explanation, options: ExpressionOptions): void {
  const steps = options.explain === true ? { step: stepAsJson(step) } : {};
  switch (result.kind) {
    case 'error':
      showError(text, result.error, options, steps);
      return;
    case 'dropped':
      console.log(options.json === true ? JSON.stringify({ dropped: true, ...steps }) : 'The attribute does not flow.');
      return;
    case 'value': {
      const value = renderValue(result.value);
      if (options.json === true) console.log(JSON.stringify({ value, ...steps }));
      else console.log(printable(typeof value === 'string' ? value : JSON.stringify(value)));
    }
  }
}

function showError(text: string, error: ExpressionError, options: ExpressionOptions, steps: object = {}): void {
  process.exitCode = exitCodes.failure;
  if (options.json === true) {
    console.log(JSON.stringify({ error: errorAsJson(error), ...steps }));
    return;
  }
  console.error(printable(`tanhua: ${error.message}\n\n${pointAt(text, error.location)}`));
  if (error.suggestion !== undefined) {
    const { suggestionSpan: at, suggestion } = error;
    console.error(
      printable(
        at.length === 0 ? `\nInsert ${suggestion} at column ${locate(text, at).column}.` : `\nTry: ${suggestion}`,
      ),
    );
  }
}

function errorAsJson({ code, message, location, suggestion, suggestionSpan }: ExpressionError): object {
  const { offset, line, column } = location;
  const correction = suggestion !== undefined && { suggestion, suggestionAt: suggestionSpan };
  return { code, message, position: { offset, line, column }, ...correction };
}

function stepAsJson({ text, offset, length, outcome, steps }: Step): object {
  return { text, offset, length, ...outcomeAsJson(outcome), steps: steps.map(stepAsJson) };
}

function outcomeAsJson(outcome: StepOutcome): object {
  switch (outcome.kind) {
    case 'value':
      return { value: renderValue(outcome.value) };
    case 'error':
      return { error: errorAsJson(outcome.error) };
    default:
      return { [outcome.kind]: true };
  }
}

/** Returns one line for each part of the expression, with nested parts indented below it. Omits constants: their text is their value. */
function outline({ text, outcome, steps }: Step, indent: string): string {
  const shown = outcome.kind === 'value' ? JSON.stringify(renderValue(outcome.value)) : outcomeTexts[outcome.kind];
  const inner = outcome.kind === 'skipped' ? [] : steps.filter((step) => !isConstant(step));
  return [
    `${indent}${text.replaceAll(/\s+/g, ' ')}  →  ${shown}`,
    ...inner.map((step) => outline(step, `${indent}  `)),
  ].join('\n');
}

function isConstant({ text, steps }: Step): boolean {
  return steps.length === 0 && /^["\d&+-]/.test(text);
}

const outcomeTexts = { dropped: 'does not flow', error: 'failed', skipped: 'not needed' } as const;

import { AppError } from '#base/errors.ts';
import type { AttributeMapping, ObjectMapping, SourceValues } from '../application/object-mapping.ts';
import type { FlatResource, FlatValue } from '../wire/flat-resource.ts';
import { ProvisioningFailure } from './provisioning-failure.ts';
import { standInTexts } from '../texts/stand-in-texts.ts';

/** The attribute values that an object should have in the target, according to the mappings. */
export interface DesiredObject {
  readonly resource: FlatResource;
  /** The target attributes whose values the logs must not show. */
  readonly redacted: ReadonlySet<string>;
}

interface Options {
  readonly now: Date;
  /** True if the object will be created. Then default values apply, and so do mappings with the flow type ObjectAddOnly. */
  readonly creating: boolean;
  /** The source attributes that changed since the last cycle; undefined to treat all as changed. */
  readonly changed: ReadonlySet<string> | undefined;
  /** The result of the function DefaultDomain(). */
  readonly defaultDomain: string;
}

/**
 * Evaluates the mappings. Skips references, which are exported in a later phase. Unless `creating` is true, also skips mappings that apply
 * only on creation. Throws ProvisioningFailure if an expression cannot be evaluated, or if an object would be created without a value for
 * a `required` attribute.
 */
export function evaluateMappings(mapping: ObjectMapping, source: SourceValues, options: Options): DesiredObject {
  const resource = new Map<string, FlatValue>();
  const redacted = new Set<string>();
  for (const attribute of mapping.attributes) {
    if (attribute.type === 'Reference') continue;
    if (!options.creating && attribute.flowType === 'ObjectAddOnly') continue;
    const mapped = evaluate(attribute, source, options);
    if (mapped.kind === 'value') {
      resource.set(attribute.target, mapped.value);
      if (mapped.redacted) redacted.add(attribute.target);
    } else if (options.creating && attribute.defaultValue !== null) {
      resource.set(attribute.target, defaultOf(attribute, attribute.defaultValue));
    } else if (options.creating && attribute.required) {
      throw new ProvisioningFailure('MandatoryFieldsMissing', standInTexts.failures.mandatoryMissing(attribute.target));
    }
  }
  return { resource, redacted };
}

/** Returns the value of a matching attribute; undefined if the value is missing or empty. */
export function matchingValue(
  attribute: AttributeMapping,
  source: SourceValues,
  context: Pick<Options, 'now' | 'defaultDomain'>,
): string | undefined {
  const mapped = evaluate(attribute, source, { ...context, changed: undefined });
  if (mapped.kind !== 'value') return undefined;
  const text = typeof mapped.value === 'object' ? '' : String(mapped.value);
  return text === '' ? undefined : text;
}

function evaluate(attribute: AttributeMapping, source: SourceValues, context: Omit<Options, 'creating'>) {
  const { now, changed, defaultDomain } = context;
  try {
    return attribute.evaluate(source, { now, changed, defaultDomain });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new ProvisioningFailure(
      'AttributeMappingFailed',
      standInTexts.failures.mapping(attribute.target, error.message),
    );
  }
}

function defaultOf({ type }: AttributeMapping, text: string): FlatValue {
  if (type === 'Boolean') return text.toLowerCase() === 'true';
  return type === 'Integer' ? Number(text) : text;
}

import { suggestion } from '#base/suggestion.ts';
import { attributeLines, controlNames, valueLines } from './attributes.ts';

/** A RADIUS attribute, as FreeRADIUS's dictionaries define it. */
export interface RadiusAttribute {
  /** The name in the letter case of the dictionary. */
  readonly name: string;
  /** The type without the length, such as `integer`. */
  readonly type: string;
  /** The exact number of bytes of an attribute whose type has one, such as `octets[16]`. */
  readonly length: number | undefined;
  /** True if a tag distinguishes several of the attribute (RFC 2868 §3). */
  readonly hasTag: boolean;
  /** True if the attribute has a secret, and is encrypted in the packet. */
  readonly isSecret: boolean;
  /** True for an attribute of a vendor, which is inside a Vendor-Specific attribute (RFC 2865 §5.26). */
  readonly isVendor: boolean;
  /** The names of the values; empty if its values have no names. */
  readonly values: readonly string[];
}

/** Parses lines of the form `key: word word …`. */
function parseLines(text: string): readonly (readonly [string, readonly string[]])[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const end = line.indexOf(': ');
      return [line.slice(0, end), line.slice(end + 2).split(' ')];
    });
}

/** The attributes by their names in small letters, because FreeRADIUS ignores the letter case. Built on first use. */
let attributes: ReadonlyMap<string, RadiusAttribute> | undefined;
let controls: ReadonlyMap<string, string> | undefined;

function allAttributes(): ReadonlyMap<string, RadiusAttribute> {
  if (attributes !== undefined) return attributes;
  const values = new Map(parseLines(valueLines));
  attributes = new Map(
    parseLines(attributeLines).flatMap(([kind, names]) => {
      const [typeText = '', ...flags] = kind.split(' ');
      const { type = typeText, length } = /^(?<type>\w+)\[(?<length>\d+)\]$/.exec(typeText)?.groups ?? {};
      return names.map((name) => {
        const attribute = {
          name,
          type,
          length: length === undefined ? undefined : Number(length),
          hasTag: flags.includes('tag'),
          isSecret: flags.includes('secret'),
          isVendor: flags.includes('vendor'),
          values: values.get(name) ?? [],
        };
        return [name.toLowerCase(), attribute] as const;
      });
    }),
  );
  return attributes;
}

/**
 * Finds an attribute by its name, ignoring letter case.
 *
 * @example
 * findAttribute('tunnel-type')?.values; // ['PPTP', 'L2F', …, 'VLAN']
 */
export function findAttribute(name: string): RadiusAttribute | undefined {
  return allAttributes().get(name.toLowerCase());
}

/** Returns the name of the attribute that FreeRADIUS itself reads and that has this name, ignoring letter case; undefined if there is none. */
export function findControl(name: string): string | undefined {
  controls ??= new Map(
    controlNames
      .trim()
      .split(/\s+/)
      .map((one) => [one.toLowerCase(), one]),
  );
  return controls.get(name.toLowerCase());
}

/** Returns the attribute name that is most similar to a misspelled one; undefined if none is similar. */
export function similarAttribute(name: string): string | undefined {
  return suggestion(
    name,
    [...allAttributes().values()].map((one) => one.name),
  );
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';

/** A node of the syntax tree (ESTree), with the properties that the rules of this repository read. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

/** A node, the property of its parent that contains it, and the parent. */
export interface Place {
  readonly node: SyntaxNode;
  readonly property: string;
  readonly parent: Place | undefined;
}

export interface Source {
  readonly path: string;
  readonly text: string;
}

/** Returns the sources of the program, without tests and fixtures. */
export function productSources(): readonly Source[] {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(path))
    .map((path) => join('src', path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

const placesBySource = new WeakMap<Source, readonly Place[]>();

/** Returns every node of a source in the order of the text. A node precedes the nodes that it contains. */
export function placesOf(source: Source): readonly Place[] {
  const known = placesBySource.get(source);
  if (known !== undefined) return known;
  const places: Place[] = [];
  const visit = (value: unknown, property: string, parent: Place | undefined): void => {
    if (Array.isArray(value)) {
      for (const inner of value) visit(inner, property, parent);
      return;
    }
    if (!isNode(value)) return;
    const place = { node: value, property, parent };
    places.push(place);
    for (const name in value) visit(value[name], name, place);
  };
  visit(parseSync(source.path, source.text).program, 'program', undefined);
  placesBySource.set(source, places);
  return places;
}

/** Yields the places that contain a place, innermost first. */
export function* around({ parent }: Place): Generator<Place> {
  for (let place = parent; place !== undefined; place = place.parent) yield place;
}

/** Returns the name of an identifier, or of the last part of `a.b.c`; undefined for other nodes. */
export function nameOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === 'Identifier' && typeof node['name'] === 'string') return node['name'];
  return node.type === 'MemberExpression' && node['computed'] !== true ? nameOf(node['property']) : undefined;
}

/** Returns the text of a string literal that is used as a value; undefined for a type, a key, an import or an operand of a comparison. */
export function usedText({ node, property, parent }: Place): string | undefined {
  if (node.type !== 'Literal' || typeof node['value'] !== 'string' || parent === undefined) return undefined;
  const { type } = parent.node;
  if (type.startsWith('TS') && !/^TS(As|Satisfies|NonNull)/.test(type)) return undefined;
  if (/^(Import|Export)/.test(type) || type === 'BinaryExpression') return undefined;
  if (type === 'SwitchCase' && property === 'test') return undefined;
  if (/^(Property|MemberExpression)$/.test(type) && /^(key|property)$/.test(property)) return undefined;
  return node['value'];
}

/** Yields the properties that a source reads: `object.name`, `{ name } = object` and destructured parameters. */
export function* readsOf(source: Source): Generator<{ readonly object: string | undefined; readonly name: string }> {
  for (const { node, parent } of placesOf(source)) {
    if (node.type === 'MemberExpression') {
      const name = nameOf(node['property']);
      if (node['computed'] !== true && name !== undefined) yield { object: nameOf(node['object']), name };
    }
    if (node.type === 'ObjectPattern' && Array.isArray(node['properties'])) {
      const object = objectOf(node, parent?.node);
      for (const property of node['properties']) {
        const name = isNode(property) ? nameOf(property['key']) : undefined;
        if (name !== undefined) yield { object, name };
      }
    }
  }
}

/** Returns the name of the destructured value, or the type of the destructured parameter. */
function objectOf(pattern: SyntaxNode, parent: SyntaxNode | undefined): string | undefined {
  if (parent?.type === 'VariableDeclarator' && parent['id'] === pattern) return nameOf(parent['init']);
  const annotation = pattern['typeAnnotation'];
  if (!isNode(annotation) || !isNode(annotation['typeAnnotation'])) return undefined;
  return firstTypeName(annotation['typeAnnotation']);
}

/** Returns the name of a type, such as `Config` for both Config and Pick<Config, …>. */
function firstTypeName(type: SyntaxNode): string | undefined {
  const name = nameOf(type['typeName']);
  const parameters = type['typeArguments'];
  if (name !== 'Pick' || !isNode(parameters) || !Array.isArray(parameters['params'])) return name;
  const [first]: readonly unknown[] = parameters['params'];
  return isNode(first) ? firstTypeName(first) : undefined;
}

import { AppError, quote } from '#base/errors.ts';
import { forbiddenKeys, type JsonValue } from '#base/json.ts';
import { BODY_DEPTH_MAX } from './limits.ts';

/**
 * Parses a body. Throws invalidJson with the position, bodyTooDeep, and forbiddenKey for keys that reach prototypes; no
 * body at all is undefined. The walk keeps its own stack, so that no nesting can exhaust ours.
 */
export function parseJsonBody(text: string): JsonValue | undefined {
  const trimmed = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (trimmed.trim() === '') return undefined;
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(trimmed);
  } catch (error) {
    // The parser's own words quote the body, which may hold a password: only the position may leave this function.
    const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    const where =
      position === undefined
        ? 'it ends too early, or has a character where none may be'
        : `the fault is at position ${position}`;
    throw new AppError('invalidJson', `The body is not valid JSON: ${where}.`, {
      position: position === undefined ? undefined : Number(position),
    });
  }
  checkKeys(parsed);
  return parsed;
}

function checkKeys(root: JsonValue): void {
  const stack: { readonly value: JsonValue; readonly depth: number }[] = [{ value: root, depth: 1 }];
  for (let entry = stack.pop(); entry !== undefined; entry = stack.pop()) {
    const { value, depth } = entry;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > BODY_DEPTH_MAX) {
      throw new AppError('bodyTooDeep', `The body is nested more than ${BODY_DEPTH_MAX} levels deep.`);
    }
    for (const [key, inner] of Object.entries(value)) {
      if (forbiddenKeys.has(key))
        throw new AppError('forbiddenKey', `The body has the key ${quote(key)}, which no attribute may have.`, {
          attribute: key,
        });
      if (typeof inner === 'object') stack.push({ value: inner, depth: depth + 1 });
    }
  }
}

/** A saved view of the list of people. */
export interface View {
  readonly name: string;
  /** The query of the URL. */
  readonly query: string;
}

/** Returns the stored views; none if the text is not a list of views. */
export function parseViews(text: string | null): readonly View[] {
  try {
    const parsed: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(parsed) ? parsed.filter(isView) : [];
  } catch {
    return [];
  }
}

function isView(value: unknown): value is View {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'query' in value &&
    typeof value.query === 'string'
  );
}

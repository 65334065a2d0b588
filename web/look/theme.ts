import { useSyncExternalStore } from 'react';

/** The theme that the reader chose: one of the two, or that of the system. */
export type Theme = 'light' | 'dark' | 'system';
/** The height of rows that the reader chose. */
export type Density = 'comfortable' | 'dense';

/** Preferences of this browser. They hold nothing about people, and no secret. */
const THEME = 'theme';
const DENSITY = 'density';

const listeners = new Set<() => void>();

function stored<Value extends string>(name: string, values: readonly Value[], otherwise: Value): Value {
  const value = localStorage.getItem(name);
  return values.find((known) => known === value) ?? otherwise;
}

function apply(): void {
  const theme = stored<Theme>(THEME, ['light', 'dark'], 'system');
  const isDark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
  document.documentElement.dataset['density'] = stored<Density>(DENSITY, ['dense'], 'comfortable');
  for (const listener of listeners) listener();
}

/** Applies the preferences, and follows those of the system. Call it once. */
export function startTheme(): void {
  apply();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', apply);
  window.addEventListener('storage', apply);
}

export function setTheme(theme: Theme): void {
  localStorage.setItem(THEME, theme);
  apply();
}

export function setDensity(density: Density): void {
  localStorage.setItem(DENSITY, density);
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Returns the preferences, and whether the page is dark now. */
export function useTheme(): { readonly theme: Theme; readonly density: Density; readonly isDark: boolean } {
  const key = useSyncExternalStore(
    subscribe,
    () =>
      `${localStorage.getItem(THEME)} ${localStorage.getItem(DENSITY)} ${document.documentElement.dataset['theme'] ?? ''}`,
  );
  return {
    theme: stored<Theme>(THEME, ['light', 'dark'], 'system'),
    density: stored<Density>(DENSITY, ['dense'], 'comfortable'),
    isDark: key.endsWith('dark'),
  };
}

import { bytes, count } from './counts.ts';

export const places = {
  label: 'Places',
  home: 'Home',
  people: 'People',
  groups: 'Groups',
  sources: 'Sources',
  events: 'Events',
} as const;

export const frame = {
  skip: 'Skip to the page',
  find: 'Find anyone…',
  findKeys: 'Ctrl K',
  menu: 'Menu',
  closeMenu: 'Close the menu',
  account: 'Account and preferences',
  signOut: 'Sign out',
  theme: 'Theme',
  themes: { light: 'Light', dark: 'Dark', system: 'Like the system' },
  density: 'Rows',
  densities: { comfortable: 'Comfortable', dense: 'Dense' },
  keys: 'Keyboard shortcuts',
  loading: 'Loading…',
  slow: 'Still waiting for the server.',
  canceled: 'Loading was canceled.',
  happened: (events: number, last: string) => `${count(events, 'event', 'events')}. The last one: ${last}`,
  cancel: 'Cancel',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  retry: 'Try again',
  offline: 'The server does not answer. What you typed is kept. Trying again…',
  error: 'This could not be loaded',
  requestId: (id: string) => `Request ${id}`,
  unknownPage: 'This page does not exist',
  unknownPageHelp: 'The address may be mistyped or incomplete.',
  toHome: 'Go to Home',
  forbidden: (place: string) =>
    `Your role does not include ${place}. An administrator with the role Administrator With Billing can change roles.`,
} as const;

/** The server, its database and their space. */
export const about = {
  open: 'About Tanhua…',
  title: 'About Tanhua',
  label: 'Server',
  version: 'Version',
  schema: 'Database schema',
  database: 'Database',
  size: 'Size of the database',
  free: 'Free on the disk',
  measured: 'Measured',
  none: 'none',
  bytes,
  line: (version: string, schema: string, database: string) => `Tanhua ${version}, schema ${schema}, ${database}`,
  used: (size: string) => `database ${size}`,
  left: (size: string) => `${size} free on the disk`,
  little: 'Make space: when the disk is full, the server refuses all changes.',
} as const;

export const keys = {
  palette: 'Find anything',
  help: 'Show these shortcuts',
  goHome: 'Go to Home',
  goPeople: 'Go to People',
  goGroups: 'Go to Groups',
  goSources: 'Go to Sources',
  goEvents: 'Go to Events',
  search: 'Search this page',
  move: 'Move in a list',
  select: 'Select a row',
  open: 'Open a row',
  pause: 'Pause or resume a live list',
} as const;

export const palette = {
  label: 'Find people, groups, sources, events and places',
  placeholder: 'Name, address, number, id…',
  places: 'Places',
  people: 'People',
  refused: 'Refused',
  groups: 'Groups',
  sources: 'Sources',
  ids: 'By id',
  nothing: (text: string) => `Nothing is called “${text}”.`,
  askTimeline: (text: string) => `Why is “${text}” not here?`,
  openRequest: (id: string) => `Open request ${id}`,
  openEvents: (id: string) => `Events with the id ${id}`,
} as const;

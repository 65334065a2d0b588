import type { ObjectMapping } from './object-mapping.ts';

export type Actions = ObjectMapping['actions'];

/** Parses Graph's flowTypes, such as "Add, Update, Delete". The portal calls them Target Object Actions. */
export function actionsOf(flowTypes: string): Actions {
  const words = new Set(flowTypes.split(',').map((word) => word.trim()));
  return { add: words.has('Add'), update: words.has('Update'), delete: words.has('Delete') };
}

/** Formats actions as Graph's flowTypes; "None" if there are none. */
export function flowTypesOf(actions: Actions): string {
  const words = [actions.add ? 'Add' : '', actions.update ? 'Update' : '', actions.delete ? 'Delete' : ''];
  return words.filter((word) => word !== '').join(', ') || 'None';
}

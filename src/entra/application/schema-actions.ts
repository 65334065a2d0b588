import type { ObjectMapping } from './object-mapping.ts';

export type Actions = ObjectMapping['actions'];

/** Target Object Actions from Graph's flowTypes: "Add, Update, Delete". */
export function actionsOf(flowTypes: string): Actions {
  const words = new Set(flowTypes.split(',').map((word) => word.trim()));
  return { add: words.has('Add'), update: words.has('Update'), delete: words.has('Delete') };
}

export function flowTypesOf(actions: Actions): string {
  const words = [actions.add ? 'Add' : '', actions.update ? 'Update' : '', actions.delete ? 'Delete' : ''];
  return words.filter((word) => word !== '').join(', ') || 'None';
}

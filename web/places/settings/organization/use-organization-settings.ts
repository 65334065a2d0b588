import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ApiError, read } from '../../../data/client.ts';
import { useMay, useSession } from '../../../data/session.ts';
import { settingGroups, type SettingName } from './setting-groups.ts';
import type { SettingValue } from './setting-field.tsx';

type Typed = Readonly<Partial<Record<SettingName, SettingValue>>>;

/** The settings with their defaults and limits. */
export function useOrganizationSettings() {
  const { data: session } = useSession();
  const may = useMay();
  const id = session?.organization ?? '';
  return useQuery({
    queryKey: ['organization', id, 'settings'],
    queryFn: ({ signal }) => read(api.GET('/api/organizations/{id}/settings', { params: { path: { id } }, signal })),
    enabled: id !== '' && may('organization.read'),
  });
}

/** What was typed and is not saved, and the function that saves it. What was typed stays if the server refuses it. */
export function useDraft() {
  const { data: session } = useSession();
  const queries = useQueryClient();
  const [name, setName] = useState<string>();
  const [typed, setTyped] = useState<Typed>({});
  const id = session?.organization ?? '';
  const save = useMutation({
    mutationFn: async (proof: { readonly password?: string }) => {
      const body = {
        ...(name !== undefined && { displayName: name.trim() }),
        ...(Object.keys(typed).length > 0 && { settings: Object.fromEntries(Object.entries(typed).map(asSent)) }),
        ...proof,
      };
      await read(api.PUT('/api/organizations/{id}', { params: { path: { id } }, body }));
      return { name, typed };
    },
    onSuccess: async (sent) => {
      await queries.invalidateQueries({ queryKey: ['organization'] });
      // What was typed meanwhile is not saved yet.
      setName((current) => (current === sent.name ? undefined : current));
      setTyped((current) => withoutSent(current, sent.typed));
    },
  });
  const discard = () => {
    setName(undefined);
    setTyped({});
    save.reset();
  };
  return { name, setName, typed, setTyped, save, discard };
}

/** Returns the fields of a form that differ from those that were sent. */
function withoutSent(typed: Typed, sent: Typed): Typed {
  return Object.fromEntries(Object.entries(typed).filter(([field, value]) => sent[field as keyof Typed] !== value));
}

const numeric = /^\s*-?\d+\s*$/;
/** The settings whose values are texts, also if they look like numbers. */
const texts: ReadonlySet<string> = new Set<SettingName>(['contactName', 'contactEmail', 'timeZone']);

/** Returns a setting with the value to send: a number that was typed is a text until then. The server explains what is not a number. */
function asSent([name, value]: readonly [string, SettingValue]): readonly [string, SettingValue] {
  if (typeof value !== 'string' || texts.has(name)) return [name, value];
  return [name, numeric.test(value) ? Number(value) : value.trim()];
}

/** Returns what the server said about a field. */
export function faultOf(error: Error | null, field: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.faults.find((fault) => fieldNames(field).includes(fault.field))?.description;
}

/** Returns the number of faults of an error if the page shows each of them at its field; 0 for any other error. */
export function shownFaults(error: Error | null): number {
  const faults = error instanceof ApiError ? error.faults : [];
  const shown = new Set([...Object.values(settingGroups).flat(), 'displayName'].flatMap(fieldNames));
  return faults.every(({ field }) => shown.has(field)) ? faults.length : 0;
}

/** Returns the names of a field in the answers of the server. */
function fieldNames(field: string): readonly string[] {
  return field === 'displayName' ? ['displayName', 'name'] : [`settings.${field}`, field];
}

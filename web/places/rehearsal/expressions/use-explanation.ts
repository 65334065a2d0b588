import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ExplainedExpression, SynchronizationSchema } from '#entra/graph-api/client-types.ts';
import { useWords } from '../../../words/words.tsx';
import { graph } from '../graph.ts';
import { REHEARSAL } from '../queries.ts';
import type { Known } from './complete-expression.ts';

/** The time after the last key press before the server is asked. */
const DEBOUNCE_MS = 100;

export type ObjectTypeName = 'User' | 'Group';

/** The job whose mappings an expression is for. */
export interface ExpressionPlace {
  readonly tenant: string;
  readonly application: string;
  readonly job: string;
  readonly type: ObjectTypeName;
}

/** An explanation, with the text that it explains. */
export interface Explained extends ExplainedExpression {
  readonly text: string;
}

/** The explanation of the newest text that the server has evaluated; that of the text before is shown until then. */
export function useExplanation(
  { tenant, application, job, type }: ExpressionPlace,
  text: string,
  objectId: string | undefined,
) {
  const [settled] = useDebouncedValue(text, DEBOUNCE_MS);
  return useQuery({
    queryKey: [REHEARSAL, tenant, 'explained', job, type, objectId ?? '', settled],
    queryFn: async ({ signal }): Promise<Explained> => {
      const answer = await graph(tenant, signal)
        .job(application, job)
        .explainExpression(settled, { objectTypeName: type, objectId });
      return { ...answer, text: settled };
    },
    enabled: settled.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    gcTime: 60_000,
    retry: false,
  });
}

const nothingKnown: Known = { functions: [], attributes: [] };

/** The functions of the language, and the attributes of the source that mappings can read. */
export function useKnown({ tenant, application, job, type }: ExpressionPlace): Known {
  const { expressions } = useWords();
  const { data } = useQuery({
    queryKey: [REHEARSAL, tenant, 'known', job],
    queryFn: async ({ signal }) => {
      const client = graph(tenant, signal).job(application, job);
      const [functions, schema] = await Promise.all([client.functions(), client.schema()]);
      return { functions: functions.value, schema };
    },
    staleTime: 60_000,
  });
  if (data === undefined) return nothingKnown;
  const attributes = attributesOf(data.schema, type).map((attribute) => ({
    name: attribute.name,
    detail: [
      expressions.attributeOf[attribute.type as keyof typeof expressions.attributeOf] ?? '',
      ...(attribute.multivalued ? [expressions.list] : []),
    ].join(', '),
  }));
  return { functions: data.functions, attributes };
}

/** Returns the attributes that mappings of a type read, from the source directory of its rule. */
function attributesOf(schema: SynchronizationSchema, type: ObjectTypeName) {
  const rule = schema.synchronizationRules.find(({ objectMappings }) =>
    objectMappings.some(({ sourceObjectName }) => sourceObjectName === type),
  );
  const name = rule?.sourceDirectoryName ?? schema.directories[0]?.name;
  const directory = schema.directories.find((one) => one.name === name);
  return directory?.objects.find((object) => object.name === type)?.attributes ?? [];
}

import { detailOf } from '#entra/wire/failure-text.ts';
import type { WireExchange } from '#entra/wire/target-client.ts';

/** Requests and their answers as they were on the wire, line by line. */
export function wireLines(exchanges: readonly WireExchange[]): readonly string[] {
  return exchanges.flatMap(({ request, response, error, durationMs }) => [
    `> ${request.method} ${request.url}`,
    ...Object.entries(request.headers).map(([name, value]) => `> ${name}: ${value}`),
    ...(request.body === null ? [] : ['>', ...request.body.split('\n').map((line) => `> ${line}`)]),
    ...(response === null
      ? [`< no answer: ${error ?? 'unknown'}`]
      : [
          `< ${response.status} (${durationMs} ms)`,
          ...(response.body === '' ? [] : response.body.split('\n').map((line) => `< ${line}`)),
        ]),
    '',
  ]);
}

/** The whole detail of the last answer, where it is a SCIM error: reasons quote its beginning. */
export function answeredDetail(exchanges: readonly WireExchange[]): string | undefined {
  const response = exchanges.at(-1)?.response;
  return response === null || response === undefined || response.status < 400 ? undefined : detailOf(response.body);
}

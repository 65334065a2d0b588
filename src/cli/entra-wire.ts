import { detailOf } from '#entra/wire/failure-text.ts';
import type { WireExchange } from '#entra/wire/target-client.ts';

/** Returns the lines of HTTP requests and responses as they were sent: ">" begins a line of a request, "<" one of a response. */
export function wireLines(exchanges: readonly WireExchange[]): readonly string[] {
  return exchanges.flatMap(({ request, response, error, durationMs }) => [
    `> ${request.method} ${request.url}`,
    ...Object.entries(request.headers).map(([name, value]) => `> ${name}: ${value}`),
    ...(request.body === null ? [] : ['>', ...request.body.split('\n').map((line) => `> ${line}`)]),
    ...(response === null
      ? [`< no response: ${error ?? 'unknown'}`]
      : [
          `< ${response.status} (${durationMs} ms)`,
          ...(response.body === '' ? [] : response.body.split('\n').map((line) => `< ${line}`)),
        ]),
    '',
  ]);
}

/** Returns the full `detail` of the last response if it is a SCIM error. The reasons in logs quote only its beginning. */
export function answeredDetail(exchanges: readonly WireExchange[]): string | undefined {
  const response = exchanges.at(-1)?.response;
  return response === null || response === undefined || response.status < 400 ? undefined : detailOf(response.body);
}

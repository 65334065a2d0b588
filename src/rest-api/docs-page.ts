import { createHash } from 'node:crypto';
import { escapeHtml } from '#base/html.ts';
import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { docsScript, docsStyle } from './docs-assets.ts';
import { schemaTable } from './docs-schema.ts';

/** The content security policy of the page: it allows only the page's own style and script, by their hashes. */
export const docsPolicy = [
  "default-src 'none'",
  `style-src '${hashOf(docsStyle)}'`,
  `script-src '${hashOf(docsScript)}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

type Operation = JsonObject & { readonly path: string; readonly method: string };

/** Renders the OpenAPI document as one HTML page. The page is readable without its script, which only filters and opens operations. */
export function docsPage(document: JsonObject): string {
  const operations = Object.entries(objectOf(document['paths'])).flatMap(([path, methods]) =>
    Object.entries(objectOf(methods)).map(([method, operation]): Operation => ({
      ...objectOf(operation),
      path,
      method,
    })),
  );
  const tags = listOf(document['tags']).map(objectOf);
  const sections = tags.map((tag) =>
    section(
      document,
      tag,
      operations.filter((one) => tagOf(one) === tag['name']),
    ),
  );
  const links = tags.map((tag) => {
    const count = operations.filter((one) => tagOf(one) === tag['name']).length;
    return `<li><a href="#${slug(tag['name'])}">${textOf(tag['name'])}</a> <span class="count">${count}</span></li>`;
  });
  const { title, version, description } = objectOf(document['info']);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${textOf(title)}</title>
<style>${docsStyle}</style>
</head>
<body>
<a class="skip" href="#operations">Skip to the operations</a>
<header>
<h1>${textOf(title)} <small>${textOf(version)}</small></h1>
<p>${textOf(description)}</p>
<p><a href="/api/openapi.json">OpenAPI ${textOf(document['openapi'])} as JSON</a></p>
</header>
<div class="columns">
<nav aria-label="Parts of the API">
<div class="search" hidden>
<label for="search">Find an operation <kbd>/</kbd></label>
<input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="path or words">
<p id="found" role="status"></p>
</div>
<ul>${links.join('')}</ul>
</nav>
<main id="operations">${sections.join('')}</main>
</div>
<script>${docsScript}</script>
</body>
</html>
`;
}

function section(document: JsonObject, tag: JsonObject, operations: readonly Operation[]): string {
  return `<section aria-labelledby="${slug(tag['name'])}"><h2 id="${slug(tag['name'])}">${textOf(tag['name'])}</h2><p>${textOf(tag['description'])}</p>${operations
    .map((operation) => operationHtml(document, operation))
    .join('')}</section>`;
}

function operationHtml(document: JsonObject, operation: Operation): string {
  const { method, path, operationId, summary, description } = operation;
  const id = textOf(operationId);
  return `<details id="${id}"><summary><span class="method ${escapeHtml(method)}">${escapeHtml(method.toUpperCase())}</span> <code>${escapeHtml(path).replaceAll('/', '/<wbr>')}</code> <span class="summary">${textOf(summary)}</span></summary><div><p>${textOf(description)} <a href="#${id}" aria-label="Link to ${textOf(summary)}">#</a></p>${parametersHtml(operation)}${bodyHtml(document, operation)}${answersHtml(document, operation)}</div></details>`;
}

function parametersHtml({ parameters }: Operation): string {
  const rows = listOf(parameters)
    .map(objectOf)
    .map(
      (parameter) =>
        `<tr><th scope="row"><code>${textOf(parameter['name'])}</code></th><td>${textOf(parameter['in'])}</td><td>${parameter['required'] === true ? 'required' : ''}</td><td>${textOf(parameter['description'])}</td></tr>`,
    );
  if (rows.length === 0) return '';
  return `<h3>Parameters</h3><table><thead><tr><th>name</th><th>in</th><th></th><th>meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function bodyHtml(document: JsonObject, { requestBody }: Operation): string {
  const { types, schema, examples } = contentOf(objectOf(requestBody));
  if (schema === undefined) return '';
  return `<h3>Body <small>${escapeHtml(types)}</small></h3>${schemaTable(document, schema, 'sent')}${examplesHtml(examples)}`;
}

/** Renders the example of each media type. Shows the names of the media types if there are several. */
function examplesHtml(examples: readonly (readonly [string, JsonValue])[]): string {
  return examples
    .map(([type, example]) => {
      const text = typeof example === 'string' ? example : JSON.stringify(example, null, 2);
      const title = examples.length === 1 ? 'Example' : `Example <small>${escapeHtml(type)}</small>`;
      return `<h4>${title}</h4><pre tabindex="0"><code>${escapeHtml(text)}</code></pre>`;
    })
    .join('');
}

function answersHtml(document: JsonObject, { responses }: Operation): string {
  const all = Object.entries(objectOf(responses));
  const [success] = all.filter(([status]) => status.startsWith('2'));
  const [status = '', response] = success ?? [];
  const { types, schema, examples } = contentOf(objectOf(response));
  const others = all.filter(([code]) => code !== status && code !== 'default').map(([code]) => code);
  const refused = others.length === 0 ? '' : `<p>Or ${others.join(', ')}, with an error as its body.</p>`;
  const body = schema === undefined ? '<p>No body.</p>' : schemaTable(document, schema, 'answered');
  return `<h3>Response ${escapeHtml(status)} <small>${escapeHtml(types)}</small></h3>${body}${examplesHtml(examples)}${refused}`;
}

/** Returns the media types of a body, the schema of the first media type, and the examples of all of them. */
function contentOf(part: JsonObject) {
  const content = Object.entries(objectOf(part['content'])).map(([type, one]) => [type, objectOf(one)] as const);
  return {
    types: content.map(([type]) => type).join(', '),
    schema: content[0]?.[1]['schema'],
    examples: content.flatMap(([type, { example }]) => (example === undefined ? [] : [[type, example] as const])),
  };
}

function tagOf(operation: JsonObject): JsonValue | undefined {
  return listOf(operation['tags'])[0];
}

function slug(text: JsonValue | undefined): string {
  return `part-${textOf(text)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')}`;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? escapeHtml(value) : '';
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return value !== undefined && isObject(value) ? value : {};
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

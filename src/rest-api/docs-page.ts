import { isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { escapeHtml } from '#base/html.ts';

const style = `
:root{color-scheme:light dark;--line:light-dark(#d6dae1,#39404d);--soft:light-dark(#f4f6f9,#1b2029);--ink:light-dark(#172033,#e6e9ef)}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);max-width:60rem;margin:2rem auto;padding:0 1rem}
nav ul{columns:14rem;padding-left:1.2rem}
details{border:1px solid var(--line);border-radius:6px;margin:.5rem 0}
summary{padding:.5rem .8rem;cursor:pointer}
details>div{padding:0 .8rem .8rem}
code{font:14px ui-monospace,monospace}
pre{background:var(--soft);padding:.8rem;overflow:auto;border-radius:6px}
table{border-collapse:collapse;width:100%}td,th{text-align:left;border-bottom:1px solid var(--line);padding:.3rem .5rem;vertical-align:top}
.method{display:inline-block;min-width:4.5rem;font-weight:600}`;

/** The description of the API as one page that needs no script. */
export function docsPage(document: JsonObject): string {
  const operations = Object.entries(objectOf(document['paths'])).flatMap(([path, methods]) =>
    Object.entries(objectOf(methods)).map(([method, operation]) => ({ path, method, ...objectOf(operation) })),
  );
  const tags = [...new Set(operations.map((operation) => tagOf(operation)))];
  const sections = tags.map(
    (tag) =>
      `<section><h2 id="${slug(tag)}">${escapeHtml(tag)}</h2>${operations
        .filter((operation) => tagOf(operation) === tag)
        .map(operationHtml)
        .join('')}</section>`,
  );
  const links = tags.map((tag) => `<li><a href="#${slug(tag)}">${escapeHtml(tag)}</a></li>`).join('');
  const info = objectOf(document['info']);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${textOf(info['title'])}</title><style>${style}</style></head><body><main><h1>${textOf(info['title'])}</h1><p>${textOf(info['description'])}</p><p><a href="/api/openapi.json">OpenAPI ${textOf(document['openapi'])} as JSON</a></p><nav aria-label="Parts of the API"><ul>${links}</ul></nav>${sections.join('')}</main></body></html>`;
}

function operationHtml(operation: JsonObject): string {
  const parameters = Array.isArray(operation['parameters']) ? operation['parameters'].map(objectOf) : [];
  const rows = parameters.map(
    (parameter) =>
      `<tr><td><code>${textOf(parameter['name'])}</code></td><td>${textOf(parameter['in'])}</td><td>${parameter['required'] === true ? 'yes' : ''}</td></tr>`,
  );
  const body = schemaIn(objectOf(operation['requestBody']));
  const answers = Object.entries(objectOf(operation['responses'])).find(([status]) => status !== 'default');
  const answer = schemaIn(objectOf(answers?.[1]));
  return `<details><summary><span class="method">${textOf(operation['method']).toUpperCase()}</span> <code>${textOf(operation['path'])}</code> ${textOf(operation['summary'])}</summary><div><p>Open to: <code>${textOf(operation['x-permission'])}</code></p>${
    rows.length === 0
      ? ''
      : `<table><thead><tr><th>parameter</th><th>in</th><th>required</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
  }${body === undefined ? '' : `<h3>Body</h3><pre>${body}</pre>`}<h3>Answer ${escapeHtml(answers?.[0] ?? '')}</h3>${answer === undefined ? '<p>No JSON body.</p>' : `<pre>${answer}</pre>`}</div></details>`;
}

function schemaIn(part: JsonObject): string | undefined {
  const [content] = Object.values(objectOf(part['content'])).map(objectOf);
  const schema = content?.['schema'];
  return schema === undefined ? undefined : escapeHtml(JSON.stringify(schema, null, 2));
}

function tagOf(operation: JsonObject): string {
  const [tag] = Array.isArray(operation['tags']) ? operation['tags'] : [];
  return typeof tag === 'string' ? tag : '';
}

function slug(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? escapeHtml(value) : '';
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return value !== undefined && isObject(value) ? value : {};
}

import type { JsonObject } from '#base/json.ts';

/** A SCIM representation of a resource with its entity tag. Converts between JSON text and object on first access. */
export class Representation {
  readonly tag: string;
  #text: string | undefined;
  #body: JsonObject | undefined;

  constructor(tag: string, answer: string | JsonObject) {
    this.tag = tag;
    if (typeof answer === 'string') this.#text = answer;
    else this.#body = answer;
  }

  get body(): JsonObject {
    this.#body ??= JSON.parse(this.text) as JsonObject;
    return this.#body;
  }

  /** The body as JSON text. */
  get text(): string {
    this.#text ??= JSON.stringify(this.#body);
    return this.#text;
  }
}
